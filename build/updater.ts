import { fileURLToPath } from 'node:url';
import { stageCrt } from './crt.ts';
import { buildLambda } from './lambda.ts';

/** The module that exports the updater's handler. */
export const HANDLER = fileURLToPath(new URL('../updater/handler.ts', import.meta.url));

/**
 * Builds the Lambda function as it is deployed: `index.mjs`, and aws-crt's part for Lambda beside it. The
 * folder is replaced.
 */
export function buildUpdater(outdir: string, entry: string = HANDLER): void {
  buildUpdaterBundle(outdir, entry);
  stageCrt(outdir);
}

/** The same without aws-crt. */
export function buildUpdaterBundle(outdir: string, entry: string = HANDLER): void {
  buildLambda(entry, outdir, { external: ['aws-crt'] });
}
