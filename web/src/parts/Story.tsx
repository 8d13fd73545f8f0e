// The story: one sentence for each step, growing with the step.

import { computed } from "@preact/signals";
import { actionOf, count, isSwitch, placeOf, taskOf, textOf } from "../lookup";
import {
  doc,
  go,
  hiddenTasks,
  isFiltered,
  isFutureHidden,
  isOnlyShared,
  nextMatch,
  onlyRelation,
  onlyResource,
  openFolds,
  passes,
  preview,
  query,
  showAll,
  shown,
  step,
  stop,
  trace,
} from "../state";
import type { Relation } from "../order";
import { Badge } from "./Badge";
import { ActionButton, keepFocus } from "./controls";
import { VirtualList } from "./VirtualList";

type Fold = [first: number, last: number, text: string];
type Item = number | Fold;

function isOpen(fold: Fold): boolean {
  const open = openFolds.value;
  return open === true || open.has(fold[0]) || (fold[0] <= step.value && step.value <= fold[1]);
}

/** The folds that are closed: they change only when the step enters or leaves one. */
const closedFolds = computed(() => trace.value.folds.filter((fold) => !isOpen(fold)).map((fold) => fold[0]).join());

const items = computed<Item[]>(() => {
  const all: Item[] = [];
  const last = isFutureHidden.value ? step.value : count(trace.value);
  const closed = new Set(closedFolds.value.split(",").filter(Boolean).map(Number));
  const folds = new Map(trace.value.folds.map((fold) => [fold[0], fold]));
  for (let number = 1; number <= last; number++) {
    const fold = folds.get(number);
    if (!isFiltered.value && fold !== undefined && closed.has(number)) {
      all.push(fold);
      number = fold[1];
    } else if (!isFiltered.value || passes(number)) {
      all.push(number);
    }
  }
  return all;
});

export function Story() {
  const shownItems = items.value;
  const current = shownItems.findIndex((item) =>
    typeof item === "number" ? item >= step.value : item[1] >= step.value,
  );
  const hasFolds = trace.value.folds.length > 0;
  return (
    <section class="panel story" aria-labelledby="title-story">
      <div class="bar">
        <h2 id="title-story">Story</h2>
        <Filters />
        {hasFolds && (
          <button
            type="button"
            aria-pressed={openFolds.value === true}
            onMouseDown={keepFocus}
            onClick={() => (openFolds.value = openFolds.value === true ? new Set<number>() : true)}
          >
            Unfold all
          </button>
        )}
        <ActionButton action="future" pressed={isFutureHidden.value}>
          Hide future
        </ActionButton>
      </div>
      {isFiltered.value && (
        <p class="hidden" role="status">
          {shownItems.length.toLocaleString("en")} of {count(trace.value).toLocaleString("en")} steps shown.{" "}
          <button type="button" onClick={showAll}>
            Show all
          </button>
        </p>
      )}
      <VirtualList items={shownItems} current={current} label="Steps" render={(item) => <Row item={item} />} />
    </section>
  );
}

function Filters() {
  const tasks = trace.value.tasks;
  const resources = [...new Set(trace.value.steps.resource)].filter(Boolean).sort();
  const set = (task: number, isShown: boolean) => {
    const next = new Set(hiddenTasks.value);
    if (isShown) next.delete(task);
    else next.add(task);
    hiddenTasks.value = next;
  };
  return (
    <>
      <input
        id="search"
        type="search"
        placeholder="Search"
        aria-label="Search the story; Enter goes to the next match"
        value={query.value}
        onInput={(event) => (query.value = event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") nextMatch();
        }}
      />
      <details class="filter">
        <summary>Filter{isFiltered.value ? " (on)" : ""}</summary>
        <div class="menu">
          <fieldset>
            <legend>Threads</legend>
            {tasks.map((each) => (
              <label key={each.number}>
                <input
                  type="checkbox"
                  checked={!hiddenTasks.value.has(each.number)}
                  onChange={(event) => set(each.number, event.currentTarget.checked)}
                />
                <Badge task={each.number} small /> {`${each.label} ${each.name}`}
              </label>
            ))}
          </fieldset>
          <label>
            Object{" "}
            <select
              aria-label="Only steps on an object"
              value={onlyResource.value}
              onChange={(event) => (onlyResource.value = event.currentTarget.value)}
            >
              <option value="">all</option>
              {resources.map((each) => (
                <option key={each} value={each}>
                  {each}
                </option>
              ))}
            </select>
          </label>
          <label>
            Order{" "}
            <select
              aria-label="Only steps in an order to this one"
              value={onlyRelation.value}
              onChange={(event) => (onlyRelation.value = event.currentTarget.value as Relation | "")}
            >
              <option value="">all</option>
              <option value="before">must come before this step</option>
              <option value="after">must come after this step</option>
              <option value="concurrent">could come before or after it</option>
            </select>
          </label>
          <label>
            <input
              type="checkbox"
              checked={isOnlyShared.value}
              onChange={(event) => (isOnlyShared.value = event.currentTarget.checked)}
            />
            Only shared data and synchronisation
          </label>
        </div>
      </details>
    </>
  );
}

function Row({ item }: { item: Item }) {
  if (typeof item !== "number") {
    const [first, , text] = item;
    return (
      <li class="fold" key={`fold ${first}`}>
        <button
          type="button"
          tabIndex={-1}
          onMouseDown={keepFocus}
          onClick={() => {
            const open = openFolds.value;
            if (open !== true) openFolds.value = new Set([...open, first]);
          }}
        >
          {text}
        </button>
      </li>
    );
  }
  return <StepRow key={item} number={item} />;
}

function StepRow({ number }: { number: number }) {
  const current = trace.value;
  const isCurrent = number === step.value;
  const classes = ["row", `t${taskOf(current, number)}`];
  if (isCurrent) classes.push("current");
  if (number > shown.value) classes.push("future");
  if (isSwitch(current, number)) classes.push("switch");
  const local = current.local[number];
  return (
    <li class={classes.join(" ")} aria-current={isCurrent ? "step" : undefined}>
      <button
        type="button"
        tabIndex={isCurrent ? 0 : -1}
        data-step={number}
        onMouseDown={keepFocus}
        onClick={() => {
          stop();
          go(number);
        }}
        onMouseEnter={() => {
          if (number !== step.value) preview.value = number;
        }}
        onMouseLeave={() => (preview.value = null)}
      >
        <span class="no">{number}</span>
        <Badge task={taskOf(current, number)} small />
        <span class="sentence">
          {textOf(current, number)}
          {local && <span class="local"> after {local} steps on its own data</span>}
        </span>
        <Signs number={number} />
        <PlaceText number={number} />
      </button>
    </li>
  );
}

/** What changed, and what is special about a step: each in characters and words. */
export function Signs({ number }: { number: number }) {
  const current = trace.value;
  const change = current.change[number];
  const deciding = current.deciding.indexOf(number);
  const isLast = deciding >= 0 && deciding === current.deciding.length - 1;
  const isPreemption = actionOf(current, number) === "suspend";
  return (
    <span class="signs">
      {change && (
        <span class="change">
          {change[0] !== null && <>{change[0]} → </>}
          {change[1]}
        </span>
      )}
      {isPreemption && (
        <span class="sign" title="A preemption: it could have gone on">
          ⚡ preemption
        </span>
      )}
      {isLast && (
        <span class="sign deciding" title="The step that made the difference">
          ! deciding step
        </span>
      )}
      {deciding >= 0 && !isLast && (
        <span class="sign" title="One of the steps that made the difference">
          ◆<span class="off-screen"> one of the deciding steps</span>
        </span>
      )}
      {change && deciding < 0 && (
        <span class="sign" title="Changed">
          *<span class="off-screen"> changed</span>
        </span>
      )}
    </span>
  );
}

function PlaceText({ number }: { number: number }) {
  const place = placeOf(trace.value, number);
  if (place === null) return <span class="place" />;
  const name = doc().files[place[0]]?.name ?? "";
  return (
    <span class="place" title={`${name}:${place[1]}`}>
      {doc().files.length > 1 ? `${name.split("/").pop()}:${place[1]}` : `line ${place[1]}`}
    </span>
  );
}
