import { Resolver } from 'node:dns/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CODES, parseQuestion, TYPES } from '../../../local/dns/dns-message.ts';
import { startDnsServer } from '../../../local/dns/dns-server.ts';

test('the name server has AAAA records, and no others', async () => {
  const server = await startDnsServer((name) => (name === 'a.test' ? [1n] : CODES.noSuchName));
  const resolver = new Resolver();
  resolver.setServers([server.address]);
  expect(await resolver.resolve6('a.test')).toEqual(['::1']);
  await expect(resolver.resolve4('a.test')).rejects.toMatchObject({ code: 'ENODATA' });
  await expect(resolver.resolve6('b.test')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  await server.close();
});

/** A query for the AAAA records of a name. */
function query(labels: readonly string[]): Buffer {
  const header = Buffer.from([0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
  const name = labels.map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  return Buffer.concat([header, ...name, Buffer.from([0, 0, TYPES.aaaa, 0, 1])]);
}

const labels = fc.array(fc.stringMatching(/^[a-z0-9-]{1,63}$/), { minLength: 1, maxLength: 5 });

test('a query is read, a part of it is not, and no message makes the server throw', () => {
  fc.assert(
    fc.property(labels, fc.nat(), fc.nat(), fc.nat(255), (name, cut, at, byte) => {
      const whole = query(name);
      expect(parseQuestion(whole)).toMatchObject({ name: name.join('.'), type: TYPES.aaaa });
      expect(parseQuestion(whole.subarray(0, cut % whole.length))).toBeUndefined();
      whole[at % whole.length] = byte;
      expect(() => parseQuestion(whole)).not.toThrow();
    }),
  );
});
