import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { hasSingleKeys, setSingleKeys } from '../keys/single-keys.ts';

const memory = () => localStorage;

const KEYS: readonly (readonly [keys: readonly string[], effect: string])[] = [
  [['/'], 'Go to the filter'],
  [['↓', '↑'], 'Go to the next or previous app, also from the filter'],
  [['Enter'], 'Open the app'],
  [['d'], 'Show the details of the app'],
  [['c'], 'Copy the address of the app'],
  [['f'], 'Make the app a favourite of this browser'],
  [['Esc'], 'Clear the filter, close this help'],
  [['?'], 'Show this help'],
];

/** Explains the keyboard, and lets people turn off keys that work without another one. */
export function HelpDialog({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [isOn, setOn] = useState(() => hasSingleKeys(memory));
  useLayoutEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="panel help" aria-labelledby="help-title" onClose={onClose}>
      <h2 id="help-title">Keys</h2>
      <dl>
        {KEYS.map(([keys, effect]) => (
          <div key={effect}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{effect}</dd>
          </div>
        ))}
      </dl>
      <label class="check">
        <input
          type="checkbox"
          checked={isOn}
          onChange={({ currentTarget: { checked } }) => {
            setSingleKeys(memory, checked);
            setOn(checked);
          }}
        />
        <span>
          <kbd>/</kbd> and <kbd>?</kbd> work everywhere on the page
        </span>
      </label>
      <button type="button" class="button" onClick={() => dialog.current?.close()}>
        Close
      </button>
    </dialog>
  );
}
