// Locks, queues and the other primitives: who has them, who waits, what is inside.

import type { ResourceEntry, ResourceHistory } from "../document";
import { at, labelOf } from "../lookup";
import { isUnchangedHidden, shown, total, trace } from "../state";
import { Badge, Badges } from "./Badge";
import { Panel, StepLink } from "./controls";

export function Resources() {
  const all = trace.value.states.resources;
  const visible = isUnchangedHidden.value ? all.filter((each) => isChanged(each)) : all;
  return (
    <Panel name="resources" title="Locks and queues">
      {trace.value.cycle.length > 0 && shown.value === total.value && <Cycle />}
      {all.length === 0 && <p class="empty">None used.</p>}
      {all.length > 0 && visible.length === 0 && <p class="empty">This step changes none.</p>}
      <ul>
        {visible.map((each) => (
          <Resource key={each.label} resource={each} />
        ))}
      </ul>
    </Panel>
  );
}

function isChanged(resource: ResourceHistory): boolean {
  return at(resource.history, shown.value)?.[0] === shown.value;
}

function Resource({ resource }: { resource: ResourceHistory }) {
  const entry = at(resource.history, shown.value) as ResourceEntry;
  const [, text, owner, waiters, items] = entry;
  return (
    <li class={`resource ${isChanged(resource) ? "changed" : ""}`}>
      <span class="name" title={resource.label}>
        {resource.short}
      </span>
      <span class="content">
        {resource.kind && <span class="kind">{resource.kind} </span>}
        {text}
        {owner !== null && (
          <>
            {" "}
            <Badge task={owner} small />
          </>
        )}
        {isChanged(resource) && <b title="Changed by this step"> *</b>}
      </span>
      {entry[0] > 0 && (
        <span class="origin">
          <StepLink number={entry[0]}>since {entry[0]}</StepLink>
        </span>
      )}
      {waiters.length > 0 && (
        <span class="detail">
          waiting: <Badges tasks={waiters} />
        </span>
      )}
      {items !== null && items.length > 0 && (
        <ol class="items" aria-label={`Items of ${resource.label}, the oldest first`}>
          {items.map((each, index) => (
            <li key={index}>{each}</li>
          ))}
        </ol>
      )}
    </li>
  );
}

/** Who waits for what, as far as it goes in a circle. */
function Cycle() {
  const cycle = trace.value.cycle;
  return (
    <p class="cycle" role="status">
      <b>Nobody can go on:</b>{" "}
      {cycle.map((label, index) => {
        const task = trace.value.tasks.find((each) => labelOf(trace.value, each.number) === label);
        return (
          <span key={index}>
            {index > 0 && " → "}
            {task !== undefined && index % 2 === 0 ? <Badge task={task.number} small /> : label}
          </span>
        );
      })}
    </p>
  );
}
