import { Fault } from '../../core/schema.ts';
import { parseTokenCounts, type TokenCounts } from '../../core/settings/token-counts.ts';
import type { Milliseconds } from '../../core/wire/brands.ts';
import type { Clock, Notebook } from '../ports.ts';
import { withTimeout } from '../with-timeout.ts';

/** Time limit for S3, because the run waits for it. */
const READ_TIMEOUT_MS: Milliseconds = 2_000;

/** Reads the token counts; downloads the document only if it changed. Without a document, no token was ever renewed. */
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
    if (counts instanceof Fault) throw new Error(`the document with the token counts is damaged: ${counts}`);
    known = { version: loaded.version, counts };
    return counts;
  };
}
