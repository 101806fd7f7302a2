import { useContext, useState } from 'preact/hooks';
import { PageContext } from '../shell/page-context.ts';
import type { App } from './apps.ts';

/** The name, which leads to the app. */
export function AppName({ app: { label, suffix, href } }: { app: App }) {
  return (
    <a class="name" {...(href === undefined ? {} : { href })}>
      <b>{label}</b>
      <wbr />
      <span class="soft">{suffix}</span>
    </a>
  );
}

/** Marks an app as a favourite of this browser. */
export function FavouriteButton({ app, isFavourite }: { app: App; isFavourite: boolean }) {
  const { favourites } = useContext(PageContext);
  return (
    <button
      type="button"
      class="icon star"
      aria-pressed={isFavourite}
      aria-keyshortcuts="f"
      aria-label={`Favourite ${app.label}`}
      title="Favourite"
      onClick={() => favourites.toggle(app.hostname)}
    >
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d="m8 1.8 1.9 3.9 4.3.6-3.1 3 .7 4.3L8 11.6l-3.8 2 .7-4.3-3.1-3 4.3-.6z" />
      </svg>
    </button>
  );
}

/** Copies the address of an app. Nothing for a name without an address. */
export function CopyButton({ app: { label, href } }: { app: App }) {
  const { announce } = useContext(PageContext);
  const [isCopied, setCopied] = useState(false);
  if (href === undefined) return null;
  const copy = async () => {
    const hasWorked = await copyText(href);
    announce(hasWorked ? `Copied ${href}` : 'The browser did not let the page copy.');
    setCopied(hasWorked);
    setTimeout(() => setCopied(false), 2_000);
  };
  return (
    <button
      type="button"
      class="icon"
      aria-keyshortcuts="c"
      aria-label={`Copy the address of ${label}`}
      title="Copy the address"
      onClick={copy}
    >
      <svg viewBox="0 0 16 16" aria-hidden="true">
        {isCopied ? <path d="m3 8.5 3.2 3.2L13 5" /> : <path d="M5.5 5.5v-3h8v8h-3m-8-5h8v8h-8z" />}
      </svg>
    </button>
  );
}

/** Leads to the page of an app. */
export function DetailsLink({ app: { label, fragment } }: { app: App }) {
  return (
    <a class="details" href={fragment} aria-keyshortcuts="d" aria-label={`Details of ${label}`}>
      Details
    </a>
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
