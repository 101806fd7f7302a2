import { fileURLToPath } from 'node:url';
import { buildLambda } from './lambda.ts';

const HANDLER = fileURLToPath(new URL('../publisher/handler.ts', import.meta.url));

/** Builds the Lambda function that proves and publishes the router: `index.mjs`. The folder is replaced. */
export function buildPublisher(outdir: string): void {
  buildLambda(HANDLER, outdir);
}
