import type { Price } from '../../infra/monitoring/prices.ts';

/** `$0.10 / 1,000,000`; the unit is in another column. */
export function formatPrice({ usd, per }: Price): string {
  const amount = usd > 0 && usd < 0.01 ? `$${usd.toFixed(10).replace(/0+$/, '')}` : formatDollars(usd, 4);
  return per === 1 ? amount : `${amount} / ${formatCount(per)}`;
}

/** At least two decimals, at most `most`. */
export function formatDollars(usd: number, most = 2): string {
  return usd.toLocaleString('en-US', {
    style: 'currency',
    currency: 'USD',
    minimumFractionDigits: 2,
    maximumFractionDigits: most,
  });
}

export function formatCount(quantity: number): string {
  return quantity.toLocaleString('en-US', { maximumFractionDigits: quantity < 10 ? 2 : 0 });
}

/** A table of Markdown. `align` has a letter for each column: `l` or `r`. */
export function printTable(head: readonly string[], rows: readonly string[][], align: string): string {
  const rule = [...align].map((letter) => (letter === 'r' ? '---:' : '---'));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
