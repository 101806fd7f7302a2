import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { isHmac } from '../../../edge/concierge/cookies/crypto.ts';

const bytes = (hex: string) => Buffer.from(hex, 'hex');

const KEY = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f';
const MESSAGE = '000102030405060708090a0b0c0d0e0f';

// Key, message, tag and verdict of HMAC-SHA256 from Project Wycheproof (C2SP/wycheproof, testvectors_v1/hmac_sha256_test.json,
// Apache-2.0), by their tcId.
const VECTORS: readonly [number, string, string, string, boolean][] = [
  [
    1,
    '1e225cafb90339bba1b24076d4206c3e79c355805d851682bc818baa4f5a7779',
    '',
    'b175b57d89ea6cb606fb3363f2538abd73a4c00b4a1386905bac809004cf1933',
    true,
  ],
  [
    2,
    '8159fd15133cd964c9a6964c94f0ea269a806fd9f43f0da58b6cd1b33d189b2a',
    '77',
    'dfc5105d5eecf7ae7b8b8de3930e7659e84c4172f2555142f1e568fc1872ad93',
    true,
  ],
  [
    3,
    '85a7cbaae825bb82c9b6f6c5c2af5ac03d1f6daa63d2a93c189948ec41b9ded9',
    'a59b',
    '0fe2f13bba2198f6dda1a084be928e304e9cb16a56bc0b7b939a073280244373',
    true,
  ],
  [
    5,
    'de8b5b5b2f09645be47ecb6407a4e1d9c6b33ae3c2d22517d3357da0357a3139',
    'cc021d65',
    'e87538eb167e62d7cb236690ff3f034a9c12d417aa8dfa694d7405f9e1f85fe8',
    true,
  ],
  [
    17,
    '6fa353868c82e5deeedac7f09471a61bf749ab5498239e947e012eee3c82d7c4',
    'aeed3e4d4cb9bbb60d482e98c126c0f5',
    '9ed7f0e73812a27a87a3808ee0c89a6456499e835974ba57c5aab2a0d8c69e93',
    true,
  ],
  [
    20,
    '186e248ad824e1eb93329a7fdcd565b6cb4eaf3f85b90b910777128d8c538d27',
    '92ef9ff52f46eccc7e38b9ee19fd2de3b37726c8e6ce9e1b96db5dda4c317902',
    '3fc1d73dd4a8858c1fc3d8c4a3f33ed5ad0c70210038394a5902cb26fe287348',
    true,
  ],
  [28, KEY, '', 'd28b42096d80f45f826b44a9d5607de72496a415d3f4a1a8c88e3bb9da8dc1cb', false],
  [29, KEY, MESSAGE, 'd9b99f2709a3ca74172cbe93824c1f29b23a0c1e9c21bd851ff2d2c39dbef14e', false],
  [30, KEY, '', 'd18b42096d80f45f826b44a9d5607de72496a415d3f4a1a8c88e3bb9da8dc1cb', false],
  [31, KEY, MESSAGE, 'dab99f2709a3ca74172cbe93824c1f29b23a0c1e9c21bd851ff2d2c39dbef14e', false],
  [32, KEY, '', '538b42096d80f45f826b44a9d5607de72496a415d3f4a1a8c88e3bb9da8dc1cb', false],
  [33, KEY, MESSAGE, '58b99f2709a3ca74172cbe93824c1f29b23a0c1e9c21bd851ff2d2c39dbef14e', false],
  [34, KEY, '', 'd38a42096d80f45f826b44a9d5607de72496a415d3f4a1a8c88e3bb9da8dc1cb', false],
  [35, KEY, MESSAGE, 'd8b89f2709a3ca74172cbe93824c1f29b23a0c1e9c21bd851ff2d2c39dbef14e', false],
];

describe('a MAC', () => {
  test.each(VECTORS)(
    'of Wycheproof, number %i, is judged as it should be',
    (_, key, message, tag, isValid) => {
      const given = Buffer.from(tag, 'hex').toString('base64url');
      expect(isHmac(bytes(key), bytes(message), given)).toBe(isValid);
    },
  );

  // Numbers 28 to 87 of Wycheproof change one or two bits of these two tags, all bits, or the highest or lowest bit of each byte, or
  // have only zeros or ones. These are all of them and more: a vector is a tag with another mask.
  test.each(['', MESSAGE])('with any bits changed is refused: message "%s"', (message) => {
    const tag = createHmac('sha256', bytes(KEY)).update(bytes(message)).digest();
    const isAccepted = (changed: Buffer) => isHmac(bytes(KEY), bytes(message), changed.toString('base64url'));
    const withBits = (...bits: number[]) => {
      const changed = Buffer.from(tag);
      for (const bit of bits) changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      return changed;
    };
    const every = (step: number, from = 0) =>
      Array.from({ length: 256 / step }, (_, index) => from + index * step);
    // Numbers 28 to 35 are of this kind: bits 0, 1, 7 and 8.
    const known = VECTORS.filter(([, key, text]) => key === KEY && text === message).map(
      ([, , , sent]) => sent,
    );
    expect([0, 1, 7, 8].map((bit) => withBits(bit).toString('hex'))).toEqual(known);
    expect(isAccepted(tag)).toBe(true);
    const changes = [
      ...every(1).map((bit) => withBits(bit)),
      ...every(1).flatMap((bit) => [1, 32, 64, 128].map((away) => withBits(bit, (bit + away) % 256))),
      ...[withBits(...every(1)), withBits(...every(8)), withBits(...every(8, 7))],
      ...[Buffer.alloc(32), Buffer.alloc(32, 0xff)],
      ...[tag.subarray(0, 31), tag.subarray(1), Buffer.concat([tag, Buffer.alloc(1)]), Buffer.alloc(0)],
    ];
    expect(changes.filter(isAccepted)).toEqual([]);
  });
});
