// What was found, why, and how to get it again.

import { doc, isComparing, selectTrace, theme, traceIndex } from "../state";
import { ActionButton, keepFocus } from "./controls";

const THEME_SIGNS = { system: "◐", light: "○", dark: "●" };

export function Header() {
  const told = doc();
  return (
    <header>
      <div class="headline">
        <h1>{arrows(told.title)}</h1>
        <div class="tools">
          {told.replay && <ActionButton action="copyReplay">Copy replay</ActionButton>}
          <ActionButton action="copyLink">Copy link</ActionButton>
          <ActionButton action="copyText">Copy text</ActionButton>
          <ActionButton action="theme" sign>{THEME_SIGNS[theme.value]}</ActionButton>
          <ActionButton action="help" sign>?</ActionButton>
        </div>
      </div>
      {told.error && !`${told.title} ${told.why}`.includes(told.error) && <p class="error">{told.error}</p>}
      {told.why && <p class="why">{arrows(told.why)}</p>}
      <p class="facts">
        {[told.target, ...told.facts].filter(Boolean).map((fact) => (
          <span key={fact}>{fact}</span>
        ))}
      </p>
      {told.end.map((each) => (
        <p key={each} class="end">
          {each}
        </p>
      ))}
      {told.confirmation && <p class="facts">{told.confirmation}</p>}
      {told.rows.length > 0 && <Traces />}
    </header>
  );
}

/** Arrows of plain text as signs that no line break tears apart. */
function arrows(text: string): string {
  return text.replaceAll(" -> ", " \u2192\u00a0");
}

const CHOICES = [
  { name: "Failing schedule", index: 0, compare: false },
  { name: "Nearest passing schedule", index: 1, compare: false },
  { name: "Side by side", index: -1, compare: true },
];

function Traces() {
  const chosen = isComparing.value ? 2 : traceIndex.value;
  const choose = (position: number) => {
    const choice = CHOICES[position];
    if (choice === undefined) return;
    isComparing.value = choice.compare;
    if (!choice.compare) selectTrace(choice.index);
  };
  const onKey = (event: KeyboardEvent) => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (!by) return;
    event.preventDefault();
    const position = (chosen + by + CHOICES.length) % CHOICES.length;
    choose(position);
    queueMicrotask(() => document.getElementById(`tab-${position}`)?.focus());
  };
  return (
    <div class="tabs" role="tablist" aria-label="Schedules" onKeyDown={onKey}>
      {CHOICES.map((choice, position) => (
        <button
          key={choice.name}
          type="button"
          role="tab"
          id={`tab-${position}`}
          aria-selected={position === chosen}
          aria-controls="work"
          tabIndex={position === chosen ? 0 : -1}
          onMouseDown={keepFocus}
          onClick={() => choose(position)}
        >
          {choice.name}
        </button>
      ))}
    </div>
  );
}
