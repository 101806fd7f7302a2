import { readFileSync } from 'node:fs';
import { buildEdge } from '../../../build/edge.ts';
import { bytesHeld, countInstructions, type NjsCase, runInNjs } from '../../support/tools/njs.ts';
import { DOMAIN, eventFor, FEATURE_CASES, GOAL_CASES, njsCase, PARTS } from './router-cases.ts';

/** One row of the router's table. */
export interface RouterRow {
  name: string;
  /** Entries in the store. */
  entries: number;
  /** Store reads of one request. */
  reads: number;
  /** njs instructions of one request, minus those of a function that does nothing. */
  instructions: number;
  /** Bytes by which njs grows in one request, minus those of a function that does nothing. */
  memory: number;
}

/** The cost of a feature in instructions. */
export interface RouterCost {
  name: string;
  instructions: number;
}

export interface RouterFigures {
  bytes: number;
  rows: RouterRow[];
  /** Difference from the plainest request, which takes less. */
  features: RouterCost[];
  /** Difference from the plainest request when the bundle lacks the part. */
  parts: RouterCost[];
}

/** Paths of the programs that the router is measured with. */
export interface Tools {
  njs: string;
  valgrind: string;
}

const SIZES = [10, 900, 30_000] as const;
/** Entries in the store if the size does not matter. */
const FEW = 10;
/** A function that returns the request at once: the cost of the measurement itself. */
export const DO_NOTHING =
  'import cf from"cloudfront";\nasync function handler(event){return event.request}\n';

/** Instructions, memory, reads and bytes of the built router, for each kind of request and size of store. */
export function benchRouter(tools: Tools, sizes: readonly number[] = SIZES): RouterFigures {
  const code = buildEdge({ baseDomain: DOMAIN });
  const nothing: NjsCase = { kvs: {}, event: eventFor({ host: 'shop' }) };
  const floor = countInstructions(tools, DO_NOTHING, [nothing]);
  const floorBytes = bytesHeld(tools.njs, DO_NOTHING, nothing);
  const rows = GOAL_CASES.flatMap((one) =>
    sizes.map((size) => {
      const example = njsCase(one, size);
      const [result] = runInNjs(tools.njs, code, [example]);
      const instructions = countInstructions(tools, code, [example]) - floor;
      const memory = bytesHeld(tools.njs, code, example) - floorBytes;
      return { name: one.name, entries: size, reads: result?.reads ?? 0, instructions, memory };
    }),
  );
  return { bytes: Buffer.byteLength(code), rows, ...costsOf(tools, code) };
}

function costsOf(tools: Tools, code: string): Pick<RouterFigures, 'features' | 'parts'> {
  const plainest = GOAL_CASES.slice(0, 1).map((one) => njsCase(one, FEW));
  const base = countInstructions(tools, code, plainest);
  const features = FEATURE_CASES.map((one) => ({
    name: one.name,
    instructions: countInstructions(tools, code, [njsCase(one, FEW)]) - base,
  }));
  const parts = PARTS.map(([name, part]) => ({
    name,
    instructions: base - countInstructions(tools, without(code, name, part), plainest),
  }));
  return { features, parts };
}

function without(code: string, name: string, part: RegExp): string {
  const rest = code.replace(part, '');
  if (rest === code) throw new Error(`no ${part} in the bundle: "${name}" can't be left out`);
  return rest;
}

/** The committed figures for comparison; undefined if there are none yet. */
export function baselineRouter(file: string): RouterFigures | undefined {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { router?: RouterFigures }).router;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Rows that take over 2 % more instructions than in the baseline. */
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
