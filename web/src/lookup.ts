// Looking things up in a trace: the state after a step, and the next step of some kind.

import type { Place, TaskEntry, Trace } from "./document";

/** Actions that stop a task before it does what its place says. */
const STOPS = new Set(["suspend", "block", "yield"]);
const LIFE = new Set(["begin", "start", "join", "terminate", "is-alive", "suspend", "resume", "yield", "print"]);

/** The last entry at or before a step. */
export function at<Entry extends [number, ...unknown[]]>(history: Entry[], step: number): Entry | undefined {
  let low = 0;
  let high = history.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((history[middle] as Entry)[0] <= step) low = middle + 1;
    else high = middle;
  }
  return history[low - 1];
}

export function count(trace: Trace): number {
  return trace.steps.task.length;
}

export function taskOf(trace: Trace, step: number): number {
  return trace.steps.task[step - 1] ?? 0;
}

export function actionOf(trace: Trace, step: number): string {
  return trace.steps.action[step - 1] ?? "";
}

export function placeOf(trace: Trace, step: number): Place | null {
  return trace.steps.place[step - 1] ?? null;
}

export function textOf(trace: Trace, step: number): string {
  return trace.steps.text[step - 1] ?? "";
}

export function resourceOf(trace: Trace, step: number): string {
  return trace.steps.resource[step - 1] ?? "";
}

export function labelOf(trace: Trace, task: number): string {
  return trace.tasks.find((each) => each.number === task)?.label ?? `T${task}`;
}

/** "T1 deposit", as at the head of a column. */
export function headOf(trace: Trace, task: number): string {
  const found = trace.tasks.find((each) => each.number === task);
  return found === undefined ? `T${task}` : `${found.label} ${found.name}`.trim();
}

export function isShared(action: string): boolean {
  return !LIFE.has(action);
}

/** Whether control goes from one thread to another at a step. */
export function isSwitch(trace: Trace, step: number): boolean {
  return step > 1 && taskOf(trace, step) !== taskOf(trace, step - 1);
}

/** The next step in a direction for which something holds; null where there is none. */
export function search(
  trace: Trace,
  from: number,
  direction: 1 | -1,
  holds: (step: number) => boolean,
): number | null {
  const last = count(trace);
  for (let step = from + direction; step >= 1 && step <= last; step += direction) {
    if (holds(step)) return step;
  }
  return null;
}

export interface Position {
  /** What ran last. */
  ran: Place | null;
  ranStep: number;
  /** What runs next. */
  next: Place | null;
  nextStep: number;
}

const places = new WeakMap<Trace, Map<number, number[]>>();

/** The steps of a task that have a place, in order. */
function placedSteps(trace: Trace, task: number): number[] {
  let all = places.get(trace);
  if (all === undefined) {
    all = new Map();
    for (let step = 1; step <= count(trace); step++) {
      if (placeOf(trace, step) === null) continue;
      const steps = all.get(taskOf(trace, step));
      if (steps === undefined) all.set(taskOf(trace, step), [step]);
      else steps.push(step);
    }
    places.set(trace, all);
  }
  return all.get(task) ?? [];
}

/** Where a task is after a step. */
export function positionOf(trace: Trace, task: number, step: number): Position {
  const steps = placedSteps(trace, task);
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((steps[middle] ?? 0) <= step) low = middle + 1;
    else high = middle;
  }
  let before = low - 1;
  const last = steps[before] ?? 0;
  const stopped = last && STOPS.has(actionOf(trace, last)) ? last : 0;
  while (before >= 0 && STOPS.has(actionOf(trace, steps[before] ?? 0))) before--;
  const ranStep = steps[before] ?? 0;
  const nextStep = stopped || (steps[low] ?? 0);
  return {
    ran: ranStep ? placeOf(trace, ranStep) : null,
    ranStep,
    next: nextStep ? placeOf(trace, nextStep) : null,
    nextStep,
  };
}

export function statusOf(trace: Trace, task: number, step: number): TaskEntry {
  const index = trace.tasks.findIndex((each) => each.number === task);
  return at(trace.states.tasks[index] ?? [], step) ?? [0, "new", "", "", 0];
}

/** The tasks that could have run after a step: what the scheduler chose from. */
export function readyAt(trace: Trace, step: number): number[] {
  return trace.tasks.map((each) => each.number).filter((task) => statusOf(trace, task, step)[1] === "ready");
}

export function runningAt(trace: Trace, step: number): number | null {
  return trace.tasks.find((each) => statusOf(trace, each.number, step)[1] === "running")?.number ?? null;
}
