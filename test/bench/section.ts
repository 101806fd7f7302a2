import { cpus, loadavg } from 'node:os';

/** One section of docs/inside/benchmarks.md. */
export interface Section {
  /** Its name in `--only`. */
  name: string;
  /** Its heading. */
  title: string;
  /** Measures and describes the result; undefined if a tool is missing. */
  measure(): Promise<Measured | undefined>;
}

export interface Measured {
  /** For `--json`. */
  figures: object;
  /** Markdown below the heading. */
  text: string;
}

/** A section with one function that measures figures and one that describes them. */
export function sectionOf<F extends object>(
  name: string,
  title: string,
  measure: () => Promise<F | undefined> | F | undefined,
  tell: (figures: F) => string,
): Section {
  return {
    ...{ name, title },
    async measure() {
      const around = circumstances();
      const figures = await measure();
      return figures && { figures, text: `${tell(figures)}\n\n${around}` };
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
