import type { Buffer } from 'node:buffer';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { CODES, ipv6Data, parseQuestion, printAnswer, TYPES } from './dns-message.ts';

/** A name server on the loopback interface. */
export interface DnsServer {
  /** Address and port. */
  address: string;
  close(): Promise<void>;
}

/** The answer about a name: its IPv6 addresses, a code of DNS, or silence. */
export type NameAnswer = readonly bigint[] | number | 'silence';

/** Serves public DNS on this machine: AAAA records, over UDP. Other types of records do not exist. */
export async function startDnsServer(find: (name: string) => NameAnswer): Promise<DnsServer> {
  const socket = createSocket('udp4');
  socket.on('message', (query, { port, address }) => {
    const answer = answerTo(query, find);
    if (answer !== undefined) socket.send(answer, port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { address, port } = socket.address();
  return {
    address: `${address}:${port}`,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

/** Undefined for a message that gets no answer. */
function answerTo(query: Buffer, find: (name: string) => NameAnswer): Buffer | undefined {
  const question = parseQuestion(query);
  const found = question && find(question.name);
  if (question === undefined || found === undefined || found === 'silence') return undefined;
  if (typeof found === 'number') return printAnswer(query, question, found, []);
  const records = question.type === TYPES.aaaa ? found.map(ipv6Data) : [];
  return printAnswer(query, question, CODES.noError, records);
}
