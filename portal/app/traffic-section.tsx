import { parseTraffic, TRAFFIC_FILE } from '../../core/traffic/traffic-file.ts';
import type { Hostname, Milliseconds } from '../../core/wire/brands.ts';
import { Chart } from '../charts/chart.tsx';
import { useDocument } from '../load/use-document.ts';
import { printClock } from '../words/times.ts';
import { type AppTraffic, describeTraffic, type HourWords } from './hours.ts';

/** Hours that are shown. */
const SHOWN = 24;

/** Requests and errors by hour. */
export function TrafficSection({ hostname, now }: { hostname: Hostname; now: Milliseconds }) {
  const loaded = useDocument(TRAFFIC_FILE, parseTraffic, Math.floor(now / 60_000));
  return (
    <section aria-labelledby="traffic-title">
      <h2 id="traffic-title">Requests</h2>
      {loaded.is === 'loading' && <p class="soft small">Loading the requests …</p>}
      {loaded.is === 'missing' && (
        <p class="soft small">
          There are no figures yet: access logs are off, or none has arrived ({loaded.why}).
        </p>
      )}
      {loaded.is === 'broken' && <p class="soft small">Can’t load the requests: {loaded.why}.</p>}
      {loaded.is === 'here' && (
        <Traffic traffic={describeTraffic(loaded.value, hostname, SHOWN, now)} now={now} />
      )}
    </section>
  );
}

/** Bars stand one before the other, so that of 4xx is as high as both together. */
const countErrors = ({ clientErrors, serverErrors }: HourWords) => clientErrors + serverErrors;

const print = (count: number) => (Number.isInteger(count) ? count.toLocaleString('en') : '');

function Traffic({ traffic: { hours, summary, isLate }, now }: { traffic: AppTraffic; now: Milliseconds }) {
  if (hours.every(({ requests }) => requests === 0)) return <p class="soft small">{summary}</p>;
  return (
    <>
      <Chart
        summary={summary}
        times={hours.map(({ start }) => start / 1000)}
        series={[
          { name: 'Requests', tone: 'link', shape: 'bars', values: hours.map(({ requests }) => requests) },
          { name: '4xx', tone: 'care', shape: 'bars', values: hours.map(countErrors) },
          { name: '5xx', tone: 'bad', shape: 'bars', values: hours.map(({ serverErrors }) => serverErrors) },
        ]}
        print={print}
      />
      {isLate && <p class="soft small">Access logs are late: the last hours may have more requests.</p>}
      <details class="small">
        <summary>The hours as a table</summary>
        <table>
          <thead>
            <tr>
              {['From', 'Requests', '400–499', '500 and more'].map((title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {hours.map(({ start, requests, clientErrors, serverErrors }) => (
              <tr key={start}>
                <th scope="row">{printClock(start, now)}</th>
                <td>{print(requests)}</td>
                <td>{print(clientErrors)}</td>
                <td>{print(serverErrors)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );
}
