import { S3Error } from './s3-error.ts';

/** The bucket and key of a request. An empty key means the bucket itself. */
export interface S3Target {
  bucket: string;
  key: string;
  query: URLSearchParams;
}

/** Bytes of a key (S3 User Guide, "Naming objects") and of a file name on common file systems. */
const LIMITS = { key: 1_024, segment: 255 } as const;

/** S3 User Guide, "Bucket naming rules". No leading dot, so folders with one are free for our own use. */
const BUCKET = /^(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/**
 * Parses a path-style target without a URL parser, which would resolve `..` before it can be refused. Throws an S3Error for a key
 * that cannot be a file below the bucket's folder.
 */
export function parseTarget(target: string): S3Target {
  const [path = '', search = ''] = splitOnce(target, '?');
  const [rawBucket = '', rawKey = ''] = splitOnce(path.replace(/^\//, ''), '/');
  const bucket = decodeUri(rawBucket);
  if (!BUCKET.test(bucket)) {
    throw new S3Error(400, 'InvalidBucketName', `The specified bucket is not valid: '${bucket}'.`);
  }
  return { bucket, key: checkedKey(decodeUri(rawKey)), query: new URLSearchParams(search) };
}

function checkedKey(key: string): string {
  const segments = key.split('/');
  if (
    Buffer.byteLength(key) > LIMITS.key ||
    segments.some((name) => Buffer.byteLength(name) > LIMITS.segment)
  ) {
    throw new S3Error(
      400,
      'KeyTooLongError',
      `Your key is too long: at most ${LIMITS.key} bytes, and ${LIMITS.segment} between slashes.`,
    );
  }
  const unfit = key !== '' && segments.some((name) => name === '' || name === '.' || name === '..');
  if (unfit || /\p{Cc}|\\/u.test(key)) {
    throw new S3Error(
      400,
      'InvalidArgument',
      `The key '${key}' cannot be a file below the bucket: no empty, '.' or '..' part, backslash or control character.`,
    );
  }
  return key;
}

function decodeUri(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    throw new S3Error(400, 'InvalidURI', `Couldn't parse the specified URI: ${String(error)}`);
  }
}

/** The parts before and after the first separator. */
function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
