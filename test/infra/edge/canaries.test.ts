import type { ViewerRequestEvent } from 'cloudfront';
import { describe, expect, test } from 'vitest';
import { buildEdge } from '../../../build/edge.ts';
import { decodeEntry } from '../../../core/entry/entry.ts';
import { deploymentOf } from '../../../core/entry/mark.ts';
import { plan } from '../../../core/plan/plan.ts';
import { completeSettings } from '../../../core/settings/settings.ts';
import { parseClaim } from '../../../core/tags/claim.ts';
import { LIMITS } from '../../../core/wire/limits.ts';
import { findOutputFault } from '../../../infra/custom-resources/publisher/verdict.ts';
import { buildCanaries } from '../../../infra/edge/canaries.ts';
import { SCHEMA } from '../../../infra/settings/schema.ts';
import { compileEdge } from '../../../local/edge/function/engine.ts';
import { publisherStand } from '../../support/stands/publisher-stand.ts';
import { njsPath, runInNjs } from '../../support/tools/njs.ts';

const njs = njsPath();

function viewerEventOf(event: unknown): ViewerRequestEvent {
  return JSON.parse(JSON.stringify(event)) as ViewerRequestEvent;
}

function heldOf(baseDomain: string): ReadonlyMap<string, string> {
  return new Map(Object.entries(buildCanaries(baseDomain).store));
}

/** Built once for each base domain, because the publisher runs each canary five times. */
const CODE: ReadonlyMap<string, string> = new Map(
  ['dev.example.com', ''].map((baseDomain) => [baseDomain, buildEdge({ baseDomain })]),
);

/** TestFunction's answer, from the built router in the pruned engine. */
function routerOf(baseDomain: string, store: ReadonlyMap<string, string> = heldOf(baseDomain)) {
  const router = compileEdge(CODE.get(baseDomain) ?? '', { read: (key) => store.get(key) });
  return async (event: unknown) => {
    const verdict = await router.run(viewerEventOf(event));
    const { kind } = verdict;
    const output =
      kind === 'forward'
        ? { request: verdict.request }
        : kind === 'respond'
          ? { response: verdict.response }
          : {};
    return {
      ComputeUtilization: '10',
      FunctionErrorMessage: kind === 'error' ? verdict.message : '',
      FunctionOutput: JSON.stringify(output),
    };
  };
}

describe.each([...CODE.keys()])('the canaries of base domain "%s"', (baseDomain) => {
  const { store, cases } = buildCanaries(baseDomain);

  test.each(cases.map((one) => [one.name, one] as const))(
    '%s: the built router answers as expected',
    async (_, one) => {
      const { FunctionErrorMessage: error, FunctionOutput: output } = await routerOf(baseDomain)(one.event);
      expect(findOutputFault(one, { error, output })).toBeUndefined();
    },
  );

  test.skipIf(njs === undefined)('have the same results in njs as in the engine', () => {
    const events = cases.map(({ event }) => ({ kvs: store, event: viewerEventOf(event) }));
    const results = runInNjs(njs ?? '', CODE.get(baseDomain) ?? '', events);
    const faults = cases.map((one, index) => {
      const run = results[index];
      if (!run?.ok) return `${one.name}: ${run?.error}`;
      const kind = run.result && 'statusCode' in run.result ? 'response' : 'request';
      return findOutputFault(one, { output: JSON.stringify({ [kind]: run.result }) })?.message;
    });
    expect(faults).toEqual(cases.map(() => undefined));
  });

  test('publish the built router, through the real wire format', async () => {
    const stand = await publisherStand((event) => routerOf(baseDomain, stand.store.entries)(event));
    await stand.invoke('Create', { store, cases });
    expect(stand.api.answers).toMatchObject([{ Status: 'SUCCESS' }]);
    expect(stand.api.stages.LIVE?.code).toBe('new');
  });

  test('stop a router that cannot read its store', async () => {
    const run = routerOf(baseDomain, new Map());
    const wrong = await Promise.all(
      cases.map(async (one) => {
        const { FunctionOutput: output } = await run(one.event);
        return findOutputFault(one, { output });
      }),
    );
    // One of them is requested in two ways, and another one is unknown in both ways.
    expect(wrong.filter((fault) => fault !== undefined)).toHaveLength(Object.keys(store).length);
  });

  test('fit the store, and one of them nearly fills a value', () => {
    const sizes = Object.values(store).map((value) => Buffer.byteLength(value));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(LIMITS.valueBytes);
    expect(Math.max(...sizes)).toBeGreaterThan(LIMITS.valueBytes / 2);
  });

  test('belong to no deployment, so that no updater changes or deletes them', () => {
    const owners = new Set(Object.values(store).map(deploymentOf));
    owners.delete(undefined);
    expect([...owners]).toEqual(['-canary']);
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

test.each(['', 'dev.example.com'])(
  'no tag can claim the key of a canary of base domain "%s"',
  (baseDomain) => {
    const settings = completeSettings({ deployment: 'main', baseDomain, depth: 10, reserved: [] });
    const keys = Object.keys(buildCanaries(baseDomain).store);
    expect(keys).toHaveLength(9);
    for (const key of keys) expect(parseClaim(key, settings), key).toHaveProperty('refused');
  },
);
