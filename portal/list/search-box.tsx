import { useLayoutEffect, useRef } from 'preact/hooks';
import { useNavigation } from '../address/navigation.tsx';
import { onSingleKey } from '../keys/single-keys.ts';

/** The search. The key / leads to it, and Escape clears it. */
export function SearchBox({
  facts,
  onSearched,
}: {
  /** The facts that it finds, in words. */
  facts: string;
  onSearched: (query: string) => void;
}) {
  const { address, go } = useNavigation();
  const { query } = address.filters;
  const box = useRef<HTMLInputElement>(null);
  // One visit of the field leaves one entry in the history.
  const isNewVisit = useRef(true);

  const search = (text: string) => {
    go({ ...address, filters: { ...address.filters, query: text } }, isNewVisit.current ? 'push' : 'replace');
    isNewVisit.current = false;
    onSearched(text);
  };
  const focus = () => {
    box.current?.focus();
    box.current?.select();
  };

  useLayoutEffect(() => onSingleKey('/', focus, () => localStorage), []);
  useLayoutEffect(() => {
    // The address loses spaces around the text, which the person may still be writing.
    if (box.current && box.current.value.trim() !== query) box.current.value = query;
  }, [query]);

  return (
    <search>
      <label class="unseen" for="filter">
        Filter apps by name, state, instance, owner, tag, path or problem
      </label>
      <input
        id="filter"
        ref={box}
        type="search"
        placeholder={`Filter by ${facts}`}
        autocomplete="off"
        spellcheck={false}
        aria-keyshortcuts="/"
        onInput={(event) => search(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Escape' && query !== '' && search('')}
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
