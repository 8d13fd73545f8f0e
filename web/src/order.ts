// Which steps happened before which: by program order, and by what synchronisation enforces.

import type { Trace } from "./document";
import { actionOf, count, resourceOf, taskOf } from "./lookup";

const GIVES = new Set(["release", "set", "notify", "put", "task-done", "shutdown", "wait", "terminate", "raise"]);
const TAKES = new Set(["acquire", "try-acquire", "get", "wait-done", "is-set", "queue-join", "join"]);

/** The locks that change hands at each step, also those that a wait gives up and takes back. */
function handovers(trace: Trace): Map<number, string[]> {
  const found = new Map<number, string[]>();
  for (const { label, history } of trace.states.resources) {
    history.forEach(([step, , owner], index) => {
      if (step === 0 || owner === (history[index - 1]?.[2] ?? null)) return;
      found.set(step, [...(found.get(step) ?? []), label]);
    });
  }
  return found;
}

type Clock = number[];

const known = new WeakMap<Trace, Clock[]>();

/** For each step, how many steps of each task happened before it or are it (vector clocks). */
function clocks(trace: Trace): Clock[] {
  const found = known.get(trace);
  if (found !== undefined) return found;
  const size = Math.max(0, ...trace.tasks.map((each) => each.number)) + 1;
  const ofTask: Clock[] = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  const given = new Map<string, Clock>();
  const locks = handovers(trace);
  const all: Clock[] = [];
  for (let step = 1; step <= count(trace); step++) {
    const task = taskOf(trace, step);
    const clock = ofTask[task] as Clock;
    const action = actionOf(trace, step);
    const resource = action === "begin" ? `begin ${task}` : resourceOf(trace, step);
    if (action === "begin" || TAKES.has(action)) merge(clock, given.get(resource));
    for (const lock of locks.get(step) ?? []) merge(clock, given.get(lock));
    clock[task] = step;
    all.push(clock.slice());
    const label = trace.tasks.find((each) => each.number === task)?.label ?? "";
    const into = action === "start" ? `begin ${startedBy(trace, step)}` : GIVES.has(action) ? resource || label : "";
    for (const each of [...(into ? [into] : []), ...(locks.get(step) ?? [])]) {
      const before = given.get(each) ?? new Array<number>(size).fill(0);
      merge(before, clock);
      given.set(each, before);
    }
  }
  known.set(trace, all);
  return all;
}

function startedBy(trace: Trace, step: number): number {
  const label = resourceOf(trace, step);
  return trace.tasks.find((each) => each.label === label)?.number ?? -1;
}

function merge(into: Clock, other: Clock | undefined): void {
  other?.forEach((value, index) => {
    if (value > (into[index] ?? 0)) into[index] = value;
  });
}

export type Relation = "before" | "after" | "concurrent" | "same";

/** How a step stands to another: whether it must come before it, after it, or either way. */
export function relation(trace: Trace, step: number, to: number): Relation {
  if (step === to) return "same";
  const all = clocks(trace);
  const [first, last] = step < to ? [step, to] : [to, step];
  const clock = all[last - 1];
  const isOrdered = (clock?.[taskOf(trace, first)] ?? 0) >= first;
  return isOrdered ? (step < to ? "before" : "after") : "concurrent";
}
