// One lane for each thread, the scrubber, and the buttons that move.

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Status, TaskEntry } from "../document";
import { actionOf, count, headOf, statusOf, taskOf, textOf } from "../lookup";
import { go, isPlaying, message, shown, speed, step, stop, total, trace } from "../state";
import { Badge } from "./Badge";
import { ActionButton } from "./controls";
import { Icon } from "./Icon";

const MARGIN = 10;
/** Dots that are nearer to each other would be a blur. */
const DOT_ROOM = 9;
const STATUSES: Status[] = ["running", "ready", "blocked"];

export function Timeline() {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(600);
  useLayoutEffect(() => {
    if (box.current === null) return undefined;
    const observer = new ResizeObserver(() => setWidth(box.current?.clientWidth ?? 600));
    observer.observe(box.current);
    setWidth(box.current.clientWidth);
    return () => observer.disconnect();
  }, []);
  const tasks = trace.value.tasks;
  const last = total.value;
  const height = tasks.length * laneHeight();
  const x = (number: number) => MARGIN + ((number - 0.5) / last) * (width - 2 * MARGIN);
  const seek = (event: PointerEvent) => {
    const left = box.current?.getBoundingClientRect().left ?? 0;
    stop();
    go(Math.ceil(((event.clientX - left - MARGIN) / (width - 2 * MARGIN)) * last) || 1);
  };
  return (
    <section class="panel timeline" aria-label="Time line">
      <div class="lanes">
        <div class={`heads ${laneHeight() < 20 ? "dense" : ""}`}>
          {tasks.map((each) => (
            <div key={each.number} class="head" title={headOf(trace.value, each.number)}>
              <Badge task={each.number} small /> <span>{each.name || each.label}</span>
            </div>
          ))}
        </div>
        <div
          class="drawing"
          ref={box}
          onPointerDown={(event) => {
            event.preventDefault();
            event.currentTarget.setPointerCapture(event.pointerId);
            seek(event);
          }}
          onPointerMove={(event) => {
            if (event.buttons === 1) seek(event);
          }}
        >
          <svg width={width} height={height} aria-hidden="true">
            {tasks.map((each, row) => (
              <Lane key={each.number} task={each.number} row={row} x={x} />
            ))}
            <Dots x={x} isRoomy={(width - 2 * MARGIN) / last >= DOT_ROOM} />
            <Cause x={x} />
            <line class="cursor" x1={x(shown.value)} x2={x(shown.value)} y1="0" y2={height} />
          </svg>
          <input
            type="range"
            min="1"
            max={last}
            value={step.value}
            aria-label="Step"
            aria-valuetext={`Step ${step.value} of ${last}: ${textOf(trace.value, step.value)}`}
            onInput={(event) => {
              stop();
              go(Number(event.currentTarget.value));
            }}
            onPointerDown={(event) => event.stopPropagation()}
            onPointerMove={(event) => event.stopPropagation()}
          />
        </div>
      </div>
      <Controls />
    </section>
  );
}

function Lane({ task, row, x }: { task: number; row: number; x: (step: number) => number }) {
  const index = trace.value.tasks.findIndex((each) => each.number === task);
  const history = trace.value.states.tasks[index] ?? [];
  const y = (row + 0.5) * laneHeight();
  const last = count(trace.value);
  const half = (x(2) - x(1)) / 2;
  const paths: Record<string, string> = {};
  history.forEach(([start, status]: TaskEntry, position) => {
    const end = history[position + 1]?.[0] ?? last + 1;
    if (status === "new" || status === "terminated") return;
    // The step of a state is its first; the line goes on to the beginning of the next.
    const from = status === "running" ? x(Math.max(start, 1)) - half : x(Math.max(start, 1));
    const to = Math.max(x(end) - half, from);
    paths[status] = `${paths[status] ?? ""}M${from.toFixed(1)} ${y}H${to.toFixed(1)}`;
  });
  const end = history[history.length - 1];
  return (
    <g class={`lane t${task}`}>
      {STATUSES.map((status) => paths[status] && <path key={status} class={status} d={paths[status]} />)}
      {end?.[1] === "terminated" && (
        <path class="end" d={`M${x(end[0]) - 4} ${y - 4}l8 8m0 -8l-8 8`} />
      )}
    </g>
  );
}

/** Many threads get narrower lanes. */
function laneHeight(): number {
  return trace.value.tasks.length > 8 ? 15 : 20;
}

function rowOf(task: number): number {
  return (trace.value.tasks.findIndex((each) => each.number === task) + 0.5) * laneHeight();
}

function Dots({ x, isRoomy }: { x: (step: number) => number; isRoomy: boolean }) {
  const current = trace.value;
  return (
    <g>
      {current.steps.task.map((task, index) => {
        const number = index + 1;
        const action = actionOf(current, number);
        if (action === "terminate" || action === "raise") return null;
        const isDeciding = current.deciding.includes(number);
        if (!isRoomy && !isDeciding) return null;
        return (
          <circle
            key={number}
            class={`dot t${task} ${isDeciding ? "deciding" : ""}`}
            cx={x(number)}
            cy={rowOf(task)}
            r={isDeciding ? 5 : 3}
          />
        );
      })}
    </g>
  );
}

/** An arrow from the step that this one owes its value, or its being awake, to. */
function Cause({ x }: { x: (step: number) => number }) {
  const number = shown.value;
  const from = trace.value.from[number] ?? wokenBy(number);
  if (from === undefined) return null;
  const [x1, y1] = [x(from), rowOf(taskOf(trace.value, from))];
  const [x2, y2] = [x(number), rowOf(taskOf(trace.value, number))];
  const middle = (x1 + x2) / 2;
  return (
    <g class="cause">
      <path d={`M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`} />
      <circle cx={x1} cy={y1} r="5" />
    </g>
  );
}

/** The step after which a blocked task could go on, when this is its first since. */
function wokenBy(number: number): number | undefined {
  const task = taskOf(trace.value, number);
  const [since, status, resource] = statusOf(trace.value, task, number - 1);
  const wasBlocked = status === "ready" && resource !== "" && since > 0;
  return wasBlocked ? since : undefined;
}

function Controls() {
  useLayoutEffect(() => {
    if (!isPlaying.value) return undefined;
    if (step.value >= total.value) go(1);
    const timer = setInterval(() => {
      if (step.value >= total.value) isPlaying.value = false;
      else go(step.value + 1);
    }, 1000 / speed.value);
    return () => clearInterval(timer);
  }, [isPlaying.value, speed.value]);
  const number = step.value;
  return (
    <div class="controls">
      <div class="buttons">
        <ActionButton action="first" sign><Icon name="first" /></ActionButton>
        <ActionButton action="previousSwitch" sign><Icon name="previousSwitch" /></ActionButton>
        <ActionButton action="previous" sign><Icon name="previous" /></ActionButton>
        <ActionButton action="play" pressed={isPlaying.value} kind="play">
          <Icon name={isPlaying.value ? "pause" : "play"} /> {isPlaying.value ? "Pause" : "Play"}
        </ActionButton>
        <ActionButton action="next" sign><Icon name="next" /></ActionButton>
        <ActionButton action="nextSwitch" sign><Icon name="nextSwitch" /></ActionButton>
        <ActionButton action="last" sign><Icon name="last" /></ActionButton>
        <ActionButton action="deciding" sign>
          ! <span class="deciding-word">Deciding step</span>
        </ActionButton>
        <label class="speed">
          Speed{" "}
          <select value={speed.value} onChange={(event) => (speed.value = Number(event.currentTarget.value))}>
            {[0.5, 1, 2, 4].map((each) => (
              <option key={each} value={each}>
                {each}×
              </option>
            ))}
          </select>
        </label>
      </div>
      <p class="now">
        Step {number.toLocaleString("en")} of {total.value.toLocaleString("en")}
        {message.value && <span class="message"> {message.value}</span>}
      </p>
      <p class="legend" aria-hidden="true">
        {STATUSES.map((status) => (
          <span key={status}>
            <svg class="lane" width="26" height="10">
              <path class={status} d="M0 5H26" />
            </svg>{" "}
            {status}
          </span>
        ))}
        <span>× end</span>
      </p>
      <p class="off-screen" aria-live="polite" role="status" id="live">
        {isPlaying.value ? "" : `Step ${number}: ${textOf(trace.value, number)} ${message.value}`}
      </p>
    </div>
  );
}
