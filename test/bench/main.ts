import { readFileSync, writeFileSync } from 'node:fs';
import { type Command, type ParsedArguments, UsageError } from '../../cli/command.ts';
import { runCommand } from '../../cli/main.ts';
import { njsPath, valgrindPath } from '../support/tools/njs.ts';
import { benchLocalEdge, localEdgePart } from './edge/local-edge.ts';
import { capacityPart, routerPart, updaterPart, worstPart } from './report.ts';
import { benchCapacity } from './router/capacity.ts';
import { benchPeer, peerPart } from './router/peer.ts';
import { baselineRouter, benchRouter, type RouterFigures, slowerRows, type Tools } from './router/router.ts';
import { benchWorst, FOUND_FILE, type WorstFigures } from './router/worst.ts';
import { benchRoutes, routesPart } from './routes.ts';
import { type Section, sectionOf, withSection } from './section.ts';
import { benchCold, coldPart } from './updater/cold.ts';
import { benchLatency, latencyPart } from './updater/latency.ts';
import { benchScale, scalePart } from './updater/scale.ts';
import { benchStorms, stormsPart } from './updater/storms.ts';
import { benchThrottling, throttlingPart } from './updater/throttling.ts';
import { benchUpdater } from './updater/updater.ts';

const BASELINE = 'test/bench/baseline.json';
const REPORT = 'docs/inside/benchmarks.md';

/** The sections in the order of the page. */
const SECTIONS: readonly Section[] = [
  sectionOf('router', 'Router', () => withNjs(benchRouter), routerPart),
  sectionOf('sst', "SST's router", () => withNjs(benchPeer), peerPart),
  sectionOf('worst', 'Worst requests', () => withNjs(measureWorst), worstPart),
  sectionOf('store', 'Store', benchCapacity, capacityPart),
  sectionOf('updater', 'Updater', benchUpdater, updaterPart),
  sectionOf('routes', 'Routes', benchRoutes, routesPart),
  sectionOf('latency', 'Latency', benchLatency, latencyPart),
  sectionOf('scale', 'Scale', benchScale, scalePart),
  sectionOf('cold', 'Cold start', benchCold, coldPart),
  sectionOf('storms', 'Storms', benchStorms, stormsPart),
  sectionOf('throttling', 'Throttling', benchThrottling, throttlingPart),
  sectionOf('edge', 'Local edge', benchLocalEdge, localEdgePart),
];

const TITLES = SECTIONS.map(({ title }) => title);

/** Undefined, with a reason on standard error, if njs or valgrind is missing. */
function withNjs<F>(measure: (tools: Tools) => F): F | undefined {
  const [njs, valgrind] = [njsPath(), valgrindPath()];
  if (njs && valgrind) return measure({ njs, valgrind });
  console.error('instructions not counted: njs or valgrind is missing');
  return undefined;
}

/** Changes requests that are known to be expensive, in the same way on every machine. Each further round takes five minutes. */
function measureWorst(tools: Tools): Promise<WorstFigures> | WorstFigures {
  return benchWorst(tools, { seed: 1, rounds: 1, size: 48 });
}

const bench: Command = {
  name: 'bench',
  calledAs: 'npm run bench --',
  summary: 'Measure, print, and compare the router with the committed baseline.',
  options: {
    only: { value: 'SECTIONS', text: `some of ${SECTIONS.map(({ name }) => name).join(',')}` },
    write: { text: `write the figures into ${REPORT}, and the router's as the new baseline` },
    json: { text: 'print the figures as JSON' },
  },
  run: measured,
};

async function measured(given: ParsedArguments): Promise<number> {
  const figures: Record<string, object> = {};
  for (const { name, title, measure } of chosen(given.text('only'))) {
    const found = await measure();
    if (found === undefined) continue;
    figures[name] = found.figures;
    if (!given.flag('json')) console.log(`## ${title}\n\n${found.text}\n`);
    if (given.flag('write')) {
      writeFileSync(REPORT, withSection(readFileSync(REPORT, 'utf8'), title, found.text, TITLES));
    }
  }
  const worst = figures['worst'] as WorstFigures | undefined;
  if (worst && given.flag('write')) writeFileSync(FOUND_FILE, `${JSON.stringify(worst.found)}\n`);
  if (given.flag('json')) console.log(JSON.stringify(figures, null, 2));
  return judgedRouter(figures['router'] as RouterFigures | undefined, given.flag('write'));
}

/** @throws UsageError for an unknown name; it lists the existing sections */
function chosen(only: string | undefined): readonly Section[] {
  if (only === undefined) return SECTIONS;
  const names = only.split(',');
  const unknown = names.find((name) => !SECTIONS.some((section) => section.name === name));
  if (unknown !== undefined) {
    const known = SECTIONS.map(({ name }) => name).join(', ');
    throw new UsageError(
      `--only: no section is called "${unknown}"; there are ${known}, separated by commas`,
    );
  }
  return SECTIONS.filter(({ name }) => names.includes(name));
}

/** Returns the exit status: 1 if the router is slower than the committed baseline and does not replace it. */
function judgedRouter(router: RouterFigures | undefined, isWritten: boolean): number {
  const baseline = baselineRouter(BASELINE);
  const slower = router && baseline ? slowerRows(router, baseline) : [];
  for (const row of slower) console.error(`slower than ${BASELINE}: ${row}`);
  if (router && isWritten) writeFileSync(BASELINE, `${JSON.stringify({ router }, null, 2)}\n`);
  return slower.length > 0 && !isWritten ? 1 : 0;
}

process.exitCode = await runCommand(bench, process.argv.slice(2));
