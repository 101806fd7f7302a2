import { fileURLToPath } from 'node:url';
import { stageCrt } from './crt.ts';
import { buildLambda } from './lambda.ts';

/** The module that exports the updater's handler. */
export const HANDLER = fileURLToPath(new URL('../updater/handler.ts', import.meta.url));

/**
 * Builds the Lambda function as it is deployed: `index.mjs`, and aws-crt's library for Lambda beside it. The
 * folder is replaced. Returns the sources.
 */
export async function buildUpdater(outdir: string, entry: string = HANDLER): Promise<string[]> {
  const sources = await buildUpdaterBundle(outdir, entry);
  stageCrt(outdir);
  return sources;
}

/** The same without the library. */
export function buildUpdaterBundle(outdir: string, entry: string = HANDLER): Promise<string[]> {
  return buildLambda(entry, outdir);
}
