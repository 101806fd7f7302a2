import type { IncomingMessage, RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import { asObject, isString, parseJson } from '../../core/json.ts';
import { parseSigner } from '../ec2/api/caller.ts';
import { type JsonProtocol, jsonListener, ServiceError } from '../http-reply.ts';
import type { LocalSecrets } from './local-secrets.ts';

/** The beginning of `X-Amz-Target`, by which a request names its call. */
export const SECRETS_PREFIX = 'secretsmanager.';

const PROTOCOL: JsonProtocol = {
  type: 'application/x-amz-json-1.1',
  internal: 'InternalServiceError',
  describe: (code, message) => ({ __type: code, Message: message }),
};

/** Secrets Manager's JSON API with the one call that the updater and the concierge make: `POST /` with `X-Amz-Target`. */
export function secretsHandler(secrets: Pick<LocalSecrets, 'find'>): RequestListener {
  return jsonListener(PROTOCOL, (request) => handleCall(secrets, request));
}

async function handleCall(secrets: Pick<LocalSecrets, 'find'>, request: IncomingMessage): Promise<object> {
  if (parseSigner(request, 'secretsmanager') === undefined) {
    throw new ServiceError(
      'AccessDeniedException',
      'sign the request for secretsmanager and send it to a loopback address',
    );
  }
  const target = request.headers['x-amz-target'];
  if (target !== `${SECRETS_PREFIX}GetSecretValue`)
    throw new ServiceError(
      'InvalidAction',
      `the local Secrets Manager knows GetSecretValue alone, not ${target}`,
    );
  const { SecretId: arn, VersionStage: stage = 'AWSCURRENT' } = asObject(parseJson(await text(request)));
  if (!isString(arn) || !isString(stage))
    throw new ServiceError('InvalidParameterException', 'SecretId and VersionStage are texts');
  const version = secrets.find(arn, stage);
  if (version === 'no secret')
    throw new ServiceError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  if (version === undefined)
    throw new ServiceError(
      'ResourceNotFoundException',
      `Secrets Manager can't find the specified secret value for staging label: ${stage}`,
    );
  return {
    ARN: arn,
    CreatedDate: version.createdAt,
    Name: arn.split(':').at(-1) ?? '',
    SecretString: version.text,
    VersionId: version.id,
    VersionStages: [stage],
  };
}
