import { fileURLToPath } from 'node:url';
import { buildLambda } from './lambda.ts';

const HANDLER = fileURLToPath(new URL('../infra/custom-resources/prefix-list/handler.ts', import.meta.url));

/** Builds the Lambda function that looks up CloudFront's prefix list: `index.mjs`. The folder is replaced. Returns the sources. */
export function buildPrefixList(outdir: string): Promise<string[]> {
  return buildLambda(HANDLER, outdir);
}
