import { type Kind, open, sign } from '../../core/session/signed.ts';
import type { DeploymentId, Hostname } from '../../core/wire/brands.ts';
import { hostnameOf } from '../../core/wire/hostname.ts';
import { isMac, mac } from './cookies/crypto.ts';
import type { Clock, KeyRing, ReadAccess, ReadChange, ReadKeys } from './ports.ts';
import type { Provider } from './provider/provider.ts';

/** All that the endpoints need: settings, time, keys, access rules, the provider. */
export interface Desk {
  deployment: DeploymentId;
  /** The origin of the base domain: `https://dev.example.com`. */
  apex: string;
  clock: Clock;
  readKeys: ReadKeys;
  readAccess: ReadAccess;
  readChange: ReadChange;
  provider: Provider;
  /** Receives reasons for the log. They hold no address, token, code or mail. */
  report: (reason: string) => void;
}

/** Paths of the endpoints begin with it. */
export const API = '/_proxy/api/';

/** The hostname of the base domain. */
export function apexHost({ apex }: Desk): Hostname {
  return new URL(apex).hostname;
}

/** The origin of a hostname below the base domain: scheme and port are those of the base domain. */
export function originOf({ apex }: Desk, host: Hostname): string {
  const { protocol, port } = new URL(apex);
  return `${protocol}//${host}${port === '' ? '' : `:${port}`}`;
}

/** The address of an endpoint. */
export function endpointAt(desk: Desk, host: Hostname, name: string, query: Record<string, string>): string {
  return `${originOf(desk, host)}${API}${name}?${new URLSearchParams(query)}`;
}

/** Whether a text is a hostname of the deployment: the base domain, or a name below it whose labels CloudFront takes. */
export function isOurs(desk: Desk, host: string): boolean {
  const apex = apexHost(desk);
  if (hostnameOf(host) !== host || !`.${host}`.endsWith(`.${apex}`)) return false;
  return host.split('.').every((label) => /^[a-z\d][a-z\d-]{0,62}$/.test(label));
}

/** Writes a text for a hostname. */
export function seal<T>(desk: Desk, kind: Kind<T>, value: T, host: Hostname, ring: KeyRing): string {
  return sign(kind, value, { deployment: desk.deployment, host }, ring.sign, mac);
}

/** Reads a text for a hostname. Undefined unless it is authentic. It may be past its end. */
export function unseal<T>(
  desk: Desk,
  kind: Kind<T>,
  text: string,
  host: Hostname,
  keys: readonly string[],
): T | undefined {
  return open(kind, text, { deployment: desk.deployment, host }, keys, isMac);
}
