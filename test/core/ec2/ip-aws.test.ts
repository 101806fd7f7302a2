import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeIpAwsName, encodeIpAwsName } from '../../../core/ec2/ip-aws.ts';
import { parseIpv6, printIpv6 } from '../../../core/ec2/ipv6.ts';

const ipv6 = fc.bigInt({ min: 0n, max: (1n << 128n) - 1n });
const region = fc.constantFrom('us-east-1', 'ap-southeast-2', 'us-gov-west-1');

describe('the name of an IPv6 address', () => {
  test('is the one that EC2 documents', () => {
    const bits = parseIpv6('ffff:1407:4:f000:81d:2689:1066:4489') ?? 0n;
    expect(encodeIpAwsName({ ipv6: bits }, 'ap-southeast-2')).toBe(
      'f5lnz-0khrm-nt2u3-gyqqt-nbdl5.ap-southeast-2.ip.aws',
    );
  });

  test.each([
    [
      '2hk8x-t005r-utebn-ciuf0-tcxfs.eu-central-1.ip.aws',
      '2a05:d014:899:7300:3469:778a:c29f:e148',
      undefined,
      'eu-central-1',
    ],
    [
      '28zmx-sibu3-yy3oc-zmvxf-smpwu-058cv95.us-east-2.ip.aws',
      '2600:1f16:37:6705:3f65:713d:10ba:34ae',
      0x12db6539,
      'us-east-2',
    ],
  ])('leads back from %s', (name, address, ipv4, place) => {
    const found = decodeIpAwsName(name);
    expect(found && printIpv6(found.ipv6)).toBe(address);
    expect([found?.ipv4, found?.region]).toEqual([ipv4, place]);
  });

  test('leads back to every address, of both kinds', () => {
    const ipv4 = fc.option(fc.nat({ max: 2 ** 32 - 1 }), { nil: undefined });
    fc.assert(
      fc.property(ipv6, ipv4, region, (six, four, place) => {
        const addresses = { ipv6: six, ...(four === undefined ? {} : { ipv4: four }) };
        const name = encodeIpAwsName(addresses, place);
        expect(decodeIpAwsName(name)).toEqual({ ...addresses, region: place });
        expect(name).toMatch(/^(?:[0-9a-z]{5}-){5}/.test(name) ? /-[0-9a-z]{7}\./ : /^[0-9a-z-]{29}\./);
      }),
    );
  });

  test.each([
    ['of the smallest address', '00000-00000-00000-00000-00000.us-east-1.ip.aws', true],
    ['of the largest address', 'f5lxx-1zz5p-noryn-qglhz-msp33.us-east-1.ip.aws', true],
    ['one above it', 'f5lxx-1zz5p-noryn-qglhz-msp34.us-east-1.ip.aws', false],
    ['of the largest IPv4 address', '00000-00000-00000-00000-00000-1z141z3.us-east-1.ip.aws', true],
    ['above all IPv6 addresses', 'zzzzz-zzzzz-zzzzz-zzzzz-zzzzz.us-east-1.ip.aws', false],
    ['above all IPv4 addresses', '00000-00000-00000-00000-00000-1z141z4.us-east-1.ip.aws', false],
    ['with too few groups', '00000-00000-00000-00000.us-east-1.ip.aws', false],
    ['in capitals', '0000A-00000-00000-00000-00000.us-east-1.ip.aws', false],
    ['without a region', '00000-00000-00000-00000-00000.ip.aws', false],
    ['of another domain', '00000-00000-00000-00000-00000.us-east-1.ip.aws.example.com', false],
    ['of an IPv4 address', 'ec2-203-0-113-25.compute-1.amazonaws.com', false],
  ])('%s: %s', (_what, name, isName) => expect(decodeIpAwsName(name) !== undefined).toBe(isName));
});
