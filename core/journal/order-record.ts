import type { DeploymentId, Hostname } from '../wire/brands.ts';

/** An order about sign-in that was carried out. It holds no pass, key or mail address. */
export interface OrderRecord {
  version: 1;
  /** ISO 8601, UTC. */
  at: string;
  deployment: DeploymentId;
  requestId: string;
  action: 'pass' | 'revoke' | 'sign-out';
  /** The id of the pass. */
  id?: string;
  host?: Hostname;
  /** The program that has the pass. */
  name?: string;
  /** ISO 8601, UTC: the end of the pass. */
  endsAt?: string;
  /** A hash of the person to sign out: it confirms a suspicion, but does not name anybody who reads the journal for a year. */
  person?: string;
  /** Everybody was signed out. */
  everybody?: boolean;
}

/** The members of a record. The journal gets no others. */
const MEMBERS = [
  ...['version', 'at', 'deployment', 'requestId', 'action'],
  ...['id', 'host', 'name', 'endsAt', 'person', 'everybody'],
];

/** One line of JSON with its newline. Other members of the object are dropped. */
export function printOrderRecord(record: OrderRecord): string {
  return `${JSON.stringify(record, MEMBERS)}\n`;
}
