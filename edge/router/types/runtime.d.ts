/** The few globals and modules of CloudFront Functions 2.0 that the router uses (Developer Guide, "JavaScript runtime 2.0"). */
declare module 'crypto' {
  interface Hash {
    update(data: string): Hash;
    digest(encoding: 'hex' | 'base64' | 'base64url'): string;
  }
  const crypto: { createHash(algorithm: 'md5' | 'sha1' | 'sha256'): Hash };
  export default crypto;
}

declare module 'querystring' {
  const querystring: {
    /** Decodes every escape; leaves what is none, and puts U+FFFD for bytes that are not UTF-8. njs takes a plus for a blank. */
    unescape(text: string): string;
  };
  export default querystring;
}

/** Of a text the bytes in UTF-8, at no cost: njs keeps them. */
declare const Buffer: { byteLength(text: string): number };

/** One string only: the comma form is not supported. */
declare const console: { log(line: string): void };
