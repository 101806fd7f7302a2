import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { njsPath, valgrindPath } from '../support/njs.ts';
import { benchCapacity } from './capacity.ts';
import { benchEdgeProxy } from './edge-proxy.ts';
import { type Figures, report } from './report.ts';
import { baselineRouter, benchRouter, slowerRows } from './router.ts';
import { benchUpdater } from './updater.ts';

const BASELINE = 'test/bench/baseline.json';
const REPORT = 'docs/benchmarks.md';

/** `npm run bench [-- --json | --write | --router]`: measures, prints, and compares with the committed baseline. */
async function main(args: readonly string[]): Promise<number> {
  const [njs, valgrind] = [njsPath(), valgrindPath()];
  const routerOnly = args.includes('--router');
  const figures: Figures = {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, Node ${process.versions.node}`,
    ...(njs && valgrind ? { router: benchRouter({ njs, valgrind }) } : {}),
    ...(routerOnly ? {} : { capacity: await benchCapacity(), updater: await benchUpdater() }),
  };
  const edgeProxy = routerOnly ? undefined : await benchEdgeProxy();
  if (edgeProxy) figures.edgeProxy = edgeProxy;
  const baseline = baselineRouter(BASELINE);
  if (args.includes('--write')) {
    writeFileSync(BASELINE, `${JSON.stringify({ router: figures.router }, null, 2)}\n`);
    writeFileSync(REPORT, report(figures));
  }
  console.log(args.includes('--json') ? JSON.stringify(figures, null, 2) : report(figures));
  const slower = figures.router && baseline ? slowerRows(figures.router, baseline) : [];
  for (const row of slower) console.error(`slower than ${BASELINE}: ${row}`);
  return slower.length > 0 && !args.includes('--write') ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2));
