import { Readable } from 'node:stream';
import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseReservations } from '../../../core/ec2/described-instance.ts';
import type { Instance } from '../../../core/instance.ts';
import { readDescribedPage } from '../../../updater/adapters/described-page.ts';
import { ListingProtocol } from '../../../updater/adapters/ec2-protocol.ts';
import fleet from '../../fixtures/instances/fleet.json' with { type: 'json' };
import { describedXml } from '../../support/aws/described-xml.ts';
import { CREDENTIALS } from '../../support/aws/ec2-client.ts';
import { oddPage } from './odd-pages.ts';

/** The instances and the next page of an answer, or the reason why there are none. */
type Outcome = { instances: Instance[] | undefined; nextToken: string | undefined } | { error: string };

/** Makes a client that gets `body` as EC2's answer. */
function clientBy(options: { protocol?: typeof ListingProtocol }) {
  let response: object = {};
  const requestHandler = { handle: async () => ({ response }) };
  const common = { region: 'us-east-1', credentials: CREDENTIALS, maxAttempts: 1 };
  const client = new EC2Client({ ...common, ...options, requestHandler });
  return async (body: Uint8Array | Readable, statusCode = 200): Promise<Outcome> => {
    response = { statusCode, headers: {}, body };
    try {
      const { Reservations, NextToken } = await client.send(new DescribeInstancesCommand({}));
      const instances = Reservations && parseReservations(Reservations, 'us-east-1');
      return { instances, nextToken: NextToken };
    } catch (error) {
      return { error: String(error) };
    }
  };
}

const byOurs = clientBy({ protocol: ListingProtocol });
const bySdk = clientBy({});

/** The SDK refuses a page for a repeated member, also for one that we do not use. */
const REPEATED = 'unhandled schema type';

async function expectSame(page: Uint8Array): Promise<Outcome> {
  const [ours, theirs] = [await byOurs(page), await bySdk(page)];
  if (!('error' in theirs && theirs.error.includes(REPEATED))) expect(ours).toEqual(theirs);
  return ours;
}

const bytesOf = (text: string) => Buffer.from(text);

/** A page with one instance, and with these elements in it. */
function pageWith(elements: string, around = ''): string {
  const item = `<item><instanceId>i-0aa1b2c3d4e5f6071</instanceId><instanceState><name>running</name></instanceState>${elements}</item>`;
  const set = `<reservationSet><item><ownerId>111122223333</ownerId><instancesSet>${item}</instancesSet></item></reservationSet>`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId>${set}${around}</DescribeInstancesResponse>`;
}

const TAGS =
  '<tagSet><item><key>proxy:host</key><value>ｓ🚀&amp;</value></item><item><key>Name</key><value/></item></tagSet>';
const SMALL = pageWith(`<launchTime>2026-11-20T08:00:00.000Z</launchTime>${TAGS}<ebs><key>no</key></ebs>`);

describe('an answer of DescribeInstances', () => {
  test('is read as the SDK reads it, however it is written', async () => {
    const [read, left] = [{ pages: 0 }, { pages: 0 }];
    await fc.assert(
      fc.asyncProperty(oddPage, async (page) => {
        await expectSame(bytesOf(page));
        (readDescribedPage(bytesOf(page)) === undefined ? left : read).pages += 1;
      }),
      { numRuns: 1_000 },
    );
    // Otherwise one of the two parsers was hardly compared.
    expect([read.pages > 300, left.pages > 100]).toEqual([true, true]);
  });

  test('is read as the SDK reads it for the instances of the fixtures', async () => {
    const instances = parseReservations(fleet.Reservations, 'us-east-1');
    const page = bytesOf(describedXml(instances, 'more'));
    expect(readDescribedPage(page)).toBeDefined();
    expect(await expectSame(page)).toMatchObject({
      instances: { length: instances.length },
      nextToken: 'more',
    });
  });

  test('is read as the SDK reads it for any network interfaces', async () => {
    const element = (name: string, of: fc.Arbitrary<string>) =>
      fc.oneof({ weight: 6, arbitrary: of.map((text) => `<${name}>${text}</${name}>`) }, fc.constant(''));
    const index = fc.constantFrom('0', '0', '0', '1', '', 'none');
    const ipv6 = fc
      .tuple(
        element('ipv6Address', fc.constantFrom('2001:db8::7', '2001:db8::1', 'fd00::1')),
        element('isPrimaryIpv6', fc.constantFrom('true', 'True', 'false', ' true', '')),
      )
      .map((parts) => `<item>${parts.join('')}</item>`);
    const list = (item: fc.Arbitrary<string>) => fc.array(item, { maxLength: 3 }).map((all) => all.join(''));
    const attachment = fc
      .tuple(
        element('attachmentId', fc.constantFrom('eni-attach-1', 'eni-attach-2')),
        element('deviceIndex', index),
        element('networkCardIndex', index),
      )
      .map((parts) => parts.join(''));
    const card = fc
      .tuple(
        element('networkInterfaceId', fc.constantFrom('eni-1', 'eni-2')),
        element('status', fc.constantFrom('in-use', 'in-use', 'detaching')),
        element('attachment', attachment),
        element('ipv6AddressesSet', list(ipv6)),
      )
      .map((parts) => `<item>${parts.join('')}</item>`);
    const network = fc.tuple(
      element('privateIpAddress', fc.constant('10.0.0.7')),
      element('networkInterfaceSet', list(card)),
    );
    const kinds = new Set<string>();
    await fc.assert(
      fc.asyncProperty(network, async (parts) => {
        const page = bytesOf(pageWith(parts.join('')));
        expect(readDescribedPage(page)).toBeDefined();
        const read = await expectSame(page);
        const [{ ipv6: reach, isIpv6Only } = {}] = ('instances' in read && read.instances) || [];
        kinds.add(`${typeof reach === 'object' ? reach.name : reach} ${isIpv6Only}`);
      }),
      { numRuns: 2_000 },
    );
    // No address, an address that cannot be used for two reasons, and two that can; the last four with and without IPv4.
    expect(kinds.size).toBe(9);
  });

  test('is read as the SDK reads it after any damage', async () => {
    const damage = fc.record({
      at: fc.nat({ max: bytesOf(SMALL).length }),
      removed: fc.nat({ max: 3 }),
      added: fc.constantFrom(
        '',
        '<',
        '>',
        '/',
        '&',
        ' ',
        '\n',
        'x',
        '</item>',
        '<item>',
        '<key/>',
        '\u00ff',
        '"',
      ),
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ at, removed, added }) => {
        const page = bytesOf(SMALL);
        await expectSame(Buffer.concat([page.subarray(0, at), bytesOf(added), page.subarray(at + removed)]));
      }),
      { numRuns: 1_000 },
    );
  });

  test('is refused if it ends early, after any byte', async () => {
    const page = bytesOf(SMALL);
    for (let end = 1; end < page.length; end++) {
      expect(await byOurs(page.subarray(0, end))).toMatchObject({
        error: expect.stringContaining('parse error'),
      });
    }
  });

  test('may come in two pieces, cut at any byte', async () => {
    const page = bytesOf(SMALL);
    const whole = await expectSame(page);
    expect(whole).toMatchObject({ instances: [{ tags: { 'proxy:host': 'ｓ🚀&', Name: '' } }] });
    for (let cut = 1; cut < page.length; cut++) {
      const pieces = Readable.from([page.subarray(0, cut), page.subarray(cut)]);
      expect(await byOurs(pieces)).toEqual(whole);
    }
  });

  test.each([
    '<item><key>k</key></item>',
    '<networkInterfaceSet><item><tagSet><item><key>a</key><value>b</value></item></tagSet></item></networkInterfaceSet>',
    '<vpcId/><dnsName></dnsName><tagSet/>',
    '<tagSet><item/><item><key/></item><new><key>a</key></new></tagSet>',
    '<tagSet><item><key>&#x41;&#66;&lt;&unknown;&</key><value>\r\n</value></item></tagSet>',
    '<tagSet>\n  <item>\n    <key>a</key><value> </value>\n  </item>\n</tagSet>',
    '<productCodes/><reason></reason><kernel>a</kernel>',
    '<launchTime>2026-11-20T08:00:00.000Z</launchTime>',
  ])("is read without the SDK's parser if it has %j", async (elements) => {
    const page = bytesOf(pageWith(elements));
    expect(readDescribedPage(page)).toBeDefined();
    expect(await expectSame(page)).toMatchObject({ instances: expect.anything() });
  });

  test.each([
    '<!-- comment -->',
    '<vpcId><![CDATA[vpc-1]]></vpcId>',
    '<vpcId a="b">vpc-1</vpcId>',
    '<vpcId>vpc-1</VpcId>',
    '<vpcId>vpc-1<b/></vpcId>',
    '<new><a></b></a></new>',
    '<new>'.repeat(80) + '</new>'.repeat(80),
    '<instanceState><name>stopped</name></instanceState>',
    '<launchTime>2026-02-30T08:00:00.000Z</launchTime>',
    '<launchTime>+012026-11-20T08:00:00.000Z</launchTime>',
    'text',
    ' ',
    '<__proto__><name>x</name></__proto__>',
    '</new>',
    '<new',
  ])("is left to the SDK's parser if it has %j", async (elements) => {
    const page = bytesOf(pageWith(elements));
    expect(readDescribedPage(page)).toBeUndefined();
    await expectSame(page);
  });

  test.each(['instanceId', 'launchTime', 'dnsName', 'vpcId'])('is refused if it repeats %s', async (name) => {
    const element = `<${name}>2026-11-20T08:00:00.000Z</${name}>`;
    const page = bytesOf(pageWith(element + element));
    expect(await byOurs(page)).toEqual({ error: expect.stringContaining(REPEATED) });
    expect(await bySdk(page)).toEqual({ error: expect.stringContaining(REPEATED) });
  });

  test.each([
    ['another root element', SMALL.replaceAll('DescribeInstancesResponse', 'DescribeVpcsResponse')],
    ['another element in its place', SMALL.replaceAll('reservationSet', 'vpcSet')],
    ['more after its end', `${SMALL} <`],
    ['a mark of the byte order', `\ufeff${SMALL}`],
    ['two lists', pageWith('', '<reservationSet/>')],
    [
      'a first list that is empty',
      pageWith('', '').replace('<reservationSet>', '<reservationSet/><reservationSet>'),
    ],
    ['a time that is none', pageWith('<launchTime>never</launchTime>')],
    ['nothing', ''],
  ])('with %s is as for the SDK', async (_, page) => {
    await expectSame(bytesOf(page));
  });

  test('that repeats or distorts members that we do not use is read, though the SDK refuses it', async () => {
    const page = bytesOf(pageWith('<usageOperationUpdateTime>never</usageOperationUpdateTime>'));
    expect(await bySdk(page)).toMatchObject({ error: expect.stringContaining('RFC3339') });
    expect(await byOurs(page)).toMatchObject({ instances: [{ id: 'i-0aa1b2c3d4e5f6071' }] });
  });

  test('with a status of an error is an error', async () => {
    expect(await byOurs(bytesOf(SMALL), 503)).toEqual(await bySdk(bytesOf(SMALL), 503));
  });
});
