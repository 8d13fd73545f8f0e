// Shared values: what each is now, whether this step changed it, and which step it comes from.

import type { ValueEntry, ValueHistory } from "../document";
import { at } from "../lookup";
import { isUnchangedHidden, shown, trace } from "../state";
import { Badge } from "./Badge";
import { ActionButton, Panel, StepLink } from "./controls";

const ORIGIN = { written: "written at", deleted: "deleted at", called: "changed at", seen: "seen at", before: "" };

export function Values() {
  const all = trace.value.states.values;
  const here = all.filter((each) => at(each.history, shown.value) !== undefined);
  const visible = isUnchangedHidden.value ? here.filter((each) => isChanged(each)) : here;
  return (
    <Panel name="values" title="Shared values">
      {all.length > 0 && (
        <ActionButton action="unchanged" pressed={isUnchangedHidden.value}>
          Only changes
        </ActionButton>
      )}
      {visible.length === 0 && (
        <p class="empty">
          {all.length === 0
            ? "No shared data."
            : here.length === 0
              ? "None was touched yet."
              : "This step changes none."}
        </p>
      )}
      <ul>
        {visible.map((each) => (
          <Value key={each.label} value={each} />
        ))}
      </ul>
    </Panel>
  );
}

function isChanged(value: ValueHistory): boolean {
  const entry = at(value.history, shown.value);
  return entry !== undefined && entry[0] === shown.value && entry[2] !== "seen";
}

function Value({ value }: { value: ValueHistory }) {
  const entry = at(value.history, shown.value) as ValueEntry;
  const before = entry[0] > 0 ? at(value.history, entry[0] - 1) : undefined;
  const changed = isChanged(value);
  const past = value.history.filter((each) => each[0] <= shown.value);
  return (
    <li class={`value ${changed ? "changed" : ""}`}>
      <span class="name" title={value.label}>
        {value.short}
      </span>
      <span class="content">
        {changed && before !== undefined && <span class="was">{before[1]} → </span>}
        <span class="is">{entry[1]}</span>
        {changed && <b title="Changed by this step"> *</b>}
      </span>
      <span class="origin">
        <Origin entry={entry} />
      </span>
      {past.length > 1 && (
        <details>
          <summary>
            {past.length} values<span class="off-screen"> of {value.label}</span>
          </summary>
          <ol class="history">
            {past.slice(-50).map((each) => (
              <li key={each[0]}>
                {each[1]} <Origin entry={each} />
              </li>
            ))}
          </ol>
        </details>
      )}
    </li>
  );
}

function Origin({ entry }: { entry: ValueEntry }) {
  const [step, , source, task] = entry;
  if (source === "before" || task === null) return <span class="faint">from the start</span>;
  return (
    <StepLink number={step}>
      {ORIGIN[source]} {step} by <Badge task={task} small />
    </StepLink>
  );
}
