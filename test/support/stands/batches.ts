import { randomUUID } from 'node:crypto';
import type { Address } from '../../../core/address.ts';
import type { Instance } from '../../../core/instance.ts';
import { buildSqsRecord } from '../../../local/lambda/sqs-record.ts';
import { ipv4 } from '../values/instances.ts';
import { HOME } from './remote-aws.ts';

/**
 * A batch of events as Lambda receives it from SQS.
 *
 * @param received deliveries of each message so far, this one included
 */
export function batchOf(events: readonly unknown[], age = 0, received = 1) {
  const sentAt = Date.now() - age;
  const Records = events.map((event) =>
    buildSqsRecord({ id: randomUUID(), body: JSON.stringify(event), sentAt, received }),
  );
  return { Records };
}

/** An app on instance number `n`, which has run for an hour. */
export function runningApp(n: number, host: string, more: Partial<Instance> = {}): Instance {
  return {
    id: `i-${n.toString(16).padStart(17, '0')}`,
    state: 'running',
    launchedAt: Math.floor(Date.now() / 1000) - 3_600,
    account: HOME,
    region: 'us-east-1',
    address: addressOf(n),
    tags: { 'proxy:host': host },
    ...more,
  };
}

/** An address that no other number has, below 2^24. */
function addressOf(n: number): Address {
  const octets = [203, n >> 16, 113 + (n >> 8), n].map((octet) => octet & 255);
  return ipv4(`ec2-${octets.join('-')}.compute-1.amazonaws.com`);
}

/** The same instance in another state, without an address. */
export function lacking({ address: _, ...instance }: Instance, state: Instance['state']): Instance {
  return { ...instance, state };
}
