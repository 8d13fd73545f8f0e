// The program, with the place of every thread.

import { useEffect, useRef } from "preact/hooks";
import { signal } from "@preact/signals";
import type { Place, Run, SourceFile } from "../document";
import { headOf, labelOf, placeOf, positionOf, statusOf, taskOf } from "../lookup";
import { doc, nextOnLine, shown, sourceView, trace } from "../state";
import { Badge } from "./Badge";
import { ActionButton, keepFocus } from "./controls";

const MOST_BADGES = 3;

/** The file that was chosen by hand, until the next step goes elsewhere. */
const chosenFile = signal<{ file: number; step: number } | null>(null);

interface Mark {
  task: number;
  start: number;
  end: number;
  isNow: boolean;
}

interface Arrow {
  task: number;
  isNext: boolean;
}

export function Source() {
  const files = doc().files;
  if (!files.length) {
    return <p class="empty">No line of the program is known for any step.</p>;
  }
  const isSplit = sourceView.value === "split";
  return (
    <section class={`panel source ${isSplit ? "is-split" : ""}`} aria-labelledby="title-source">
      <div class="bar">
        <h2 id="title-source">Source</h2>
        {!isSplit && <Files />}
        <ActionButton action="split" pressed={isSplit}>
          {isSplit ? "One file" : "By thread"}
        </ActionButton>
      </div>
      {isSplit ? <Split /> : <Listing file={currentFile()} only={null} />}
    </section>
  );
}

function currentFile(): number {
  const chosen = chosenFile.value;
  if (chosen !== null && chosen.step === shown.value) return chosen.file;
  const place = placeOf(trace.value, shown.value);
  if (place !== null) return place[0];
  const position = positionOf(trace.value, taskOf(trace.value, shown.value), shown.value);
  return (position.next ?? position.ran)?.[0] ?? 0;
}

function Files() {
  const current = currentFile();
  const files = doc().files;
  if (files.length === 1) return <span class="file">{files[0]?.name}</span>;
  return (
    <div class="files">
      {files.map((file, index) => (
        <button
          key={file.name}
          type="button"
          aria-pressed={index === current}
          title={file.name}
          onMouseDown={keepFocus}
          onClick={() => (chosenFile.value = { file: index, step: shown.value })}
        >
          {file.name.split("/").pop()}
        </button>
      ))}
    </div>
  );
}

/** One column for each thread that is somewhere and not yet over. */
function Split() {
  const columns = trace.value.tasks.filter((each) => {
    const position = positionOf(trace.value, each.number, shown.value);
    const isOver = statusOf(trace.value, each.number, shown.value)[1] === "terminated";
    if (isOver && each.number !== taskOf(trace.value, shown.value)) return false;
    return position.ran !== null || position.next !== null;
  });
  return (
    <div class="columns" tabIndex={0} role="group" aria-label="One column for each thread">
      {columns.map((each) => {
        const position = positionOf(trace.value, each.number, shown.value);
        const place = (position.next ?? position.ran) as Place;
        const isNow = taskOf(trace.value, shown.value) === each.number;
        return (
          <div key={each.number} class={`column t${each.number} ${isNow ? "now" : ""}`}>
            <h3>
              <Badge task={each.number} small /> {headOf(trace.value, each.number)}
            </h3>
            <Listing file={place[0]} only={each.number} />
          </div>
        );
      })}
    </div>
  );
}

function Listing({ file, only }: { file: number; only: number | null }) {
  const found = doc().files[file] as SourceFile;
  const box = useRef<HTMLDivElement>(null);
  const { marks, arrows } = placesIn(file, only);
  const now = nowLine(file, only);
  useEffect(() => {
    const line = box.current?.querySelector(`[data-line="${now}"]`);
    const container = box.current;
    if (!line || !container) return;
    const top = (line as HTMLElement).offsetTop;
    const height = container.clientHeight;
    if (top < container.scrollTop + 30 || top > container.scrollTop + height - 60) {
      container.scrollTop = Math.max(0, top - height / 2.5);
    }
  }, [file, now]);
  let before = 0;
  return (
    <div class="listing" ref={box} tabIndex={0} role="group" aria-label={`Source of ${found.name}`}>
      {found.note && <p class="note">{found.note}</p>}
      <div class="lines">
      {found.lines.map(([number, runs]) => {
        const isGap = before > 0 && number > before + 1;
        before = number;
        const here = arrows.get(number) ?? [];
        return (
          <>
            {isGap && <div class="gap" aria-hidden="true">⋮</div>}
            <div class={`line ${number === now ? "now" : ""} ${here.length ? "here" : ""}`} data-line={number}>
              <span class="arrows">
                <Arrows arrows={here} />
              </span>
              <button
                type="button"
                class="number"
                tabIndex={-1}
                aria-label={`Line ${number}: next step here`}
                onMouseDown={keepFocus}
                onClick={() => nextOnLine(file, number)}
              >
                {number}
              </button>
              <code>{cut(runs, marks.get(number) ?? [])}</code>
            </div>
          </>
        );
      })}
      </div>
    </div>
  );
}

function Arrows({ arrows }: { arrows: Arrow[] }) {
  if (!arrows.length) return null;
  const told = arrows
    .map((each) => `${labelOf(trace.value, each.task)} ${each.isNext ? "is about to run this" : "just ran this"}`)
    .join(", ");
  return (
    <span role="img" aria-label={told} title={told}>
      {arrows.slice(0, MOST_BADGES).map((each) => (
        <span key={`${each.task} ${each.isNext}`} class="arrow" aria-hidden="true">
          <Badge task={each.task} small />
          {each.isNext ? "→" : "▸"}
        </span>
      ))}
      {arrows.length > MOST_BADGES && <span class="more">+{arrows.length - MOST_BADGES}</span>}
    </span>
  );
}

function nowLine(file: number, only: number | null): number {
  const task = only ?? taskOf(trace.value, shown.value);
  const position = positionOf(trace.value, task, shown.value);
  const own = only === null || only === taskOf(trace.value, shown.value);
  const place = (own ? placeOf(trace.value, shown.value) : null) ?? position.ran ?? position.next;
  return place !== null && place[0] === file ? place[1] : 0;
}

/** Where threads are in a file: parts of lines, and arrows beside lines. */
function placesIn(file: number, only: number | null) {
  const marks = new Map<number, Mark[]>();
  const arrows = new Map<number, Arrow[]>();
  const current = taskOf(trace.value, shown.value);
  const stopped = placeOf(trace.value, shown.value);
  for (const { number: task } of trace.value.tasks) {
    if (only !== null && task !== only) continue;
    const { ran, next } = positionOf(trace.value, task, shown.value);
    const isNow = task === current;
    const at = (isNow ? stopped : null) ?? ran;
    if (!isNow && next === null && statusOf(trace.value, task, shown.value)[1] === "terminated") continue;
    if (ran !== null && ran[0] === file) add(arrows, ran[1], { task, isNext: false });
    if (next !== null && next[0] === file) add(arrows, next[1], { task, isNext: true });
    if (at !== null && at[0] === file && at[3] >= 0) {
      add(marks, at[1], { task, start: at[3], end: at[2] > at[1] ? Infinity : at[4], isNow });
    }
  }
  return { marks, arrows };
}

function add<Value>(map: Map<number, Value[]>, key: number, value: Value): void {
  const found = map.get(key);
  if (found === undefined) map.set(key, [value]);
  else found.push(value);
}

/** The runs of a line cut where a mark begins or ends. */
function cut(runs: Run[], marks: Mark[]) {
  const length = runs.reduce((sum, [, text]) => sum + text.length, 0);
  const edges = marks.flatMap(({ start, end }) => [start, Math.min(end, length)]);
  const pieces = [];
  let position = 0;
  for (const [kind, text] of runs) {
    const stops = [...new Set([position, ...edges, position + text.length])]
      .filter((edge) => edge >= position && edge <= position + text.length)
      .sort((one, other) => one - other);
    for (let index = 0; index + 1 < stops.length; index++) {
      const [start, end] = [stops[index] as number, stops[index + 1] as number];
      const covering = marks.filter((mark) => mark.start <= start && Math.min(mark.end, length) >= end);
      const top = covering.find((mark) => mark.isNow) ?? covering[0];
      const classes = [kind && `k-${kind}`, top && `mark t${top.task}`, top?.isNow && "now"].filter(Boolean);
      const piece = text.slice(start - position, end - position);
      pieces.push(classes.length ? <span class={classes.join(" ")}>{piece}</span> : piece);
    }
    position += text.length;
  }
  return pieces;
}
