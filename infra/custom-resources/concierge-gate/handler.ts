import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { asObject, isString, parseJson } from '../../../core/json.ts';
import { Fault } from '../../../core/schema.ts';
import { parseConciergeSettings } from '../../../core/settings/concierge-settings.ts';
import { failedOutcome, type ResourceOutcome, resourceIdOf, sendResponse } from '../respond.ts';
import { UntilAllowed } from '../until-allowed.ts';
import { putAccessFile } from './access-rules.ts';
import { ConciergeVersion } from './concierge-version.ts';
import { type Outside, proveConcierge } from './prove.ts';
import { printProvenId, proofOf, provenIn } from './proven-id.ts';

/** Properties that infra/sign-in/concierge-gate.ts passes. */
export interface ConciergeGateProperties {
  ServiceToken: string;
  /** ARN of a numbered version. */
  FunctionArn: string;
  /** JSON: the custom headers of the origin, by name. */
  Settings: string;
}

/** Clients, clock and log, which tests replace. */
export interface ConciergeGateParts extends Outside {
  lambda: LambdaClient;
  s3: S3Client;
}

type Event = CloudFormationCustomResourceEvent<ConciergeGateProperties>;

/**
 * The custom resource's function: walks the canaries through a version of the function that signs viewers in, and sends CloudFormation
 * the outcome. The distribution depends on it.
 */
export function makeConciergeGateHandler(parts: ConciergeGateParts): (event: Event) => Promise<void> {
  return async (event) => {
    const { FunctionArn, Settings } = event.ResourceProperties;
    const proof = proofOf(FunctionArn, Settings);
    const before = event.RequestType === 'Create' ? undefined : event.PhysicalResourceId;
    const outcome = await decide(parts, event, before !== undefined && provenIn(before).includes(proof));
    parts.log({ level: 'reason' in outcome ? 'ERROR' : 'INFO', request: event.RequestType, ...outcome });
    const isProven = event.RequestType !== 'Delete' && !('reason' in outcome);
    const id = isProven ? printProvenId(proof, before) : resourceIdOf(event, 'not-proven');
    await sendResponse(event, id, outcome);
  };
}

/** A version that has passed with the same settings is not tested again: a rollback must succeed while the provider is out of reach. */
async function decide(parts: ConciergeGateParts, event: Event, isKnown: boolean): Promise<ResourceOutcome> {
  if (event.RequestType === 'Delete' || isKnown) return {};
  try {
    await prove(parts, event.ResourceProperties);
    return {};
  } catch (error) {
    return failedOutcome(error);
  }
}

async function prove(
  { lambda, s3, ...outside }: ConciergeGateParts,
  { FunctionArn, Settings }: ConciergeGateProperties,
): Promise<void> {
  const pairs = Object.entries(asObject(parseJson(Settings)));
  const headers = Object.fromEntries(pairs.filter((pair): pair is [string, string] => isString(pair[1])));
  const settings = parseConciergeSettings((name) => headers[name]);
  if (settings instanceof Fault)
    throw new TypeError(`the settings of the function cannot be read: ${settings}`);
  const allowed = new UntilAllowed(outside);
  await putAccessFile(s3, settings.access.bucket, allowed);
  const version = new ConciergeVersion(lambda, FunctionArn, headers, allowed);
  await proveConcierge((asked) => version.visit(asked), settings, outside);
}

/** The parts in Lambda. Lambda@Edge functions and their bucket are in us-east-1. */
export const PARTS: ConciergeGateParts = {
  lambda: new LambdaClient({ region: 'us-east-1', maxAttempts: 6 }),
  s3: new S3Client({ region: 'us-east-1', maxAttempts: 6 }),
  now: Date.now,
  sleep: (ms) => new Promise((done) => setTimeout(done, ms)),
  log: (line) => console.log(JSON.stringify(line)),
};

/** Lambda's entry point. */
export const handler = makeConciergeGateHandler(PARTS);
