import { useLayoutEffect, useState } from 'preact/hooks';
import { onSingleKey } from '../keys/single-keys.ts';
import { Later } from './later.tsx';

const loadDialog = () => import('./help-dialog.tsx').then(({ HelpDialog }) => HelpDialog);

/** The button and the key that explain the keyboard. */
export function Help() {
  const [isOpen, setOpen] = useState(false);
  const open = () => setOpen(true);
  useLayoutEffect(() => onSingleKey('?', open, () => localStorage), []);
  return (
    <>
      <button type="button" aria-keyshortcuts="?" onClick={open}>
        Keys
      </button>
      {isOpen && <Later load={loadDialog} props={{ onClose: () => setOpen(false) }} />}
    </>
  );
}
