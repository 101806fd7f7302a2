import { readFileSync } from 'node:fs';
import type { Entry } from '../../../core/entry/entry.ts';
import type { EdgeFunction, EdgeVerdict } from '../../../local/edge/function/edge-function.ts';
import { eventOf, type RouterCase } from './router-case.ts';

/** A value that a version of the format has written, with its permanent meaning. */
export interface GoldenValue {
  name: string;
  value: string;
  entry: Entry;
  /** `GET /cart x-env: canary` with its outcome (see `outcomeOf`). */
  requests: readonly (readonly [request: string, outcome: string])[];
}

/** The values of one version of the format. Empty lines separate the blocks, and each comment is a block of its own. */
export function goldenValues(version: number): GoldenValue[] {
  const text = readFileSync(new URL(`../../golden/values/v${version}.txt`, import.meta.url), 'utf8');
  const blocks = text.trimEnd().split('\n\n');
  return blocks.filter((block) => !block.startsWith('#')).map(goldenOf);
}

function goldenOf(block: string): GoldenValue {
  const [name = '', value = '', entry = '', ...requests] = block.split('\n').map((line) => line.trim());
  const parted = requests.map((line): [string, string] => {
    const [request = '', outcome = ''] = line.split(' -> ');
    return [request, outcome];
  });
  return { name, value, entry: JSON.parse(entry), requests: parted };
}

/** The router's result for a request to `shop.dev.example.com`, on one line. */
export async function outcomeOf(router: EdgeFunction, request: string): Promise<string> {
  return printVerdict(await router.run(eventOf(caseOf(request))));
}

/** `GET /cart?x=1 x-env: canary`: method, target, and at most one header. */
function caseOf(request: string): RouterCase {
  const [method = '', target = '', ...header] = request.split(' ');
  const [uri = '', query] = target.split('?');
  const [name = '', value = ''] = header.join(' ').split(': ');
  return {
    name: request,
    request: {
      method,
      uri,
      headers: name === '' ? {} : { [name]: value },
      ...(query === undefined ? {} : { query }),
    },
    expected: { site: '' },
  };
}

/** `503 asleep`, or `i-0abc http://ec2-….compute-1.amazonaws.com:80/cart` and the other settings of the origin. */
function printVerdict(verdict: EdgeVerdict): string {
  if (verdict.kind === 'respond') {
    const { statusCode, headers } = verdict.response;
    return `${statusCode} ${headers['x-proxy-state']?.value}`;
  }
  if (verdict.kind === 'error' || verdict.origin === undefined) return JSON.stringify(verdict);
  const { domainName, customOriginConfig, sni, timeouts } = verdict.origin;
  const instance = /^\S+ (\S+) /.exec(verdict.log ?? '')?.[1];
  const token = verdict.request.headers['x-proxy-token']?.value;
  return [
    instance,
    `${customOriginConfig?.protocol}://${domainName}:${customOriginConfig?.port}${verdict.request.uri}`,
    ...(customOriginConfig?.ipAddressType === undefined ? [] : [`over ${customOriginConfig.ipAddressType}`]),
    ...(sni === undefined ? [] : [`as ${sni}`]),
    ...(token === undefined ? [] : [`token ${token}`]),
    ...(timeouts === undefined ? [] : [`within ${timeouts.readTimeout} s`]),
  ].join(' ');
}
