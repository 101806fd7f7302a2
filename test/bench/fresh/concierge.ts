import { hkdfSync } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildConcierge } from '../../../build/concierge.ts';
import { printAccessFile } from '../../../core/entry/access-file.ts';
import type { Fact } from '../../../core/live/change.ts';
import { printLiveFile } from '../../../core/live/live-file.ts';
import { liveKey, shardOf } from '../../../core/live/shard.ts';
import { keyGenerations } from '../../../core/session/key-generations.ts';
import { SESSION } from '../../../core/session/session.ts';
import { sign } from '../../../core/session/signed.ts';
import { printConciergeSettings } from '../../../core/settings/concierge-settings.ts';
import { SESSION_COOKIE } from '../../../core/wire/session.ts';
import { mac } from '../../../edge/concierge/cookies/crypto.ts';
import type { GeneratedAnswer } from '../../../edge/concierge/lambda-edge/answer.ts';
import { FakeAws } from '../../edge/concierge/support/fake-aws.ts';
import { originRequest } from '../../edge/concierge/support/origin-request.ts';
import { ipv4 } from '../../support/values/instances.ts';
import { SUBJECT, user } from '../../support/values/session/session-values.ts';
import { median, percentile } from '../figures/spread.ts';
import { withFolder } from '../with-folder.ts';

/** Times of an endpoint in milliseconds, in a warm environment that has to ask S3. */
interface EndpointRow {
  endpoint: string;
  /** Milliseconds until S3 answers. */
  s3: number;
  median: number;
  p95: number;
}

export interface ConciergeFigures {
  runs: number;
  rows: readonly EndpointRow[];
}

const RUNS = 100;
/** Within a region, and from a far continent. */
const DISTANCES = [20, 200] as const;

const HOST = 'shop.dev.example.com';
const DEPLOYMENT = 'main';
const SECRET = { text: 'a random text', createdAt: 1_700_000_000 };
const KEYS_ARN = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:keys-AbCdEf';

type Handler = (event: unknown) => Promise<GeneratedAnswer>;

/** Measures the built concierge for a viewer with a session and a hostname that has changed. */
export function benchConcierge(): Promise<ConciergeFigures> {
  return withFolder(async (folder) => {
    await buildConcierge(folder);
    const aws = await new FakeAws().start();
    const { now } = Date;
    const { log } = console;
    const { env } = process;
    let ahead = 0;
    try {
      // Each call comes a second after the last one, when nothing is fresh.
      Date.now = () => now() + ahead;
      console.log = () => {};
      process.env = { ...env, ...aws.environment };
      prepare(aws);
      const { handler } = (await import(pathToFileURL(join(folder, 'index.mjs')).href)) as {
        handler: Handler;
      };
      const rows: EndpointRow[] = [];
      for (const endpoint of ['status', 'arrive'])
        for (const s3 of DISTANCES) {
          aws.latency = s3;
          const times: number[] = [];
          for (let run = -3; run < RUNS; run++) {
            ahead += 1_000;
            const took = await call(handler, endpoint);
            if (run >= 0) times.push(took);
          }
          rows.push({ endpoint, s3, median: median(times), p95: percentile(times, 95) });
        }
      return { runs: RUNS, rows };
    } finally {
      Object.assign(Date, { now });
      console.log = log;
      process.env = env;
      await aws.stop();
    }
  });
}

function prepare(aws: FakeAws): void {
  aws.secret(KEYS_ARN, 'AWSCURRENT', SECRET.text, SECRET.createdAt);
  const hosts = new Map([[HOST, { since: 50 }]]);
  const access = printAccessFile({ sequence: 100, epoch: 0, hosts, signedOut: new Map() });
  aws.answers.set('access/access.json', { status: 200, body: access });
  const address = ipv4('ec2-203-0-113-25.compute-1.amazonaws.com');
  const fact: Fact = { is: 'app', since: 50, port: 8080, address, instance: 'i-0123456789abcdef0' };
  const at = Math.floor(Date.now() / 1_000);
  const live = printLiveFile(new Map([[HOST, { sequence: 105, at, fact }]]));
  aws.answers.set(`access/${liveKey(shardOf(HOST))}`, { status: 200, body: live });
}

async function call(handler: Handler, endpoint: string): Promise<number> {
  const event = originRequest({
    uri: `/_proxy/api/${endpoint}`,
    query: 'to=%2F',
    host: HOST,
    headers: { cookie: [`${SESSION_COOKIE}=${sessionText()}`] },
    settings: SETTINGS,
  });
  const began = performance.now();
  const { status } = await handler(event);
  const took = performance.now() - began;
  if (status !== '200' && status !== '303') throw new Error(`${endpoint} answered ${status}`);
  return took;
}

function sessionText(): string {
  const now = Math.floor(Date.now() / 1_000);
  const person = { signedInAt: now, epoch: 0, subject: SUBJECT, user: user('alice@example.com') };
  const { current } = keyGenerations({ current: SECRET }, 'edge', {
    deployment: DEPLOYMENT,
    now,
    derive: (secret, info) => Buffer.from(hkdfSync('sha256', secret, '', info, 32)).toString('base64url'),
  });
  const session = { ...person, endsAt: now + 60, sequence: 100, level: 0 };
  return sign(SESSION, session, { deployment: DEPLOYMENT, host: HOST }, current, mac);
}

const SETTINGS = printConciergeSettings({
  deployment: DEPLOYMENT,
  apex: 'https://dev.example.com',
  provider: {
    ...{ issuer: 'https://id.example.com', clientId: 'proxy', clientSecretArn: KEYS_ARN },
    ...{ userClaim: 'email', groupsClaim: '', groups: new Map() },
  },
  keysArn: KEYS_ARN,
  access: { region: 'us-east-1', bucket: 'access' },
});

export function conciergePart({ runs, rows }: ConciergeFigures): string {
  return [
    'Milliseconds of the built concierge in a warm environment, from the event to its answer, for a viewer with a session at a hostname that has changed. It asks S3 for the access rules and the last changes at',
    `the same time; S3 is a stand-in on loopback that waits before it answers. ${runs} calls, each a second after the last one, so that no answer comes from memory.`,
    '',
    '| endpoint | S3 answers after | median | p95 |',
    '| --- | ---: | ---: | ---: |',
    ...rows.map(
      ({ endpoint, s3, median, p95 }) =>
        `| \`${endpoint}\` | ${s3} ms | ${median.toFixed(1)} | ${p95.toFixed(1)} |`,
    ),
  ].join('\n');
}
