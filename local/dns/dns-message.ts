import { Buffer } from 'node:buffer';

/** The question of a DNS message (RFC 1035 §4.1). */
export interface Question {
  /** In lower case, without the final dot. */
  name: string;
  type: number;
  /** As it stands in the message. */
  bytes: Uint8Array;
}

/** Types of records, and codes of answers. */
export const TYPES = { aaaa: 28 } as const;
export const CODES = { noError: 0, serverFailure: 2, noSuchName: 3, refused: 5 } as const;

const HEADER_BYTES = 12;
const INTERNET = 1;
/** "Is an answer", "recursion was asked for", "recursion is available". */
const ANSWER = 0x8180;
/** Points to the name in the question. */
const SAME_NAME = 0xc00c;
/** Seconds for which an answer may be remembered. */
const TIME_TO_LIVE = 0;

/** Undefined for a message that is not a query with one question. */
export function parseQuestion(message: Buffer): Question | undefined {
  const isQuery = message.length > HEADER_BYTES && (message.readUInt16BE(2) & 0xf800) === 0;
  if (!isQuery || message.readUInt16BE(4) !== 1) return undefined;
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    // The first name of a message has nothing to point to.
    if (length > 63 || at + length >= message.length) return undefined;
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  const end = at + 5;
  if (end > message.length) return undefined;
  const name = labels.join('.').toLowerCase();
  return { name, type: message.readUInt16BE(at + 1), bytes: message.subarray(HEADER_BYTES, end) };
}

/** The answer to a query: a code, and the data of the records of the type that was asked for. */
export function printAnswer(
  query: Buffer,
  { bytes, type }: Question,
  code: number,
  records: readonly Uint8Array[],
): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16BE(query.readUInt16BE(0), 0);
  header.writeUInt16BE(ANSWER | code, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(records.length, 6);
  const answers = records.map((data) => {
    const head = Buffer.alloc(12);
    head.writeUInt16BE(SAME_NAME, 0);
    head.writeUInt16BE(type, 2);
    head.writeUInt16BE(INTERNET, 4);
    head.writeUInt32BE(TIME_TO_LIVE, 6);
    head.writeUInt16BE(data.length, 10);
    return Buffer.concat([head, data]);
  });
  return Buffer.concat([header, bytes, ...answers]);
}

/** The data of an AAAA record. */
export function ipv6Data(bits: bigint): Uint8Array {
  return Buffer.from(bits.toString(16).padStart(32, '0'), 'hex');
}
