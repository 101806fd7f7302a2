import { join } from 'node:path';
import { buildConcierge } from '../../../../build/concierge.ts';
import type { RequestRecord } from '../../../../local/edge/request-log.ts';
import { startTestCloud, type TestCloud } from '../test-cloud.ts';
import type { HttpBrowser, Page } from './http-browser.ts';

/** A local cloud with sign-in: the apps `hello` for every signed-in person, and `vault` for the group. */
export interface SignInCloud extends TestCloud {
  /** The finished requests at the edge. */
  requests: RequestRecord[];
  /** The address of a path at an app, or at the base domain for `''`. */
  at(app: string, path?: string): string;
  /** Opens an address, and signs a person in at the provider. */
  signInAt(browser: HttpBrowser, address: string, person: string): Promise<Page>;
}

/** Starts it; `dispose` ends it. */
export async function startSignInCloud(): Promise<SignInCloud> {
  const conciergeFile = async (folder: string) => {
    await buildConcierge(folder);
    return join(folder, 'index.mjs');
  };
  const requests: RequestRecord[] = [];
  const onRequest = (record: RequestRecord) => requests.push(record);
  const cloud = await startTestCloud({ baseDomain: 'dev.localhost', signIn: { conciergeFile }, onRequest });
  cloud.launch({ host: 'hello' });
  cloud.launch({ host: 'vault', access: 'group:devs' }, 'ami-vault');
  await cloud.settled();
  const at = (app: string, path = '/') =>
    `http://${app === '' ? '' : `${app}.`}dev.localhost:${cloud.port}${path}`;
  const signInAt = async (browser: HttpBrowser, address: string, person: string) => {
    const { address: provider } = await browser.open(address);
    return browser.open(`${provider}/${person}`, { method: 'POST' });
  };
  return { ...cloud, requests, at, signInAt };
}
