import { readFileSync } from 'node:fs';
import { isJsonObject } from '../../../core/json.ts';

/** A figure that should not grow. */
export interface Figure {
  name: string;
  value: number;
  kind: keyof typeof TOLERANCES;
}

/** By how many percent a figure may exceed the committed one. Times on a shared machine differ from run to run. */
export const TOLERANCES = { processor: 25, wall: 50, memory: 15 } as const;

/** The committed figures of one section, by name. */
export type Committed = Readonly<Record<string, number>>;

/** A line for each figure that is worse than the committed one by more than its tolerance. New figures have none. */
export function findWorse(figures: readonly Figure[], committed: Committed): string[] {
  return figures.flatMap(({ name, value, kind }) => {
    const before = committed[name];
    if (before === undefined || value * 100 <= before * (100 + TOLERANCES[kind])) return [];
    const percent = ((value / before - 1) * 100).toFixed(0);
    return [
      `${name}: ${shown(before)} → ${shown(value)} (+${percent} %, ${kind}: ${TOLERANCES[kind]} % are tolerated)`,
    ];
  });
}

function shown(value: number): string {
  return value < 10 ? value.toFixed(2) : value.toFixed(0);
}

/** The figures as they are committed, with four digits. */
export function committedOf(figures: readonly Figure[]): Committed {
  return Object.fromEntries(figures.map(({ name, value }) => [name, Number(value.toPrecision(4))]));
}

/** The content of a baseline file by section; empty if there is no file. Throws a SyntaxError for a damaged one. */
export function readBaseline(file: string): Record<string, unknown> {
  const text = readIfPresent(file);
  const content: unknown = text === undefined ? {} : JSON.parse(text);
  if (!isJsonObject(content)) throw new SyntaxError(`${file} holds no object`);
  return content;
}

function readIfPresent(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** @throws SyntaxError if a figure is not a number */
export function parseCommitted(section: unknown): Committed {
  if (section === undefined) return {};
  if (!isJsonObject(section)) throw new SyntaxError('the committed figures are not an object');
  const figures = Object.entries(section).map(([name, value]) => {
    if (typeof value !== 'number') throw new SyntaxError(`the committed figure of "${name}" is not a number`);
    return [name, value] as const;
  });
  return Object.fromEntries(figures);
}
