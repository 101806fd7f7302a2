/** The answers of the updater to orders about sign-in. */
import { flag, instant, listOf, objectWith, text } from '../schema.ts';
import type { Hostname } from '../wire/brands.ts';

/** A pass as people may know it. */
export interface ListedPass {
  id: string;
  host: Hostname;
  /** The program that has it. */
  name: string;
  /** ISO 8601, UTC. */
  endsAt: string;
}

export interface PassMade {
  /** The value of the header `x-proxy-pass`. */
  pass: string;
  issued: ListedPass;
}

export interface PassesListed {
  passes: readonly ListedPass[];
}

export interface PassRevoked {
  /** Its id. */
  revoked: string;
}

export interface SignedOut {
  /** The person. */
  signedOut: string;
  everybody: boolean;
}

/** The order was not carried out: a sentence for the person who gave it. */
export interface Refused {
  refused: string;
}

export type OrderAnswer = PassMade | PassesListed | PassRevoked | SignedOut | Refused;

const LISTED = objectWith<ListedPass>({ id: text, host: text, name: text, endsAt: instant });

export const PASS_MADE = objectWith<PassMade>({ pass: text, issued: LISTED });
export const PASSES_LISTED = objectWith<PassesListed>({ passes: listOf(LISTED) });
export const PASS_REVOKED = objectWith<PassRevoked>({ revoked: text });
export const SIGNED_OUT = objectWith<SignedOut>({ signedOut: text, everybody: flag });
export const REFUSED = objectWith<Refused>({ refused: text });
