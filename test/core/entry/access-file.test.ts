import { describe, expect, test } from 'vitest';
import type { Access } from '../../../core/entry/access.ts';
import { parseAccessFile, printAccessFile } from '../../../core/entry/access-file.ts';
import { Fault } from '../../../core/schema.ts';

const FILE = {
  sequence: 1_795_440_121,
  epoch: 3,
  hosts: new Map<string, Access>([
    ['shop.dev.example.com', { since: 1_795_440_000, rule: 'group:devs' }],
    ['*.shop.dev.example.com', { since: 1_795_440_001 }],
    ['docs.dev.example.com', 'open'],
  ]),
  signedOut: new Map([['alice@example.com', 1_795_440_100]]),
};

describe('the file of access rules', () => {
  test('is read as it was written', () => {
    expect(parseAccessFile(printAccessFile(FILE))).toEqual(FILE);
  });

  test.each([
    ['an access word that no entry has', '{"sequence":1,"epoch":0,"hosts":{"shop":"g-1"},"signedOut":{}}'],
    ['a time that is not one', '{"sequence":1,"epoch":0,"hosts":{},"signedOut":{"a":-1}}'],
    ['no epoch', '{"sequence":1,"hosts":{},"signedOut":{}}'],
    ['text that is not JSON', 'k1 0'],
  ])('is refused with %s, since a part of the rules would admit people by mistake', (_, text) => {
    expect(parseAccessFile(text)).toBeInstanceOf(Fault);
  });
});
