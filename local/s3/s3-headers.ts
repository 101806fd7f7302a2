/** The request headers of the local S3. It supports a header completely or refuses the request. */
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { crc32 } from 'node:zlib';
import { notImplemented, S3Error } from './s3-error.ts';

/** Conditions and ranges (S3 API reference, GetObject and PutObject) that no operation supports. */
const REFUSED = ['range', 'if-modified-since', 'if-unmodified-since'] as const;

/** S3's own headers that are supported or have no effect. */
const OFFERED =
  /^x-amz-(?:date|content-sha256|security-token|user-agent|sdk-checksum-algorithm|checksum-(?:mode|crc32|sha1|sha256)|meta-.+)$/;

/** Throws NotImplemented for an unsupported header. */
export function requireOffered(headers: IncomingHttpHeaders): void {
  if (String(headers['x-amz-content-sha256'] ?? '').startsWith('STREAMING'))
    throw notImplemented('bodies in chunks: send a string or a Buffer');
  const names = Object.keys(headers);
  const refused =
    REFUSED.find((name) => headers[name] !== undefined) ??
    names.find((name) => name.startsWith('x-amz-') && !OFFERED.test(name));
  if (refused !== undefined) throw notImplemented(`the header ${refused}`);
}

type Digest = (body: Uint8Array) => string;

const base64 =
  (algorithm: string): Digest =>
  (body) =>
    createHash(algorithm).update(body).digest('base64');

/** The supported checksums. Other checksum headers are refused. */
const CHECKSUMS: Readonly<Record<string, Digest>> = {
  'content-md5': base64('md5'),
  'x-amz-checksum-crc32': digestCrc32,
  'x-amz-checksum-sha1': base64('sha1'),
  'x-amz-checksum-sha256': base64('sha256'),
};

/** Throws BadDigest for a body that does not match its checksums. */
export function requireWhole(body: Uint8Array, headers: IncomingHttpHeaders): void {
  for (const [name, digest] of Object.entries(CHECKSUMS)) {
    if (headers[name] !== undefined && headers[name] !== digest(body))
      throw new S3Error(400, 'BadDigest', `The ${name} you specified did not match the body.`);
  }
}

/** The checksum headers of GetObject. */
export function checksumHeaders(body: Uint8Array): Record<string, string> {
  return { 'x-amz-checksum-crc32': digestCrc32(body), 'x-amz-checksum-type': 'FULL_OBJECT' };
}

function digestCrc32(body: Uint8Array): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(body));
  return bytes.toString('base64');
}
