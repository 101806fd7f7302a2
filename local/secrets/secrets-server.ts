import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import { asObject, isString, parseJson } from '../../core/json.ts';
import { parseSigner } from '../ec2/api/caller.ts';
import { type Reply, replyListener } from '../http-reply.ts';
import type { LocalSecrets } from './local-secrets.ts';

/** The beginning of `X-Amz-Target`, by which a request names its call. */
export const SECRETS_PREFIX = 'secretsmanager.';

/** Thrown for a call that Secrets Manager refuses. */
class SecretsError extends Error {
  override name = 'SecretsError';
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** Secrets Manager's JSON API with the one call that the updater and the concierge make: `POST /` with `X-Amz-Target`. */
export function secretsHandler(secrets: Pick<LocalSecrets, 'find'>): RequestListener {
  return replyListener((request) => handleCall(secrets, request), errorReply);
}

async function handleCall(secrets: Pick<LocalSecrets, 'find'>, request: IncomingMessage): Promise<Reply> {
  if (parseSigner(request, 'secretsmanager') === undefined) {
    throw new SecretsError(
      'AccessDeniedException',
      'sign the request for secretsmanager and send it to a loopback address',
    );
  }
  const target = request.headers['x-amz-target'];
  if (target !== `${SECRETS_PREFIX}GetSecretValue`)
    throw new SecretsError(
      'InvalidAction',
      `the local Secrets Manager knows GetSecretValue alone, not ${target}`,
    );
  const { SecretId: arn, VersionStage: stage = 'AWSCURRENT' } = asObject(parseJson(await text(request)));
  if (!isString(arn) || !isString(stage))
    throw new SecretsError('InvalidParameterException', 'SecretId and VersionStage are texts');
  const version = secrets.find(arn, stage);
  if (version === 'no secret')
    throw new SecretsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  if (version === undefined)
    throw new SecretsError(
      'ResourceNotFoundException',
      `Secrets Manager can't find the specified secret value for staging label: ${stage}`,
    );
  return jsonReply(200, {
    ARN: arn,
    CreatedDate: version.createdAt,
    Name: arn.split(':').at(-1) ?? '',
    SecretString: version.text,
    VersionId: version.id,
    VersionStages: [stage],
  });
}

/** Any other error than a SecretsError is a bug of ours, and a server error for the SDK. */
function errorReply(error: unknown): Reply {
  const { code, message, status } =
    error instanceof SecretsError ? error : new SecretsError('InternalServiceError', String(error), 500);
  return jsonReply(status, { __type: code, Message: message });
}

function jsonReply(status: number, body: unknown): Reply {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() };
  return { status, headers, body: JSON.stringify(body) };
}
