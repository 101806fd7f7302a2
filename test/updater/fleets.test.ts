import { EC2Client } from '@aws-sdk/client-ec2';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { ec2Handler } from '../../local/ec2/ec2-server.ts';
import { Ec2Fleet, fleetOf, type Source } from '../../updater/adapters/ec2.ts';
import { systemClock } from '../../updater/clock.ts';
import { examineFleet, type FleetStand } from '../contracts/fleet.ts';
import { CREDENTIALS } from '../support/ec2-client.ts';
import { SETTLED, testFleet } from '../support/local-fleet.ts';
import { serveOnLoopback } from '../support/loopback.ts';

const THROTTLED =
  '<Response><Errors><Error><Code>RequestLimitExceeded</Code><Message>Request limit exceeded.</Message></Error></Errors></Response>';

/** The adapter with the real SDK, before the local EC2; gone after the test. */
async function ec2Fleet(): Promise<FleetStand & { source: Source }> {
  const { fleet, scheduler } = testFleet();
  const answer = ec2Handler({ fleet });
  let answers = Number.POSITIVE_INFINITY;
  const server = await serveOnLoopback((request, response) => {
    if (answers-- > 0) answer(request, response);
    else response.writeHead(503).end(THROTTLED);
  });
  const client = new EC2Client({
    region: 'us-east-1',
    endpoint: server.url,
    credentials: CREDENTIALS,
    maxAttempts: 1,
  });
  const source = new Ec2Fleet(client, 'us-east-1', systemClock);
  onTestFinished(async () => {
    client.destroy();
    await server.close();
  });
  return {
    source,
    fleet: fleetOf([source]),
    async launch(tags, count = 1) {
      const list = Object.entries(tags).map(([key, value]) => ({ key, value }));
      const specification = { resourceType: 'instance' as const, tags: list };
      const launched = fleet.runInstances({
        imageId: 'ami-external',
        minCount: count,
        maxCount: count,
        ...(list.length > 0 ? { tagSpecifications: [specification] } : {}),
      });
      await scheduler.advance(SETTLED);
      return launched.map(({ id }) => id);
    },
    removeTags: (ids) => fleet.deleteTags(ids, []),
    async stop(ids) {
      fleet.stopInstances(ids);
      await scheduler.advance(SETTLED);
    },
    async terminate(ids) {
      fleet.terminateInstances(ids);
      await scheduler.advance(SETTLED);
    },
    fail: (which) => {
      answers = which === 'every' ? 0 : 1;
    },
  };
}

examineFleet('EC2', ec2Fleet);

describe('several regions as one fleet', () => {
  const quiet: Source = {
    tagged: async () => ({ instances: [], failures: [{ source: 'eu-west-1', reason: 'throttled' }] }),
    read: async () => ({ instances: [], failures: [{ source: 'eu-west-1', reason: 'throttled' }] }),
  };

  test('tell what the others say when one does not answer', async () => {
    const { source, launch } = await ec2Fleet();
    const [id = ''] = await launch({ 'proxy:host': 'shop' });
    const both = fleetOf([source, quiet]);
    for (const listing of [await both.list([]), await both.read([id])]) {
      expect(listing.instances).toMatchObject([{ id }]);
      expect(listing.failures).toEqual([{ source: 'eu-west-1', reason: 'throttled' }]);
    }
  });

  test('ask no source for an instance that another shows, and none twice that does not answer', async () => {
    const { source, launch } = await ec2Fleet();
    const [id = ''] = await launch({ 'proxy:host': 'shop' });
    const asked: string[] = [];
    const watched = (name: string, inner: Source): Source => ({
      tagged: () => inner.tagged(),
      read: (ids) => {
        asked.push(`${name} ${ids.join()}`);
        return inner.read(ids);
      },
    });
    const empty: Source = {
      tagged: async () => ({ instances: [], failures: [] }),
      read: async () => ({ instances: [], failures: [] }),
    };
    const all = fleetOf([watched('here', source), watched('there', empty), watched('quiet', quiet)]);
    await all.list([id]);
    expect(asked).toEqual([]);
    await all.list([id, 'i-0123456789abcdef0']);
    expect(asked).toEqual(['here i-0123456789abcdef0', 'there i-0123456789abcdef0']);
  });
});

test('a fleet is asked for who carries a tag at once, whoever else is still to be named', async () => {
  const asked: string[] = [];
  const source: Source = {
    async tagged() {
      asked.push('tagged');
      return { instances: [], failures: [] };
    },
    async read(ids) {
      asked.push(...ids);
      return { instances: [], failures: [] };
    },
  };
  let name = (_: string[]) => {};
  const listing = fleetOf([source]).list(
    new Promise((resolve) => {
      name = resolve;
    }),
  );
  expect(asked).toEqual(['tagged']);
  name(['i-0123456789abcdef0']);
  await listing;
  expect(asked).toEqual(['tagged', 'i-0123456789abcdef0']);
});

describe('a region that takes requests and never answers', () => {
  test('is waited for five seconds, and then a second at a time for a minute', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const silent: EC2Client = Object.create(EC2Client.prototype, {
      send: { value: () => new Promise(() => {}) },
    });
    const source = new Ec2Fleet(silent, 'eu-west-1', systemClock);
    const waited = async () => {
      const startedAt = Date.now();
      const listing = source.tagged();
      await vi.advanceTimersToNextTimerAsync();
      const { failures } = await listing;
      expect(failures).toMatchObject([{ source: 'eu-west-1' }]);
      return Date.now() - startedAt;
    };
    expect([await waited(), await waited(), await waited()]).toEqual([5_000, 1_000, 1_000]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect([await waited(), await waited()]).toEqual([5_000, 1_000]);
  });
});
