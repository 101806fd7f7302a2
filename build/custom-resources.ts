import { fileURLToPath } from 'node:url';
import { stageCrt } from './crt.ts';
import { buildLambda } from './lambda.ts';

const PUBLISHER = fileURLToPath(new URL('../infra/custom-resources/publisher/handler.ts', import.meta.url));
const PREFIX_LIST = fileURLToPath(
  new URL('../infra/custom-resources/prefix-list/handler.ts', import.meta.url),
);
const CONCIERGE_GATE = fileURLToPath(
  new URL('../infra/custom-resources/concierge-gate/handler.ts', import.meta.url),
);

/**
 * Builds the Lambda function that proves and publishes the router: `index.mjs`, and aws-crt's library for Lambda beside it,
 * because it writes to the KeyValueStore. The folder is replaced. Returns the sources.
 */
export async function buildPublisher(outdir: string): Promise<string[]> {
  const sources = await buildPublisherBundle(outdir);
  stageCrt(outdir);
  return sources;
}

/** The same without the library. */
export function buildPublisherBundle(outdir: string): Promise<string[]> {
  return buildLambda(PUBLISHER, outdir);
}

/** Builds the Lambda function that looks up CloudFront's prefix list: `index.mjs`. The folder is replaced. Returns the sources. */
export function buildPrefixList(outdir: string): Promise<string[]> {
  return buildLambda(PREFIX_LIST, outdir);
}

/** Builds the Lambda function that proves the concierge: `index.mjs`. The folder is replaced. Returns the sources. */
export function buildConciergeGate(outdir: string): Promise<string[]> {
  return buildLambda(CONCIERGE_GATE, outdir);
}
