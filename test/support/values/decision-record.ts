import { parseFleetEvent } from '../../../core/events/fleet-event.ts';
import type { DecisionRecord } from '../../../core/journal/journal-record.ts';
import { A, B, fixture } from './event-fixtures.ts';

const EXPIRY = '2026-03-02T09:00:00.000Z';

/** A record with every member of the type, at every depth. */
export const RECORD: Required<DecisionRecord> = {
  version: 1,
  at: '2026-03-02T09:16:00.000Z',
  acceptedAt: '2026-03-02T09:16:00.200Z',
  deployment: 'main',
  requestId: '8a1e0000-0000-4000-8000-000000000001',
  attempt: 1,
  causes: [
    ...['terminate-instances.refused', 'state-change.terminated.replayed', 'create-bucket'],
    'unassign-ipv6-addresses',
  ].map((name) => parseFleetEvent(fixture(name), {})),
  outcome: 'failed',
  puts: [{ hostname: 'shop.dev.example.com', state: 'asleep', instances: [A], expiresAt: EXPIRY }],
  deletes: ['old.dev.example.com'],
  found: [{ hostname: 'new.dev.example.com', state: 'starting', instances: [A], expiresAt: EXPIRY }],
  missing: ['lost.dev.example.com'],
  before: [{ hostname: 'old.dev.example.com', state: 'live', instances: [B], expiresAt: EXPIRY }],
  problems: [
    {
      code: 'bad-value',
      found: '80a',
      remedy: 'fix it',
      instance: B,
      tag: 'proxy:port',
      hostnames: ['x.dev.example.com'],
      message: 'not a port\n',
    },
  ],
  durations: { list: 12, write: 34, total: 56 },
  store: { etag: 'E1', items: 3, bytes: 400 },
  error: 'StoreUnwritable: throttled',
};
