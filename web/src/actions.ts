// Everything a key or a button can do: one table, from which keys, buttons and the help are made.

import {
  doc,
  go,
  goToOpening,
  hasKeys,
  isComparing,
  isFutureHidden,
  isHelpOpen,
  isPlaying,
  isUnchangedHidden,
  message,
  move,
  nextOfTask,
  nextOnResource,
  nextSwitch,
  preview,
  sourceView,
  stop,
  theme,
  total,
} from "./state";
import { permalink } from "./permalink";
import { copy } from "./storage";

export interface Action {
  name: string;
  /** Values of KeyboardEvent.key, with "Shift+" where it is held. */
  keys: string[];
  run: () => void;
}

async function copied(text: string, what: string): Promise<void> {
  message.value = (await copy(text)) ? `${what} copied.` : `${what}: ${text}`;
}

const THEMES = ["system", "light", "dark"] as const;

export const actions = {
  next: { name: "Next step", keys: ["ArrowRight", "l"], run: () => move(1) },
  previous: { name: "Previous step", keys: ["ArrowLeft", "h"], run: () => move(-1) },
  nextSwitch: { name: "Next switch of threads", keys: ["Shift+ArrowRight", "]"], run: () => nextSwitch(1) },
  previousSwitch: {
    name: "Previous switch of threads",
    keys: ["Shift+ArrowLeft", "["],
    run: () => nextSwitch(-1),
  },
  first: {
    name: "First step",
    keys: ["Home"],
    run: () => {
      stop();
      go(1);
    },
  },
  last: {
    name: "Last step",
    keys: ["End"],
    run: () => {
      stop();
      go(total.value);
    },
  },
  deciding: { name: "Deciding step", keys: ["f"], run: goToOpening },
  play: {
    name: "Play or pause",
    keys: [" "],
    run: () => {
      if (!isPlaying.value) {
        preview.value = null;
        message.value = "";
      }
      isPlaying.value = !isPlaying.value;
    },
  },
  nextSame: { name: "Next step on the same object", keys: ["."], run: () => nextOnResource(1) },
  previousSame: { name: "Previous step on the same object", keys: [","], run: () => nextOnResource(-1) },
  search: {
    name: "Search the story",
    keys: ["/"],
    run: () => {
      isComparing.value = false;
      queueMicrotask(() => document.getElementById("search")?.focus());
    },
  },
  split: {
    name: "Source: one file, or one column for each thread",
    keys: ["s"],
    run: () => {
      sourceView.value = sourceView.value === "split" ? "merged" : "split";
    },
  },
  unchanged: {
    name: "Hide or show what a step does not change",
    keys: ["u"],
    run: () => {
      isUnchangedHidden.value = !isUnchangedHidden.value;
    },
  },
  future: {
    name: "Hide or show the steps to come",
    keys: ["g"],
    run: () => {
      isFutureHidden.value = !isFutureHidden.value;
    },
  },
  compare: {
    name: "Beside the nearest passing schedule",
    keys: ["x"],
    run: () => {
      if (doc().rows.length) isComparing.value = !isComparing.value;
      else message.value = "No passing schedule was recorded to compare with.";
    },
  },
  copyReplay: {
    name: "Copy the command that replays this",
    keys: ["c"],
    run: () => void copied(doc().replay, "Replay command"),
  },
  copyLink: {
    name: "Copy a link to this step",
    keys: ["y"],
    run: () => void copied(location.href.replace(/#.*$/, "") + permalink(), "Link"),
  },
  copyText: {
    name: "Copy the report as text",
    keys: [],
    run: () => void copied(plainReport(), "Report"),
  },
  theme: {
    name: "Colours: system, light or dark",
    keys: ["t"],
    run: () => {
      theme.value = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? "system";
      message.value = `Colours: ${theme.value}.`;
    },
  },
  help: {
    name: "Help",
    keys: ["?"],
    run: () => {
      isHelpOpen.value = !isHelpOpen.value;
    },
  },
} satisfies Record<string, Action>;

export type ActionName = keyof typeof actions;

const NAMES: Record<string, string> = {
  ArrowRight: "→",
  ArrowLeft: "←",
  "Shift+ArrowRight": "Shift →",
  "Shift+ArrowLeft": "Shift ←",
  " ": "Space",
};

export function keyName(key: string): string {
  return NAMES[key] ?? key;
}

/** The report as Python wrote it for readers without scripts; a browser keeps it there unread. */
export function plainReport(): string {
  const markup = document.querySelector("noscript")?.textContent ?? "";
  return markup
    .replace(/^<pre>|<\/pre>$/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");
}

function isText(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !["range", "checkbox", "radio"].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable;
}

/** Keys that a focused control uses itself. */
function isUsed(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest("button, summary, input[type=checkbox]") && (key === " " || key === "Enter")) return true;
  return target.closest("[role=tab]") !== null && key.startsWith("Arrow");
}

export function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    isHelpOpen.value = false;
    preview.value = null;
    if (isText(event.target)) (event.target as HTMLElement).blur();
    return;
  }
  if (!hasKeys.value || isText(event.target) || isUsed(event.target, event.key)) return;
  const key = event.shiftKey && event.key.startsWith("Arrow") ? `Shift+${event.key}` : event.key;
  if (isHelpOpen.value && key !== "?") return;
  if (/^[0-9]$/.test(key)) {
    event.preventDefault();
    message.value = "";
    nextOfTask(Number(key));
    return;
  }
  const found = Object.values<Action>(actions).find((each) => each.keys.includes(key));
  if (found === undefined) return;
  event.preventDefault();
  message.value = "";
  found.run();
}
