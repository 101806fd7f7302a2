import { cpus, loadavg } from 'node:os';

/** One section of docs/inside/benchmarks.md. */
export interface Section {
  /** What `--only` calls it. */
  name: string;
  /** Its heading. */
  title: string;
  /** Measures and tells; undefined where a tool is missing. */
  measure(): Promise<Measured | undefined>;
}

export interface Measured {
  /** For `--json`. */
  figures: object;
  /** Markdown below the heading. */
  text: string;
}

/** A section of figures that one function measures and another one tells. */
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

/** When, on what, and how busy it was before: times on a shared machine are worth no more than that. */
function circumstances(): string {
  const date = new Date().toISOString().slice(0, 10);
  const machine = `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, Node ${process.versions.node}`;
  return `_${date}, ${machine}, load ${loadavg()[0]?.toFixed(1)}_`;
}

/** A page with one of its sections replaced, or added at its end; what stands in it of others stays as it is. */
export function withSection(page: string, title: string, text: string): string {
  const section = `## ${title}\n\n${text}\n`;
  const parts = page.split(/^(?=## )/m);
  const at = parts.findIndex((part) => part.startsWith(`## ${title}\n`));
  if (at < 0) return `${page.trimEnd()}\n\n${section}`;
  return `${parts.with(at, `${section}\n`).join('').trimEnd()}\n`;
}
