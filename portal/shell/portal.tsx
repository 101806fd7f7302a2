import type { RoutesFile } from '../../core/journal/routes-file.ts';
import type { Milliseconds } from '../../core/wire/brands.ts';
import { hostnameOfName } from '../address/address.ts';
import { useNavigation } from '../address/navigation.tsx';
import type { Surroundings } from '../list/apps.ts';
import { ListPage } from '../list/list-page.tsx';
import { describeTrouble, type Known } from '../load/watch.ts';
import { BreakingName } from '../look/parts.tsx';
import { Footer } from './footer.tsx';
import { Later } from './later.tsx';
import { Person } from './person.tsx';
import { Summary } from './summary.tsx';

/** What the whole page shows. */
export interface PortalProps {
  known: Known;
  around: Surroundings;
  /** Time between two questions. */
  interval: Milliseconds;
  /** The latest text for screen readers. */
  announcement: string;
  announce: (text: string) => void;
}

/** The whole page. */
export function Portal({ known, around, interval, announcement, announce }: PortalProps) {
  const { list } = known;
  const trouble = describeTrouble(known, interval, around.now);
  return (
    <>
      <header>
        <p class="soft">
          <code>edge proxy</code>
          {list?.signIn && <Person />}
        </p>
        <h1>
          <BreakingName name={list?.baseDomain || around.place.hostname} />
        </h1>
        {list ? (
          <Summary list={list} now={around.now} />
        ) : (
          <p class="soft facts">{trouble || 'Loading the list of apps …'}</p>
        )}
      </header>
      {list && (
        <>
          <main>
            <Opened list={list} around={around} announce={announce} />
          </main>
          <Footer list={list} now={around.now} />
          {trouble !== '' && <p class="trouble">{trouble}</p>}
        </>
      )}
      <p class="unseen" role="status">
        {announcement}
      </p>
    </>
  );
}

const loadAppPage = () => import('../app/app-page.tsx').then(({ AppPage }) => AppPage);

const loadOnCallPage = () => import('../oncall/oncall-page.tsx').then(({ OnCallPage }) => OnCallPage);
const loadExplainPage = () => import('../explain/explain-page.tsx').then(({ ExplainPage }) => ExplainPage);

/** The part that the address opens. */
function Opened({
  list,
  ...props
}: {
  list: RoutesFile;
  around: Surroundings;
  announce: (text: string) => void;
}) {
  const { view } = useNavigation().address;
  if (view.on === 'app')
    return (
      <Later
        key={view.on}
        load={loadAppPage}
        props={{ hostname: hostnameOfName(view.name, list.baseDomain), list, around: props.around }}
      />
    );
  if (view.on === 'oncall')
    return <Later key={view.on} load={loadOnCallPage} props={{ list, around: props.around }} />;
  if (view.on === 'explain')
    return (
      <Later key={view.on} load={loadExplainPage} props={{ url: view.url, list, around: props.around }} />
    );
  return <ListPage list={list} {...props} />;
}
