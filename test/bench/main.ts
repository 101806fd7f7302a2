import { readFileSync, writeFileSync } from 'node:fs';
import { type Command, type ParsedArguments, UsageError } from '../../cli/command.ts';
import { runCommand } from '../../cli/main.ts';
import { njsPath, valgrindPath } from '../support/tools/njs.ts';
import { benchOneChange, oneChangeFigures, oneChangePart } from './change/one-change.ts';
import { benchLocalEdge, localEdgePart } from './edge/local-edge.ts';
import { committedOf, findWorse, parseCommitted, readBaseline } from './figures/comparison.ts';
import { benchConcierge, conciergePart } from './fresh/concierge.ts';
import { benchStarts, startsPart } from './fresh/starts.ts';
import { benchStops, stopsPart } from './fresh/stops.ts';
import { benchPortal, portalPart } from './portal/portal.ts';
import { capacityPart, routerPart, updaterPart, worstPart } from './report.ts';
import { benchCapacity } from './router/capacity.ts';
import { benchPeer, peerPart } from './router/peer.ts';
import { baselineRouter, benchRouter, type RouterFigures, slowerRows, type Tools } from './router/router.ts';
import { benchWorst, FOUND_FILE, type WorstFigures } from './router/worst.ts';
import { benchRoutes, routesPart } from './routes.ts';
import { type Measured, type Section, sectionOf, withSection } from './section.ts';
import { openTree, THIS_TREE } from './trees.ts';
import { benchCold, coldPart } from './updater/cold.ts';
import { benchDays, daysPart } from './updater/day.ts';
import { benchLatency, latencyPart } from './updater/latency.ts';
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
  sectionOf('change', 'One change', benchOneChange, oneChangePart, oneChangeFigures),
  sectionOf('cold', 'Cold start', benchCold, coldPart),
  sectionOf('day', 'A day', benchDays, daysPart),
  sectionOf('storms', 'Storms', benchStorms, stormsPart),
  sectionOf('throttling', 'Throttling', benchThrottling, throttlingPart),
  sectionOf('starts', 'Starts', benchStarts, startsPart),
  sectionOf('stops', 'Stops', benchStops, stopsPart),
  sectionOf('concierge', 'Concierge', benchConcierge, conciergePart),
  sectionOf('edge', 'Local edge', benchLocalEdge, localEdgePart),
  sectionOf('portal', 'Portal', benchPortal, portalPart),
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
  summary: 'Measure, print, and compare with the committed figures.',
  options: {
    only: { value: 'SECTIONS', text: `some of ${SECTIONS.map(({ name }) => name).join(',')}` },
    without: { value: 'SECTIONS', text: 'all but these, such as storms,worst, which take longest' },
    against: {
      value: 'DIR',
      text: 'another checkout with its dependencies, measured in turn (section change)',
    },
    tests: { text: 'measure npm test, too (section change)' },
    write: { text: `write the figures into ${REPORT} and ${BASELINE}` },
    json: { text: 'print the figures as JSON' },
  },
  run: measure,
};

async function measure(given: ParsedArguments): Promise<number> {
  const against = given.text('against');
  const trees = against === undefined ? [THIS_TREE] : [THIS_TREE, openTree(against)];
  const options = { trees, tests: given.flag('tests') };
  const sections = select(given.text('only'), given.text('without'));
  const [isWritten, isJson] = [given.flag('write'), given.flag('json')];
  const figures: Record<string, object> = {};
  let status = 0;
  for (const { name, title, measure } of sections) {
    const startedAt = performance.now();
    const found = await measure(options);
    console.error(`${name}: measured in ${((performance.now() - startedAt) / 1_000).toFixed(0)} s`);
    if (found === undefined) continue;
    figures[name] = found.figures;
    if (!isJson) console.log(`## ${title}\n\n${found.text}\n`);
    status = Math.max(status, compareSection(name, found));
    if (isWritten) writeSection(name, title, found);
  }
  if (isJson) console.log(JSON.stringify(figures, null, 2));
  return isWritten ? 0 : status;
}

/** @throws UsageError for an unknown name; it lists the existing sections */
function select(only: string | undefined, without: string | undefined): readonly Section[] {
  const wanted = only === undefined ? undefined : parseNames('only', only);
  const unwanted = without === undefined ? [] : parseNames('without', without);
  return SECTIONS.filter(({ name }) => wanted?.includes(name) !== false && !unwanted.includes(name));
}

function parseNames(option: string, text: string): readonly string[] {
  const names = text.split(',');
  const unknown = names.find((name) => !SECTIONS.some((section) => section.name === name));
  if (unknown === undefined) return names;
  const known = SECTIONS.map(({ name }) => name).join(', ');
  throw new UsageError(
    `--${option}: no section is called "${unknown}"; there are ${known}, separated by commas`,
  );
}

/** Names the figures that are worse than the committed ones. Returns 1 if the router is, because its instructions are exact. */
function compareSection(name: string, { figures, compared }: Measured): number {
  const committed = readBaseline(BASELINE)[name];
  const [isRouter, baseline] = [name === 'router', baselineRouter(BASELINE)];
  const slower = isRouter && baseline ? slowerRows(figures as RouterFigures, baseline) : [];
  const worse = isRouter
    ? []
    : findWorse(compared, parseCommitted(compared.length > 0 ? committed : undefined));
  for (const row of [...slower, ...worse]) console.error(`worse than in ${BASELINE}: ${row}`);
  return slower.length > 0 ? 1 : 0;
}

function writeSection(name: string, title: string, { figures, text, compared }: Measured): void {
  writeFileSync(REPORT, withSection(readFileSync(REPORT, 'utf8'), title, text, TITLES));
  if (name === 'worst') writeFileSync(FOUND_FILE, `${JSON.stringify((figures as WorstFigures).found)}\n`);
  const kept = name === 'router' ? figures : compared.length > 0 ? committedOf(compared) : undefined;
  if (kept === undefined) return;
  writeFileSync(BASELINE, `${JSON.stringify({ ...readBaseline(BASELINE), [name]: kept }, null, 2)}\n`);
}

process.exitCode = await runCommand(bench, process.argv.slice(2));
