import { readFileSync } from 'node:fs';
import type { ViewerRequestEvent } from 'cloudfront';
import { type Entry, encodeEntry, type ServingEntry } from '../../core/entry.ts';
import type { Rule } from '../../core/rule.ts';
import { buildEdge } from '../../infra/bundles/edge.ts';
import { countInstructions, type NjsCase, runInNjs } from '../support/njs.ts';
import { viewerRequestEvent } from '../support/viewer-event.ts';

/** One row of the router's table. */
export interface RouterRow {
  name: string;
  /** Entries in the store. */
  entries: number;
  /** Store reads of one request. */
  reads: number;
  /** njs instructions of one request, less those of a do-nothing function. */
  instructions: number;
}

export interface RouterFigures {
  bytes: number;
  rows: RouterRow[];
}

const DOMAIN = 'dev.example.com';
const SIZES = [10, 900, 30_000] as const;
const DO_NOTHING = 'import cf from"cloudfront";\nasync function handler(event){return event.request}\n';

const named = (digits: number, n: number) => String(n).padStart(digits, '0');
const target = (n: number) => ({
  id: `i-0123456789abc${named(4, n)}`,
  generation: 1_795_436_239,
  domainName: `ec2-203-0-113-${100 + (n % 100)}.eu-west-1.compute.amazonaws.com`,
});
const rule = (path: string, to: Rule['to']): Rule => ({ path, to, conditions: [], strip: false });
const one = [{ instance: 0, port: 80, weight: 1 }];

function serving(instances: number, rules: readonly Rule[]): ServingEntry {
  const targets = Array.from({ length: instances }, (_, n) => target(n));
  return { owner: 'main', sequence: 42, state: 'live', instances: targets, rules, token: 'AbCdEfGhIjKlMnOp' };
}

const PLAIN = serving(1, [rule('/', one)]);
const EIGHT_PATHS = serving(1, [
  ...Array.from({ length: 7 }, (_, n) => rule(`/section-${n}`, one)),
  rule('/', one),
]);
const POOL = serving(8, [
  rule(
    '/',
    Array.from({ length: 8 }, (_, instance) => ({ instance, port: 3000, weight: 1 })),
  ),
]);

const CASES: readonly { name: string; host: string; entries: Readonly<Record<string, Entry>> }[] = [
  { name: 'exact host, one instance', host: 'shop', entries: { shop: PLAIN } },
  { name: 'exact host, 8 path rules, the last of them', host: 'paths', entries: { paths: EIGHT_PATHS } },
  { name: '8 instances, rendezvous hash on the viewer', host: 'pool', entries: { pool: POOL } },
  { name: 'wildcard of one label', host: 'a.wild', entries: { '*.wild': PLAIN } },
  { name: 'unknown host, page', host: 'nobody', entries: {} },
];

/** Instructions, reads and bytes of the built router, for each kind of request and size of store. */
export function benchRouter(
  tools: { njs: string; valgrind: string },
  sizes: readonly number[] = SIZES,
): RouterFigures {
  const code = buildEdge({ baseDomain: DOMAIN });
  const floor = countInstructions(tools, DO_NOTHING, [{ kvs: {}, event: eventFor('shop') }]);
  const rows = CASES.flatMap(({ name, host, entries }) =>
    sizes.map((size) => {
      const example: NjsCase = { kvs: storeOf(entries, size), event: eventFor(host) };
      const [result] = runInNjs(tools.njs, code, [example]);
      const instructions = countInstructions(tools, code, [example]) - floor;
      return { name, entries: size, reads: result?.reads ?? 0, instructions };
    }),
  );
  return { bytes: Buffer.byteLength(code), rows };
}

/** A browser's request, as CloudFront passes one on. */
function eventFor(host: string): ViewerRequestEvent {
  const headers = {
    host: { value: `${host}.${DOMAIN}` },
    accept: { value: 'text/html,application/xhtml+xml' },
    'user-agent': { value: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)' },
    'accept-language': { value: 'en' },
  };
  return viewerRequestEvent({ headers, cookies: {}, querystring: {} });
}

function storeOf(entries: Readonly<Record<string, Entry>>, size: number): Record<string, string> {
  const store: Record<string, string> = {};
  for (let n = 0; n < size; n++) store[`app-${named(6, n)}.${DOMAIN}`] = encodeEntry(PLAIN);
  for (const [name, entry] of Object.entries(entries)) store[`${name}.${DOMAIN}`] = encodeEntry(entry);
  return store;
}

/** The committed figures that a run is compared with; undefined where there are none yet. */
export function baselineRouter(file: string): RouterFigures | undefined {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { router?: RouterFigures }).router;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Rows that take more than 2 % more instructions than the baseline's. */
export function slowerRows(now: RouterFigures, baseline: RouterFigures): string[] {
  return now.rows.flatMap((row) => {
    const before = baseline.rows.find((each) => each.name === row.name && each.entries === row.entries);
    if (!before || row.instructions <= before.instructions * 1.02) return [];
    const percent = ((row.instructions / before.instructions - 1) * 100).toFixed(1);
    return [
      `${row.name}, ${row.entries} entries: ${before.instructions} → ${row.instructions} instructions (+${percent} %)`,
    ];
  });
}
