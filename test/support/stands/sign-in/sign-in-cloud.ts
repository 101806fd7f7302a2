import { join } from 'node:path';
import { buildConcierge } from '../../../../build/concierge.ts';
import { parseSessionKeys } from '../../../../core/session/session-keys.ts';
import type { LocalCloudOptions } from '../../../../local/cloud.ts';
import type { RequestRecord } from '../../../../local/edge/request-log.ts';
import { LocalClock } from '../../../../local/lambda/local-clock.ts';
import { type CliResult, cli } from '../../tools/cli.ts';
import { startTestCloud, type TestCloud } from '../test-cloud.ts';
import { HttpBrowser, type Page } from './http-browser.ts';

const MINUTE = 60_000;

/**
 * A local cloud with sign-in: the apps `hello` for every signed-in person, `vault` for the group, and `open` for every viewer. No test
 * waits: the clock is moved.
 */
export interface SignInCloud extends TestCloud {
  /** The finished requests at the edge. */
  requests: RequestRecord[];
  clock: LocalClock;
  /** The address of a path at an app, or at the base domain for `''`. */
  at(app: string, path?: string): string;
  /** Opens an address, and signs a person in at the provider. */
  signInAt(browser: HttpBrowser, address: string, person: string): Promise<Page>;
  /** A browser in which a person has signed in at an app. */
  signedIn(app: string, person?: string): Promise<HttpBrowser>;
  /** Runs a command for this cloud. */
  command(...args: string[]): Promise<CliResult>;
  /** Lets minutes pass, with one sweep at their end. */
  pass(minutes: number): Promise<void>;
  /** The value of `:keys`, parsed. */
  keys(): ReturnType<typeof parseSessionKeys>;
}

/** Starts it; `dispose` ends it. */
export async function startSignInCloud(options: Partial<LocalCloudOptions> = {}): Promise<SignInCloud> {
  const conciergeFile = async (folder: string) => {
    await buildConcierge(folder);
    return join(folder, 'index.mjs');
  };
  const requests: RequestRecord[] = [];
  const clock = new LocalClock();
  const cloud = await startTestCloud({
    baseDomain: 'dev.localhost',
    signIn: { conciergeFile },
    claims: [{ names: ['open'], access: 'public' }],
    clock,
    onRequest: (record) => requests.push(record),
    ...options,
  });
  cloud.launch({ host: 'hello' });
  cloud.launch({ host: 'vault', access: 'group:devs' }, 'ami-vault');
  cloud.launch({ host: 'open', access: 'public' });
  await cloud.settled();
  const at = (app: string, path = '/') =>
    `http://${app === '' ? '' : `${app}.`}dev.localhost:${cloud.port}${path}`;
  const signInAt = async (browser: HttpBrowser, address: string, person: string) => {
    const { address: provider } = await browser.open(address);
    return browser.open(`${provider}/${person}`, { method: 'POST' });
  };
  return {
    ...cloud,
    ...{ requests, clock, at, signInAt },
    async signedIn(app, person = 'alice') {
      const browser = new HttpBrowser();
      await signInAt(browser, at(app), person);
      return browser;
    },
    async command(...args) {
      const result = await cli(...args, '--state', cloud.stateFolder);
      await cloud.settled();
      return result;
    },
    async pass(minutes) {
      clock.advance(minutes * MINUTE);
      cloud.send({ action: 'reconcile' });
      await cloud.settled();
    },
    keys: () => parseSessionKeys(cloud.store.get(':keys') ?? ''),
  };
}
