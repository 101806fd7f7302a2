import type { RoutesFile } from '../../core/journal/routes-file.ts';
import { DOCUMENTS } from '../../core/journal/site-documents.ts';
import { parseStatusFile, type StatusFile } from '../../core/journal/status-file.ts';
import { parseTraffic, TRAFFIC_FILE, type TrafficFile } from '../../core/traffic/traffic-file.ts';
import type { Milliseconds } from '../../core/wire/brands.ts';
import { Link, useNavigation } from '../address/navigation.tsx';
import { Chart } from '../charts/chart.tsx';
import type { Surroundings } from '../list/apps.ts';
import type { Loaded } from '../load/document.ts';
import { useDocument } from '../load/use-document.ts';
import { BreakingName, MarkedText, Pill, Time } from '../look/parts.tsx';
import { printClock } from '../words/times.ts';
import { type Delays, printSeconds, spanOf } from './delays.ts';
import { describeHealth, type Health } from './health.ts';
import { describeLag, type Lag } from './lag.ts';
import { findBusiest, findRecent } from './overview.ts';

/** Rows of each table. */
const MOST = 10;

/** The state of the deployment, for the engineer on call. */
export function OnCallPage({ list, around }: { list: RoutesFile; around: Surroundings }) {
  const { now } = around;
  const { address } = useNavigation();
  const status = useDocument(DOCUMENTS.status, parseStatusFile, Math.floor(now / 10_000));
  const traffic = useDocument(TRAFFIC_FILE, parseTraffic, Math.floor(now / 60_000));
  return (
    <>
      <p>
        <Link to={{ ...address, view: { on: 'list' } }}>All apps</Link>
      </p>
      <section aria-labelledby="oncall-title">
        <h2 id="oncall-title">On call</h2>
        {list.detail === 'names' ? (
          <p class="soft small">
            Every viewer may read this portal without signing in, so it shows names and states only. Run{' '}
            <code>dynamic-edge-proxy doctor</code>.
          </p>
        ) : (
          <Status status={status} lag={describeLag(traffic, list.signIn === true, now)} now={now} />
        )}
      </section>
      {list.detail === 'full' && (
        <>
          <RecentSection list={list} now={now} />
          <BusiestSection traffic={traffic} />
        </>
      )}
    </>
  );
}

function Status({ status, lag, now }: { status: Loaded<StatusFile>; lag: Lag; now: Milliseconds }) {
  if (status.is === 'loading') return <p class="soft small">Loading the status …</p>;
  if (status.is !== 'here')
    return (
      <p class="alarm panel">
        {status.is === 'missing'
          ? `There is no status: ${status.why}. The updater writes it with its first sweep, within a minute.`
          : `The status cannot be read: ${status.why}. This page loads it again every ten seconds.`}{' '}
        Run <code>dynamic-edge-proxy doctor</code>.
      </p>
    );
  return <HealthFacts health={describeHealth(status.value, now)} lag={lag} now={now} />;
}

const TONES = { good: 'Good', care: 'Look', bad: 'Act', soon: '', calm: '' } as const;

interface FactsProps {
  health: Health;
  lag: Lag;
  now: Milliseconds;
}

function HealthFacts({ health: { signs, delays, drifted }, lag, now }: FactsProps) {
  const span = spanOf([delays, lag.delays], now);
  return (
    <>
      <dl class="signs panel">
        {[...signs, lag.sign].map(({ name, words, tone }) => (
          <div key={name} class="row fact">
            <dt>{name}</dt>
            <dd>
              {TONES[tone] !== '' && <Pill words={TONES[tone]} tone={tone} />} <MarkedText text={words} />
              {name === 'Drift' && drifted.length > 0 && <Names names={drifted} />}
            </dd>
          </div>
        ))}
      </dl>
      {delays && <DelayChart title="Event to store" name="An event" delays={delays} span={span} />}
      {lag.delays && <DelayChart title="Store to edge" name="A change" delays={lag.delays} span={span} />}
    </>
  );
}

interface DelayChartProps {
  title: string;
  /** Of one change. */
  name: string;
  delays: Delays;
  /** In seconds. */
  span: readonly [number, number];
}

function DelayChart({ title, name, delays, span }: DelayChartProps) {
  const { changes, p50, p95, summary } = delays;
  const [since, until] = span;
  const level = (height: number) => [height, ...changes.map(() => height), height];
  return (
    <Chart
      summary={`${title}. ${summary}`}
      times={[since, ...changes.map(({ at }) => at / 1000), until]}
      series={[
        {
          name,
          tone: 'link',
          shape: 'points',
          values: [null, ...changes.map(({ milliseconds }) => milliseconds), null],
        },
        { name: 'p50', tone: 'calm', shape: 'line', values: level(p50) },
        { name: 'p95', tone: 'care', shape: 'line', values: level(p95) },
      ]}
      print={printSeconds}
    />
  );
}

function Names({ names }: { names: readonly string[] }) {
  return (
    <span class="names">
      {names.map((name) => (
        <AppLink key={name} hostname={name} />
      ))}
    </span>
  );
}

function AppLink({ hostname }: { hostname: string }) {
  const { address } = useNavigation();
  return (
    <Link to={{ ...address, view: { on: 'app', name: hostname } }}>
      <BreakingName name={hostname} />
    </Link>
  );
}

function RecentSection({ list, now }: { list: RoutesFile; now: Milliseconds }) {
  const recent = findRecent(list, MOST, now);
  if (recent.length === 0) return null;
  return (
    <section aria-labelledby="recent-title">
      <h2 id="recent-title">Latest changes</h2>
      <ol class="changes panel">
        {recent.map(({ hostname, at, words, tone, cause }) => (
          <li key={hostname} class="row change">
            <Time at={new Date(at).toISOString()} words={printClock(at, now)} />
            <Pill words={words} tone={tone} />
            <span class="why">
              <AppLink hostname={hostname} /> <span class="soft">{cause}</span>
            </span>
          </li>
        ))}
      </ol>
      <p class="soft small">
        Names that are gone are not in this list: <code>dynamic-edge-proxy history NAME</code> has them.
      </p>
    </section>
  );
}

function BusiestSection({ traffic }: { traffic: Loaded<TrafficFile> }) {
  if (traffic.is !== 'here') return null;
  const busiest = findBusiest(traffic.value, 24, MOST);
  return (
    <section aria-labelledby="busiest-title">
      <h2 id="busiest-title">Most requests in 24 hours</h2>
      {busiest.length === 0 ? (
        <p class="soft small">No request in 24 hours.</p>
      ) : (
        <table class="panel">
          <thead>
            <tr>
              <th scope="col">App</th>
              <th scope="col">Requests</th>
              <th scope="col">5xx</th>
            </tr>
          </thead>
          <tbody>
            {busiest.map(({ hostname, requests, errors }) => (
              <tr key={hostname}>
                <th scope="row">
                  <AppLink hostname={hostname} />
                </th>
                <td>{requests.toLocaleString('en')}</td>
                <td>{errors.toLocaleString('en')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
