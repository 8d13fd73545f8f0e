// A thread's mark: number, shape and colour, so that any one of them is enough.

import { labelOf } from "../lookup";
import { trace } from "../state";

const SHAPES = [
  <circle cx="10" cy="10" r="9" />,
  <rect x="1.5" y="1.5" width="17" height="17" rx="1" />,
  <path d="M10 0 20 10 10 20 0 10Z" />,
  <path d="M5 1.5h10l5 8.5-5 8.5H5L0 10Z" />,
  <path d="M10 0.5 20 8 16 19.5H4L0 8Z" />,
  <path d="M6 1h8l5 5v8l-5 5H6l-5-5V6Z" />,
];
const MAIN = <rect x="0.5" y="3" width="19" height="14" rx="4" />;

export function Badge({ task, small = false }: { task: number; small?: boolean }) {
  const shape = task === 0 ? MAIN : SHAPES[(task - 1) % SHAPES.length];
  return (
    <svg
      class={`badge t${task === 0 ? 0 : ((task - 1) % 12) + 1} ${small ? "small" : ""}`}
      viewBox="0 0 20 20"
      role="img"
      aria-label={labelOf(trace.value, task)}
    >
      {shape}
      <text x="10" y="10.5" text-anchor="middle" dominant-baseline="central" font-size={task > 9 ? 9.5 : 11.5}>
        {task === 0 ? "M" : task}
      </text>
    </svg>
  );
}

export function Badges({ tasks }: { tasks: number[] }) {
  return (
    <span class="badges">
      {tasks.map((task) => (
        <Badge key={task} task={task} small />
      ))}
    </span>
  );
}
