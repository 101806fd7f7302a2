// Its mere import gives the KeyValueStore client its SigV4A signer.
import '@aws-sdk/signature-v4-crt';
import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { CloudFrontKeyValueStoreClient } from '@aws-sdk/client-cloudfront-keyvaluestore';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { failedOutcome, type ResourceOutcome, sendResponse } from '../respond.ts';
import { type Time, UntilAllowed } from '../until-allowed.ts';
import type { CanaryCase } from './canary-case.ts';
import { CloudFrontCanaryStore } from './canary-store.ts';
import { CloudFrontStages } from './cloudfront-stages.ts';
import { type Outside, type Published, publishProven } from './publish.ts';
import { putCanaries } from './put-canaries.ts';

/** What infra/edge/gated-publish.ts passes; CloudFormation makes all of it text. */
export interface PublisherProperties {
  ServiceToken: string;
  FunctionName: string;
  StoreArn: string;
  /** JSON: keys and values that the cases ask for. */
  Canaries: string;
  /** JSON: a list of CanaryCase. */
  Cases: string;
  /** Percent. */
  UtilizationLimit: string;
}

/** Where the outside comes in. */
export interface PublisherParts extends Outside, Time {
  cloudFront: CloudFrontClient;
  keyValueStore: CloudFrontKeyValueStoreClient;
}

type Event = CloudFormationCustomResourceEvent<PublisherProperties>;

/**
 * The custom resource's function: proves the router, publishes it, and tells CloudFormation.
 *
 * Throws only when CloudFormation cannot be told; then Lambda invokes it again, and all of it may be repeated.
 */
export function makePublisherHandler(parts: PublisherParts): (event: Event) => Promise<void> {
  return async (event) => {
    // Whoever takes the gate away wants it gone; the function's own resource takes the code away.
    const outcome =
      event.RequestType === 'Delete' ? {} : await publishRouter(parts, event.ResourceProperties);
    parts.log({ level: 'reason' in outcome ? 'ERROR' : 'INFO', request: event.RequestType, ...outcome });
    await sendResponse(event, `published-${event.ResourceProperties.FunctionName}`, outcome);
  };
}

async function publishRouter(
  parts: PublisherParts,
  properties: PublisherProperties,
): Promise<ResourceOutcome> {
  const { FunctionName: name, StoreArn, Canaries, Cases, UtilizationLimit } = properties;
  const allowed = new UntilAllowed(parts);
  const store = new CloudFrontCanaryStore(parts.keyValueStore, StoreArn, allowed);
  try {
    const canaries = JSON.parse(Canaries) as Record<string, string>;
    const proof = {
      cases: JSON.parse(Cases) as CanaryCase[],
      utilizationLimit: Number(UtilizationLimit),
      putCanaries: () => putCanaries(store, canaries, parts.sleep),
    };
    const stages = new CloudFrontStages(parts.cloudFront, name, allowed);
    return { data: { Utilization: describePublished(await publishProven(stages, proof, parts)) } };
  } catch (error) {
    return failedOutcome(error);
  }
}

/** What a deployment prints in the end. */
function describePublished(published: Published): string {
  if (published.outcome === 'unchanged') return 'not measured: this router was live already';
  const { dearest } = published;
  return dearest === undefined ? 'not measured' : `${dearest.utilization} % at most, for "${dearest.name}"`;
}

/** What Lambda invokes. */
export const handler = makePublisherHandler({
  // CloudFront's API is in us-east-1, wherever anything else is.
  cloudFront: new CloudFrontClient({ region: 'us-east-1', maxAttempts: 6 }),
  keyValueStore: new CloudFrontKeyValueStoreClient({ region: 'us-east-1', maxAttempts: 6 }),
  now: Date.now,
  sleep: (ms) => new Promise((done) => setTimeout(done, ms)),
  log: (line) => console.log(JSON.stringify(line)),
});
