import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { onTestFinished, vi } from 'vitest';
import { buildConcierge } from '../../../../build/concierge.ts';
import { buildConciergeGate } from '../../../../build/custom-resources.ts';
import { printConciergeSettings } from '../../../../core/settings/concierge-settings.ts';
import type * as gate from '../../../../infra/custom-resources/concierge-gate/handler.ts';
import { s3Handler } from '../../../../local/s3/s3-server.ts';
import { CREDENTIALS, FakeAws } from '../../../edge/concierge/support/fake-aws.ts';
import { CLIENT, type RealProvider } from '../../../edge/concierge/support/oidc-provider.ts';
import { serveOnLoopback } from '../../../support/aws/loopback.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

export const APEX = 'https://dev.example.com';
/** The redirect URI that the provider must know. */
export const REDIRECT_URI = `${APEX}/_proxy/api/callback`;
export const VERSION = 'arn:aws:lambda:us-east-1:111122223333:function:concierge:7';
const KEYS_ARN = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:keys-AbCdEf';
const CLIENT_ARN = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:client-AbCdEf';

/** An answer of the function, as Lambda@Edge takes it. */
export interface Generated {
  status: string;
  headers: Record<string, { key: string; value: string }[]>;
  body: string;
}

/** The event of an origin request, in the parts that stand-ins of bad functions look at. */
export interface Asked {
  uri: string;
  querystring: string;
}

type Concierge = (event: unknown) => Promise<Generated>;

/** Changes a right answer into a wrong one, or throws like a function that crashes. */
export type Plant = (answer: Generated, asked: Asked) => unknown;

const require = createRequire(import.meta.url);

/** The code of both bundles, which are built once for all tests. */
const built: { concierge?: Promise<string>; gate?: Promise<string> } = {};

async function bundleOf(build: (outdir: string) => Promise<unknown>): Promise<string> {
  const folder = await temporaryFolder();
  await build(folder);
  return readFileSync(join(folder, 'index.mjs'), 'utf8');
}

/**
 * The built gate in front of the built function, with stand-ins for Lambda, Secrets Manager and CloudFormation, and
 * the local S3. Time passes only while the gate sleeps.
 */
export async function conciergeGateStand(provider: Pick<RealProvider, 'issuer'>) {
  const secrets = await new FakeAws().start();
  secrets.secret(KEYS_ARN, 'AWSCURRENT', 'a random text', 1_700_000_000);
  secrets.secret(CLIENT_ARN, 'AWSCURRENT', CLIENT.secret, 1_700_000_000);
  const folder = await temporaryFolder();
  mkdirSync(join(folder, 's3/access'), { recursive: true });
  const files = s3Handler({ directory: join(folder, 's3') });
  const state = {
    /** Events of invocations, in order. */
    visits: [] as Asked[],
    /** Keys of objects in S3 that nobody may read. */
    closed: [] as string[],
    /** Further invocations that Lambda refuses, as for a role whose policy has not arrived yet. */
    refusals: 0,
    plant: undefined as Plant | undefined,
    answers: [] as Record<string, unknown>[],
  };
  let concierge: Concierge | undefined;

  const server = await serveOnLoopback(async (request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://localhost');
    if (pathname === '/response') {
      state.answers.push(JSON.parse(await text(request)));
      response.end();
    } else if (pathname.startsWith('/2015-03-31/functions/')) await invoke(request, response, pathname);
    else if (state.closed.some((key) => pathname.startsWith(key)) && request.method === 'GET')
      response.writeHead(403).end('<Error><Code>AccessDenied</Code></Error>');
    else files(request, response);
  });

  /** Lambda's `Invoke` (API reference), of one version. */
  async function invoke(request: IncomingMessage, response: ServerResponse, pathname: string) {
    const fail = (status: number, type: string, message: string) => {
      response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': type });
      response.end(JSON.stringify({ Message: message }));
    };
    if (state.refusals-- > 0) return fail(403, 'AccessDeniedException', 'the role may not do that');
    if (decodeURIComponent(pathname) !== `/2015-03-31/functions/${VERSION}/invocations`)
      return fail(404, 'ResourceNotFoundException', `no function ${pathname}`);
    const event = JSON.parse(await text(request));
    const asked: Asked = event.Records[0].cf.request;
    state.visits.push(asked);
    const lines: string[] = [];
    const printed = vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
    try {
      const answer = await concierge?.(event);
      printed.mockRestore();
      if (answer === undefined) return fail(404, 'ResourceNotFoundException', 'no code');
      const result = state.plant ? state.plant(answer, asked) : answer;
      const tail = lines.map((line) => `2026-11-30T09:00:00.000Z\tone\tINFO\t${line}\n`).join('');
      const log = Buffer.from(`START RequestId: one\n${tail}END RequestId: one\n`).toString('base64');
      response.writeHead(200, { 'x-amz-log-result': log });
      response.end(JSON.stringify(result ?? null));
    } catch (error) {
      printed.mockRestore();
      response.writeHead(200, { 'x-amz-function-error': 'Unhandled' });
      response.end(JSON.stringify({ errorType: 'Error', errorMessage: String(error) }));
    }
  }

  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await Promise.all([server.close(), secrets.stop()]);
  });
  const variables = {
    ...CREDENTIALS,
    AWS_ENDPOINT_URL_S3: server.url,
    AWS_ENDPOINT_URL_LAMBDA: server.url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.environment['AWS_ENDPOINT_URL_SECRETS_MANAGER'] ?? '',
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  const load = async <T>(code: Promise<string>, name: string): Promise<T> => {
    const file = join(folder, `${name}.mjs`);
    writeFileSync(file, await code);
    // By Node itself: vitest would take half a second to transform a bundle.
    return require(file) as T;
  };
  built.concierge ??= bundleOf(buildConcierge);
  built.gate ??= bundleOf(buildConciergeGate);
  ({ handler: concierge } = await load<{ handler: Concierge }>(built.concierge, 'concierge'));
  const { makeConciergeGateHandler, PARTS } = await load<typeof gate>(built.gate, 'gate');

  const settings = printConciergeSettings({
    deployment: 'main',
    apex: APEX,
    provider: {
      issuer: provider.issuer,
      clientId: CLIENT.id,
      clientSecretArn: CLIENT_ARN,
      userClaim: 'email',
      groupsClaim: 'groups',
      groups: new Map([['devs', 'the developers']]),
    },
    keysArn: KEYS_ARN,
    access: { region: 'us-east-1', bucket: 'access' },
  });
  const lines: string[] = [];
  const pauses: number[] = [];
  const began = Date.now();
  let slept = 0;
  const handler = makeConciergeGateHandler({
    ...PARTS,
    now: () => began + slept,
    sleep: async (ms) => {
      pauses.push(ms);
      slept += ms;
      onPause();
    },
    log: (line) => lines.push(JSON.stringify(line)),
  });
  let onPause = () => {};

  /** An invocation by CloudFormation. Returns the answer to it. */
  const send = async (
    type: 'Create' | 'Update' | 'Delete',
    { id = 'proven-before', Settings = JSON.stringify(settings), FunctionArn = VERSION } = {},
  ) => {
    await handler({
      RequestType: type,
      ...(type === 'Create' ? {} : { PhysicalResourceId: id }),
      ResponseURL: `${server.url}/response`,
      StackId: 'stack',
      RequestId: 'request',
      LogicalResourceId: 'Gate',
      ResourceType: 'Custom::ConciergeGate',
      ResourceProperties: { ServiceToken: 'token', FunctionArn, Settings },
    } as Parameters<typeof handler>[0]);
    return state.answers.at(-1) as { Status: string; Reason?: string; PhysicalResourceId: string };
  };
  return {
    ...{ state, send, settings, lines, pauses },
    accessFile: join(folder, 's3/access/access.json'),
    readAccessFile: () => readFileSync(join(folder, 's3/access/access.json'), 'utf8'),
    /** Sets the client secret that the function reads. */
    setSecret: (secret: string) => secrets.secret(CLIENT_ARN, 'AWSCURRENT', secret, 1_700_000_000),
    /** The function may read its secrets no longer, until `atPause` says otherwise. */
    refuseSecrets: () => secrets.answers.delete(`${KEYS_ARN} AWSCURRENT`),
    allowSecrets: () => secrets.secret(KEYS_ARN, 'AWSCURRENT', 'a random text', 1_700_000_000),
    atPause: (does: () => void) => {
      onPause = does;
    },
  };
}
