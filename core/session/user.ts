/**
 * The name of a person as apps get it in `x-proxy-user`: the verified mail address, or the claim that the deployment chose.
 * Lower case, 1–254 characters of ASCII that a cookie may contain: no space, control character, `"`, `,`, `;` or `\`.
 */
export type User = string & { readonly [USER]: never };

declare const USER: unique symbol;

/** The beginning of `x-proxy-user` for a program. */
export const PASS_USER = 'pass:';

/** Reads the name from a claim. Undefined for a name that apps cannot get, or could take for that of a pass. */
export function parseUser(claim: string): User | undefined {
  // Check before lower-casing, which turns the Kelvin sign into a plain k.
  if (!/^[!#-+\--:<-[\]-~]{1,254}$/.test(claim)) return undefined;
  const user = claim.toLowerCase();
  return user.startsWith(PASS_USER) ? undefined : (user as User);
}

/** Whether a text is already a user. */
export function isUser(text: string): text is User {
  return parseUser(text) === text;
}

/**
 * The identity that stays the same when a person gets another mail address: 128 bits of a hash of issuer and subject, which never
 * changes.
 *
 * @param sha256 hash of a text in base64url
 */
export function subjectOf(issuer: string, subject: string, sha256: (text: string) => string): string {
  return sha256(JSON.stringify([issuer, subject])).slice(0, 22);
}
