/** A structure of the SDK's answer, with the members that we use. */
interface Struct {
  [member: string]: Value;
}

type Value = string | number | boolean | Date | Struct | Struct[];

/** An element that is read, the member that it becomes in the SDK's answer, and the elements that are read in it. */
interface Used {
  element: Uint8Array;
  member: string;
  kind: 'text' | 'number' | 'flag' | 'time' | 'struct' | 'list';
  /** Of a list, those in each of its items. */
  children: readonly Used[];
}

const use = (kind: Used['kind'], element: string, member: string, ...children: Used[]): Used => ({
  element: Buffer.from(element),
  ...{ member, kind, children },
});

/** The members of DescribedInterface. */
const INTERFACE = [
  use('text', 'networkInterfaceId', 'NetworkInterfaceId'),
  use('text', 'status', 'Status'),
  use(
    'struct',
    'attachment',
    'Attachment',
    use('text', 'attachmentId', 'AttachmentId'),
    use('number', 'deviceIndex', 'DeviceIndex'),
    use('number', 'networkCardIndex', 'NetworkCardIndex'),
  ),
  use(
    'list',
    'ipv6AddressesSet',
    'Ipv6Addresses',
    use('text', 'ipv6Address', 'Ipv6Address'),
    use('flag', 'isPrimaryIpv6', 'IsPrimaryIpv6'),
  ),
];

/** The members of DescribedReservation (EC2 API reference, "DescribeInstances"). */
const INSTANCE = [
  use('text', 'instanceId', 'InstanceId'),
  use('struct', 'instanceState', 'State', use('text', 'name', 'Name')),
  use('text', 'instanceType', 'InstanceType'),
  use('time', 'launchTime', 'LaunchTime'),
  use('struct', 'placement', 'Placement', use('text', 'availabilityZone', 'AvailabilityZone')),
  use('text', 'dnsName', 'PublicDnsName'),
  use('text', 'privateIpAddress', 'PrivateIpAddress'),
  use('list', 'networkInterfaceSet', 'NetworkInterfaces', ...INTERFACE),
  use('text', 'vpcId', 'VpcId'),
  use('list', 'tagSet', 'Tags', use('text', 'key', 'Key'), use('text', 'value', 'Value')),
];
const RESERVATION = [
  use('text', 'ownerId', 'OwnerId'),
  use('list', 'instancesSet', 'Instances', ...INSTANCE),
];
const PAGE = [
  use('text', 'nextToken', 'NextToken'),
  use('list', 'reservationSet', 'Reservations', ...RESERVATION),
];

const ROOT = Buffer.from('DescribeInstancesResponse');
const ITEM = Buffer.from('item');

/** The start of an answer, up to the content of its root element. */
const START = /^(?:<\?xml [^<>]*\?>[ \t\r\n]*)?<DescribeInstancesResponse(?: xmlns="[^"<&]*")?>/;

/** Most bytes that are searched for the start of an answer. */
const START_BYTES = 1_024;

/** Nested elements in an element that is skipped; EC2 has fewer than ten. */
const DEPTH = 64;

/**
 * Reads the elements that we use, in about a fifteenth of the time that the SDK takes for all of them.
 *
 * @returns the SDK's answer without the members that we do not use. Undefined for an answer that is not written as EC2 writes it:
 *   with comments, CDATA sections, attributes, text beside elements, repeated members, another root element, or without an end.
 */
export function readDescribedPage(page: Uint8Array): Struct | undefined {
  try {
    return new PageReader(page).read();
  } catch (error) {
    if (error instanceof UnusualXmlError) return undefined;
    throw error;
  }
}

class UnusualXmlError extends Error {
  override name = 'UnusualXmlError';
}

const [LESS, GREATER, SLASH] = [0x3c, 0x3e, 0x2f];

/** 1 for each byte of the names that EC2 gives to elements. */
const NAME_BYTES = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[A-Za-z0-9.-]/.test(String.fromCharCode(byte)) ? 1 : 0,
);

/** Bytes, because a decoded page would take longer, and its substrings would keep all of it in memory. */
class PageReader {
  readonly #page: Buffer;
  #at = 0;
  /** The last opening tag: where its name begins and ends, and whether it also closes the element. */
  #nameStart = 0;
  #nameEnd = 0;
  #isEmpty = false;
  /** Items of the lists that are being read. An array of its own for each list would get room for many more items than it has. */
  readonly #items: Struct[] = [];
  /** The last text of each element, since most instances have the same owner, state, network and names of tags. */
  readonly #texts = new Map<Uint8Array, { start: number; end: number; text: string }>();

  constructor(page: Uint8Array) {
    this.#page = Buffer.from(page.buffer, page.byteOffset, page.byteLength);
  }

  read(): Struct {
    const [start] = START.exec(this.#page.toString('latin1', 0, START_BYTES)) ?? [];
    if (start === undefined) throw new UnusualXmlError();
    this.#at = start.length;
    return this.#readStruct(ROOT, PAGE);
  }

  /** Reads to the end of the element `parent`. */
  #readStruct(parent: Uint8Array, members: readonly Used[]): Struct {
    const struct: Struct = {};
    while (this.#hasChild(parent)) {
      const used = this.#findUsed(members);
      if (used === undefined) this.#skipElement(0);
      else if (struct[used.member] !== undefined) throw new UnusualXmlError();
      else struct[used.member] = this.#readMember(used);
    }
    return struct;
  }

  #readMember({ kind, element, children }: Used): Value {
    switch (kind) {
      case 'text':
        return this.#readText(element);
      case 'number':
        return Number(this.#readText(element));
      case 'flag':
        return this.#readText(element).toLowerCase() === 'true';
      case 'time':
        return parseTime(this.#readText(element));
      case 'struct':
        return this.#isEmpty ? {} : this.#readStruct(element, children);
      case 'list':
        return this.#isEmpty ? [] : this.#readList(element, children);
    }
  }

  #readList(parent: Uint8Array, members: readonly Used[]): Struct[] {
    const before = this.#items.length;
    while (this.#hasChild(parent)) {
      if (!this.#isNamed(ITEM)) this.#skipElement(0);
      else this.#items.push(this.#isEmpty ? {} : this.#readStruct(ITEM, members));
    }
    return this.#items.splice(before);
  }

  #readText(element: Uint8Array): string {
    if (this.#isEmpty) return '';
    const start = this.#at;
    this.#at = this.#findTag();
    const end = this.#at;
    this.#passClosingTag(element, 0, element.length);
    const last = this.#texts.get(element);
    if (
      last &&
      last.end - last.start === end - start &&
      this.#hasBytes(start, this.#page, last.start, last.end)
    )
      return last.text;
    const text = decodeText(this.#page.toString('utf8', start, end));
    this.#texts.set(element, { start, end, text });
    return text;
  }

  /** Passes the next opening tag in the element `parent`, or else the closing tag of that. */
  #hasChild(parent: Uint8Array): boolean {
    this.#passGap(this.#findTag());
    const isEnd = this.#page[this.#at + 1] === SLASH;
    if (isEnd) this.#passClosingTag(parent, 0, parent.length);
    else this.#passOpeningTag();
    return !isEnd;
  }

  /** The one that has the name of the last opening tag. */
  #findUsed(members: readonly Used[]): Used | undefined {
    for (const used of members) if (this.#isNamed(used.element)) return used;
    return undefined;
  }

  #isNamed(name: Uint8Array): boolean {
    const length = this.#nameEnd - this.#nameStart;
    return length === name.length && this.#hasBytes(this.#nameStart, name, 0, length);
  }

  /** Passes the rest of the element whose opening tag was the last. */
  #skipElement(depth: number): void {
    if (this.#isEmpty) return;
    if (depth === DEPTH) throw new UnusualXmlError();
    const start = this.#nameStart;
    const end = this.#nameEnd;
    this.#at = this.#findTag();
    while (this.#page[this.#at + 1] !== SLASH) {
      this.#passOpeningTag();
      this.#skipElement(depth + 1);
      this.#at = this.#findTag();
    }
    this.#passClosingTag(this.#page, start, end);
  }

  #passOpeningTag(): void {
    const page = this.#page;
    const start = this.#at + 1;
    let at = start;
    while (NAME_BYTES[page[at] ?? 0] === 1) at += 1;
    if (at === start) throw new UnusualXmlError();
    this.#nameStart = start;
    this.#nameEnd = at;
    this.#isEmpty = page[at] === SLASH;
    if (this.#isEmpty) at += 1;
    if (page[at] !== GREATER) throw new UnusualXmlError();
    this.#at = at + 1;
  }

  /** @param start and `end` of the element's name in `bytes` */
  #passClosingTag(bytes: Uint8Array, start: number, end: number): void {
    const at = this.#at + 2;
    const after = at + end - start;
    const closes =
      this.#page[this.#at + 1] === SLASH &&
      this.#page[after] === GREATER &&
      this.#hasBytes(at, bytes, start, end);
    if (!closes) throw new UnusualXmlError();
    this.#at = after + 1;
  }

  #hasBytes(at: number, bytes: Uint8Array, start: number, end: number): boolean {
    for (let n = start; n < end; n++) if (this.#page[at + n - start] !== bytes[n]) return false;
    return true;
  }

  /** Where the next tag begins. */
  #findTag(): number {
    const page = this.#page;
    const end = page.length;
    let at = this.#at;
    while (at < end && page[at] !== LESS) at += 1;
    if (at === end) throw new UnusualXmlError();
    return at;
  }

  /** Passes the space between two tags. The SDK ignores it if it has a line feed, and takes other text for the parent's value. */
  #passGap(end: number): void {
    if (end > this.#at && decodeText(this.#page.toString('utf8', this.#at, end)) !== '')
      throw new UnusualXmlError();
    this.#at = end;
  }
}

/** EC2 writes times as JavaScript does. The SDK decides about other forms, and about days that are in no calendar. */
function parseTime(text: string): Date {
  const time = new Date(text);
  if (text.length !== TIME_LENGTH || Number.isNaN(time.getTime()) || time.toISOString() !== text)
    throw new UnusualXmlError();
  return time;
}

/** `2026-11-20T08:00:00.000Z` */
const TIME_LENGTH = 24;

/** The SDK's rules for text. Numeric references beyond U+FFFF lose their upper bits. */
function decodeText(raw: string): string {
  if (!/[&\r\n]/.test(raw)) return raw;
  const decoded = raw
    .replace(/\r\n?/g, '\n')
    .replace(
      /&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|([a-zA-Z][a-zA-Z0-9]{0,30}));/g,
      (_, hex, decimal, name) => {
        if (name !== undefined) return ENTITIES.get(name) ?? '';
        return String.fromCharCode(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16));
      },
    );
  return decoded.trim() === '' && decoded.includes('\n') ? '' : decoded;
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);
