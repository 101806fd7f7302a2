import { expect, test } from 'vitest';
import {
  PUBLIC_ADDRESSES,
  privateNameOf,
  publicAddressAt,
  publicIpv6NameOf,
  publicNameOf,
} from '../../../../local/ec2/addresses.ts';
import { LocalDns } from '../../../../local/ec2/machines/local-dns.ts';

const served = (port: number) => ({ address: () => ({ host: '127.0.0.1', port }) });

test('public addresses are distinct and do not exist on the internet', () => {
  const addresses = Array.from({ length: 70_000 }, (_, n) => publicAddressAt(n));
  expect(new Set(addresses).size).toBe(70_000);
  expect(
    addresses.every((address) => /^(?:203\.0\.113|198\.51\.100|198\.1[89]\.\d+)\.\d+$/.test(address)),
  ).toBe(true);
  expect(publicAddressAt(PUBLIC_ADDRESSES)).toBe(publicAddressAt(0));
});

test('names are those of us-east-1', () => {
  expect(publicNameOf('203.0.113.25')).toBe('ec2-203-0-113-25.compute-1.amazonaws.com');
  expect(privateNameOf('172.31.0.9')).toBe('ip-172-31-0-9.ec2.internal');
});

test('a name resolves to its instance in any case and with a final dot', () => {
  const dns = new LocalDns();
  const name = publicNameOf(dns.assign(served(4_000)));
  for (const written of [name, name.toUpperCase(), `${name}.`]) {
    expect(dns.resolve(written, 80)).toEqual({ host: '127.0.0.1', port: 4_000 });
  }
  expect(dns.resolve('localhost', 80)).toBeUndefined();
});

test('the name of an IPv6 address leads to the IPv6 loopback until it is released', () => {
  const dns = new LocalDns();
  dns.serveIpv6('2001:db8::7', served(4_000));
  const name = publicIpv6NameOf('2001:db8::7');
  expect(name).toMatch(/^[0-9a-z]{5}(-[0-9a-z]{5}){4}\.us-east-1\.ip\.aws$/);
  expect(dns.resolve(name, 80)).toEqual({ host: '::1', port: 4_000 });
  dns.releaseIpv6('2001:db8::7');
  expect(dns.resolve(name, 80)).toBeUndefined();
});

test('a released address does not resolve and is not reused soon', () => {
  const dns = new LocalDns();
  const first = dns.assign(served(1));
  dns.release(first);
  expect(dns.resolve(publicNameOf(first), 80)).toBeUndefined();
  const later = Array.from({ length: 1_000 }, () => dns.assign(served(2)));
  expect(later).not.toContain(first);
});

test('an address in use is skipped when the addresses repeat', () => {
  const dns = new LocalDns();
  const kept = dns.assign(served(1));
  for (let n = 1; n < PUBLIC_ADDRESSES; n += 1) dns.release(dns.assign(served(2)));
  expect(dns.assign(served(3))).toBe(publicAddressAt(1));
  expect(dns.resolve(publicNameOf(kept), 80)).toEqual({ host: '127.0.0.1', port: 1 });
});
