import type { ViewerRequestEvent } from 'cloudfront';
import { describe, expect, test } from 'vitest';
import { decodeEntry, ownerOf } from '../../core/entry.ts';
import { LIMITS } from '../../core/limits.ts';
import { plan } from '../../core/plan.ts';
import { buildEdge } from '../../infra/bundles/edge.ts';
import { canariesOf } from '../../infra/canaries.ts';
import { handlerOf } from '../../infra/publisher/handler.ts';
import { faultOf } from '../../infra/publisher/verdict.ts';
import { SCHEMA } from '../../infra/settings/schema.ts';
import { compileEdge } from '../../local/edge/engine.ts';
import { functionApi } from '../support/function-api.ts';
import { njsPath, runInNjs } from '../support/njs.ts';

const njs = njsPath();

function viewerEventOf(event: unknown): ViewerRequestEvent {
  return JSON.parse(JSON.stringify(event)) as ViewerRequestEvent;
}

/** TestFunction's answer, from the built router in the pruned engine. */
function routerOf(baseDomain: string, store = canariesOf(baseDomain).store) {
  const router = compileEdge(buildEdge({ baseDomain }), {
    read: (key) => (Object.hasOwn(store, key) ? store[key] : undefined),
  });
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

describe.each(['dev.example.com', ''])('the canaries of base domain "%s"', (baseDomain) => {
  const { store, cases } = canariesOf(baseDomain);

  test.each(cases.map((one) => [one.name, one] as const))(
    '%s: the built router does as expected',
    async (_, one) => {
      const { FunctionErrorMessage: error, FunctionOutput: output } = await routerOf(baseDomain)(one.event);
      expect(faultOf(one, { error, output, utilization: '10' })).toBeUndefined();
    },
  );

  test.skipIf(njs === undefined)('come out in njs as they do in the engine', () => {
    const events = cases.map(({ event }) => ({ kvs: store, event: viewerEventOf(event) }));
    const results = runInNjs(njs ?? '', buildEdge({ baseDomain }), events);
    const faults = cases.map((one, index) => {
      const run = results[index];
      if (!run?.ok) return `${one.name}: ${run?.error}`;
      const kind = run.result && 'statusCode' in run.result ? 'response' : 'request';
      return faultOf(one, { utilization: '10', output: JSON.stringify({ [kind]: run.result }) })?.message;
    });
    expect(faults).toEqual(cases.map(() => undefined));
  });

  test('publish the built router, from the events on the wire to LIVE', async () => {
    const api = await functionApi(routerOf(baseDomain));
    const handler = handlerOf({ cloudFront: api.client, sleep: async () => {}, log: () => {} });
    const ResourceProperties = { ServiceToken: '', FunctionName: 'router', Cases: JSON.stringify(cases) };
    const event = { RequestType: 'Create', ResponseURL: api.responseUrl, ResourceProperties };
    await handler(event as unknown as Parameters<typeof handler>[0]);
    await api.close();
    expect(api.answers).toMatchObject([{ Status: 'SUCCESS' }]);
    expect(api.stages.LIVE?.code).toBe('new');
  });

  test('stop a router that cannot read its store', async () => {
    const run = routerOf(baseDomain, {});
    const wrong = await Promise.all(
      cases.map(async (one) => {
        const { FunctionOutput: output } = await run(one.event);
        return faultOf(one, { output, utilization: '10' });
      }),
    );
    // Each has two keys, of which one is asked for; one of them in two ways.
    expect(wrong.filter((fault) => fault !== undefined)).toHaveLength(Object.keys(store).length / 2 + 1);
  });

  test('fit the store, and one of them nearly fills a value', () => {
    const sizes = Object.values(store).map((value) => Buffer.byteLength(value));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(LIMITS.valueBytes);
    expect(Math.max(...sizes)).toBeGreaterThan(LIMITS.valueBytes / 2);
  });

  test('are of no deployment, so that no updater changes or deletes them', () => {
    const owners = new Set(Object.values(store).map(ownerOf));
    owners.delete(undefined);
    expect([...owners]).toEqual(['-canary']);
    expect(SCHEMA.owner.parse('-canary')).toBeUndefined();
    const { changes } = plan(new Map(Object.entries(store)), new Map(), 'main', 1);
    expect(changes.deletes.size).toBe(0);
  });

  test('lead viewers who find them nowhere', () => {
    for (const value of Object.values(store)) {
      const entry = decodeEntry(value);
      const names = entry?.instances.flatMap((instance) =>
        'domainName' in instance ? [instance.domainName] : [],
      );
      for (const name of names ?? []) expect(name).toMatch(/\.invalid$/);
    }
  });
});

test('a store that was made for the bare domain proves the router of a domain that came later, and back', () => {
  expect(canariesOf('').store).toEqual(canariesOf('dev.example.com').store);
});
