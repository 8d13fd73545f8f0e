// The failing schedule beside the nearest one that passes; rows that differ are marked.

import type { CompareRow } from "../document";
import { textOf, taskOf } from "../lookup";
import { doc, go, selectTrace, step, stop, traceIndex } from "../state";
import { Badge } from "./Badge";
import { keepFocus } from "./controls";
import { Signs } from "./Story";
import { VirtualList } from "./VirtualList";

export function Compare() {
  const rows = doc().rows;
  const first = rows.findIndex((row) => !row[2]);
  const current = rows.findIndex((row) => row[traceIndex.value] === step.value);
  return (
    <section class="panel compare" aria-labelledby="title-compare">
      <div class="bar">
        <h2 id="title-compare">Side by side</h2>
        <p class="faint">
          {first < 0
            ? "Both do the same."
            : `The same up to row ${first}; from there on, what differs is marked ◇.`}
        </p>
      </div>
      <div class="pair titles" aria-hidden="true">
        <span />
        <b>Failing</b>
        <b>Passing</b>
      </div>
      <VirtualList
        items={rows}
        current={current}
        label="Both schedules, row by row"
        render={(row) => <Pair key={`${row[0]} ${row[1]}`} row={row} />}
      />
      <Ends />
    </section>
  );
}

function Pair({ row }: { row: CompareRow }) {
  const isCurrent = row[traceIndex.value] === step.value;
  return (
    <li class={`pair ${row[2] ? "" : "differs"} ${isCurrent ? "current" : ""}`} aria-current={isCurrent ? "step" : undefined}>
      <span class="sign" title={row[2] ? undefined : "Different"}>
        {row[2] ? "" : "◇"}
      </span>
      <Side index={0} number={row[0]} isCurrent={isCurrent} />
      <Side index={1} number={row[1]} isCurrent={isCurrent} />
    </li>
  );
}

function Side({ index, number, isCurrent }: { index: number; number: number | null; isCurrent: boolean }) {
  const trace = doc().traces[index];
  if (number === null || trace === undefined) return <span class="side empty">–</span>;
  const isHere = isCurrent && traceIndex.value === index;
  return (
    <button
      type="button"
      class={`side t${taskOf(trace, number)} ${isHere ? "here" : ""}`}
      tabIndex={isHere ? 0 : -1}
      onMouseDown={keepFocus}
      onClick={() => {
        stop();
        selectTrace(index);
        go(number);
      }}
    >
      <span class="no">{number}</span>
      <Badge task={taskOf(trace, number)} small />
      <span class="sentence">{textOf(trace, number)}</span>
      {index === traceIndex.value && <Signs number={number} />}
    </button>
  );
}

/** How each of them ends. */
function Ends() {
  return (
    <div class="pair ends">
      <b class="sign">=</b>
      {doc().traces.map((trace) => (
        <span key={trace.role} class="side">
          {trace.observed.map(([label, value]) => `${label} = ${value}`).join("; ") || "ends"}
        </span>
      ))}
    </div>
  );
}
