import { createServer } from 'node:http';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { expect, onTestFinished, test } from 'vitest';
import { readSecret, readSecretVersions } from '../../../edge/concierge/aws/secrets-manager.ts';
import { listeningPort } from '../../../local/ports.ts';
import { LocalSecrets } from '../../../local/secrets/local-secrets.ts';
import { secretsHandler } from '../../../local/secrets/secrets-server.ts';

const ARN = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:sessions';

async function start() {
  let now = 1_795_000_000;
  const secrets = new LocalSecrets(() => now);
  const server = createServer(secretsHandler(secrets));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${listeningPort(server)}`;
  const credentials = { accessKeyId: 'AKIDLOCAL', secretAccessKey: 'secret' };
  const client = new SecretsManagerClient({
    endpoint: url,
    region: 'us-east-1',
    credentials,
    maxAttempts: 1,
  });
  onTestFinished(() => {
    client.destroy();
    server.closeAllConnections();
    server.close();
  });
  const environment = {
    AWS_ENDPOINT_URL_SECRETS_MANAGER: url,
    AWS_ACCESS_KEY_ID: 'AKIDLOCAL',
    AWS_SECRET_ACCESS_KEY: 'secret',
  };
  const put = (text: string, at = now) => {
    now = at;
    secrets.put(ARN, text);
  };
  return { url, client, environment, put };
}

const read = (client: SecretsManagerClient, stage: string, arn = ARN) =>
  client.send(new GetSecretValueCommand({ SecretId: arn, VersionStage: stage }));

test('the SDK reads both versions of a secret after two rotations', async () => {
  const { client, put } = await start();
  for (const [text, at] of [
    ['one', 1_795_000_000],
    ['two', 1_795_000_600],
    ['three', 1_795_001_200],
  ] as const)
    put(text, at);
  expect(await read(client, 'AWSCURRENT')).toMatchObject({
    ARN,
    SecretString: 'three',
    CreatedDate: new Date(1_795_001_200_000),
    VersionStages: ['AWSCURRENT'],
  });
  expect(await read(client, 'AWSPREVIOUS')).toMatchObject({
    SecretString: 'two',
    CreatedDate: new Date(1_795_000_600_000),
  });
});

test('a missing secret and a missing version are errors that the SDK knows', async () => {
  const { client, put } = await start();
  await expect(read(client, 'AWSCURRENT')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  put('one');
  await expect(read(client, 'AWSPREVIOUS')).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: expect.stringContaining('staging label: AWSPREVIOUS'),
  });
});

test('the concierge reads the same versions', async () => {
  const { environment, put } = await start();
  put('one', 1_795_000_000);
  expect(await readSecret(ARN, environment)).toBe('one');
  expect(await readSecretVersions(ARN, environment)).toEqual({
    current: { text: 'one', createdAt: 1_795_000_000 },
  });
  put('two', 1_795_000_600);
  expect(await readSecretVersions(ARN, environment)).toEqual({
    current: { text: 'two', createdAt: 1_795_000_600 },
    previous: { text: 'one', createdAt: 1_795_000_000 },
  });
});

test('a request without a signature, or from a page, gets no secret', async () => {
  const { url, put } = await start();
  put('one');
  const headers = { 'x-amz-target': 'secretsmanager.GetSecretValue' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ SecretId: ARN }) });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ __type: 'AccessDeniedException' });
});

test('no other call is known', async () => {
  const { url } = await start();
  const headers = {
    'x-amz-target': 'secretsmanager.PutSecretValue',
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIDLOCAL/20261130/us-east-1/secretsmanager/aws4_request, SignedHeaders=host, Signature=00',
  };
  const answer = await fetch(url, { method: 'POST', headers, body: '{}' });
  expect(await answer.json()).toMatchObject({ __type: 'InvalidAction' });
});
