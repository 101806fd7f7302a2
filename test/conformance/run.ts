import { readFileSync } from 'node:fs';
import { njsPath } from '../support/tools/njs.ts';
import {
  type ConformanceCase,
  type ConformanceSuite,
  type ConformanceTest,
  parseSuite,
} from './gateway-api.ts';
import {
  changeFault,
  isChanged,
  routingFault,
  type Subject,
  shareFault,
  subjectOf,
  wordsOf,
} from './judge.ts';
import { inEngine, inNjs, type Outcome, type Runtime, type World, worldOf } from './runtimes.ts';
import type { Launching } from './translate.ts';

/** A request of the suite, in the world of its test. */
interface Asked {
  test: ConformanceTest;
  one: ConformanceCase;
  world: World;
  subject: Subject;
}

/** A request with its result. */
interface Went extends Asked {
  outcome: Outcome;
}

function askedOf({ tests }: ConformanceSuite, launching: Launching): Asked[] {
  return tests.flatMap((test) => {
    const world = worldOf(test.objects, launching);
    return test.cases.map((one) => ({ test, one, world, subject: subjectOf(one, test.objects) }));
  });
}

async function went(asked: readonly Asked[], runtime: Runtime): Promise<Went[]> {
  const outcomes = await runtime(asked.map(({ world, one }) => ({ world, request: one.request })));
  return asked.map((each, index) => ({ ...each, outcome: outcomes[index] as Outcome }));
}

const print = (line: string) => process.stdout.write(`${line}\n`);

/** Prints how many cases pass, and the fault of each other case. */
function show<T extends Asked>(
  title: string,
  all: readonly T[],
  faultOf: (each: T) => string | undefined,
): void {
  const faults = all.flatMap((each) => {
    const fault = faultOf(each);
    return fault === undefined ? [] : [`  - ${nameOf(each)}: ${fault}`];
  });
  print(`${title}: ${all.length - faults.length} of ${all.length}`);
  for (const fault of faults) print(fault);
}

function nameOf({ test, one: { request } }: Asked): string {
  const headers = Object.entries(request.headers ?? {}).map(([name, value]) => ` ${name}:${value}`);
  return `${test.test}, ${request.method ?? 'GET'} ${request.host ?? ''}${request.path ?? '/'}${headers.join('')}`;
}

function misrouted({ one, outcome, world }: Went): string | undefined {
  const fault = routingFault(one, outcome);
  const [problem = '', ...more] = [...world.problems, ...world.untold];
  const why = problem && ` (${problem}${more.length > 0 ? `; and ${more.length} like it` : ''})`;
  return fault && fault + why;
}

function table(all: readonly Went[]): void {
  for (const test of new Set(all.map((each) => each.test))) {
    const own = all.filter((each) => each.test === test);
    const held = own.filter((each) => misrouted(each) === undefined);
    print(`${test.test.padEnd(42)} ${`${held.length}`.padStart(3)} of ${own.length}`);
  }
  print('');
}

const VIEWERS = 2_000;

/** Measures the share of many viewers for each backend of a test's first rule. */
async function sharesFault({ test, world, one }: Asked): Promise<string | undefined> {
  const visits = Array.from({ length: VIEWERS }, (_, viewer) => ({ world, request: one.request, viewer }));
  const [rule] = test.objects.flatMap((each) => (each.kind === 'HTTPRoute' ? (each.spec.rules ?? []) : []));
  return shareFault(rule?.backendRefs ?? [], await inEngine(visits));
}

/** Prints where requests go if the suite expects the proxy to answer them itself. */
function left(all: readonly Went[]): void {
  for (const subject of new Set(all.map((each) => each.subject))) {
    const words = all.filter((each) => each.subject === subject).map(({ outcome }) => wordsOf(outcome));
    const places = [...new Set(words)].map(
      (word) => `${words.filter((each) => each === word).length} to ${word}`,
    );
    print(`${subject}, not offered: ${words.length}, which go ${places.join(', ')}`);
  }
}

async function run(file: string): Promise<void> {
  const suite = parseSuite(readFileSync(file, 'utf8'));
  const asked = askedOf(suite, 'few');
  const choices = asked.filter(({ subject }) => subject === 'routing');
  print(`${suite.source}: ${asked.length} requests, ${choices.length} about routing\n`);
  const chosen = await went(choices, inEngine);
  table(chosen);
  show('routing, engine', chosen, misrouted);
  const njs = njsPath();
  if (njs !== undefined) show('routing, njs', await went(choices, inNjs(njs)), misrouted);
  const apart = askedOf(suite, 'apart').filter(({ subject }) => subject === 'routing');
  show('routing, engine, every match on instances of its own', await went(apart, inEngine), misrouted);
  const forwarded = chosen.filter(({ one }) => one.backend !== undefined);
  const faultOf = ({ one, outcome }: Went) => changeFault(one, outcome);
  show(
    'arrive as they were sent',
    forwarded.filter(({ one }) => !isChanged(one)),
    faultOf,
  );
  show(
    'arrive and return changed as asked',
    forwarded.filter(({ one }) => isChanged(one)),
    faultOf,
  );
  const weighted = asked.filter(({ subject }) => subject === 'weights');
  const faults = new Map(
    await Promise.all(weighted.map(async (each) => [each, await sharesFault(each)] as const)),
  );
  show(`weights, ${VIEWERS} viewers`, weighted, (each) => faults.get(each));
  const others = asked.filter(({ subject }) => subject !== 'routing' && subject !== 'weights');
  left(await went(others, inEngine));
}

const [file] = process.argv.slice(2);
if (file === undefined) {
  process.stderr.write('usage: npx tsx test/conformance/run.ts FILE\n');
  process.exitCode = 2;
} else await run(file);
