import { Fault } from '../../core/schema.ts';
import { parseTokenCounts, type TokenCounts } from '../../core/settings/token-counts.ts';
import type { Milliseconds } from '../../core/wire/brands.ts';
import type { Clock, Notebook } from '../ports.ts';
import { withTimeout } from '../with-timeout.ts';

/** Time that S3 may take: a run waits for it. */
const READ_TIMEOUT_MS: Milliseconds = 2_000;

/** Reads the counts, whole only when they have changed. A deployment that never raised one has no document. */
export function tokenCountsReader(
  notebook: Notebook,
  clock: Pick<Clock, 'alarm'>,
): () => Promise<TokenCounts> {
  let known: { version: string; counts: TokenCounts } | undefined;
  return async () => {
    const loaded = await withTimeout(clock, READ_TIMEOUT_MS, () => notebook.load(known?.version));
    if (loaded === 'same') return known?.counts ?? new Map();
    if (loaded === 'absent') return new Map();
    const counts = parseTokenCounts(loaded.body);
    if (counts instanceof Fault) throw new Error(`the document of the token counts is damaged: ${counts}`);
    known = { version: loaded.version, counts };
    return counts;
  };
}
