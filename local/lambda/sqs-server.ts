import type { IncomingMessage, RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import { asObject, isString, parseJson } from '../../core/json.ts';
import { parseSigner } from '../ec2/api/caller.ts';
import { type JsonProtocol, jsonListener, ServiceError } from '../http-reply.ts';
import type { EventQueue } from './event-queue.ts';

/** The beginning of `X-Amz-Target`, by which a request names its call. */
export const SQS_PREFIX = 'AmazonSQS.';

/** The call that a run makes. */
const CHANGE_VISIBILITY = `${SQS_PREFIX}ChangeMessageVisibilityBatch`;

/** Seconds that a message may stay hidden (SQS API reference, "ChangeMessageVisibility"). */
const LONGEST = 43_200;

const PROTOCOL: JsonProtocol = {
  type: 'application/x-amz-json-1.0',
  internal: 'InternalFailure',
  describe: (code, message) => ({ __type: `com.amazonaws.sqs#${code}`, message }),
};

/** SQS's JSON API for a queue, with the one call that the updater makes: `POST /` with `X-Amz-Target`. */
export function sqsHandler(queue: Pick<EventQueue, 'changeVisibility'>): RequestListener {
  return jsonListener(PROTOCOL, (request) => handleCall(queue, request));
}

async function handleCall(
  queue: Pick<EventQueue, 'changeVisibility'>,
  request: IncomingMessage,
): Promise<object> {
  if (parseSigner(request, 'sqs') === undefined) {
    throw new ServiceError(
      'AccessDeniedException',
      'sign the request for sqs and send it to a loopback address',
      403,
    );
  }
  const target = request.headers['x-amz-target'];
  if (target !== CHANGE_VISIBILITY)
    throw new ServiceError(
      'InvalidAction',
      `the local queue knows ${CHANGE_VISIBILITY} alone, not ${target}`,
    );
  const { Entries: entries } = asObject(parseJson(await text(request)));
  if (!Array.isArray(entries)) throw new ServiceError('ValidationError', 'Entries is not a list');
  const results = entries.map((entry: unknown) => changeOne(queue, entry));
  return {
    Successful: results.flatMap((result) => ('Code' in result ? [] : [result])),
    Failed: results.flatMap((result) => ('Code' in result ? [result] : [])),
  };
}

type Result = { Id: string } | { Id: string; Code: string; Message: string; SenderFault: true };

/** One entry of a batch. Each succeeds or fails for itself. */
function changeOne(queue: Pick<EventQueue, 'changeVisibility'>, entry: unknown): Result {
  const { Id: id, ReceiptHandle: receipt, VisibilityTimeout: seconds } = asObject(entry);
  const Id = isString(id) ? id : '';
  const fail = (Code: string, Message: string) => ({ Id, Code, Message, SenderFault: true }) as const;
  if (typeof seconds !== 'number' || !(seconds >= 0 && seconds <= LONGEST))
    return fail('InvalidParameterValue', `VisibilityTimeout is not 0 to ${LONGEST} seconds`);
  if (!isString(receipt) || !queue.changeVisibility(receipt, 1_000 * seconds))
    return fail('ReceiptHandleIsInvalid', 'the receipt handle belongs to no message in flight');
  return { Id };
}
