import { type Filters, NO_FILTERS, SORT_KEYS, type Sort } from '../address/address.ts';
import { useNavigation } from '../address/navigation.tsx';
import { SearchBox } from './search-box.tsx';

const SORT_WORDS: Readonly<Record<(typeof SORT_KEYS)[number], string>> = {
  name: 'Name',
  state: 'State',
  since: 'Latest change',
  owner: 'Owner',
  last: 'Last request',
};

/** Search, filters and order. */
export function Toolbar({
  owners,
  onSearched,
}: {
  owners: readonly string[];
  onSearched: (query: string) => void;
}) {
  const { address, go } = useNavigation();
  const { filters } = address;
  const change = (part: Partial<Filters>) => ({ ...address, filters: { ...filters, ...part } });
  return (
    <div class="toolbar">
      <SearchBox onSearched={onSearched} />
      {owners.length > 0 && (
        <label>
          <span>Owner</span>
          <select
            value={filters.owner}
            onChange={(event) => go(change({ owner: event.currentTarget.value }))}
          >
            <option value="">Everyone</option>
            {owners.map((owner) => (
              <option key={owner}>{owner}</option>
            ))}
          </select>
        </label>
      )}
      <label class="order">
        <span>Sort by</span>
        <select
          value={filters.sort.replace('-', '')}
          onChange={(event) => go(change({ sort: parseSort(event.currentTarget.value) }))}
        >
          {SORT_KEYS.map((key) => (
            <option key={key} value={key}>
              {SORT_WORDS[key]}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

function parseSort(value: string): Sort {
  return SORT_KEYS.find((key) => key === value) ?? NO_FILTERS.sort;
}
