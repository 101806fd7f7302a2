// This import registers the SigV4A signer for the KeyValueStore client.
import '@aws-sdk/signature-v4-crt';
import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { CloudFrontKeyValueStoreClient } from '@aws-sdk/client-cloudfront-keyvaluestore';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { toSeconds } from '../../../core/time.ts';
import { KEYS_KEY } from '../../../core/wire/session.ts';
import { failedOutcome, type ResourceOutcome, resourceIdOf, sendResponse } from '../respond.ts';
import { type Time, UntilAllowed } from '../until-allowed.ts';
import type { CanaryCase } from './canary-case.ts';
import { CloudFrontCanaryStore } from './canary-store.ts';
import { CloudFrontStages } from './cloudfront-stages.ts';
import { type Outside, type Publication, publishProven } from './publish.ts';
import { putCanaries } from './put-canaries.ts';
import { completeCases, needsKeys } from './signed-in-cases.ts';

/** Properties that infra/edge/gated-publish.ts passes; CloudFormation turns all of them into text. */
export interface PublisherProperties {
  ServiceToken: string;
  FunctionName: string;
  /** Absent for a function without a store. */
  StoreArn?: string;
  /** JSON: keys and values that the cases read. */
  Canaries: string;
  /** JSON: a list of CanaryCase. */
  Cases: string;
  /** Percent. */
  UtilizationLimit: string;
}

/** Clients, clock and log, which tests replace. */
export interface PublisherParts extends Outside, Time {
  cloudFront: CloudFrontClient;
  keyValueStore: CloudFrontKeyValueStoreClient;
}

type Event = CloudFormationCustomResourceEvent<PublisherProperties>;

/**
 * The custom resource's function: tests a CloudFront Function, publishes it, and sends CloudFormation the outcome.
 *
 * It throws only if CloudFormation cannot be reached; then Lambda invokes it again, and all steps may be repeated.
 */
export function makePublisherHandler(parts: PublisherParts): (event: Event) => Promise<void> {
  return async (event) => {
    // The function's own resource deletes the code, so the gate has nothing to delete.
    const outcome =
      event.RequestType === 'Delete' ? {} : await publishFunction(parts, event.ResourceProperties);
    parts.log({ level: 'reason' in outcome ? 'ERROR' : 'INFO', request: event.RequestType, ...outcome });
    const id = resourceIdOf(event, `published-${event.ResourceProperties.FunctionName}`);
    await sendResponse(event, id, outcome);
  };
}

async function publishFunction(
  parts: PublisherParts,
  properties: PublisherProperties,
): Promise<ResourceOutcome> {
  const { FunctionName: name, StoreArn, Canaries, Cases, UtilizationLimit } = properties;
  const allowed = new UntilAllowed(parts);
  try {
    const canaries = JSON.parse(Canaries) as Record<string, string>;
    const cases = JSON.parse(Cases) as CanaryCase[];
    const proof = {
      name,
      utilizationLimit: Number(UtilizationLimit),
      prepare: async () => {
        if (StoreArn === undefined) return { cases, canaries: 'no store', keys: 'not needed' };
        const store = new CloudFrontCanaryStore(parts.keyValueStore, StoreArn, allowed);
        const written = await putCanaries(store, canaries, parts.sleep);
        const keys = cases.some(needsKeys) ? await store.get(KEYS_KEY) : undefined;
        return { canaries: written, ...completeCases(cases, keys, toSeconds(parts.now())) };
      },
    };
    const stages = new CloudFrontStages(parts.cloudFront, name, allowed);
    return { data: { Utilization: describePublished(await publishProven(stages, proof, parts)) } };
  } catch (error) {
    return failedOutcome(error);
  }
}

/** The output of the deployment. */
function describePublished(published: Publication): string {
  if (published.outcome === 'unchanged') return 'not measured: this code was already live';
  const { dearest } = published;
  return dearest === undefined ? 'not measured' : `${dearest.utilization} % at most, for "${dearest.name}"`;
}

/** Lambda's entry point. */
export const handler = makePublisherHandler({
  // CloudFront's API is in us-east-1 only.
  cloudFront: new CloudFrontClient({ region: 'us-east-1', maxAttempts: 6 }),
  keyValueStore: new CloudFrontKeyValueStoreClient({ region: 'us-east-1', maxAttempts: 6 }),
  now: Date.now,
  sleep: (ms) => new Promise((done) => setTimeout(done, ms)),
  log: (line) => console.log(JSON.stringify(line)),
});
