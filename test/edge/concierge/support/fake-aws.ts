import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';

const sha256 = (content: string) => createHash('sha256').update(content).digest('hex');
const hmac = (key: string | Buffer, content: string) => createHmac('sha256', key).update(content).digest();

/** Credentials as Lambda gives them to a function. */
export const CREDENTIALS = {
  AWS_ACCESS_KEY_ID: 'ASIAEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'a/secret+key',
  AWS_SESSION_TOKEN: 'a session token',
};

interface Answer {
  status: number;
  body: string;
}

/** Secrets Manager and S3 on this machine, which check signatures (SigV4, "Create a signed AWS API request"). */
export class FakeAws {
  /** Answers by `bucket/key`, or by the ARN and stage of a secret. */
  readonly answers = new Map<string, Answer | (() => Answer | undefined)>();
  readonly asked: string[] = [];
  /** Milliseconds before each answer. */
  latency = 0;
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** The variables of an environment whose calls come here. */
  get environment(): Record<string, string> {
    const url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return { ...CREDENTIALS, AWS_ENDPOINT_URL_S3: url, AWS_ENDPOINT_URL_SECRETS_MANAGER: url };
  }

  secret(arn: string, stage: string, content: string, createdAt: number): void {
    const body = JSON.stringify({ ARN: arn, SecretString: content, CreatedDate: createdAt + 0.25 });
    this.answers.set(`${arn} ${stage}`, { status: 200, body });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const fault = signatureFault(request, body);
    const isSecret = request.headers['x-amz-target'] === 'secretsmanager.GetSecretValue';
    const { SecretId = '', VersionStage = '' } = isSecret ? (JSON.parse(body) as Record<string, string>) : {};
    const key = isSecret ? `${SecretId} ${VersionStage}` : (request.url ?? '').slice(1);
    this.asked.push(key);
    if (this.latency > 0) await setTimeout(this.latency);
    const known = this.answers.get(key);
    const missing = { status: isSecret ? 400 : 404, body: '{"__type":"ResourceNotFoundException"}' };
    const answer = typeof known === 'function' ? known() : (known ?? missing);
    if (answer === undefined) return void response.destroy();
    response.writeHead(fault === undefined ? answer.status : 403);
    response.end(fault ?? answer.body);
  }
}

/** Why the signature of a request is wrong; undefined if it is right. */
function signatureFault({ method, url, headers }: IncomingMessage, body: string): string | undefined {
  const [, scope = '', names = '', given] =
    /^AWS4-HMAC-SHA256 Credential=ASIAEXAMPLE\/(\S+), SignedHeaders=(\S+), Signature=([\da-f]{64})$/.exec(
      headers.authorization ?? '',
    ) ?? [];
  const [date = '', region = '', service = ''] = scope.split('/');
  const signed = names.split(';').map((name) => `${name}:${headers[name]}\n`);
  const canonical = [method, url, '', signed.join(''), names, sha256(body)].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonical)].join('\n');
  const key = [date, region, service, 'aws4_request'].reduce<string | Buffer>(
    hmac,
    `AWS4${CREDENTIALS.AWS_SECRET_ACCESS_KEY}`,
  );
  if (hmac(key, toSign).toString('hex') !== given) return 'SignatureDoesNotMatch';
  const isComplete = ['host', 'x-amz-date', 'x-amz-security-token'].every((name) =>
    names.split(';').includes(name),
  );
  return isComplete ? undefined : `signed are only ${names}`;
}
