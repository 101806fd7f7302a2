/** The least, the middle and the most of some figures. */
export interface Spread {
  min: number;
  median: number;
  max: number;
}

/** Three NaN for no figures. */
export function spreadOf(figures: readonly number[]): Spread {
  return { min: percentile(figures, 0), median: percentile(figures, 50), max: percentile(figures, 100) };
}

/** The middle of some figures, the upper one of two; NaN of none. */
export function median(figures: readonly number[]): number {
  return percentile(figures, 50);
}

/** The figure that `percent` of the figures are below, the upper one of two; for 100 the largest; NaN of none. */
export function percentile(figures: readonly number[], percent: number): number {
  const sorted = figures.toSorted((a, b) => a - b);
  const at = Math.min(Math.floor((sorted.length * percent) / 100), sorted.length - 1);
  return sorted[at] ?? Number.NaN;
}

/** NaN of none. */
export function mean(figures: readonly number[]): number {
  return figures.reduce((sum, each) => sum + each, 0) / figures.length;
}
