// The threads' life cycle, and what the scheduler had to choose from.

import type { Status, TaskInfo } from "../document";
import { at, headOf, readyAt, runningAt, statusOf, taskOf } from "../lookup";
import { doc, shown, total, trace } from "../state";
import { Badge, Badges } from "./Badge";
import { Panel, StepLink } from "./controls";

const SIGNS: Record<Status, string> = { new: "○", ready: "◇", running: "▶", blocked: "■", terminated: "×" };

export function Threads() {
  return (
    <Panel name="threads" kind={trace.value.tasks.length > 6 ? "many" : ""} title="Threads">
      <ul>
        {trace.value.tasks.map((each) => (
          <Thread key={each.number} task={each} />
        ))}
      </ul>
    </Panel>
  );
}

function Thread({ task }: { task: TaskInfo }) {
  const [since, status, resource, waits, flags] = statusOf(trace.value, task.number, shown.value);
  const index = trace.value.tasks.indexOf(task);
  const stale = at(trace.value.states.stale[index] ?? [], shown.value)?.[1] ?? [];
  const owner = ownerOf(resource);
  const why = trace.value.waiting.find((each) => each.task === task.number)?.why;
  return (
    <li class={`thread t${task.number} is-${status} ${taskOf(trace.value, shown.value) === task.number ? "now" : ""}`}>
      <Badge task={task.number} />
      <span class="name" title={task.thread}>
        {headOf(trace.value, task.number)}
        {task.daemon && <span class="kind"> daemon</span>}
      </span>
      <span class="chip">
        <span aria-hidden="true">{SIGNS[status]}</span> {status.toUpperCase()}
      </span>
      {resource && (status === "blocked" || status === "ready") && (
        <span class="detail">
          {status === "blocked" ? waits : "can go on"}
          {owner !== null && status === "blocked" && (
            <>
              , held by <Badge task={owner} small />
            </>
          )}{" "}
          <StepLink number={since}>since {since}</StepLink>
          {status === "blocked" && why && shown.value === total.value && <> ({why})</>}
        </span>
      )}
      {flags % 2 === 1 && <span class="detail">suspended: it could have gone on</span>}
      {flags >= 2 && (
        <span class="detail">
          ended by an exception <StepLink number={since} />
        </span>
      )}
      {stale.map(([label, value, step]) => (
          <span key={label} class="detail stale">
            read {label} = {value} at <StepLink number={step} />; it has changed since
          </span>
        ))}
    </li>
  );
}

function ownerOf(resource: string): number | null {
  const found = trace.value.states.resources.find((each) => each.label === resource);
  return (found && at(found.history, shown.value)?.[2]) ?? null;
}

export function RunQueue() {
  const running = runningAt(trace.value, shown.value);
  const ready = readyAt(trace.value, shown.value);
  const blocked = trace.value.tasks
    .map((each) => each.number)
    .filter((task) => statusOf(trace.value, task, shown.value)[1] === "blocked");
  const next = shown.value < total.value ? taskOf(trace.value, shown.value + 1) : null;
  const choices = [...(running === null ? [] : [running]), ...ready];
  const hasGil = doc().model.startsWith("gil");
  return (
    <Panel name="queue" title={hasGil ? "Run queue and GIL" : "Run queue"}>
      <dl>
        <dt>GIL</dt>
        <dd>
          {hasGil ? (
            running === null ? (
              "free"
            ) : (
              <>
                held by <Badge task={running} small />
              </>
            )
          ) : (
            <>free-threaded: no GIL</>
          )}
        </dd>
        <dt>Running</dt>
        <dd>{running === null ? "nobody" : <Badge task={running} small />}</dd>
        <dt>Ready</dt>
        <dd>{ready.length ? <Badges tasks={ready} /> : "nobody"}</dd>
        <dt>Blocked</dt>
        <dd>{blocked.length ? <Badges tasks={blocked} /> : "nobody"}</dd>
        <dt>Next</dt>
        <dd>
          {next === null ? (
            endWord(blocked.length)
          ) : (
            <>
              <Badge task={next} small />
              {choices.length > 1 ? ` chosen from ${choices.length} ⚡` : " no other choice"}
            </>
          )}
        </dd>
      </dl>
    </Panel>
  );
}

function endWord(blocked: number): string {
  return blocked ? "nobody can go on" : "the end";
}
