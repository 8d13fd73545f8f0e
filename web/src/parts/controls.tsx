// Small controls that several parts of the page use.

import type { ComponentChildren } from "preact";
import { actions, keyName, type Action, type ActionName } from "../actions";
import { go, message, stop } from "../state";

/** A click must not take the keyboard away from where it is. */
export function keepFocus(event: Event): void {
  event.preventDefault();
}

interface ActionButtonProps {
  action: ActionName;
  children: ComponentChildren;
  pressed?: boolean;
  kind?: string;
  /** Whether what it shows is no word. */
  sign?: boolean;
}

export function ActionButton({ action, children, pressed, kind = "", sign = false }: ActionButtonProps) {
  const found: Action = actions[action];
  const keys = found.keys.map(keyName).join(" or ");
  return (
    <button
      type="button"
      class={kind}
      data-action={action}
      data-shortcut={found.keys[0]}
      title={keys ? `${found.name} (${keys})` : found.name}
      aria-label={sign ? found.name : undefined}
      aria-pressed={pressed}
      onMouseDown={keepFocus}
      onClick={() => {
        message.value = "";
        found.run();
      }}
    >
      {children}
    </button>
  );
}

/** A link to a step. */
export function StepLink({ number, children }: { number: number; children?: ComponentChildren }) {
  return (
    <button
      type="button"
      class="link"
      data-step={number}
      onMouseDown={keepFocus}
      onClick={() => {
        stop();
        go(number);
      }}
    >
      {children ?? `step ${number}`}
    </button>
  );
}

interface PanelProps {
  name: string;
  title: string;
  kind?: string;
  children: ComponentChildren;
}

export function Panel({ name, title, kind = "", children }: PanelProps) {
  return (
    <section class={`panel ${name} ${kind}`} aria-labelledby={`title-${name}`} tabIndex={0}>
      <h2 id={`title-${name}`}>{title}</h2>
      {children}
    </section>
  );
}
