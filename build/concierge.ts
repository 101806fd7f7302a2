import { fileURLToPath } from 'node:url';
import { buildLambda } from './lambda.ts';

const HANDLER = fileURLToPath(new URL('../edge/concierge/handler.ts', import.meta.url));

/** Builds the Lambda@Edge function of sign-in: `index.mjs`, which exports `handler`. The folder is replaced. Returns the sources. */
export function buildConcierge(outdir: string): Promise<string[]> {
  return buildLambda(HANDLER, outdir);
}
