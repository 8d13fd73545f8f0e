// The signs on the buttons: drawn here, because not every machine has a font with them.

const PATHS = {
  first: "M4 3v10M13 3 6 8l7 5z",
  previousSwitch: "M8 3 3 8l5 5zM15 2l-4 6h3l-2 6",
  previous: "M11 3 5 8l6 5z",
  play: "M5 3l8 5-8 5z",
  pause: "M5 3v10M11 3v10",
  next: "M5 3l6 5-6 5z",
  nextSwitch: "M8 3l5 5-5 5zM4 2 1 8h3l-2 6",
  last: "M12 3v10M3 3l7 5-7 5z",
} as const;

export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
