import { asObject, isText, parseJson } from '../../../core/json.ts';
import type { SecretVersion, SecretVersions } from '../../../core/session/key-generations.ts';
import { UnavailableError } from '../reading/bounded-fetch.ts';
import { fetchSigned } from './signed-fetch.ts';

/**
 * Reads the text of a secret.
 *
 * @throws UnavailableError
 */
export async function readSecret(arn: string, environment: NodeJS.ProcessEnv): Promise<string> {
  return parseVersion(arn, await ask(arn, 'AWSCURRENT', environment)).text;
}

/**
 * Reads the newest version of a secret, and the one before it.
 *
 * @throws UnavailableError
 */
export async function readSecretVersions(
  arn: string,
  environment: NodeJS.ProcessEnv,
): Promise<SecretVersions> {
  const [current, previous] = await Promise.all([
    ask(arn, 'AWSCURRENT', environment),
    ask(arn, 'AWSPREVIOUS', environment),
  ]);
  const newest = parseVersion(arn, current);
  // Until the first rotation there is no version before.
  const isFirst = previous.status === 400 && /ResourceNotFoundException/.test(previous.body);
  return isFirst ? { current: newest } : { current: newest, previous: parseVersion(arn, previous) };
}

interface Answer {
  status: number;
  body: string;
}

async function ask(arn: string, stage: string, environment: NodeJS.ProcessEnv): Promise<Answer> {
  // The region is that of the secret, not the one that runs this function.
  const region = arn.split(':')[3] ?? '';
  const response = await fetchSigned(
    {
      service: 'secretsmanager',
      region,
      host: `secretsmanager.${region}.amazonaws.com`,
      path: '/',
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'secretsmanager.GetSecretValue',
      },
      body: JSON.stringify({ SecretId: arn, VersionStage: stage }),
    },
    environment,
  );
  return { status: response.status, body: await response.text() };
}

/** Messages say nothing of the body, which holds the secret. */
function parseVersion(arn: string, { status, body }: Answer): SecretVersion {
  const { SecretString: text, CreatedDate: created } = asObject(parseJson(body));
  if (status !== 200 || !isText(text) || typeof created !== 'number')
    throw new UnavailableError(`Secrets Manager answers ${status} for ${arn}`);
  return { text, createdAt: Math.floor(created) };
}
