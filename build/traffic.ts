import { fileURLToPath } from 'node:url';
import { buildLambda } from './lambda.ts';

const HANDLER = fileURLToPath(new URL('../traffic/handler.ts', import.meta.url));

/** Builds the Lambda function that counts access logs: `index.mjs`. The folder is replaced. Returns the sources. */
export function buildTraffic(outdir: string): Promise<string[]> {
  return buildLambda(HANDLER, outdir);
}
