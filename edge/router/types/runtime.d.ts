/** The few globals and modules of CloudFront Functions 2.0 that the router uses (Developer Guide, "JavaScript runtime 2.0"). */
declare module 'crypto' {
  interface Hash {
    update(data: string): Hash;
    digest(encoding: 'hex' | 'base64' | 'base64url'): string;
  }
  type Algorithm = 'md5' | 'sha1' | 'sha256';
  const crypto: {
    createHash(algorithm: Algorithm): Hash;
    createHmac(algorithm: Algorithm, key: string): Hash;
  };
  export default crypto;
}

declare module 'querystring' {
  const querystring: {
    /**
     * Decodes every escape, leaves malformed ones as they are, and puts U+FFFD for bytes that are not UTF-8. njs decodes a plus
     * as a blank.
     */
    unescape(text: string): string;
  };
  export default querystring;
}

/** The bytes of a text in UTF-8. This costs nothing, because njs stores them. */
declare const Buffer: { byteLength(text: string): number };

/** One string only: CloudFront does not support the form with commas. */
declare const console: { log(line: string): void };
