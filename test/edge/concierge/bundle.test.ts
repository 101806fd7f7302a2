import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { buildConcierge } from '../../../build/concierge.ts';
import { printAccessFile } from '../../../core/entry/access-file.ts';
import { type ConciergeSettings, printConciergeSettings } from '../../../core/settings/concierge-settings.ts';
import type { GeneratedAnswer } from '../../../edge/concierge/lambda-edge/answer.ts';
import { readPassingPage } from '../../support/stands/sign-in/passing-page.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { FakeAws } from './support/fake-aws.ts';
import { CLIENT, RealProvider } from './support/oidc-provider.ts';
import { originRequest } from './support/origin-request.ts';

const APEX = 'dev.example.com';
const SHOP = 'shop.dev.example.com';
const KEYS_ARN = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:keys-AbCdEf';
const CLIENT_ARN = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:client-AbCdEf';

const aws = new FakeAws();
const provider = new RealProvider();
beforeAll(async () => {
  await aws.start();
  await provider.start(`https://${APEX}/_proxy/api/callback`);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await aws.stop();
  await provider.stop();
});

function settings(): ConciergeSettings {
  return {
    deployment: 'main',
    apex: `https://${APEX}`,
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
  };
}

let lines: string[] = [];
beforeEach(() => {
  lines = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  for (const [name, value] of Object.entries(aws.environment)) vi.stubEnv(name, value);
  aws.secret(KEYS_ARN, 'AWSCURRENT', 'a random text', 1_700_000_000);
  aws.secret(CLIENT_ARN, 'AWSCURRENT', CLIENT.secret, 1_700_000_000);
  const hosts = new Map([[SHOP, { since: 50, rule: 'group:devs' }]]);
  const body = printAccessFile({ sequence: 100, epoch: 0, hosts, signedOut: new Map() });
  aws.answers.set('access/access.json', { status: 200, body });
});

type Handler = (event: unknown) => Promise<GeneratedAnswer>;

/** The built function in a module of its own, as a new environment loads it. */
async function loadBundle(): Promise<{ handler: Handler; code: string }> {
  const folder = await temporaryFolder();
  await buildConcierge(folder);
  const file = join(folder, 'index.mjs');
  const { handler } = (await import(pathToFileURL(file).href)) as { handler: Handler };
  return { handler, code: readFileSync(file, 'utf8') };
}

const firstOf = ({ headers }: GeneratedAnswer, name: string) => headers[name]?.[0]?.value;

describe('the bundle', () => {
  test('signs a person in, by the events of Lambda@Edge, and writes lines without anything personal or secret', async () => {
    const { handler } = await loadBundle();
    const jars = new Map<string, Map<string, string>>();
    const addresses = [`https://${SHOP}/_proxy/api/start?to=%2Fcart`];
    const states: unknown[] = [];
    const secrets = [CLIENT.secret, 'a random text', 'alice'];
    for (const url of addresses) {
      if (url === `https://${SHOP}/cart` || addresses.length > 14) break;
      const { hostname, pathname, search, port } = new URL(url);
      const jar = jars.get(hostname) ?? new Map<string, string>();
      jars.set(hostname, jar);
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
      const cookies: string[] = [];
      const next: (string | null | undefined)[] = [];
      if (port === '') {
        const answer = await handler(
          originRequest({
            uri: pathname,
            query: search.slice(1),
            host: hostname,
            headers: { cookie: [cookie], accept: ['text/html'] },
            settings: printConciergeSettings(settings()),
          }),
        );
        states.push(firstOf(answer, 'x-proxy-state'));
        cookies.push(...(answer.headers['set-cookie'] ?? []).map(({ value }) => value));
        const { picture, next: address } = readPassingPage(answer.body) ?? {};
        next.push(firstOf(answer, 'location'), picture, address);
        expect(firstOf(answer, 'cache-control')).toBe('no-store');
      } else {
        const response = await fetch(url, { headers: { cookie }, redirect: 'manual' });
        cookies.push(...response.headers.getSetCookie());
        next.push(response.headers.get('location'));
      }
      for (const line of cookies) {
        const [pair = ''] = line.split('; ');
        const [name = '', ...rest] = pair.split('=');
        jar.set(name, rest.join('='));
        if (name.startsWith('__Host-proxy-') && rest.join('=').length > 20) secrets.push(rest.join('='));
      }
      for (const value of new URL(url).searchParams.values()) if (value.length > 20) secrets.push(value);
      for (const address of next) if (address) addresses.push(new URL(address, url).href);
    }
    expect([addresses.at(-1), states]).toEqual([
      `https://${SHOP}/cart`,
      ['sign in', 'to the provider', 'to the app', 'signed in', 'signed in'],
    ]);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject(
      ['start 303', 'sign-in 303', 'callback 200', 'arrive 200', 'start 303'].map((line) => ({
        level: 'INFO',
        endpoint: `/_proxy/api/${line.split(' ')[0]}`,
        status: Number(line.split(' ')[1]),
        milliseconds: expect.any(Number),
        requestId: expect.stringMatching(/^4TyzHTaY/),
      })),
    );
    expect(secrets.filter((secret) => lines.join('\n').includes(secret))).toEqual([]);
    expect(lines.join('\n')).not.toContain('203.0.113.178');
  });

  test('without settings answers 503 and says why in the log', async () => {
    const { handler } = await loadBundle();
    const answer = await handler(originRequest({}));
    expect([answer.status, firstOf(answer, 'retry-after')]).toEqual(['503', '5']);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'ERROR',
      reasons: ["the settings in the origin's custom headers cannot be read: it is not JSON"],
    });
  });

  test('without its secret answers 503, and never 502 or 504', async () => {
    const { handler } = await loadBundle();
    aws.answers.delete(`${KEYS_ARN} AWSCURRENT`);
    const event = originRequest({ settings: printConciergeSettings(settings()) });
    expect((await handler(event)).status).toBe('503');
    expect(lines[0]).toContain(`UnavailableError: Secrets Manager answers 400 for ${KEYS_ARN}`);
    // The next call of the same environment reads again.
    aws.secret(KEYS_ARN, 'AWSCURRENT', 'a random text', 1_700_000_000);
    expect((await handler(event)).status).toBe('303');
  });

  test('for a path that is not an endpoint asks nothing, and answers 404', async () => {
    const { handler } = await loadBundle();
    aws.asked.length = 0;
    const event = originRequest({ uri: '/_proxy/api/../x', settings: printConciergeSettings(settings()) });
    expect((await handler(event)).status).toBe('404');
    expect(aws.asked).toEqual([]);
  });

  test('is small, since a new environment loads it while a person waits: the signer is the only part of the AWS SDK', async () => {
    const { code } = await loadBundle();
    expect(gzipSync(code).length).toBeLessThan(50_000);
    expect(code).not.toContain('@aws-sdk/');
  });
});
