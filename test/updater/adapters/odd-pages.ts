import fc from 'fast-check';

/** Parts of a text: other scripts, all forms of references, and forms that EC2 does not write. */
const usualPart = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom('shop', 'a', 'proxy:host', 'ü', '🚀', 'ＳＨＯＰ', '\u00a0', ' ', '>'),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom('&amp;', '&lt;', '&gt;', '&quot;', '&apos;', '&#10;', '&#xD;', '&#x1F680;'),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '\n',
      '\r\n',
      '\r',
      '\t',
      '&',
      '&nbsp;',
      '&#65',
      '&#9999999;',
      ']]>',
      '\u2028',
    ),
  },
);
const unusualPart = fc.constantFrom('<![CDATA[<b>&amp;]]>', '<!-- a <comment> -->', '<?target data?>');

const usualText = fc.array(usualPart, { maxLength: 4 }).map((parts) => parts.join(''));
const unusualText = fc
  .array(fc.oneof(usualPart, unusualPart), { maxLength: 4 })
  .map((parts) => parts.join(''));

/** Space between tags. */
const usualGap = fc.oneof(
  { weight: 9, arbitrary: fc.constant('') },
  fc.constantFrom('\n', '\n    ', '\r\n\t'),
);
const unusualGap = fc.oneof(
  { weight: 30, arbitrary: usualGap },
  fc.constantFrom(' ', '&#32;', 'text', '<!-- -->', '<![CDATA[ ]]>', '<?a b?>'),
);

/** How a page is written: as EC2 may write it, or with forms that only another author would use. */
interface Hand {
  text: fc.Arbitrary<string>;
  gap: fc.Arbitrary<string>;
  attributes: fc.Arbitrary<string>;
}

const HANDS: Readonly<Record<'usual' | 'unusual', Hand>> = {
  usual: { text: usualText, gap: usualGap, attributes: fc.constant('') },
  unusual: {
    text: unusualText,
    gap: unusualGap,
    attributes: fc.oneof(
      { weight: 60, arbitrary: fc.constant('') },
      fc.constantFrom(' ', ' a="b"', " name='>'"),
    ),
  },
};

/** A page of DescribeInstances, about half of them as EC2 may write it. */
export const oddPage: fc.Arbitrary<string> = fc
  .constantFrom(...Object.values(HANDS))
  .chain((hand) => pageBy(hand));

/** An empty element is written in two ways. */
function pageBy({ text, gap, attributes }: Hand): fc.Arbitrary<string> {
  const tag = (name: string, content: fc.Arbitrary<string>) =>
    fc
      .tuple(attributes, content, fc.boolean())
      .map(([more, inner, isShort]) =>
        inner === '' && isShort ? `<${name}${more}/>` : `<${name}${more}>${inner}</${name}>`,
      );
  const leaf = (name: string, value: fc.Arbitrary<string>) =>
    tag(name, fc.oneof({ weight: 8, arbitrary: value }, text));
  const parent = (name: string, children: fc.Arbitrary<readonly string[]>) =>
    tag(
      name,
      fc
        .tuple(children, fc.array(gap, { minLength: 1, maxLength: 6 }))
        .map(([all, gaps]) =>
          all.length === 0
            ? ''
            : all.map((child, n) => `${gaps[n % gaps.length]}${child}`).join('') + gaps[0],
        ),
    );
  /** Some of the elements in any order. Rarely one is there twice. */
  const someOf = (...all: fc.Arbitrary<string>[]) =>
    fc
      .tuple(fc.shuffledSubarray(all, { minLength: Math.max(0, all.length - 3) }), fc.nat(40))
      .chain(([some, n]) => {
        const [twice] = some.slice(n, n + 1);
        return fc.tuple(...some, ...(twice ? [twice] : []));
      });
  const items = (item: fc.Arbitrary<string>, most: number) =>
    fc.array(fc.oneof({ weight: 9, arbitrary: item }, unknown), { maxLength: most });

  /** Elements that we do not use, among them names that we use elsewhere. */
  const { unknown } = fc.letrec<{ unknown: string }>((tie) => ({
    unknown: fc
      .tuple(
        fc.constantFrom('item', 'key', 'value', 'tagSet', 'vpcId', 'ownerId', 'new-element', '__proto__'),
        fc.boolean(),
      )
      .chain(([name, isLeaf]) =>
        isLeaf ? tag(name, text) : parent(name, fc.array(tie('unknown'), { maxLength: 3 })),
      ),
  }));

  const key = fc.constantFrom('proxy:host', 'Name', '__proto__', 'constructor', '');
  const tags = parent('tagSet', items(parent('item', someOf(leaf('key', key), leaf('value', text))), 3));
  const time = fc.constantFrom(
    '2026-11-20T08:00:00+02:00',
    '2026-11-20T08:00:00Z',
    '2026-02-30T08:00:00.000Z',
    '2026-11-20T24:00:00.000Z',
    '2026-11-20T08:00:60.000Z',
    '+002026-11-20T08:00:00.000Z',
    ' 2026-11-20T08:00:00.000Z',
    '',
    'never',
  );
  const usualTime = fc.oneof({ weight: 20, arbitrary: fc.constant('2026-11-20T08:00:00.000Z') }, time);
  const ipv6 = fc.constantFrom('2001:db8::7', '2001:db8::1', 'fd00::1', '2001:DB8:0:0:0:0:0:8', '');
  const index = fc.constantFrom('0', '1', '', ' 0', '0x0', '+0', 'none');
  const networkInterface = parent(
    'item',
    someOf(
      leaf('networkInterfaceId', fc.constantFrom('eni-0aa1b2c3d4e5f6071', 'eni-0aa1b2c3d4e5f6072')),
      leaf('status', fc.constantFrom('in-use', 'detaching')),
      parent(
        'attachment',
        someOf(
          leaf('attachmentId', text),
          leaf('deviceIndex', index),
          leaf('networkCardIndex', index),
          leaf('status', text),
        ),
      ),
      parent(
        'ipv6AddressesSet',
        items(
          parent(
            'item',
            someOf(
              leaf('ipv6Address', ipv6),
              leaf('isPrimaryIpv6', fc.constantFrom('true', 'True', 'false', '', ' true')),
            ),
          ),
          3,
        ),
      ),
      tags,
      leaf('vpcId', text),
      leaf('ownerId', text),
    ),
  );
  const instance = parent(
    'item',
    someOf(
      leaf('instanceId', fc.constantFrom('i-0aa1b2c3d4e5f6071', 'i-0aa1b2c3d4e5f6072')),
      parent(
        'instanceState',
        someOf(leaf('code', fc.constant('16')), leaf('name', fc.constantFrom('running', 'stopped'))),
      ),
      tag('launchTime', usualTime),
      leaf('dnsName', fc.constantFrom('EC2-203-0-113-7.compute-1.amazonaws.com', '')),
      leaf('vpcId', fc.constant('vpc-0aa1b2c3d4e5f6071')),
      tags,
      parent('placement', someOf(leaf('availabilityZone', fc.constant('us-east-1a')), unknown)),
      leaf('privateIpAddress', fc.constantFrom('10.0.12.7', '')),
      parent('networkInterfaceSet', items(networkInterface, 2)),
      unknown,
    ),
  );
  const reservation = parent(
    'item',
    someOf(
      leaf('ownerId', fc.constant('111122223333')),
      parent('groupSet', items(unknown, 2)),
      parent('instancesSet', items(instance, 3)),
    ),
  );
  const root = parent(
    'DescribeInstancesResponse',
    someOf(
      leaf('requestId', text),
      parent('reservationSet', items(reservation, 3)),
      leaf('nextToken', fc.constant('more')),
    ),
  );
  const start = fc.constantFrom('', '<?xml version="1.0" encoding="UTF-8"?>\n', '<!-- -->', '\ufeff');
  const usualStart = fc.oneof({ weight: 20, arbitrary: fc.constant('<?xml version="1.0"?>') }, start);
  return fc
    .tuple(usualStart, root, fc.constantFrom('', '\n'))
    .map((parts) =>
      parts
        .join('')
        .replace(
          '<DescribeInstancesResponse>',
          '<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">',
        ),
    );
}
