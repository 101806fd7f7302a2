import { useContext } from 'preact/hooks';
import { CopyButton } from '../look/copy-button.tsx';
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
export function CopyAddressButton({ app: { label, href } }: { app: App }) {
  if (href === undefined) return null;
  return (
    <CopyButton text={href} title="Copy the address" label={`Copy the address of ${label}`} shortcut="c" />
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
