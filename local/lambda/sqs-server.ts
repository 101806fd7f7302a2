import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import { asObject, isString, parseJson } from '../../core/json.ts';
import { parseSigner } from '../ec2/api/caller.ts';
import { type Reply, replyListener } from '../http-reply.ts';
import type { EventQueue } from './event-queue.ts';

/** The beginning of `X-Amz-Target`, by which a request names its call. */
export const SQS_PREFIX = 'AmazonSQS.';

/** The call that a run makes. */
const CHANGE_VISIBILITY = `${SQS_PREFIX}ChangeMessageVisibilityBatch`;

/** Seconds that a message may stay hidden (SQS API reference, "ChangeMessageVisibility"). */
const LONGEST = 43_200;

/** SQS's JSON API for a queue, with the one call that the updater makes: `POST /` with `X-Amz-Target`. */
export function sqsHandler(queue: Pick<EventQueue, 'changeVisibility'>): RequestListener {
  return replyListener((request) => handleCall(queue, request), errorReply);
}

/** Thrown for a call that SQS refuses. */
class SqsError extends Error {
  override name = 'SqsError';
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

async function handleCall(
  queue: Pick<EventQueue, 'changeVisibility'>,
  request: IncomingMessage,
): Promise<Reply> {
  if (parseSigner(request, 'sqs') === undefined) {
    throw new SqsError(
      'AccessDeniedException',
      'sign the request for sqs and send it to a loopback address',
      403,
    );
  }
  const target = request.headers['x-amz-target'];
  if (target !== CHANGE_VISIBILITY)
    throw new SqsError('InvalidAction', `the local queue knows ${CHANGE_VISIBILITY} alone, not ${target}`);
  const { Entries: entries } = asObject(parseJson(await text(request)));
  if (!Array.isArray(entries)) throw new SqsError('ValidationError', 'Entries is not a list');
  const results = entries.map((entry: unknown) => changeOne(queue, entry));
  return jsonReply(200, {
    Successful: results.flatMap((result) => ('Code' in result ? [] : [result])),
    Failed: results.flatMap((result) => ('Code' in result ? [result] : [])),
  });
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

/** Any other error than an SqsError is a bug of ours, and a server error for the SDK. */
function errorReply(error: unknown): Reply {
  const { code, message, status } =
    error instanceof SqsError ? error : new SqsError('InternalFailure', String(error), 500);
  return jsonReply(status, { __type: `com.amazonaws.sqs#${code}`, message });
}

function jsonReply(status: number, body: unknown): Reply {
  const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': randomUUID() };
  return { status, headers, body: JSON.stringify(body) };
}
