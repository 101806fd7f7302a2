import { resolve, sep } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseTarget } from '../../../local/s3/s3-target.ts';

test('a target is its bucket, its decoded key and its query', () => {
  const { bucket, key, query } = parseTarget('/journal/raw/v1/dt%3D2026/%C3%A9+a.json?x-id=PutObject');
  expect([bucket, key, query.get('x-id')]).toEqual(['journal', 'raw/v1/dt=2026/é+a.json', 'PutObject']);
});

test.each(['/journal', '/journal/', '/journal?list-type=2'])('%s is the bucket itself', (target) => {
  expect(parseTarget(target)).toMatchObject({ bucket: 'journal', key: '' });
});

describe('refused targets', () => {
  test.each([
    ['/b12/../other/key', 'InvalidArgument'],
    ['/b12/a/%2e%2e/%2E%2E/key', 'InvalidArgument'],
    ['/b12/%2Fetc%2Fpasswd', 'InvalidArgument'],
    ['/b12//etc/passwd', 'InvalidArgument'],
    ['/b12/a%00b', 'InvalidArgument'],
    ['/b12/a%5C..%5Cb', 'InvalidArgument'],
    ['/b12/folder/', 'InvalidArgument'],
    ['/b12/%zz', 'InvalidURI'],
    ['/b12/%ff', 'InvalidURI'],
    [`/b12/${'long/'.repeat(250)}key`, 'KeyTooLongError'],
    [`/b12/${'x'.repeat(256)}`, 'KeyTooLongError'],
    ['/../etc/passwd', 'InvalidBucketName'],
    ['/.headers/b12', 'InvalidBucketName'],
    ['/a..b/key', 'InvalidBucketName'],
    ['/%2e%2e/key', 'InvalidBucketName'],
    ['http://evil.example/key', 'InvalidBucketName'],
    ['', 'InvalidBucketName'],
  ])('%.40s', (target, code) => {
    expect(() => parseTarget(target)).toThrow(expect.objectContaining({ status: 400, code }));
  });
});

test('every accepted key is a file below its bucket', () => {
  const part = fc.constantFrom('..', '.', '%2e', '%2F', '/', '%5c', '\\', '%00', 'a', 'b12', '?', '%');
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
      const accepted = tryParse(`/b12/${parts.join('')}`);
      if (accepted === undefined || accepted.key === '') return;
      const path = resolve('/data', accepted.bucket, accepted.key);
      expect(path).toBe(`/data/b12/${accepted.key}`.replaceAll('/', sep));
    }),
  );
});

function tryParse(target: string) {
  try {
    return parseTarget(target);
  } catch (error) {
    expect(error).toMatchObject({ status: 400 });
    return undefined;
  }
}
