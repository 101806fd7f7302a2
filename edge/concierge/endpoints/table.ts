import type { Call } from '../call.ts';
import type { Desk } from '../desk.ts';
import { arrive } from './arrive.ts';
import { callback } from './callback.ts';
import { me, meOnApex } from './me.ts';
import { renew } from './renew.ts';
import { signIn } from './sign-in.ts';
import { signOut, signOutOnApex } from './sign-out.ts';
import { start } from './start.ts';
import { status } from './status.ts';

/** An endpoint: its only method, and its function. */
export interface Endpoint {
  method: 'GET' | 'POST';
  answer(call: Call, desk: Desk): Promise<Response>;
}

/** The endpoints on an app's hostname, by the rest of the path after `/_proxy/api/`. */
export const APP_ENDPOINTS: ReadonlyMap<string, Endpoint> = new Map<string, Endpoint>([
  ['start', { method: 'GET', answer: start }],
  ['arrive', { method: 'GET', answer: arrive }],
  ['renew', { method: 'POST', answer: renew }],
  ['sign-out', { method: 'POST', answer: signOut }],
  ['status', { method: 'GET', answer: status }],
  ['me', { method: 'GET', answer: me }],
]);

/** The endpoints on the base domain. */
export const APEX_ENDPOINTS: ReadonlyMap<string, Endpoint> = new Map<string, Endpoint>([
  ['sign-in', { method: 'GET', answer: signIn }],
  ['callback', { method: 'GET', answer: callback }],
  ['sign-out', { method: 'POST', answer: signOutOnApex }],
  ['me', { method: 'GET', answer: meOnApex }],
]);
