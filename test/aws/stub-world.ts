import { findDeployment } from '../../cli/doctor/deployment.ts';
import { healthy } from '../cli/doctor/healthy.ts';
import { GREETING } from './app.ts';
import { LABELS } from './run.ts';
import type { Ask, Reply, World } from './world.ts';

const OK = { status: 200, headers: {}, body: '' };
const DEAD = { status: 504, headers: {}, body: '<title>Instance unreachable</title>' };

/** A stand-in for AWS that gives the expected answers at once and records the calls. */
export function stubWorld(more: Partial<World> = {}) {
  const done: string[] = [];
  const said: string[] = [];
  let [clock, etag, opened] = [Date.parse('2026-11-25T10:00:00Z'), 0, false];
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
      done.push(`cdk ${args[0]}`);
    },
    outputs: async () => ({ 'edge-proxy-e2e-1-updater': { OriginsGroupOfvpc1: 'sg-1' } }),
    ownAddress: async () => '203.0.113.7',
    defaultVpc: async () => 'vpc-1',
    launch: async () => {
      done.push('launch');
      return 'i-1';
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
    ask: async (_edge, ask) => answer(ask),
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
    objects: async () => [
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
    if (path === '/_proxy/portal.js')
      return { ...OK, status: headers['if-none-match'] ? 304 : 200, headers: { etag: '"1"' } };
    if (headers['x-proxy-app'] === LABELS.dead) return opened ? OK : DEAD;
    if (state !== '') return notice(state);
    if (path === '/listen') opened = true;
    return {
      ...OK,
      body: JSON.stringify({
        headers: { host, 'x-proxy-token': '0123456789abcdef', 'x-forwarded-proto': 'https' },
      }),
    };
  }

  return { world, done, said };
}
