import { findDeployment } from '../../cli/doctor/deployment.ts';
import type { SendOrder } from '../../cli/sign-in/give-order.ts';
import { siteHeaders } from '../../core/settings/site-headers.ts';
import { addFile, emptyDay, printDay } from '../../core/traffic/day-file.ts';
import { addLine, emptyHour } from '../../core/traffic/hour.ts';
import { formatLogKey } from '../../core/traffic/log-key.ts';
import { healthy } from '../cli/doctor/healthy.ts';
import { servedLine } from '../traffic/log-lines.ts';
import { GREETING } from './app.ts';
import { LABELS } from './run.ts';
import type { Ask, Reply, World } from './world.ts';

/** The base domain of the runs with sign-in. */
export const DOMAIN = 'dev.example.com';

const OK = { status: 200, headers: {}, body: '' };
const DEAD = { status: 504, headers: {}, body: '<title>Instance unreachable</title>' };

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
  const guarded = guardedApp();
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
      if (args[0] === 's3') return daySums();
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
    launch: async (_region, { group, subnet = 'default' }) => {
      done.push(`launch in ${subnet} with ${group}`);
      state = '';
      return `i-${group}`;
    },
    change: async (_region, _id, to) => {
      done.push(to);
      state = { stop: 'asleep', start: '', terminate: 'unknown' }[to];
    },
    stopped: async () => undefined,
    tag: async (_region, _id, tags) => {
      state = tags['proxy:maintenance'] === 'on' ? 'maintenance' : '';
    },
    deployment: () => findDeployment(healthy(), { deployment: 'main', homeRegion: 'eu-west-1' }),
    complaints: async () => [],
    ask: async (_edge, ask) => (isSignedIn ? guarded.answer(ask) : answer(ask)),
    visit: async () => redirect(`https://${DOMAIN}/_proxy/api/callback?code=c&state=s`),
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

const redirect = (location: string, more: object = {}): Reply => ({
  status: 303,
  headers: { location, 'cache-control': 'no-store', ...more },
  body: '',
});

/** The test app behind sign-in, at a provider that asks for nothing. */
function guardedApp() {
  let [pass, asked] = ['', 0];
  const app = (host: string, user: string): Reply => ({
    ...OK,
    body: JSON.stringify({ headers: { host, 'x-proxy-user': user } }),
  });
  const order: SendOrder = async ({ action }) => {
    pass = action === 'pass' ? 'the-pass' : '';
    const issued = { id: 'abcDEF012-_x', host: `e2e.${DOMAIN}`, name: 'e2e', endsAt: '2026-11-26T10:00:00Z' };
    return action === 'pass' ? { pass, issued } : { revoked: issued.id };
  };
  const answer = ({ host, path, headers = {} }: Ask): Reply => {
    const [endpoint = ''] = path.split('?');
    switch (endpoint) {
      case '/_proxy/api/start': {
        asked += 1;
        if (asked > 100) return { ...OK, status: 429 };
        const cookies = ['__Host-proxy-browser=b; Path=/; Secure'];
        return { ...redirect(`https://${DOMAIN}/_proxy/api/sign-in?host=${host}&to=/`), cookies };
      }
      case '/_proxy/api/sign-in':
        return redirect('https://login.example.com/authorize?state=s');
      case '/_proxy/api/callback':
        return redirect(`https://e2e.${DOMAIN}/_proxy/api/arrive?ticket=t`);
      case '/_proxy/api/arrive':
        return {
          ...redirect('/', { 'clear-site-data': '"cache", "storage"' }),
          cookies: ['__Host-proxy-session=s; Path=/', '__Host-proxy-browser=; Max-Age=0'],
        };
      default: {
        if (/_proxy|%/.test(path)) return { ...OK, status: 400 };
        if (pass !== '' && headers['x-proxy-pass'] === pass) return app(host, 'pass:e2e');
        if (headers['cookie']?.includes('__Host-proxy-session=s')) return app(host, 'alice@example.com');
        return headers['sec-fetch-mode'] === 'navigate'
          ? { ...redirect('/_proxy/api/start?to=%2F'), status: 302 }
          : { ...OK, status: 401, headers: { 'x-proxy-state': 'not signed in' } };
      }
    }
  };
  return { order, answer };
}
