import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { RoutesFile } from '../../core/journal/routes-file.ts';
import type { Milliseconds } from '../../core/wire/brands.ts';
import { hostnameOfName, type View } from '../address/address.ts';
import { Link, useNavigation } from '../address/navigation.tsx';
import type { Surroundings } from '../list/apps.ts';
import { ListPage } from '../list/list-page.tsx';
import { describeTrouble, type Known } from '../load/watch.ts';
import { BreakingName } from '../look/parts.tsx';
import { Footer } from './footer.tsx';
import { Help } from './help.tsx';
import { Later, withStyle } from './later.tsx';
import { Summary } from './summary.tsx';

/** The content of the whole page. */
export interface PortalProps {
  known: Known;
  around: Surroundings;
  /** Time between two questions. */
  interval: Milliseconds;
}

/** The whole page. */
export function Portal({ known, around, interval }: PortalProps) {
  const { list } = known;
  const trouble = describeTrouble(known, interval, around.now);
  return (
    <>
      <header>
        <div class="top">
          <p class="soft">
            <code>edge proxy</code>
          </p>
          {list?.signIn && <Later load={loadPerson} props={{}} />}
          {list && <Pages />}
          {list && <Help />}
        </div>
        <h1>
          <BreakingName name={list?.baseDomain || around.place.hostname} />
        </h1>
        {list ? (
          <Summary list={list} now={around.now} />
        ) : (
          <p class="soft counts">{trouble || 'Loading the list of apps …'}</p>
        )}
      </header>
      {list && (
        <>
          <Main>
            <Opened list={list} around={around} />
          </Main>
          <Footer list={list} now={around.now} />
          {trouble !== '' && <p class="trouble">{trouble}</p>}
        </>
      )}
    </>
  );
}

/** Takes the focus when another page is opened, because the link that led there may be gone. */
function Main({ children }: { children: ComponentChildren }) {
  const { view } = useNavigation().address;
  const main = useRef<HTMLElement>(null);
  // The list itself moves the focus to its problems.
  const opened = view.on === 'app' ? `app ${view.name}` : view.on === 'problems' ? 'list' : view.on;
  const shown = useRef(opened);
  useEffect(() => {
    if (shown.current !== opened) main.current?.focus();
    shown.current = opened;
  }, [opened]);
  return (
    <main ref={main} tabIndex={-1}>
      {children}
    </main>
  );
}

const loadPerson = () => import('./person.tsx').then(({ Person }) => Person);
const loadAppPage = withStyle(() => import('../app/app-page.tsx').then(({ AppPage }) => AppPage));
const loadOnCallPage = withStyle(() =>
  import('../oncall/oncall-page.tsx').then(({ OnCallPage }) => OnCallPage),
);
const loadExplainPage = withStyle(() =>
  import('../explain/explain-page.tsx').then(({ ExplainPage }) => ExplainPage),
);

const LOADING = <p class="soft">Loading the page …</p>;

/** The ways to the other pages. */
function Pages() {
  const { address } = useNavigation();
  const to = (view: View) => ({
    to: { ...address, view },
    ...(address.view.on === view.on ? { 'aria-current': 'page' as const } : {}),
  });
  return (
    <nav class="pages" aria-label="Pages">
      <Link {...to({ on: 'list' })}>Apps</Link>
      <Link {...to({ on: 'explain', url: '' })}>Explain an address</Link>
      <Link {...to({ on: 'oncall' })}>On call</Link>
    </nav>
  );
}

/** The part that the address opens. */
function Opened({ list, around }: { list: RoutesFile; around: Surroundings }) {
  const { view } = useNavigation().address;
  switch (view.on) {
    case 'app': {
      const hostname = hostnameOfName(view.name, list.baseDomain);
      return <Later key={view.on} load={loadAppPage} waiting={LOADING} props={{ hostname, list, around }} />;
    }
    case 'oncall':
      return <Later key={view.on} load={loadOnCallPage} waiting={LOADING} props={{ list, around }} />;
    case 'explain':
      return (
        <Later
          key={view.on}
          load={loadExplainPage}
          waiting={LOADING}
          props={{ url: view.url, list, around }}
        />
      );
    default:
      return <ListPage list={list} around={around} />;
  }
}
