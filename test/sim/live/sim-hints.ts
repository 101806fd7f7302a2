import { encodeAddress } from '../../../core/address.ts';
import { HINT, type Hint } from '../../../core/session/hint.ts';
import { type Mac, sign } from '../../../core/session/signed.ts';
import { FIRST_KEY, KEYS_KEY, REVOKED } from '../../../core/wire/session.ts';
import { ENVIRONMENT } from '../cloud/cloud.ts';
import type { Edge } from '../sign-in/edges.ts';

/** A hint that a browser of a history keeps, also after its end. */
export interface KeptHint {
  host: string;
  hint: Hint;
  /** The key that signed it. */
  key: string;
  text: string;
}

/** A browser keeps so many hints of a hostname here, so that old ones come again. */
const KEPT = 4;

/** The hints of a history. */
export class SimHints {
  readonly #kept = new Map<string, KeptHint[]>();
  readonly #mac: Mac;

  constructor(mac: Mac) {
    this.#mac = mac;
  }

  /** The browser gets a hint, signed with the current key of the store. */
  note(host: string, hint: Hint | undefined, keys = ''): void {
    const key = keys.split(' ')[FIRST_KEY] ?? '';
    if (hint === undefined || key.length !== 43) return;
    const text = sign(HINT, hint, { deployment: ENVIRONMENT.deployment, host }, key, this.#mac);
    this.#kept.set(host, [...(this.#kept.get(host) ?? []), { host, hint, key, text }].slice(-KEPT));
  }

  /** One of the hints that a browser has for a hostname, or for another one. */
  pick(host: string, which: number): KeptHint | undefined {
    const all = which % 5 === 0 ? [...this.#kept.values()].flat() : (this.#kept.get(host) ?? []);
    return all[which % Math.max(1, all.length)];
  }
}

/** The store as an edge has it, with a hint in place of the hostname's entry if the hint counts there. */
export function withHint(
  { read }: Edge,
  host: string,
  kept: KeptHint | undefined,
  now: number,
): Edge['read'] {
  if (kept === undefined || kept.host !== host) return read;
  const { hint, key } = kept;
  const value = read(host);
  const isNewer =
    value === undefined || !(hint.sequence <= Number.parseInt(value.split('#').at(-1) ?? '', 36));
  const isAccepted = (read(KEYS_KEY) ?? '').split(' ').slice(FIRST_KEY, REVOKED).includes(key);
  const counts = isNewer && isAccepted && now < hint.endsAt;
  return counts ? (asked) => (asked === host ? valueFrom(hint) : read(asked)) : read;
}

/** A value that says what a hint says. */
function valueFrom({ fact }: Hint): string {
  const access = fact.since === 'open' ? 'o' : `g${fact.since.toString(36)}`;
  if (fact.is === 'app') return `3 ${access} ${fact.port} - ${encodeAddress(fact.address)} ${fact.instance}`;
  return `3 ${access} ${fact.is === 'gone' ? 'G' : fact.letter} `;
}
