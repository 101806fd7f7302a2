import type { CloudFormationCustomResourceEvent } from 'aws-lambda';

/** The result of one invocation. */
export type ResourceOutcome = { data?: Readonly<Record<string, string>> } | { reason: string };

/** Longest reason in a response, in characters: CloudFormation accepts 4,096 bytes in all. */
const REASON_LENGTH = 2_000;

/** The outcome of an error, cut to the length that CloudFormation accepts. */
export function failedOutcome(error: unknown): ResourceOutcome {
  return { reason: String(error).slice(0, REASON_LENGTH) };
}

/** The id of a resource that keeps it: `created` for a creation; every other event has the id. */
export function resourceIdOf(event: CloudFormationCustomResourceEvent, created: string): string {
  return event.RequestType === 'Create' ? created : event.PhysicalResourceId;
}

/**
 * Sends CloudFormation the outcome of its event.
 *
 * @param PhysicalResourceId id of the resource; another one than before makes CloudFormation delete that one
 * @throws Error if CloudFormation cannot be reached; then Lambda invokes the function again
 */
export async function sendResponse(
  event: CloudFormationCustomResourceEvent,
  PhysicalResourceId: string,
  outcome: ResourceOutcome,
): Promise<void> {
  const { StackId, RequestId, LogicalResourceId } = event;
  const answer = {
    ...('reason' in outcome
      ? { Status: 'FAILED', Reason: outcome.reason }
      : { Status: 'SUCCESS', ...(outcome.data ? { Data: outcome.data } : {}) }),
    ...{ PhysicalResourceId, StackId, RequestId, LogicalResourceId },
  };
  // Bytes, because text would add a Content-Type header, which the presigned URL does not cover.
  const body = new TextEncoder().encode(JSON.stringify(answer));
  const response = await fetch(event.ResponseURL, { method: 'PUT', body });
  if (!response.ok) throw new Error(`CloudFormation's response URL answered ${response.status}`);
}
