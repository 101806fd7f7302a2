import type { RoutesFile } from '../../core/journal/routes-file.ts';
import { type Filters, NO_FILTERS, SORT_KEYS, type Sort, type SortKey } from '../address/address.ts';
import { useNavigation } from '../address/navigation.tsx';
import { SearchBox } from './search-box.tsx';

const SORT_WORDS: Readonly<Record<(typeof SORT_KEYS)[number], string>> = {
  name: 'Name',
  state: 'State',
  since: 'Latest change',
  owner: 'Owner',
  last: 'Last request',
};

/** The facts that a search finds. */
const FACTS: Readonly<Record<RoutesFile['detail'], string>> = {
  full: 'name, owner, instance, tag, problem …',
  names: 'name or state',
};

/** The orders of a list that has names and states only. */
const OF_NAMES: readonly SortKey[] = ['name', 'state'];

/** Search, filters and order. */
export function Toolbar({
  detail,
  owners,
  onSearched,
}: {
  detail: RoutesFile['detail'];
  owners: readonly string[];
  onSearched: (query: string) => void;
}) {
  const { address, go } = useNavigation();
  const { filters } = address;
  const change = (part: Partial<Filters>) => ({ ...address, filters: { ...filters, ...part } });
  return (
    <div class="toolbar">
      <SearchBox facts={FACTS[detail]} onSearched={onSearched} />
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
          {SORT_KEYS.filter((key) => detail === 'full' || OF_NAMES.includes(key)).map((key) => (
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
