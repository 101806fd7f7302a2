import type { RoutesFile } from '../../core/journal/routes-file.ts';
import { useNavigation } from '../address/navigation.tsx';
import { MissingName, ProblemSection } from '../problems/problem-list.tsx';
import { appHref, isLocal, nameBefore } from '../words/links.ts';
import { AppCard } from './app-card.tsx';
import { type App, describeApps, matches, type Surroundings } from './apps.ts';
import { Lesson } from './lesson.tsx';
import { SearchBox } from './search-box.tsx';

/** The search appears above this number of apps, and the lesson below it. */
const FEW = 8;

/** The list of apps, and everything that a person has to know about all of them. */
export function ListPage({
  list,
  around,
  announce,
}: {
  list: RoutesFile;
  around: Surroundings;
  announce: (text: string) => void;
}) {
  const { routes, problems, baseDomain } = list;
  const asked = nameBefore(document.referrer, baseDomain, around.place);
  const isServed = routes.some(({ hostname, state }) => hostname === asked && state !== 'conflict');
  const example = appHref(baseDomain === '' ? 'shop' : `shop.${baseDomain}`, baseDomain, [], around.place);
  return (
    <>
      {asked !== undefined && !isServed && <MissingName name={asked} problems={problems} />}
      {routes.length > 0 && <Apps apps={describeApps(list, around)} announce={announce} />}
      <ProblemSection problems={problems} />
      {routes.length <= FEW && (
        <Lesson isFirst={routes.length === 0} isLocal={isLocal(around.place)} example={example ?? ''} />
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

function Apps({ apps, announce }: { apps: readonly App[]; announce: (text: string) => void }) {
  const { query } = useNavigation().address.filters;
  const hasSearch = apps.length > FEW;
  const wanted = hasSearch ? query : '';
  const shown = apps.filter((app) => matches(app, wanted));
  return (
    <section aria-labelledby="apps-title">
      <div class="bar">
        <h2 id="apps-title">Apps</h2>
        {hasSearch && (
          <SearchBox
            onSearched={(text) => {
              const count = apps.filter((app) => matches(app, text)).length;
              // Screen readers do not notice a shorter list.
              announce(`${count} of ${apps.length} apps match.`);
            }}
          />
        )}
      </div>
      <ul class="cards">
        {shown.map((app) => (
          <AppCard key={app.hostname} app={app} />
        ))}
      </ul>
      {shown.length === 0 && (
        <p class="soft small">
          None of the {apps.length} apps matches “{wanted}”.
        </p>
      )}
    </section>
  );
}
