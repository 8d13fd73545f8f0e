// What the program has printed so far.

import { shown, trace } from "../state";
import { Panel } from "./controls";

export function Output() {
  const { prints } = trace.value;
  if (!prints.length) return null;
  const text = prints
    .filter(([step]) => step <= shown.value)
    .map(([, text]) => text)
    .join("");
  return (
    <Panel name="output" title="Output so far">
      {text ? <pre>{text}</pre> : <p class="empty">Nothing was printed yet.</p>}
    </Panel>
  );
}
