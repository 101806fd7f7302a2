import { describe, expect, test } from 'vitest';
import { decodeIpAwsName } from '../../../core/ec2/ip-aws.ts';
import { printIpv6 } from '../../../core/ec2/ipv6.ts';
import { type DescribedInterface, parseInterfaces } from '../../../core/ec2/network-interfaces.ts';

/** An interface at a place of the instance, with these addresses; `*` marks the primary one. */
function card(place: string, addresses: string, Status = 'in-use'): DescribedInterface {
  const [DeviceIndex, NetworkCardIndex] = place.split('/').map(Number);
  return {
    NetworkInterfaceId: `eni-${place}`,
    Status,
    Attachment: { AttachmentId: `eni-attach-${place}`, DeviceIndex, NetworkCardIndex },
    Ipv6Addresses: addresses
      .split(' ')
      .filter((text) => text !== '')
      .map((text) => ({ Ipv6Address: text.replace('*', ''), IsPrimaryIpv6: text.endsWith('*') })),
  };
}

/** The address of the instance, or why there is none. */
function reachOf(...cards: readonly DescribedInterface[]): string | undefined {
  const { ipv6 } = parseInterfaces(cards, 'us-east-1');
  const found = typeof ipv6 === 'object' ? decodeIpAwsName(ipv6.name) : undefined;
  return found ? printIpv6(found.ipv6) : String(ipv6);
}

describe('the IPv6 address of an instance', () => {
  test.each([
    ['its only one', [card('0', '2001:db8::7')], '2001:db8::7'],
    ['its primary one', [card('0', '2001:db8::1 2001:db8::7* 2001:db8::3')], '2001:db8::7'],
    ['else the lowest, as a number', [card('0', '2001:db8::10 2001:db8::9')], '2001:db8::9'],
    ['on the primary interface', [card('1', '2001:db8::1*'), card('0', '2001:db8::7')], '2001:db8::7'],
    ['on the first card', [card('0/1', '2001:db8::1*'), card('0/0', '2001:db8::7')], '2001:db8::7'],
    ['public', [card('0', 'fd00::1* 2001:db8::7')], '2001:db8::7'],
    ['valid', [card('0', 'none* 2001:db8::7')], '2001:db8::7'],
    ['absent without an interface', [], 'undefined'],
    ['absent without an IPv6 address', [card('0', ''), card('1', '')], 'undefined'],
    ['not public if all are unique local', [card('0', 'fd00::1*'), card('1', 'fd00::2')], 'not-public'],
    [
      'on another interface only',
      [card('0', 'fd00::1'), card('1', 'fd00::2 2001:db8::7')],
      'other-interface',
    ],
    ['not on an interface that is going', [card('0', '2001:db8::7', 'detaching')], 'undefined'],
  ])('is %s', (_what, cards, expected) => expect(reachOf(...cards)).toBe(expected));

  test('is not on an interface without a known place', () => {
    const { Attachment: _, ...placeless } = card('0', '2001:db8::7');
    expect(reachOf(placeless)).toBe('other-interface');
  });

  test('may be on an interface whose card EC2 does not name', () => {
    expect(reachOf({ ...card('0', '2001:db8::7'), Attachment: { DeviceIndex: 0 } })).toBe('2001:db8::7');
  });
});

test('the other public addresses of the primary interface are listed, too', () => {
  const cards = [card('0', '2001:db8::9 fd00::1 2001:db8::7* 2001:db8::3'), card('1', '2001:db8::2')];
  const { moreIpv6 = [] } = parseInterfaces(cards, 'us-east-1');
  const found = moreIpv6.map((name) => printIpv6(decodeIpAwsName(name)?.ipv6 ?? 0n));
  expect(found).toEqual(['2001:db8::3', '2001:db8::9']);
});

describe('the network interfaces of an instance', () => {
  test('are listed in one order with the attachments that can end, without those that are going', () => {
    const cards = [card('2', ''), card('0', ''), card('1', '', 'detaching')];
    expect(parseInterfaces(cards, 'us-east-1')).toEqual({ interfaces: ['eni-0', 'eni-2', 'eni-attach-2'] });
    expect(parseInterfaces(cards.toReversed(), 'us-east-1')).toEqual({
      interfaces: ['eni-0', 'eni-2', 'eni-attach-2'],
    });
  });
});
