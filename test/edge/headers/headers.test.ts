import type { ViewerResponseEvent } from 'cloudfront';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildHeaders, HEADERS_BUDGET_BYTES } from '../../../build/edge.ts';
import { compileInNjs } from '../../../build/gate/njs.ts';
import { scriptHashOf } from '../../../build/page-script.ts';
import { siteHeaders } from '../../../core/settings/site-headers.ts';
import type { CanaryCase } from '../../../infra/custom-resources/publisher/canary-case.ts';
import { findOutputFault } from '../../../infra/custom-resources/publisher/verdict.ts';
import { buildHeadersCanaries } from '../../../infra/edge/headers-function.ts';
import { compileHeaders } from '../../../local/edge/function/engine.ts';
import { publisherStand } from '../../support/stands/publisher-stand.ts';
import { njsPath, runInNjs } from '../../support/tools/njs.ts';
import { viewerRequestEvent } from '../../support/values/viewer-event.ts';

const njs = njsPath();
const PAGE = '<script>poll()</script>';
const HASH = scriptHashOf(PAGE);
const CODE = buildHeaders(PAGE);
const { store, cases } = buildHeadersCanaries(HASH);

/** Answers of S3 as the function gets them. */
function eventOf(statusCode: number, headers: Readonly<Record<string, string>>): ViewerResponseEvent {
  const { context, ...rest } = viewerRequestEvent({ uri: '/_proxy/index.html' });
  const fields = Object.entries(headers).map(([name, value]) => [name, { value }]);
  return {
    ...rest,
    context: { ...context, eventType: 'viewer-response' },
    response: { statusCode, headers: Object.fromEntries(fields), cookies: {} },
  };
}

/** TestFunction's answer, from a function in the pruned engine. */
function answerOf(code: string, event: CanaryCase['event']) {
  const verdict = compileHeaders(code).run(JSON.parse(JSON.stringify(event)) as ViewerResponseEvent);
  return {
    ComputeUtilization: '3',
    FunctionErrorMessage: verdict.kind === 'error' ? verdict.message : '',
    FunctionOutput: JSON.stringify(verdict.kind === 'error' ? {} : { response: verdict.response }),
  };
}

function faultOf(code: string, one: CanaryCase) {
  const { FunctionErrorMessage: error, FunctionOutput: output } = answerOf(code, one.event);
  return findOutputFault(one, { error, output })?.message;
}

describe('the function that sets the headers of our own pages', () => {
  test('fits its budget, imports nothing, and compiles in njs', () => {
    expect(Buffer.byteLength(CODE)).toBeLessThanOrEqual(HEADERS_BUDGET_BYTES);
    expect(CODE).not.toContain('import');
    expect(CODE).toContain('function handler(');
    if (njs !== undefined) expect(compileInNjs(njs, CODE, 'headers.js')).toEqual([]);
  });

  test.each(cases)('answers the canary "$name" in the engine as expected', (one) => {
    expect(faultOf(CODE, one)).toBeUndefined();
  });

  test.skipIf(njs === undefined)('answers every canary in njs as in the engine', () => {
    const events = cases.map(({ event }) => JSON.parse(JSON.stringify(event)) as ViewerResponseEvent);
    const results = runInNjs(
      njs ?? '',
      CODE,
      events.map((event) => ({ kvs: {}, event })),
    );
    expect(results.map((each) => each.ok && each.result)).toEqual(
      events.map((event) => JSON.parse(answerOf(CODE, { ...event }).FunctionOutput).response),
    );
  });

  test('overrides these headers and leaves status, cookies and all other headers as they are', () => {
    const headers = compileHeaders(CODE);
    const ours = siteHeaders(HASH);
    const name = fc.oneof(
      fc.constantFrom(...Object.keys(ours)),
      fc.stringMatching(/^x-[a-z]{1,8}$/),
      fc.constantFrom('via', 'content-length', 'content-type', 'etag', '__proto__'),
    );
    const value = fc.stringMatching(/^[!-~]{0,20}$/);
    fc.assert(
      fc.property(fc.constantFrom(200, 206, 304), fc.dictionary(name, value), (status, sent) => {
        const verdict = headers.run(eventOf(status, sent));
        if (verdict.kind === 'error') throw new Error(verdict.message);
        const { statusCode, headers: got, ...rest } = verdict.response;
        const values = Object.fromEntries(Object.entries(got).map(([key, header]) => [key, header.value]));
        expect(statusCode).toBe(status);
        expect(values).toEqual({ ...sent, ...ours });
        expect(rest).toEqual({ cookies: {} });
      }),
    );
  });

  test('leaves an answer of the router as it is', () => {
    const sent = { 'x-proxy-state': 'unknown', 'content-security-policy': "default-src 'none'" };
    const event = eventOf(404, sent);
    expect(compileHeaders(CODE).run(event)).toEqual({ kind: 'respond', response: event.response });
  });

  test('passes the gate through the real wire format, without a store', async () => {
    const stand = await publisherStand((event) => answerOf(CODE, event as CanaryCase['event']));
    await stand.invoke('Create', { store, cases }, { hasStore: false });
    expect(stand.api.answers).toMatchObject([{ Status: 'SUCCESS' }]);
    expect(stand.api.stages.LIVE?.code).toBe('new');
    expect(Object.values(stand.storeCalls)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test.each([
    ['sets nothing', 'function handler(event) { return event.response; }'],
    ['leaves out a header', CODE.replace(/,"x-frame-options":\{value:"DENY"\}/, '')],
    ['was built for another page', buildHeaders('<script>other()</script>')],
    ['overrides an answer of the router', CODE.replace('["x-proxy-state"]', '["x-other"]')],
    ['changes the status', CODE.replace('return ', 'e.response.statusCode=204;return ')],
    ['adds a body', CODE.replace('return ', "e.response.body='';return ")],
    ['changes a read-only header', CODE.replace('return ', "e.response.headers.via={value:'x'};return ")],
    ['throws', CODE.replace('return ', 'null.x;return ')],
  ])('is not published if it %s', async (_, code) => {
    expect(code).not.toBe(CODE);
    const stand = await publisherStand((event) => answerOf(code, event as CanaryCase['event']));
    await stand.invoke('Create', { store, cases }, { hasStore: false });
    expect(stand.api.answers).toMatchObject([
      { Status: 'FAILED', Reason: expect.stringMatching(/function router was not published.*case "a/) },
    ]);
    expect(stand.api.stages.LIVE).toBeUndefined();
  });
});
