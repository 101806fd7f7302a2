import { describe, expect, test } from 'vitest';
import { encodeIpAwsName } from '../../../core/ec2/ip-aws.ts';
import { PublicNames } from '../../../updater/names/public-names.ts';
import type { Ipv6Address } from '../../../updater/names/settle-names.ts';
import type { DnsAnswer } from '../../../updater/ports.ts';
import { addressesIn, MemoryClock, MemoryResolver } from '../../support/stands/memory.ts';

const addressOf = (n: number): Ipv6Address => ({
  via: 'ipv6',
  name: encodeIpAwsName({ ipv6: (0x20010db8n << 96n) | BigInt(n) }, 'us-east-1'),
});

const many = (count: number, from = 0) => Array.from({ length: count }, (_, n) => addressOf(from + n));

function stand(answer?: (name: string) => DnsAnswer | Promise<DnsAnswer>) {
  const dns = new MemoryResolver();
  if (answer) dns.answer = answer;
  const clock = new MemoryClock(0);
  const names = new PublicNames(dns, clock);
  return { dns, clock, names, states: (...of: Ipv6Address[]) => of.map((each) => names.stateOf(each)) };
}

/** Lets all that can go on without the clock go on. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('a public name', () => {
  test.each<[string, DnsAnswer, string]>([
    ['with its own address', addressesIn(addressOf(1).name), 'resolved'],
    ['with its own address among others', ['2001:db8::9', '2001:0DB8::1'], 'resolved'],
    ['with another address', ['2001:db8::2'], 'absent'],
    ['with an unreadable address', ['here'], 'absent'],
    ['without an address', [], 'absent'],
    ['that does not exist', 'absent', 'absent'],
    ['without an answer', 'no answer', 'unanswered'],
  ])('%s is known after one look-up', async (_, answer, state) => {
    const { names, states } = stand(() => answer);
    expect(states(addressOf(1))).toEqual([undefined]);
    expect(await names.lookUp([addressOf(1)])).toBe(true);
    expect(states(addressOf(1))).toEqual([state]);
  });

  test('is asked for once, whichever hostnames wait for it', async () => {
    const { names, dns } = stand();
    await names.lookUp([addressOf(1), addressOf(1)]);
    expect(dns.asked).toEqual([addressOf(1).name]);
  });

  test('keeps what is known of it if DNS no longer answers', async () => {
    const { names, dns, states } = stand();
    await names.lookUp([addressOf(1)]);
    dns.answer = () => 'absent';
    await names.lookUp([addressOf(2)]);
    dns.answer = () => 'no answer';
    expect(await names.lookUp([addressOf(1), addressOf(2)])).toBe(false);
    expect(states(addressOf(1), addressOf(2))).toEqual(['resolved', 'absent']);
  });

  test('that DNS did not know is known later', async () => {
    const { names, dns, states } = stand(() => 'absent');
    await names.lookUp([addressOf(1)]);
    expect(await names.lookUp([addressOf(1)])).toBe(false);
    dns.answer = addressesIn;
    expect(await names.lookUp([addressOf(1)])).toBe(true);
    expect(states(addressOf(1))).toEqual(['resolved']);
  });
});

describe('look-ups', () => {
  test('are at most twenty at once', async () => {
    let now = 0;
    let most = 0;
    const { names, states } = stand(async (name) => {
      now += 1;
      most = Math.max(most, now);
      await settle();
      now -= 1;
      return addressesIn(name);
    });
    await names.lookUp(many(70));
    expect(most).toBe(20);
    expect(new Set(states(...many(70)))).toEqual(new Set(['resolved']));
  });

  test('end after a second, and the names that were not asked for wait', async () => {
    const answer = (name: string) =>
      many(10).some((each) => each.name === name) ? addressesIn(name) : new Promise<never>(() => {});
    const { names, dns, clock, states } = stand(answer);
    const looked = names.lookUp(many(50));
    await settle();
    clock.ring();
    expect(await looked).toBe(true);
    expect(dns.asked).toHaveLength(30);
    expect(new Set(states(...many(10)))).toEqual(new Set(['resolved']));
    expect(new Set(states(...many(20, 10)))).toEqual(new Set(['unanswered']));
    expect(new Set(states(...many(20, 30)))).toEqual(new Set([undefined]));
  });

  test('of a silent resolver are not repeated for each name: all count as unanswered', async () => {
    const { names, dns, clock, states } = stand(() => new Promise<never>(() => {}));
    const looked = names.lookUp(many(500));
    await settle();
    clock.ring();
    await looked;
    expect(dns.asked).toHaveLength(20);
    expect(new Set(states(...many(500)))).toEqual(new Set(['unanswered']));
  });

  test('that end too late change nothing', async () => {
    let release = (_: DnsAnswer) => {};
    const { names, clock, states } = stand(
      () =>
        new Promise((resolve) => {
          release = resolve;
        }),
    );
    const looked = names.lookUp([addressOf(1)]);
    await settle();
    clock.ring();
    await looked;
    release('absent');
    await settle();
    expect(states(addressOf(1))).toEqual(['unanswered']);
  });

  test('are remembered for the last ten thousand names', async () => {
    const { names, states } = stand();
    await names.lookUp(many(10_001));
    expect(states(addressOf(0), addressOf(1), addressOf(10_000))).toEqual([
      undefined,
      'resolved',
      'resolved',
    ]);
  });

  test('are not made without names', async () => {
    const { names, dns } = stand();
    expect(await names.lookUp([])).toBe(false);
    expect(dns.asked).toEqual([]);
  });
});
