// The part of the address after "#": which step, which view. It works where a page is opened as a file.

import { effect } from "@preact/signals";
import { doc, go, isComparing, isFutureHidden, hiddenTasks, sourceView, step, trace, traceIndex } from "./state";

/** Do what an address says; what makes no sense in it is left out. */
export function follow(hash: string): void {
  const wanted = new URLSearchParams(hash.replace(/^#/, ""));
  const index = Number(wanted.get("t") ?? traceIndex.value);
  if (Number.isInteger(index) && index >= 0 && index < doc().traces.length) traceIndex.value = index;
  isComparing.value = wanted.get("c") === "1" && doc().rows.length > 0;
  if (wanted.has("v")) sourceView.value = wanted.get("v") === "split" ? "split" : "merged";
  isFutureHidden.value = wanted.get("future") === "hide";
  const numbers = new Set(trace.value.tasks.map((each) => each.number));
  const hidden = (wanted.get("hide") ?? "").split(",").filter(Boolean).map(Number);
  hiddenTasks.value = new Set(hidden.filter((each) => numbers.has(each)));
  const number = Number(wanted.get("s"));
  go(Number.isInteger(number) && number >= 1 ? number : trace.value.opening);
}

export function permalink(): string {
  const told = new URLSearchParams();
  told.set("s", String(step.value));
  if (traceIndex.value) told.set("t", String(traceIndex.value));
  if (isComparing.value) told.set("c", "1");
  if (sourceView.value === "split") told.set("v", "split");
  if (isFutureHidden.value) told.set("future", "hide");
  if (hiddenTasks.value.size) told.set("hide", [...hiddenTasks.value].join(","));
  return `#${told.toString()}`;
}

/** Keep the address and the page in step with each other. */
export function connect(): void {
  if (location.hash) follow(location.hash);
  let own = location.hash;
  effect(() => {
    own = permalink();
    try {
      history.replaceState(null, "", own);
    } catch {
      // A page inside another has no address of its own.
    }
  });
  addEventListener("hashchange", () => {
    if (location.hash !== own) follow(location.hash);
  });
}
