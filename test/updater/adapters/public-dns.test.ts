import { afterEach, describe, expect, test } from 'vitest';
import { CODES } from '../../../local/dns/dns-message.ts';
import { type DnsServer, type NameAnswer, startDnsServer } from '../../../local/dns/dns-server.ts';
import { PublicDns } from '../../../updater/adapters/public-dns.ts';

let server: DnsServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function lookUp(answer: NameAnswer | ((name: string) => NameAnswer), name = 'app.us-east-1.ip.aws') {
  server = await startDnsServer(typeof answer === 'function' ? answer : () => answer);
  return new PublicDns(server.address).resolve6(name);
}

describe('public DNS', () => {
  test('gives the IPv6 addresses of a name', async () => {
    const asked: string[] = [];
    const answer = await lookUp((name) => {
      asked.push(name);
      return [0x20010db8000000000000000000000007n, 1n];
    }, 'App.us-east-1.ip.aws');
    expect([asked[0], answer]).toEqual(['app.us-east-1.ip.aws', ['2001:db8::7', '::1']]);
  });

  test.each<[string, NameAnswer, string]>([
    ['does not exist', CODES.noSuchName, 'absent'],
    ['has no IPv6 address', [], 'absent'],
    ['cannot be found at present', CODES.serverFailure, 'no answer'],
    ['the server refuses to look up', CODES.refused, 'no answer'],
    ['the server is silent about', 'silence', 'no answer'],
  ])('tells a name that %s', async (_, answer, expected) => {
    expect(await lookUp(answer)).toBe(expected);
  });

  test('has no answer where no server listens', async () => {
    server = await startDnsServer(() => []);
    const { address } = server;
    await server.close();
    server = undefined;
    expect(await new PublicDns(address).resolve6('app.us-east-1.ip.aws')).toBe('no answer');
  });
});
