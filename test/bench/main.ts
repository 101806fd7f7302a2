import { readFileSync, writeFileSync } from 'node:fs';
import { njsPath, valgrindPath } from '../support/njs.ts';
import { benchCapacity } from './capacity.ts';
import { benchCold, coldPart } from './cold.ts';
import { benchEdgeProxy } from './edge-proxy.ts';
import { benchLatency, latencyPart } from './latency.ts';
import { capacityPart, edgePart, routerPart, updaterPart } from './report.ts';
import { baselineRouter, benchRouter, type RouterFigures, slowerRows } from './router.ts';
import { benchRoutes, routesPart } from './routes.ts';
import { benchScale, scalePart } from './scale.ts';
import { type Section, sectionOf, withSection } from './section.ts';
import { benchStorms, stormsPart } from './storms.ts';
import { benchUpdater } from './updater.ts';

const BASELINE = 'test/bench/baseline.json';
const REPORT = 'docs/benchmarks.md';

/** In the order of the page. */
const SECTIONS: readonly Section[] = [
  sectionOf('router', 'Router', measuredRouter, routerPart),
  sectionOf('store', 'Store', benchCapacity, capacityPart),
  sectionOf('updater', 'Updater', benchUpdater, updaterPart),
  sectionOf('routes', 'Routes', benchRoutes, routesPart),
  sectionOf('latency', 'Latency', benchLatency, latencyPart),
  sectionOf('scale', 'Scale', benchScale, scalePart),
  sectionOf('cold', 'Cold start', benchCold, coldPart),
  sectionOf('storms', 'Storms', benchStorms, stormsPart),
  sectionOf('edge', 'Local edge', benchEdgeProxy, edgePart),
];

function measuredRouter(): RouterFigures | undefined {
  const [njs, valgrind] = [njsPath(), valgrindPath()];
  if (njs && valgrind) return benchRouter({ njs, valgrind });
  console.error('router not measured: njs or valgrind is missing');
  return undefined;
}

/**
 * `npm run bench [-- --only router,storms] [--write] [--json]`: measures, prints, compares the router with the committed
 * baseline, and writes what was measured into its sections of the page.
 */
async function main(args: readonly string[]): Promise<number> {
  const figures: Record<string, object> = {};
  for (const { name, title, measure } of chosen(args)) {
    const measured = await measure();
    if (measured === undefined) continue;
    figures[name] = measured.figures;
    if (!args.includes('--json')) console.log(`## ${title}\n\n${measured.text}\n`);
    if (args.includes('--write')) {
      writeFileSync(REPORT, withSection(readFileSync(REPORT, 'utf8'), title, measured.text));
    }
  }
  if (args.includes('--json')) console.log(JSON.stringify(figures, null, 2));
  return judgedRouter(figures['router'] as RouterFigures | undefined, args.includes('--write'));
}

/** @throws Error naming the sections that there are, for another name */
function chosen(args: readonly string[]): readonly Section[] {
  const at = args.indexOf('--only');
  if (at < 0) return SECTIONS;
  const names = (args[at + 1] ?? '').split(',');
  const unknown = names.find((name) => !SECTIONS.some((section) => section.name === name));
  if (unknown !== undefined) {
    const known = SECTIONS.map(({ name }) => name).join(', ');
    throw new Error(`--only: no section is called "${unknown}"; there are ${known}, separated by commas`);
  }
  return SECTIONS.filter(({ name }) => names.includes(name));
}

/** The exit status: 1 for a router that is slower than the committed one, unless it is to be the new baseline. */
function judgedRouter(router: RouterFigures | undefined, isWritten: boolean): number {
  const baseline = baselineRouter(BASELINE);
  const slower = router && baseline ? slowerRows(router, baseline) : [];
  for (const row of slower) console.error(`slower than ${BASELINE}: ${row}`);
  if (router && isWritten) writeFileSync(BASELINE, `${JSON.stringify({ router }, null, 2)}\n`);
  return slower.length > 0 && !isWritten ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2));
