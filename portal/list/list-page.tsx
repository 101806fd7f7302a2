import { useContext, useRef } from 'preact/hooks';
import type { RoutesFile } from '../../core/journal/routes-file.ts';
import { type Filters, hostnameOfName, NO_FILTERS } from '../address/address.ts';
import { Link, useNavigation } from '../address/navigation.tsx';
import { moveWithArrows } from '../keys/app-keys.ts';
import { useKeptFocus } from '../keys/kept-focus.ts';
import { remember } from '../memory/memo.ts';
import { describeProblems } from '../problems/describe-problem.ts';
import { MissingName, ProblemSection } from '../problems/problem-list.tsx';
import { PageContext } from '../shell/page-context.ts';
import { printCount } from '../words/counts.ts';
import { appHref, isLocal, nameBefore } from '../words/links.ts';
import { AppCard } from './app-card.tsx';
import { AppTable } from './app-table.tsx';
import { type App, describeApps, type Surroundings } from './apps.ts';
import { isServed } from './facts.ts';
import { filterApps, filterProblems, isFiltered } from './filter.ts';
import { useGrowing } from './growing.ts';
import { freeName, Lesson } from './lesson.tsx';
import { compareNaturally, sortApps } from './sort.ts';
import { Toolbar } from './toolbar.tsx';

/** The toolbar appears above this number of apps or problems, and the lesson up to this number of apps. */
const FEW = 8;

/** Above this number of apps the list is a table. */
const MOST_CARDS = 50;

/** Ages in a long list change once a minute, because each change costs thousands of rows. */
const MINUTE = 60_000;

const rememberApps = remember(describeApps);
const rememberSorted = remember(sortApps);
const rememberProblems = remember(describeProblems);

/** The list of apps, and everything that a person has to know about all of them. */
export function ListPage({ list, around }: { list: RoutesFile; around: Surroundings }) {
  const { address } = useNavigation();
  const { routes, baseDomain } = list;
  const now = routes.length > MOST_CARDS ? Math.floor(around.now / MINUTE) * MINUTE : around.now;
  const apps = rememberApps(list, around.lastRequests, now, around.place);
  const problems = rememberProblems(list, now);
  const asked = nameBefore(document.referrer, baseDomain, around.place);
  return (
    <>
      {list.detail === 'names' && <NamesOnly />}
      {asked !== undefined && !isServed(routes, asked) && (
        <MissingName name={asked} problems={problems} place={around.place} />
      )}
      <ProblemSection
        problems={filterProblems(problems, address.filters, apps)}
        total={problems.length}
        isOpen={address.view.on === 'problems'}
        place={around.place}
      />
      {routes.length > 0 && (
        <Apps apps={apps} detail={list.detail} hasToolbar={Math.max(routes.length, problems.length) > FEW} />
      )}
      <Hints list={list} around={around} />
    </>
  );
}

/** Why the list says so little. */
function NamesOnly() {
  return (
    <p class="soft small">
      Everybody may open this page without signing in, so it has names and states only. With sign-in, with
      allowed networks, or with the setting <code>portal</code> = <code>public</code> it also has instances,
      owners, times and problems.
    </p>
  );
}

/** Texts below the list. */
function Hints({
  list: { routes, baseDomain },
  around: { place },
}: {
  list: RoutesFile;
  around: Surroundings;
}) {
  const name = freeName(routes, baseDomain);
  const example = appHref(hostnameOfName(name, baseDomain), baseDomain, [], place);
  return (
    <>
      {routes.length <= FEW && (
        <Lesson name={name} isFirst={routes.length === 0} isLocal={isLocal(place)} example={example ?? ''} />
      )}
      {baseDomain === '' && (
        <p class="soft small">
          All apps here share one domain, so your browser shares cookies and storage between them. A
          deployment with a base domain keeps them apart.
        </p>
      )}
    </>
  );
}

function Apps({
  apps,
  detail,
  hasToolbar,
}: {
  apps: readonly App[];
  detail: RoutesFile['detail'];
  hasToolbar: boolean;
}) {
  const { address } = useNavigation();
  const { filters } = address;
  const { favourites, announce } = useContext(PageContext);
  const region = useRef<HTMLElement>(null);
  // The link that shows all apps goes with the filters.
  useKeptFocus(region, String(isFiltered(filters)));
  const shown = filterApps(rememberSorted(apps, filters.sort, favourites.all), filters);
  const count = useGrowing(shown.length, JSON.stringify(filters));
  const items = shown.slice(0, count).map((app) => ({ app, isFavourite: favourites.all.has(app.hostname) }));
  const onSearched = (query: string) =>
    // Screen readers do not notice a shorter list.
    announce(
      `${printCount(filterApps(apps, { ...filters, query }).length)} of ${printCount(apps.length)} apps match.`,
    );
  return (
    <section
      ref={region}
      tabIndex={-1}
      aria-labelledby="apps-title"
      onKeyDown={(event) => moveWithArrows(event, region.current)}
    >
      <h2 id="apps-title" class={hasToolbar ? 'unseen' : ''}>
        Apps
      </h2>
      {hasToolbar && <Toolbar detail={detail} owners={ownersOf(apps)} onSearched={onSearched} />}
      {isFiltered(filters) && (
        <p class="soft small count">
          {shown.length > 0
            ? `${printCount(shown.length)} of ${printCount(apps.length)} apps.`
            : nothingMatches(apps.length, filters)}{' '}
          <Link to={{ ...address, filters: { ...NO_FILTERS, sort: filters.sort } }}>Show all</Link>
        </p>
      )}
      {apps.length > MOST_CARDS ? (
        items.length > 0 && <AppTable items={items} />
      ) : (
        <ul class="cards">
          {items.map((item) => (
            <AppCard key={item.app.hostname} {...item} />
          ))}
        </ul>
      )}
    </section>
  );
}

function nothingMatches(total: number, { query }: Filters): string {
  const wanted = query.trim();
  return wanted === ''
    ? `None of the ${printCount(total)} apps is like that.`
    : `None of the ${printCount(total)} apps matches “${wanted}”.`;
}

const ownersOf = remember((apps: readonly App[]) =>
  [...new Set(apps.flatMap(({ owner }) => owner ?? []))].sort(compareNaturally),
);
