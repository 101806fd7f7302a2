import { useLayoutEffect, useRef } from 'preact/hooks';
import { useNavigation } from '../address/navigation.tsx';

/** The search. The key / leads to it, and Escape clears it. */
export function SearchBox({ onSearched }: { onSearched: (text: string) => void }) {
  const { address, go } = useNavigation();
  const box = useRef<HTMLInputElement>(null);
  // One visit of the field leaves one entry in the history.
  const isNewVisit = useRef(true);

  const search = (query: string) => {
    go({ ...address, filters: { ...address.filters, query } }, isNewVisit.current ? 'push' : 'replace');
    isNewVisit.current = false;
    onSearched(query);
  };

  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
      if (event.key !== '/' || !isPlain || isTextField(event.target)) return;
      event.preventDefault();
      box.current?.focus();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);

  return (
    <search>
      <label class="unseen" for="filter">
        Filter apps by name, state, instance or path
      </label>
      <input
        id="filter"
        ref={box}
        type="search"
        placeholder="Filter"
        autocomplete="off"
        spellcheck={false}
        aria-keyshortcuts="/"
        value={address.filters.query}
        onInput={(event) => search(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Escape' && address.filters.query !== '' && search('')}
        onBlur={() => {
          isNewVisit.current = true;
        }}
      />
      <span class="key" aria-hidden="true">
        /
      </span>
    </search>
  );
}

/** Whether a key that is pressed there is text. */
export function isTextField(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}
