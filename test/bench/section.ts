import { cpus, loadavg } from 'node:os';
import type { Figure } from './figures/comparison.ts';
import type { Tree } from './trees.ts';

/** The options that a measurement may use. */
export interface BenchOptions {
  /** The builds to compare, this one first. */
  trees: readonly Tree[];
  /** Also measure `npm test`. */
  tests: boolean;
}

/** One section of docs/inside/benchmarks.md. */
export interface Section {
  /** Its name in options and in the baseline. */
  name: string;
  /** Its heading. */
  title: string;
  /** Undefined if a tool is missing. */
  measure(options: BenchOptions): Promise<Measured | undefined>;
}

export interface Measured {
  /** For `--json`. */
  figures: object;
  /** Markdown below the heading. */
  text: string;
  /** The figures that are compared with the committed ones. */
  compared: readonly Figure[];
}

/** A section whose figures one function measures and another one prints; a third one names those that are compared. */
export function sectionOf<F extends object>(
  name: string,
  title: string,
  measure: (options: BenchOptions) => Promise<F | undefined> | F | undefined,
  print: (figures: F) => string,
  compare: (figures: F) => readonly Figure[] = () => [],
): Section {
  return {
    ...{ name, title },
    async measure(options) {
      const around = circumstances();
      const figures = await measure(options);
      return figures && { figures, text: `${print(figures)}\n\n${around}`, compared: compare(figures) };
    },
  };
}

/** Date, machine and load before the section, because times on a shared machine depend on them. */
function circumstances(): string {
  const date = new Date().toISOString().slice(0, 10);
  const machine = `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, Node ${process.versions.node}`;
  return `_${date}, ${machine}, load ${loadavg()[0]?.toFixed(1)}_`;
}

/**
 * A page with one of its sections replaced. A new one comes before the first section that follows it in `titles`, or else at the
 * end. The rest stays as it is.
 */
export function withSection(
  page: string,
  title: string,
  text: string,
  titles: readonly string[] = [],
): string {
  const parts = page.split(/^(?=## )/m).map((part) => `${part.trim()}\n`);
  const section = `## ${title}\n\n${text}\n`;
  const at = parts.findIndex((part) => titleOf(part) === title);
  if (at >= 0) return parts.with(at, section).join('\n');
  const following = titles.slice(titles.indexOf(title) + 1);
  const next = parts.findIndex((part) => following.includes(titleOf(part)));
  return parts.toSpliced(next < 0 ? parts.length : next, 0, section).join('\n');
}

function titleOf(part: string): string {
  return /^## (.*)$/m.exec(part)?.[1] ?? '';
}
