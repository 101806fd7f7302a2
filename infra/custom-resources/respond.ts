import type { CloudFormationCustomResourceEvent } from 'aws-lambda';

/** What one invocation came to. */
export type ResourceOutcome = { data?: Readonly<Record<string, string>> } | { reason: string };

/** Longest reason in a response, in characters: CloudFormation takes 4,096 bytes in all. */
const REASON_LENGTH = 2_000;

/** Why it failed, as short as CloudFormation takes it. */
export function failedOutcome(error: unknown): ResourceOutcome {
  return { reason: String(error).slice(0, REASON_LENGTH) };
}

/**
 * Tells CloudFormation what came of its event.
 *
 * @param created id of the resource that a creation made; every other event brings its own
 * @throws Error when CloudFormation cannot be told; then Lambda invokes the function again
 */
export async function sendResponse(
  event: CloudFormationCustomResourceEvent,
  created: string,
  outcome: ResourceOutcome,
): Promise<void> {
  const { StackId, RequestId, LogicalResourceId } = event;
  const PhysicalResourceId = event.RequestType === 'Create' ? created : event.PhysicalResourceId;
  const answer = {
    ...('reason' in outcome
      ? { Status: 'FAILED', Reason: outcome.reason }
      : { Status: 'SUCCESS', ...(outcome.data ? { Data: outcome.data } : {}) }),
    ...{ PhysicalResourceId, StackId, RequestId, LogicalResourceId },
  };
  // As bytes: text would bring a Content-Type, which the presigned URL does not cover.
  const body = new TextEncoder().encode(JSON.stringify(answer));
  const response = await fetch(event.ResponseURL, { method: 'PUT', body });
  if (!response.ok) throw new Error(`CloudFormation's response URL answered ${response.status}`);
}
