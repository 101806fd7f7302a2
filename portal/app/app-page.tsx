import { useState } from 'preact/hooks';
import type { RouteSummary, RoutesFile } from '../../core/journal/routes-file.ts';
import type { Hostname, Milliseconds } from '../../core/wire/brands.ts';
import { Link, useNavigation } from '../address/navigation.tsx';
import { ExplainBox } from '../explain/explain-box.tsx';
import { Hindrances } from '../explain/hindrances.tsx';
import { describeHindrances } from '../explain/words.ts';
import type { Surroundings } from '../list/apps.ts';
import { BreakingName, Pill, Time } from '../look/parts.tsx';
import { appHref, splitHostname } from '../words/links.ts';
import { stateNow } from '../words/states.ts';
import { printClock } from '../words/times.ts';
import { type AppFacts, describeFacts } from './facts.ts';
import { Instances } from './instances.tsx';
import { RulesSection } from './rules-section.tsx';
import { TimelineSection } from './timeline-section.tsx';
import { TrafficSection } from './traffic-section.tsx';

/** The page of one app. */
export function AppPage({
  hostname,
  list,
  around,
}: {
  hostname: Hostname;
  list: RoutesFile;
  around: Surroundings;
}) {
  const { address } = useNavigation();
  const { now } = around;
  const app = describeFacts(list, hostname, around);
  const route = list.routes.find((each) => each.hostname === hostname);
  const why = <Why key={hostname} hostname={hostname} list={list} around={around} />;
  // The reasons come first if viewers do not get the app.
  const isLive = route !== undefined && stateNow(route, now) === 'live';
  return (
    <>
      <p>
        <Link to={{ ...address, view: { on: 'list' } }}>All apps</Link>
      </p>
      {app === undefined ? (
        <h2 class="title">
          No app answers at <BreakingName name={hostname} />
        </h2>
      ) : (
        <Head app={app} list={list} now={now} />
      )}
      {!isLive && why}
      {list.detail === 'names' ? (
        <p class="soft small">
          Every viewer may read this portal without signing in, so it shows names and states only.
        </p>
      ) : (
        <>
          {app !== undefined && <Details app={app} list={list} around={around} />}
          <TimelineSection hostname={hostname} version={versionOf(route)} now={now} />
          {app !== undefined && <TrafficSection hostname={hostname} now={now} />}
        </>
      )}
      {isLive && why}
    </>
  );
}

/** The explain box, which begins with the address of the app. */
function Why({ hostname, list, around }: { hostname: Hostname; list: RoutesFile; around: Surroundings }) {
  const app = describeFacts(list, hostname, around);
  const own = app?.href ?? appHref(hostname, list.baseDomain, [], around.place) ?? hostname;
  const [asked, setAsked] = useState(own);
  return (
    <section aria-labelledby="explain-title">
      <h2 id="explain-title">Why does its address show what it shows?</h2>
      <ExplainBox address={asked} onAsk={setAsked} list={list} around={around} />
    </section>
  );
}

/** A text that differs when the history of the name has a new moment. */
function versionOf(route: RouteSummary | undefined): string {
  return route === undefined ? '' : JSON.stringify([route.state, route.since, route.cause, route.instances]);
}

function Head({ app, list, now }: { app: AppFacts; list: RoutesFile; now: Milliseconds }) {
  const { hostname, href, words, tone, since, cause, access, lease } = app;
  const { label, suffix } = splitHostname(hostname, list.baseDomain);
  return (
    <section aria-labelledby="app-title">
      <div class="bar">
        <h2 id="app-title" class="title">
          <BreakingName name={label} />
          <span class="soft">
            <BreakingName name={suffix} />
          </span>
        </h2>
        <Pill words={words} tone={tone} />
      </div>
      <p class="facts soft">
        {since && (
          <span>
            {words} since <Time at={since.at} words={printClock(Date.parse(since.at), now)} />, {since.words}
          </span>
        )}
        {cause !== '' && <span>cause: {cause}</span>}
        {href !== undefined && <a href={href}>Open the app</a>}
      </p>
      <dl class="plain">
        <div class="fact">
          <dt>Who may open it</dt>
          <dd>{access}</dd>
        </div>
        {lease && (
          <div class="fact">
            <dt>Lease</dt>
            <dd>
              <Time {...lease} />
            </dd>
          </div>
        )}
      </dl>
    </section>
  );
}

function Details({ app, list, around }: { app: AppFacts; list: RoutesFile; around: Surroundings }) {
  const problems = describeHindrances(app.hostname, list, around.place);
  const { instances, rules } = app;
  return (
    <>
      {problems.length > 0 && (
        <section aria-labelledby="problems-title">
          <h2 id="problems-title">Problems of this name</h2>
          <div class="panel answer">
            <Hindrances hindrances={problems} />
          </div>
        </section>
      )}
      <Instances instances={instances} />
      <RulesSection rules={rules} />
    </>
  );
}
