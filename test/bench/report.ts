import type { EdgeProxyFigures } from './edge-proxy.ts';
import type { CapacityFigures } from './router/capacity.ts';
import type { RouterCost, RouterFigures } from './router/router.ts';
import type { WorstFigures } from './router/worst.ts';
import type { UpdaterFigures } from './updater/updater.ts';

/** `12,345` */
export const thousands = (value: number) => Math.round(value).toLocaleString('en-GB');

export function routerPart(router: RouterFigures): string {
  const rows = router.rows.map(({ name, entries, reads, instructions, memory }) => {
    const cells = [name, thousands(entries), reads, thousands(instructions), (memory / 1024).toFixed(1)];
    return `| ${cells.join(' | ')} |`;
  });
  const costs = (list: readonly RouterCost[]) =>
    list.map(({ name, instructions }) => `| ${name} | ${thousands(instructions)} |`);
  return [
    "Instructions that Debian's njs executes for one request (valgrind callgrind, difference of 300 and 100 requests), and the memory that it",
    'has more afterwards (it frees none before its end; difference of 2,100 and 100 requests), both less those of a function that returns the request at once.',
    "njs is not CloudFront's engine, but the nearest to it that can be run; AWS publishes no figure to compare with.",
    '',
    '| request | entries in the store | store reads | instructions | KB |',
    '| --- | ---: | ---: | ---: | ---: |',
    ...rows,
    '',
    `The bundle has ${thousands(router.bytes)} of the 10,240 bytes that a function may have.`,
    '',
    'For comparison, measured the same way: a bare toy (one key a host, nothing checked, no headers) 56,000; the router of SST 2.8 million with 200',
    'routes and 12.2 million with 900.',
    '',
    'What a feature takes more than the plainest request, the first of the table:',
    '',
    '| feature | instructions |',
    '| --- | ---: |',
    ...costs(router.features),
    '',
    'And what the plainest request would save without a part that each has. Together they are more than what the router takes above the toy, which has none',
    'of them and checks nothing: one expression for the whole entry pays for the rest.',
    '',
    '| part | instructions |',
    '| --- | ---: |',
    ...costs(router.parts),
  ].join('\n');
}

export function worstPart({ rows }: WorstFigures): string {
  const lines = rows.map(({ entry, build, cheapest, dearest }) => {
    const cells = [build, entry, thousands(cheapest), thousands(dearest), (dearest / cheapest).toFixed(2)];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    'The dearest request that a viewer can form within the limits of CloudFront (a URL of 8,192 bytes, 32,768 with all headers), looked for by a seeded search: from',
    'requests that are known to be dear, random changes of the dearest so far. Instructions of one request, counted by themselves; beside it the cheapest request that',
    'the entry serves. A test counts the found ones and fails above four times. Errors are what njs takes most for: a malformed escape that throws costs five million.',
    '',
    '| router | entry | cheapest | dearest | times |',
    '| --- | --- | ---: | ---: | ---: |',
    ...lines,
  ].join('\n');
}

export function capacityPart(capacity: CapacityFigures): string {
  const rows = capacity.rows.map(
    (row) => `| ${row.port} | ${thousands(row.apps)} | ${row.bytes.toFixed(1)} |`,
  );
  return [
    'Typical apps that fit into the 5,000,000 bytes of one KeyValueStore, put there until it refused one: a hostname of 24 bytes, one instance with',
    'a name as EC2 gives them in eu-west-1, deployment `main`, a token of 16 characters, sequence numbers of epoch seconds.',
    '',
    '| port | apps | bytes each, key and value |',
    '| ---: | ---: | ---: |',
    ...rows,
    '',
    `The largest value that tags can ask for has ${thousands(capacity.worst)} of the 1,024 bytes that a value may have. Tags that ask for more are left out and reported.`,
  ].join('\n');
}

export function updaterPart(updater: UpdaterFigures): string {
  return [
    `From an event's publication to the store's acceptance, warm, everything on loopback: median **${thousands(updater.median)} ms**`,
    `(${thousands(updater.fastest)}–${thousands(updater.slowest)} ms, ${updater.runs} changes). On AWS each remote call adds its round trip; two follow each other: the listing and the write.`,
  ].join('\n');
}

export function edgePart(edge: EdgeProxyFigures): string {
  return [
    "One core each, 1 KB bodies, keep-alive, 32 connections, the same loopback origin; the local edge beside Debian's Caddy as a reverse proxy.",
    "The processor's time is the figure to trust on a shared machine.",
    '',
    '| | processor time a request | requests a second |',
    '| --- | ---: | ---: |',
    `| local edge | ${edge.edge.cpu.toFixed(1)} µs | ${thousands(edge.edge.rate)} |`,
    `| Caddy | ${edge.caddy.cpu.toFixed(1)} µs | ${thousands(edge.caddy.rate)} |`,
    '',
    `Caddy takes **${(edge.caddy.cpu / edge.edge.cpu).toFixed(2)}** times the processor time. Throughput: **${edge.ratio.toFixed(2)}** times`,
    `Caddy's (medians of ${edge.rounds.length} interleaved rounds, their ratios ${ratiosOf(edge)}).`,
  ].join('\n');
}

/** `1.1–2.0`: how much a shared machine lets the rounds differ. */
function ratiosOf({ rounds }: EdgeProxyFigures): string {
  const ratios = rounds.map((round) => round.edge.rate / round.caddy.rate).sort((a, b) => a - b);
  return `${ratios[0]?.toFixed(2)}–${ratios.at(-1)?.toFixed(2)}`;
}
