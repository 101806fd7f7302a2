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
    "Instructions that Debian's njs executes for one request (valgrind callgrind, the difference between 300 and 100 requests), and the memory that",
    'one request adds (njs frees none before it ends; the difference between 2,100 and 100 requests). The figures of a function that returns the',
    "request at once are subtracted. njs is the nearest available engine to CloudFront's; AWS publishes no figures to compare with.",
    '',
    '| request | entries in the store | store reads | instructions | KB |',
    '| --- | ---: | ---: | ---: | ---: |',
    ...rows,
    '',
    `The bundle has ${thousands(router.bytes)} of the 10,240 bytes that a function may have.`,
    '',
    'A feature adds these instructions to the plainest request, the first of the table:',
    '',
    '| feature | instructions |',
    '| --- | ---: |',
    ...costs(router.features),
    '',
    'Without one of these parts, which every request has, the plainest request would save these instructions:',
    '',
    '| part | instructions |',
    '| --- | ---: |',
    ...costs(router.parts),
    '',
    `With sign-in the bundle has ${thousands(router.signIn.bytes)} bytes, and that of the site router ${thousands(router.signIn.siteBytes)}. A request takes, counted in one process:`,
    '',
    '| request with sign-in | instructions |',
    '| --- | ---: |',
    ...costs(router.signIn.requests),
  ].join('\n');
}

export function worstPart({ rows }: WorstFigures): string {
  const lines = rows.map(({ entry, build, cheapest, dearest }) => {
    const cells = [build, entry, thousands(cheapest), thousands(dearest), (dearest / cheapest).toFixed(2)];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    'The most expensive request that a viewer can form within the limits of CloudFront (a URL of 8,192 bytes, 32,768 with all headers). A seeded search finds it: it',
    'starts with requests that are known to be expensive and changes the most expensive ones at random. The figures are the instructions of that request alone, beside',
    'those of the cheapest request that the entry serves. A test counts the found requests and fails above four times the cheapest, with sign-in above five times, and eight times below `/_proxy/`. Errors cost most in njs: a malformed',
    'escape that throws costs five million.',
    '',
    '| router | entry | cheapest | most expensive | times |',
    '| --- | --- | ---: | ---: | ---: |',
    ...lines,
  ].join('\n');
}

export function capacityPart(capacity: CapacityFigures): string {
  const rows = capacity.rows.map(
    (row) => `| ${row.address} | ${row.port} | ${thousands(row.apps)} | ${row.bytes.toFixed(1)} |`,
  );
  return [
    'The number of typical apps that fit into the 5,000,000 bytes of one KeyValueStore: apps were added until it refused one. A typical app has a hostname of',
    '24 bytes, one instance with an address of eu-west-1, deployment `main`, a token of 16 characters, and sequence numbers of epoch seconds.',
    '',
    '| address | port | apps | bytes each, key and value |',
    '| --- | ---: | ---: | ---: |',
    ...rows,
    '',
    `The largest value that tags can produce has ${thousands(capacity.worst)} of the 1,024 bytes that a value may have. Routes that need more are left out, each with a problem.`,
  ].join('\n');
}

export function updaterPart(updater: UpdaterFigures): string {
  return [
    `The time from the publication of an event until the store accepts the write, warm, with every service on loopback: median **${thousands(updater.median)} ms**`,
    `(${thousands(updater.fastest)}–${thousands(updater.slowest)} ms, ${updater.runs} changes). On AWS each remote call adds its round trip. Two calls follow each other: the description of the instance and the write.`,
  ].join('\n');
}
