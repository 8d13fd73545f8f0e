// The keys, made from the same table as the buttons.

import { useLayoutEffect, useRef } from "preact/hooks";
import { actions, keyName, type Action } from "../actions";
import { doc, hasKeys, isHelpOpen } from "../state";

export function Help() {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    if (isHelpOpen.value) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isHelpOpen.value]);
  return (
    <dialog ref={dialog} aria-labelledby="title-help" onClose={() => (isHelpOpen.value = false)}>
      <h2 id="title-help">Keys</h2>
      <table>
        <tbody>
          {Object.values<Action>(actions)
            .filter((each) => each.keys.length)
            .map((each) => (
              <tr key={each.name}>
                <th scope="row">
                  {each.keys.map((key) => (
                    <kbd key={key}>{keyName(key)}</kbd>
                  ))}
                </th>
                <td>{each.name}</td>
              </tr>
            ))}
          <tr>
            <th scope="row">
              <kbd>1</kbd>–<kbd>9</kbd>
            </th>
            <td>Next step of that thread; 0 is the main thread</td>
          </tr>
        </tbody>
      </table>
      <label>
        <input
          type="checkbox"
          checked={hasKeys.value}
          onChange={(event) => (hasKeys.value = event.currentTarget.checked)}
        />{" "}
        Single keys do something
      </label>
      <p class="faint">
        ▸ ran last · → runs next · * changed · ! the step that made the difference · ⚡ another thread could have
        been chosen. Treadle {doc().treadle}, Python {doc().python}, {doc().model || "free-threaded"} model.
      </p>
      <button type="button" onClick={() => (isHelpOpen.value = false)}>
        Close
      </button>
    </dialog>
  );
}
