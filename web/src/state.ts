// What the reader has chosen: step, trace, views, filters. Everything on the page follows from these signals.

import { computed, effect, signal } from "@preact/signals";
import type { Document, Trace } from "./document";
import { actionOf, count, isShared, isSwitch, resourceOf, search, taskOf, textOf } from "./lookup";
import { relation, type Relation } from "./order";
import { keep, kept } from "./storage";

export type Theme = "system" | "light" | "dark";
export type SourceView = "merged" | "split";

let loaded: Document | undefined;

export function load(document: Document): void {
  loaded = document;
  step.value = trace.value.opening;
}

export function doc(): Document {
  if (loaded === undefined) throw new Error("no document");
  return loaded;
}

export const traceIndex = signal(0);
export const isComparing = signal(false);
export const trace = computed<Trace>(() => doc().traces[traceIndex.value] ?? (doc().traces[0] as Trace));
export const total = computed(() => count(trace.value));
export const step = signal<number>(1);
/** A step that is looked at without going there. */
export const preview = signal<number | null>(null);
export const shown = computed(() => preview.value ?? step.value);

export const sourceView = signal<SourceView>("merged");
export const isFutureHidden = signal(false);
export const isUnchangedHidden = signal(false);
export const isHelpOpen = signal(false);
export const theme = signal<Theme>((kept("theme") as Theme | null) ?? "system");
export const hasKeys = signal(kept("keys") !== "off");
export const message = signal("");

// --- filters -----------------------------------------------------------------------------------------

export const hiddenTasks = signal<ReadonlySet<number>>(new Set());
export const onlyResource = signal("");
export const isOnlyShared = signal(false);
export const onlyRelation = signal<Relation | "">("");
export const query = signal("");
/** Folds that are open, by their first step; true stands for all. */
export const openFolds = signal<ReadonlySet<number> | true>(new Set());

export const isFiltered = computed(
  () =>
    hiddenTasks.value.size > 0 ||
    onlyResource.value !== "" ||
    isOnlyShared.value ||
    onlyRelation.value !== "" ||
    query.value !== "",
);

export function showAll(): void {
  hiddenTasks.value = new Set();
  onlyResource.value = "";
  isOnlyShared.value = false;
  onlyRelation.value = "";
  query.value = "";
}

export function passes(number: number): boolean {
  const current = trace.value;
  if (hiddenTasks.value.has(taskOf(current, number))) return false;
  if (isOnlyShared.value && !isShared(actionOf(current, number))) return false;
  if (onlyResource.value && resourceOf(current, number) !== onlyResource.value) return false;
  if (onlyRelation.value) {
    const found = relation(current, number, step.value);
    if (found !== "same" && found !== onlyRelation.value) return false;
  }
  if (query.value && !textOf(current, number).toLowerCase().includes(query.value.toLowerCase())) return false;
  return true;
}

// --- going somewhere ---------------------------------------------------------------------------------

export const isPlaying = signal(false);
export const speed = signal(1);

export function go(number: number): void {
  preview.value = null;
  step.value = Math.max(1, Math.min(number, total.value));
}

export function stop(): void {
  isPlaying.value = false;
}

export function move(by: number): void {
  stop();
  go(step.value + by);
}

function goWhere(direction: 1 | -1, holds: (number: number) => boolean, otherwise: string): void {
  stop();
  const found = search(trace.value, step.value, direction, holds);
  if (found === null) message.value = otherwise;
  else go(found);
}

export function nextSwitch(direction: 1 | -1): void {
  goWhere(
    direction,
    (number) => isSwitch(trace.value, number),
    direction > 0 ? "There is no further switch." : "There is no earlier switch.",
  );
}

export function nextOfTask(task: number): void {
  const known = trace.value.tasks.some((each) => each.number === task);
  const none = known ? `T${task} has no further step.` : `There is no thread T${task}.`;
  goWhere(1, (number) => taskOf(trace.value, number) === task, none);
}

export function nextOnResource(direction: 1 | -1): void {
  const here = resourceOf(trace.value, step.value);
  if (!here) {
    message.value = "This step touches no object.";
    return;
  }
  goWhere(
    direction,
    (number) => resourceOf(trace.value, number) === here,
    direction > 0 ? `${here} is not touched again.` : `${here} was not touched before.`,
  );
}

export function nextMatch(): void {
  const all = search(trace.value, step.value, 1, passes) ?? search(trace.value, 0, 1, passes);
  if (all === null) message.value = "No step matches.";
  else go(all);
}

/** The next step that ran on a line, beginning again after the last. */
export function nextOnLine(file: number, line: number): void {
  stop();
  const holds = (number: number) => {
    const place = trace.value.steps.place[number - 1];
    return place != null && place[0] === file && place[1] === line;
  };
  const found = search(trace.value, step.value, 1, holds) ?? search(trace.value, 0, 1, holds);
  if (found === null) message.value = `Line ${line} is no step of this schedule.`;
  else go(found);
}

export function goToOpening(): void {
  stop();
  go(trace.value.opening);
}

export function selectTrace(index: number): void {
  if (index === traceIndex.value) return;
  stop();
  const before = step.value;
  traceIndex.value = index;
  openFolds.value = new Set();
  hiddenTasks.value = new Set();
  const row = doc().rows.find((each) => (index ? each[0] : each[1]) === before);
  go((index ? row?.[1] : row?.[0]) ?? trace.value.opening);
}

effect(() => {
  const root = globalThis.document?.documentElement;
  if (root === undefined) return;
  root.dataset["theme"] = theme.value;
  keep("theme", theme.value);
});
effect(() => keep("keys", hasKeys.value ? "on" : "off"));
