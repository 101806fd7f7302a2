import { useContext, useState } from 'preact/hooks';
import { PageContext } from '../shell/page-context.ts';

/** Copies a text, and says so for two seconds. */
export function CopyButton({
  text,
  title,
  label = title,
  shortcut,
}: {
  text: string;
  title: string;
  /** For screen readers, if the title does not say what is copied. */
  label?: string;
  /** The key that presses it. */
  shortcut?: string;
}) {
  const { announce } = useContext(PageContext);
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    const hasWorked = await copyText(text);
    announce(hasWorked ? `Copied ${text}` : 'The browser did not let the page copy.');
    setCopied(hasWorked);
    setTimeout(() => setCopied(false), 2_000);
  };
  return (
    <button
      type="button"
      class="icon"
      aria-label={label}
      title={title}
      onClick={copy}
      {...(shortcut === undefined ? {} : { 'aria-keyshortcuts': shortcut })}
    >
      <svg viewBox="0 0 16 16" aria-hidden="true">
        {isCopied ? <path d="m3 8.5 3.2 3.2L13 5" /> : <path d="M5.5 5.5v-3h8v8h-3m-8-5h8v8h-8z" />}
      </svg>
    </button>
  );
}

/** Copies a text. Browsers offer the clipboard only over https and on localhost; elsewhere a selection is copied. */
async function copyText(text: string): Promise<boolean> {
  try {
    if (navigator.clipboard) await navigator.clipboard.writeText(text);
    else return copySelected(text);
    return true;
  } catch {
    return false;
  }
}

function copySelected(text: string): boolean {
  const before = document.activeElement;
  const field = document.createElement('textarea');
  field.value = text;
  field.className = 'unseen';
  document.body.append(field);
  field.select();
  const hasWorked = document.execCommand('copy');
  field.remove();
  if (before instanceof HTMLElement) before.focus();
  return hasWorked;
}
