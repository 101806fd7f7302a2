import type { ViewerRequestEvent } from 'cloudfront';
import { describe, expect, test } from 'vitest';
import { buildEdge, buildSiteRouter } from '../../../build/edge.ts';
import { decodeEntry } from '../../../core/entry/entry.ts';
import { deploymentOf } from '../../../core/entry/mark.ts';
import { plan } from '../../../core/plan/plan.ts';
import { printSessionKeys } from '../../../core/session/session-keys.ts';
import { completeSettings } from '../../../core/settings/settings.ts';
import { parseClaim } from '../../../core/tags/claim.ts';
import { toSeconds } from '../../../core/time.ts';
import { LIMITS } from '../../../core/wire/limits.ts';
import { KEYS_KEY } from '../../../core/wire/session.ts';
import { completeCases } from '../../../infra/custom-resources/publisher/signed-in-cases.ts';
import { findOutputFault } from '../../../infra/custom-resources/publisher/verdict.ts';
import { buildCanaries } from '../../../infra/edge/canaries/canaries.ts';
import { buildSiteCanaries } from '../../../infra/edge/canaries/site-canaries.ts';
import { SCHEMA } from '../../../infra/settings/schema.ts';
import { compileEdge } from '../../../local/edge/function/engine.ts';
import { publisherStand } from '../../support/stands/publisher-stand.ts';
import { njsPath, runInNjs } from '../../support/tools/njs.ts';
import { KEYS } from '../../support/values/session/session-values.ts';

const njs = njsPath();

function viewerEventOf(event: unknown): ViewerRequestEvent {
  return JSON.parse(JSON.stringify(event)) as ViewerRequestEvent;
}

const SIGN_IN = { signIn: { deployment: 'team-a' } };

/** Every kind of router. */
const KINDS = {
  'a base domain': { baseDomain: 'dev.example.com' },
  'the bare domain': { baseDomain: '' },
  'sign-in': { baseDomain: 'dev.example.com', ...SIGN_IN },
  'our own pages': { baseDomain: 'dev.example.com', ...SIGN_IN },
} as const;

type Kind = keyof typeof KINDS;

function constantsOf(kind: Kind): Parameters<typeof buildEdge>[0] {
  return KINDS[kind];
}

/** Built once for each kind, because the publisher runs each canary five times. */
const CODE = new Map(
  Object.entries(KINDS).map(([kind, constants]) => [
    kind,
    kind === 'our own pages' ? buildSiteRouter({ ...constants, ...SIGN_IN }) : buildEdge(constants),
  ]),
);

function canariesOf(kind: Kind) {
  const { baseDomain, signIn } = constantsOf(kind);
  return kind === 'our own pages' ? buildSiteCanaries(baseDomain) : buildCanaries(baseDomain, signIn);
}

/** The value of `:keys`, as the updater writes it. */
const KEYS_TEXT = printSessionKeys(KEYS);

/** The canaries' entries, and the keys of sessions. */
function heldOf(kind: Kind, keys = KEYS_TEXT): ReadonlyMap<string, string> {
  const { store } = canariesOf(kind);
  return new Map(Object.entries({ ...store, ...(keys === '' ? {} : { [KEYS_KEY]: keys }) }));
}

/** The cases as the publisher completes them. */
function completed(kind: Kind, keys = KEYS_TEXT) {
  return completeCases(canariesOf(kind).cases, keys === '' ? undefined : keys, toSeconds(Date.now())).cases;
}

/** TestFunction's answer, from the built router in the pruned engine. */
function routerOf(kind: Kind, store: ReadonlyMap<string, string> = heldOf(kind)) {
  const router = compileEdge(CODE.get(kind) ?? '', { read: (key) => store.get(key) });
  return async (event: unknown) => {
    const verdict = await router.run(viewerEventOf(event));
    const output =
      verdict.kind === 'forward'
        ? { request: verdict.request }
        : verdict.kind === 'respond'
          ? { response: verdict.response }
          : {};
    return {
      ComputeUtilization: '10',
      FunctionErrorMessage: verdict.kind === 'error' ? verdict.message : '',
      FunctionOutput: JSON.stringify(output),
    };
  };
}

async function faultsOf(kind: Kind, keys: string, store = heldOf(kind, keys)) {
  const run = routerOf(kind, store);
  return await Promise.all(
    completed(kind, keys).map(async (one) => {
      const { FunctionErrorMessage: error, FunctionOutput: output } = await run(one.event);
      return findOutputFault(one, { error, output })?.message;
    }),
  );
}

const without = (faults: readonly unknown[]) => faults.map(() => undefined);

describe.each(Object.keys(KINDS) as Kind[])('the canaries of %s', (kind) => {
  const { store, cases } = canariesOf(kind);

  test('have names of their own, and the documented number', () => {
    const number = { 'sign-in': 22, 'our own pages': 8 }[kind as string] ?? 14;
    expect(new Set(cases.map(({ name }) => name)).size).toBe(number);
    expect(cases).toHaveLength(number);
  });

  test('are answered by the built router as expected, with the keys of sessions and without', async () => {
    for (const keys of [KEYS_TEXT, '']) {
      const faults = await faultsOf(kind, keys);
      expect(faults).toEqual(without(faults));
    }
  });

  test.skipIf(njs === undefined)('have the same results in njs as in the engine', () => {
    const kvs = Object.fromEntries(heldOf(kind));
    const all = completed(kind);
    const events = all.map(({ event }) => ({ kvs, event: viewerEventOf(event) }));
    const results = runInNjs(njs ?? '', CODE.get(kind) ?? '', events);
    const faults = all.map((one, index) => {
      const run = results[index];
      if (!run?.ok) return `${one.name}: ${run?.error}`;
      const shape = run.result && 'statusCode' in run.result ? 'response' : 'request';
      return findOutputFault(one, { output: JSON.stringify({ [shape]: run.result }) })?.message;
    });
    expect(faults).toEqual(without(faults));
  });

  test('publish the built router, through the real wire format', async () => {
    const stand = await publisherStand((event) => routerOf(kind, stand.store.entries)(event));
    await stand.invoke('Create', { store, cases });
    expect(stand.api.answers).toMatchObject([{ Status: 'SUCCESS' }]);
    expect(stand.api.stages.LIVE?.code).toBe('new');
  });

  test('stop a router that cannot read its store', async () => {
    const faults = await faultsOf(kind, '', new Map());
    const found = faults.filter((fault) => fault !== undefined);
    // One of them is requested in two ways, and another one is unknown in both ways. With sign-in an unknown name is like a gated one.
    const alike = kind === 'sign-in' ? 2 : 0;
    // The router for our own pages reads only the keys, and its gate accepts that they are missing.
    expect(found).toHaveLength(kind === 'our own pages' ? 0 : Object.keys(store).length - alike);
  });

  test.skipIf(kind === 'our own pages')('fit the store, and one of them nearly fills a value', () => {
    const sizes = Object.values(store).map((value) => Buffer.byteLength(value));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(LIMITS.valueBytes);
    expect(Math.max(...sizes)).toBeGreaterThan(LIMITS.valueBytes / 2);
  });

  test('belong to no deployment, so that no updater changes or deletes them', () => {
    const owners = new Set(Object.values(store).map(deploymentOf));
    owners.delete(undefined);
    expect([...owners]).toEqual(kind === 'our own pages' ? [] : ['-canary']);
    expect(SCHEMA.deployment.parse('-canary')).toBeUndefined();
    const { changes } = plan(new Map(Object.entries(store)), new Map(), 'main', 1);
    expect(changes.deletes.size).toBe(0);
  });

  test('lead viewers who request them to no server', () => {
    for (const value of Object.values(store)) {
      const entry = decodeEntry(value);
      const names = entry?.instances.flatMap((instance) =>
        'domainName' in instance ? [instance.domainName] : [],
      );
      for (const name of names ?? []) expect(name).toMatch(/\.invalid$/);
    }
  });
});

describe('the canaries of sign-in', () => {
  const cases = completed('sign-in');
  const named = (name: string) => {
    const found = cases.find((one) => one.name === name);
    if (found === undefined) throw new Error(`no case ${name}`);
    return found;
  };
  const forwarded = (uri: string, headers: Readonly<Record<string, string>> = {}) => ({
    request: {
      uri,
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, { value }])),
    },
  });
  const refused = (statusCode: number, headers: Readonly<Record<string, string>> = {}) => ({
    response: {
      statusCode,
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, { value }])),
    },
  });
  const START = { location: '/_proxy/api/start?to=%2F' };
  const told = { 'x-proxy-user': 'canary@canary.invalid', 'x-proxy-subject': 'canary-canary-canary-0' };

  test.each<[fault: string, name: string, output: object]>([
    ['serves an app to everybody', 'gated, a page', forwarded('/cart')],
    ['leads to another start', 'gated, a page', refused(302, { location: 'https://evil.example/' })],
    ['serves an app to programs', 'gated, a program', forwarded('/')],
    ['tells which names were there', 'gone', refused(404, { 'x-proxy-state': 'unknown' })],
    ['tells which names exist', 'nobody', refused(404, { 'x-proxy-state': 'unknown' })],
    ['accepts any session', 'gated, with a forged session', forwarded('/', told)],
    ['accepts any pass', 'gated, with a forged pass', forwarded('/', told)],
    ['answers below our own paths', 'a path that begins like ours', forwarded('/_proxy/../cart')],
    ['accepts no session', 'gated, with a session and a forged user', refused(302, START)],
    [
      'tells an app what the viewer claims to be',
      'gated, with a session and a forged user',
      forwarded('/cart', { ...told, 'x-proxy-user': 'forged' }),
    ],
    ['tells an app nothing', 'gated, with a session and a forged user', forwarded('/cart')],
    ['loses the rules of an entry', 'gated, a pool with a session', forwarded('/api/v1', told)],
    ['sends to sign in again and again', 'nobody, with a session', refused(302, START)],
    [
      'lets siblings act for a person',
      'gated, with a session and the form of a sibling app',
      forwarded('/', told),
    ],
    ['opens names from before sign-in', 'from before sign-in', forwarded('/')],
  ])('stop a router that %s', (_, name, output) => {
    expect(findOutputFault(named(name), { output: JSON.stringify(output) })).toBeDefined();
  });

  test('stop a router that was built without sign-in, or for another deployment', async () => {
    for (const signIn of [undefined, { deployment: 'team-b' }]) {
      const code = buildEdge({ baseDomain: 'dev.example.com', ...(signIn ? { signIn } : {}) });
      const router = compileEdge(code, { read: (key) => heldOf('sign-in').get(key) });
      const stand = await publisherStand(async (event) => {
        const verdict = await router.run(viewerEventOf(event));
        const output = verdict.kind === 'respond' ? { response: verdict.response } : { ...verdict, kind: '' };
        return { ComputeUtilization: '1', FunctionErrorMessage: '', FunctionOutput: JSON.stringify(output) };
      });
      stand.store.update({ puts: [{ key: KEYS_KEY, value: KEYS_TEXT }] }, stand.store.describe().etag);
      await stand.invoke('Create', canariesOf('sign-in'));
      expect(stand.api.answers).toMatchObject([
        {
          Status: 'FAILED',
          Reason: expect.stringContaining('"gated, with a session and a forged user": expected'),
        },
      ]);
    }
  });

  test('use a key of the store that is in no template and no line of the log', async () => {
    const stand = await publisherStand((event) => routerOf('sign-in', stand.store.entries)(event));
    stand.store.update({ puts: [{ key: KEYS_KEY, value: KEYS_TEXT }] }, stand.store.describe().etag);
    await stand.invoke('Create', canariesOf('sign-in'));
    expect(stand.api.answers).toMatchObject([{ Status: 'SUCCESS' }]);
    expect(stand.lines[0]).toEqual({ level: 'INFO', canaries: 'written', keys: 'present' });
    const texts = [JSON.stringify(canariesOf('sign-in')), JSON.stringify([stand.lines, stand.api.answers])];
    for (const text of texts) expect(text).not.toContain(KEYS.current);
    expect(texts[1]).not.toContain('__Host-proxy-session');
    expect(stand.store.get(KEYS_KEY)).toBe(KEYS_TEXT);
  });

  test('have sessions for hostnames that viewers cannot request', () => {
    const hosts = canariesOf('sign-in').cases.flatMap(({ session }) => (session ? [session.host] : []));
    expect(hosts).toHaveLength(4);
    for (const host of hosts) expect(host).toMatch(/\.canary\.invalid$/);
  });

  test('that are signed in are left out while the keys are those of another release', async () => {
    const stand = await publisherStand((event) => routerOf('sign-in', stand.store.entries)(event));
    stand.store.update({ puts: [{ key: KEYS_KEY, value: 'k2 new' }] }, stand.store.describe().etag);
    await stand.invoke('Create', canariesOf('sign-in'));
    expect(stand.api.answers).toMatchObject([{ Status: 'SUCCESS' }]);
    expect(stand.lines[0]).toMatchObject({ keys: 'of another release' });
    const names = new Set(stand.lines.map((line) => line['case']));
    expect(names).toContain('asleep');
    expect(names).not.toContain('gated, a page');
  });
});

describe('the canaries of our own pages', () => {
  const cases = completed('our own pages');
  const forwarded = (uri: string, host?: string) => ({
    request: { uri, headers: host === undefined ? {} : { 'x-proxy-host': { value: host } } },
  });

  test.each<[fault: string, name: string, output: object]>([
    ['shows the portal to everybody', 'the portal', forwarded('/_proxy/index.html')],
    [
      'shows the list of apps to everybody',
      'the list of apps, for a program',
      forwarded('/_proxy/routes.json'),
    ],
    [
      'lets a viewer choose the hostname of a sign-in',
      'an endpoint of sign-in, with a forged hostname',
      forwarded('/_proxy/api/start', 'forged'),
    ],
    ['starts a function for any path', 'a path that is not an endpoint', forwarded('/_proxy/api/started')],
    [
      'hides the page for unreachable instances',
      'the page for unreachable instances',
      { response: { statusCode: 302, headers: {} } },
    ],
    ['shows the list of apps at an app', 'the list of apps at an app', forwarded('/_proxy/routes.json')],
    [
      'passes a path that S3 reads differently',
      'a path that is ours after normalisation',
      forwarded('/x/../_proxy/routes.json'),
    ],
  ])('stop a router that %s', (_, name, output) => {
    const one = cases.find((each) => each.name === name);
    expect(one && findOutputFault(one, { output: JSON.stringify(output) })).toBeDefined();
  });

  test('stop the router of apps in its place, and the other way round', async () => {
    const wrong = { 'our own pages': 'sign-in', 'sign-in': 'our own pages' } as const;
    for (const [kind, other] of Object.entries(wrong) as [keyof typeof wrong, Kind][]) {
      const run = routerOf(other, heldOf('sign-in'));
      const faults = await Promise.all(
        completed(kind).map(async (one) => {
          const { FunctionErrorMessage: error, FunctionOutput: output } = await run(one.event);
          return findOutputFault(one, { error, output });
        }),
      );
      expect(faults.filter((fault) => fault !== undefined).length, kind).toBeGreaterThan(5);
    }
  });
});

test.each(Object.keys(KINDS) as Kind[])('no tag can claim the key of a canary of %s', (kind) => {
  const { baseDomain } = constantsOf(kind);
  const settings = completeSettings({ deployment: 'main', baseDomain, depth: 10, reserved: [] });
  const keys = Object.keys(canariesOf(kind).store);
  expect(keys).toHaveLength({ 'sign-in': 11, 'our own pages': 0 }[kind as string] ?? 9);
  for (const key of keys) expect(parseClaim(key, settings), key).toHaveProperty('refused');
});
