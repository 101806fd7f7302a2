import { expect, test } from 'vitest';
import { matchBehaviour } from '../../../../core/explain/site/behaviour.ts';
import { behaviourFault } from '../../../../local/edge/function/behaviour.ts';
import { ask, edgeFunction, startStand } from '../edge-stand.ts';

test.each([
  ['/_proxy/x', 'site'],
  ['/_proxy//x', 'site'],
  ['/a/../_proxy/x', 'site'],
  ['/a/%2E%2e/_proxy/x', 'site'],
  ['/b%2fc/../_proxy/x', 'site'],
  ['/./_proxy/x', 'site'],
  ['/%5Fproxy/x', 'site'],
  ['/%5f%70rox%79/x', 'site'],
  ['/_proxy/api', 'site'],
  ['/_proxy/apis/x', 'site'],
  ['/_proxy/api/../x', 'site'],
  ['/_proxy/API/x', 'site'],
  ['/_proxy/api/x', 'api'],
  ['/_proxy/x/../a%70i/', 'api'],
  ['/_proxy/../x', 'apps'],
  ['/_proxy/errors/../../x', 'apps'],
  ['/_proxy', 'apps'],
  ['/_PROXY/x', 'apps'],
  ['/_proxy%2Fx', 'apps'],
  ['/x/..%2f_proxy/y', 'apps'],
  ['//_proxy//x', 'either'],
  ['/_proxy//api/x', 'either'],
  ['/x/../_proxy//../y', 'either'],
])('CloudFront matches %s to the behaviour of the %s', (path, behaviour) => {
  expect(matchBehaviour(path)).toBe(behaviour);
});

test.each([
  ['/_proxy/api/x', 'site'],
  ['/_proxy//api/x', 'site'],
  ['//_proxy/api/x', 'either'],
  ['/x', 'apps'],
])('without sign-in CloudFront matches %s to the behaviour of the %s', (path, behaviour) => {
  expect(matchBehaviour(path, false)).toBe(behaviour);
});

test('an origin of a function is refused on a path of the site and accepted on others', () => {
  expect(behaviourFault('/x/../_proxy/routes.json')).toMatch(
    /^the function chose an origin for \/x\/\.\.\/_proxy/,
  );
  expect(behaviourFault('//_proxy/routes.json')).toMatch(/treats as a path of the site/);
  expect(behaviourFault('/_proxied/routes.json')).toBeUndefined();
});

test('a request without an origin that may miss the site gets an error instead of the placeholder', async () => {
  const edge = edgeFunction(({ request }) => ({ kind: 'forward', reads: 0, request, origin: undefined }));
  const stand = await startStand(0, {
    edge: () => edge,
    site: (_path, _request, response) => void response.end('site'),
  });
  expect((await ask(stand, '/_proxy/x')).status).toBe(200);
  for (const path of ['/_proxy/../x', '//_proxy/x']) expect((await ask(stand, path)).status, path).toBe(502);
});
