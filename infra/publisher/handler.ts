import { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import type { CanaryCase } from './canary-case.ts';
import { CloudFrontStages } from './cloudfront-stages.ts';
import { type Outside, publishProven } from './publish.ts';

/** What infra/gated-publish.ts passes; CloudFormation makes all of it text. */
interface Properties {
  ServiceToken: string;
  FunctionName: string;
  /** JSON: a list of CanaryCase. */
  Cases: string;
}

/** Where the outside comes in. */
export interface HandlerParts extends Outside {
  cloudFront: CloudFrontClient;
}

type Event = CloudFormationCustomResourceEvent<Properties>;

/** Longest reason in a response, in characters: CloudFormation takes 4,096 bytes in all. */
const REASON_LENGTH = 2_000;

/**
 * The custom resource's function: proves the router, publishes it, and tells CloudFormation.
 *
 * Throws only when CloudFormation cannot be told; then Lambda invokes it again, and all of it may be repeated.
 */
export function handlerOf(parts: HandlerParts): (event: Event) => Promise<void> {
  return async (event) => {
    const reason = await faultOf(parts, event);
    parts.log({ level: reason ? 'ERROR' : 'INFO', request: event.RequestType, reason });
    await respond(event, reason);
  };
}

async function faultOf(parts: HandlerParts, event: Event): Promise<string | undefined> {
  // Whoever takes the gate away wants it gone; the function's own resource takes the code away.
  if (event.RequestType === 'Delete') return undefined;
  try {
    const { FunctionName: name, Cases: cases } = event.ResourceProperties;
    const stages = new CloudFrontStages(parts.cloudFront, name);
    const outcome = await publishProven(stages, JSON.parse(cases) as CanaryCase[], parts);
    parts.log({ level: 'INFO', function: name, outcome });
    return undefined;
  } catch (error) {
    return String(error).slice(0, REASON_LENGTH);
  }
}

async function respond(event: Event, reason: string | undefined): Promise<void> {
  const { StackId, RequestId, LogicalResourceId, ResourceProperties } = event;
  const PhysicalResourceId =
    event.RequestType === 'Create'
      ? `published-${ResourceProperties.FunctionName}`
      : event.PhysicalResourceId;
  const answer = {
    Status: reason === undefined ? 'SUCCESS' : 'FAILED',
    ...(reason === undefined ? {} : { Reason: reason }),
    ...{ PhysicalResourceId, StackId, RequestId, LogicalResourceId },
  };
  // As bytes: text would bring a Content-Type, which the presigned URL does not cover.
  const body = new TextEncoder().encode(JSON.stringify(answer));
  const response = await fetch(event.ResponseURL, { method: 'PUT', body });
  if (!response.ok) throw new Error(`CloudFormation's response URL answered ${response.status}`);
}

/** What Lambda invokes. */
export const handler = handlerOf({
  // CloudFront's API is in us-east-1, wherever anything else is.
  cloudFront: new CloudFrontClient({ region: 'us-east-1', maxAttempts: 6 }),
  sleep: (ms) => new Promise((done) => setTimeout(done, ms)),
  log: (line) => console.log(JSON.stringify(line)),
});
