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

/** Replaces one section of a page, or adds it at the end; the other sections stay unchanged. */
export function withSection(page: string, title: string, text: string): string {
  const section = `## ${title}\n\n${text}\n`;
  const parts = page.split(/^(?=## )/m);
  const at = parts.findIndex((part) => part.startsWith(`## ${title}\n`));
  if (at < 0) return `${page.trimEnd()}\n\n${section}`;
  return `${parts.with(at, `${section}\n`).join('').trimEnd()}\n`;
}
