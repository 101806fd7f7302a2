import * as crypto from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import vm from 'node:vm';
import { transformSync } from 'esbuild';
import { buildConcierge } from '../../../build/concierge.ts';
import { type ConciergeSettings, printConciergeSettings } from '../../../core/settings/concierge-settings.ts';
import type { GeneratedAnswer } from '../../../edge/concierge/lambda-edge/answer.ts';
import type { OriginEvent } from '../../../local/edge/lambda-edge/origin-event.ts';
import { type Cloud, ENVIRONMENT, SESSION_SECRET } from '../cloud/cloud.ts';
import { BASE_DOMAIN } from '../judge/expected.ts';
import { PROVIDER, serveAws } from './aws-answers.ts';

const SETTINGS: ConciergeSettings = {
  deployment: ENVIRONMENT.deployment,
  apex: `https://${BASE_DOMAIN}`,
  provider: {
    issuer: PROVIDER,
    clientId: 'edge-proxy',
    clientSecretArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:client-5eed',
    userClaim: 'email',
    groupsClaim: 'groups',
    groups: new Map(['devs', 'ops'].map((name) => [name, name])),
  },
  keysArn: SESSION_SECRET,
  access: { region: 'us-east-1', bucket: 'access' },
};

/** The custom headers of the origin behind `/_proxy/api/*`. */
export const CUSTOM_HEADERS = printConciergeSettings(SETTINGS);

type Handler = (event: OriginEvent) => Promise<GeneratedAnswer>;

/** The globals in whose place the bundle gets those of a history. */
const GLOBALS = [
  ...['module', 'require', 'Date', 'setTimeout', 'clearTimeout', 'fetch', 'AbortSignal', 'crypto', 'process'],
  'console',
];

let loading: Promise<(...globals: readonly unknown[]) => void> | undefined;

/** The bundle that ships, as a function of its globals: each call is a new environment of Lambda@Edge. */
export function loadConcierge(): Promise<(...globals: readonly unknown[]) => void> {
  loading ??= load();
  return loading;
}

async function load() {
  const folder = await mkdtemp(join(tmpdir(), 'edge-proxy-sim-'));
  await buildConcierge(folder);
  const text = await readFile(join(folder, 'index.mjs'), 'utf8');
  await rm(folder, { recursive: true });
  // The first line defines `require`, which is one of the globals here.
  const { code } = transformSync(text.slice(text.indexOf('\n')), { format: 'cjs', platform: 'node' });
  return vm.compileFunction(code, GLOBALS) as (...globals: readonly unknown[]) => void;
}

const require = createRequire(import.meta.url);

/** One environment of the built concierge in virtual time. Its memory lasts as long as it does. */
export class BuiltConcierge {
  readonly #handler: Handler;

  /** @param onFault called when a service does not answer it */
  constructor(bundle: Awaited<ReturnType<typeof loadConcierge>>, cloud: Cloud, onFault: () => void) {
    const { timeline } = cloud;
    class VirtualDate extends Date {
      static override now = () => timeline.now;
      constructor(at: number | string = timeline.now) {
        super(at);
      }
    }
    const module: { exports: { handler?: Handler } } = { exports: {} };
    bundle(
      module,
      requireNode,
      VirtualDate,
      (act: () => void, delay: number) => timeline.in(delay, act),
      (cancel: () => void) => cancel(),
      (url: string, sent: RequestInit) => serveAws(cloud, url, sent, onFault),
      noSignal,
      { subtle: { digest } },
      { env: CREDENTIALS },
      { log: () => {} },
    );
    if (module.exports.handler === undefined) throw new Error('the bundle has no handler');
    this.#handler = module.exports.handler;
  }

  answer(event: OriginEvent): Promise<GeneratedAnswer> {
    return this.#handler(event);
  }
}

const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'not-a-secret' };

/** The derivation of keys is slow, and a history derives the same ones again and again. */
const derived = new Map<string, ArrayBuffer>();
const nodeCrypto = {
  ...crypto,
  hkdfSync: (...given: Parameters<typeof crypto.hkdfSync>) => {
    const name = given.join();
    const found = derived.get(name) ?? crypto.hkdfSync(...given);
    derived.set(name, found);
    return found;
  },
};
const requireNode = (name: string) => (name === 'node:crypto' ? nodeCrypto : require(name));

/** The services of a history end a call themselves. */
const signal = new AbortController().signal;
const noSignal = Object.defineProperties(() => {}, {
  timeout: { value: () => signal },
  [Symbol.hasInstance]: { value: (value: unknown) => value instanceof AbortSignal },
});

/** Node's own digest takes a turn of its loop, which would change the order of a history. */
async function digest(_: string, data: Uint8Array): Promise<ArrayBuffer> {
  return new Uint8Array(crypto.createHash('sha256').update(data).digest()).buffer;
}
