import { findDeployment } from '../../../cli/doctor/deployment.ts';
import { siteHeaders } from '../../../core/settings/site-headers.ts';
import { addFile, emptyDay, printDay } from '../../../core/traffic/day-file.ts';
import { addLine, emptyHour } from '../../../core/traffic/hour.ts';
import { formatLogKey } from '../../../core/traffic/log-key.ts';
import { healthy } from '../../cli/doctor/healthy.ts';
import { servedLine } from '../../traffic/log-lines.ts';
import { GREETING } from '../app.ts';
import { LABELS } from '../run.ts';
import type { Ask, Reply, World } from '../world.ts';
import { type AppState, DOMAIN, guardedApps, redirected } from './guarded-apps.ts';

const OK = { status: 200, headers: {}, body: '' };
const DEAD = { status: 504, headers: {}, body: '<title>Instance unreachable</title>' };

/** The duration of a deployment. */
const DEPLOYMENT_MS = 300_000;

/** The state of an app after a change of its instance. */
const AFTER = { stop: 'asleep', start: '', terminate: 'unknown' } as const;

/** A log that has arrived, and its sums. */
const LOGS = [formatLogKey('E1', new Date('2026-11-25T10:00:00Z'), 'x'), 'traffic/2026-11-25.json'].map(
  (key) => ({
    key,
    at: 0,
  }),
);

function daySums(): string {
  const [hour, day] = [emptyHour(), emptyDay('2026-11-25')];
  addLine(hour, servedLine(LABELS.app));
  addFile(day, { day: '2026-11-25', hour: 10, file: 'x' }, hour);
  return printDay(day);
}

/** A stand-in for AWS that gives the expected answers at once and records the calls. */
export function stubWorld(more: Partial<World> = {}) {
  const done: string[] = [];
  const said: string[] = [];
  let [clock, etag, opened, isSignedIn] = [Date.parse('2026-11-25T10:00:00Z'), 0, false, false];
  const guarded = guardedApps(() => clock);
  const labels = new Map<string, string>();
  let state = '';
  const notice = (name: string): Reply => ({
    status: name === 'unknown' ? 404 : 503,
    headers: { 'x-proxy-state': name },
    body: '',
  });
  const world: World = {
    now: () => clock,
    sleep: async (milliseconds) => {
      clock += milliseconds;
    },
    say: (line) => said.push(line),
    cdk: async (args) => {
      isSignedIn = args.some((arg) => arg.startsWith('signInIssuer='));
      // Until then each edge knows the app.
      if (isSignedIn) clock += DEPLOYMENT_MS;
      done.push(`cdk ${args[0]}${isSignedIn ? ' with sign-in' : ''}`);
    },
    outputs: async () => ({
      'edge-proxy-e2e-1-edge': { AccessLogBucketName: 'logs', ConciergeFunctionName: 'concierge-1' },
      'edge-proxy-e2e-1-updater': { OriginsGroupOfvpc1ABC: 'sg-1', OriginsIpv6GroupOfvpc6ABC: 'sg-6' },
    }),
    makeIpv6Vpc: async () => {
      done.push('make VPC');
      return { vpc: 'vpc-6', subnet: 'subnet-6' };
    },
    removeIpv6Vpc: async () => {
      done.push('remove VPC');
    },
    ipv6Of: async () => ({
      address: 'ffff:1407:4:f000:81d:2689:1066:4489',
      name: 'f5lnz-0khrm-nt2u3-gyqqt-nbdl5.eu-west-1.ip.aws',
    }),
    resolve: async () => ['ffff:1407:4:f000:81d:2689:1066:4489'],
    async aws(args) {
      if (args[0] === 's3')
        return guarded.records.get(args.at(-2)?.replace('s3://journal/', '') ?? '') ?? daySums();
      if (args[0] === 'lambda')
        throw new Error('InvalidParameterValueException: it is a replicated function');
      const verb = args.find((each) => /-subscription$/.test(each)) ?? '';
      done.push(`aws ${verb}`);
      const isBilled = args.includes('IMMEDIATE');
      const status = isBilled ? 'ACTIVE' : 'PENDING_APPROVAL';
      return JSON.stringify({ subscription: { arn: 'arn:plan', status }, eTag: 'v1' });
    },
    ownAddress: async () => '203.0.113.7',
    defaultVpc: async () => 'vpc-1',
    launch: async (_region, { group, tags, subnet = 'default' }) => {
      done.push(`launch in ${subnet} with ${group}`);
      const label = tags['proxy:host'] ?? '';
      const id = `i-${label}`;
      labels.set(id, label);
      turn(id, '');
      return id;
    },
    change: async (_region, id, to) => {
      done.push(to);
      turn(id, AFTER[to]);
    },
    stopped: async () => undefined,
    tag: async (_region, id, tags) => {
      turn(id, tags['proxy:maintenance'] === 'on' ? 'maintenance' : '');
    },
    deployment: () => findDeployment(healthy(), { deployment: 'main', homeRegion: 'eu-west-1' }),
    complaints: async () => [],
    ask: async (_edge, ask) => (isSignedIn ? guarded.answer(ask) : answer(ask)),
    visit: async (url) =>
      redirected(`https://${DOMAIN}/_proxy/api/callback?code=c&state=${url.split('state=')[1]}`),
    updater: async () => guarded.order,
    webSocket: async () => GREETING,
    testRouter: async () => ({ utilization: 12, error: '', output: '{}' }),
    invoke: async () => '{"batchItemFailures":[]}',
    etag: async () => String(etag),
    async write(_arn, { puts, deletes, etag: known }) {
      if (known !== String(etag)) return { error: 'ValidationException: Pre-Condition failed' };
      if (deletes.some((key) => key in puts)) return { error: 'ValidationException: twice' };
      if (deletes.length === 0) etag += 1;
      return { etag: String(etag) };
    },
    objects: async (bucket, prefix) =>
      bucket === 'logs'
        ? LOGS.filter(({ key }) => key.startsWith(prefix))
        : prefix === 'decisions/'
          ? guarded.objects()
          : [
              { key: 'raw/account=1/region=r/dt=2026-11-25/100000_RunInstances_1.json', at: clock },
              {
                key: 'raw/account=1/region=r/dt=2026-11-25/100000_state-change_2.json',
                at: Date.parse('2026-11-25T10:00:02Z'),
              },
            ],
    removeBuckets: async (beginning) => {
      done.push(`remove ${beginning}*`);
    },
    ...more,
  };

  /** What a change of an instance makes of its app. */
  function turn(id: string, to: AppState): void {
    state = to;
    guarded.turn(labels.get(id) ?? '', to);
  }

  function answer({ host, path, headers = {} }: Ask): Reply {
    if (path.startsWith('/@')) return { status: 302, headers: { location: '/x?a=%2F&a=2&b' }, body: '' };
    if (path.startsWith('/_proxy/routes.json'))
      return { ...OK, headers: { 'content-type': 'application/json' }, body: `["${LABELS.app}"]` };
    if (path === '/_proxy/portal.js') {
      const status = headers['if-none-match'] ? 304 : 200;
      return { ...OK, status, headers: { etag: '"1"', ...siteHeaders('sha256-x') } };
    }
    if (path === '/_proxy/nothing.html' || path === '/_proxy/none') return { ...OK, status: 404 };
    if ([headers['x-proxy-app'], host.split('.')[0]].includes(LABELS.dead)) return opened ? OK : DEAD;
    if (state !== '') return notice(state);
    if (path === '/listen') opened = true;
    return {
      ...OK,
      body: JSON.stringify({
        peer: '2600:9000::1',
        headers: { host, 'x-proxy-token': '0123456789abcdef', 'x-forwarded-proto': 'https' },
      }),
    };
  }

  return { world, done, said };
}
