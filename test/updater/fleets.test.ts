import { EC2Client } from '@aws-sdk/client-ec2';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { ec2Handler } from '../../local/ec2/ec2-server.ts';
import { Ec2Fleet, fleetOf, type Source } from '../../updater/adapters/ec2.ts';
import { systemClock } from '../../updater/clock.ts';
import type { Listing } from '../../updater/ports.ts';
import { examineFleet, type FleetStand } from '../contracts/fleet.ts';
import { CREDENTIALS } from '../support/ec2-client.ts';
import { idOf, instance } from '../support/instances.ts';
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
    name: 'eu-west-1',
    tagged: async () => ({
      instances: [],
      failures: [{ source: 'eu-west-1', error: 'Throttled', reason: 'throttled' }],
    }),
    read: async () => ({
      instances: [],
      failures: [{ source: 'eu-west-1', error: 'Throttled', reason: 'throttled' }],
    }),
  };

  test('tell what the others say when one does not answer', async () => {
    const { source, launch } = await ec2Fleet();
    const [id = ''] = await launch({ 'proxy:host': 'shop' });
    const both = fleetOf([source, quiet]);
    for (const listing of [await both.list([]), await both.read([id], [])]) {
      expect(listing.instances).toMatchObject([{ id }]);
      expect(listing.failures).toEqual([{ source: 'eu-west-1', error: 'Throttled', reason: 'throttled' }]);
    }
  });

  test('ask no source for an instance that another shows, and none again that does not answer', async () => {
    const { source, launch } = await ec2Fleet();
    const [id = ''] = await launch({ 'proxy:host': 'shop' });
    const asked: string[] = [];
    const watched = (name: string, inner: Source): Source => ({
      name: inner.name,
      tagged: () => inner.tagged(),
      read: (ids) => {
        asked.push(`${name} ${ids.join()}`);
        return inner.read(ids);
      },
    });
    const empty: Source = {
      name: 'us-west-2',
      tagged: async () => ({ instances: [], failures: [] }),
      read: async () => ({ instances: [], failures: [] }),
    };
    const all = fleetOf([watched('here', source), watched('there', empty), watched('quiet', quiet)]);
    await all.list([id]);
    expect(asked).toEqual([]);
    await all.list([id, 'i-0123456789abcdef0']);
    expect(asked).toEqual(['here i-0123456789abcdef0', 'there i-0123456789abcdef0']);
    await all.read([id], [{ source: 'eu-west-1', error: 'Throttled', reason: 'throttled' }]);
    expect(asked.slice(2)).toEqual([`here ${id}`, `there ${id}`]);
  });
});

describe('an instance that is listed twice', () => {
  const reading = (state: 'running' | 'stopped') => instance({ id: 1, state, tags: {} });
  const sourceOf = (name: string, answer: Promise<Listing>): Source => ({
    name,
    tagged: () => answer,
    read: () => answer,
  });

  test('is as the later page says', async () => {
    const described = (state: string) => [{ Instances: [{ InstanceId: idOf(1), State: { Name: state } }] }];
    const pages = [
      { Reservations: described('running'), NextToken: 'more' },
      { Reservations: described('stopped') },
    ];
    const paged: EC2Client = Object.create(EC2Client.prototype, {
      send: { value: async () => pages.shift() },
    });
    const fleet = fleetOf([new Ec2Fleet(paged, 'eu-west-1', systemClock)]);
    expect((await fleet.list([])).instances).toMatchObject([{ id: idOf(1), state: 'stopped' }]);
  });

  /** Two sources of which the test says when each answers. */
  function two() {
    const answers: ((listing: Listing) => void)[] = [];
    const answer = () => new Promise<Listing>((resolve) => answers.push(resolve));
    const listing = fleetOf([sourceOf('eu-west-1', answer()), sourceOf('us-east-1', answer())]).list([]);
    const [first = () => {}, second = () => {}] = answers;
    return { listing, first, second };
  }

  test('is as the region says that answers last, whichever comes first in the settings', async () => {
    const { listing, first, second } = two();
    second({ instances: [reading('stopped')], failures: [] });
    await Promise.resolve();
    first({ instances: [reading('running')], failures: [] });
    expect((await listing).instances).toEqual([reading('running')]);
  });

  test.each(['first', 'second'] as const)(
    'leaves the failures in one order when the %s is the first to fail',
    async (early) => {
      const failed = (source: string): Listing => ({
        instances: [],
        failures: [{ source, error: 'Throttled', reason: 'throttled' }],
      });
      const { listing, first, second } = two();
      const steps = [() => first(failed('eu-west-1')), () => second(failed('us-east-1'))];
      for (const step of early === 'first' ? steps : steps.toReversed()) {
        step();
        await Promise.resolve();
      }
      expect((await listing).failures.map(({ source }) => source)).toEqual(['eu-west-1', 'us-east-1']);
    },
  );
});

test('dozens of sources are asked four at a time, so that a page’s patience is not spent on parsing the others’', async () => {
  let asked = 0;
  let most = 0;
  const answer = async () => {
    most = Math.max(most, ++asked);
    await Promise.resolve();
    asked -= 1;
    return { instances: [], failures: [{ source: 'any', error: 'Throttled', reason: 'throttled' }] };
  };
  const seen: string[] = [];
  const sources = Array.from({ length: 30 }, (_, n): Source => {
    const name = `region-${n}`;
    const ask = () => {
      seen.push(name);
      return answer();
    };
    return { name, tagged: ask, read: ask };
  });
  const fleet = fleetOf(sources);
  await fleet.list([]);
  await fleet.read([], []);
  expect(most).toBe(4);
  const all = sources.map(({ name }) => name);
  expect(seen).toEqual([...all, ...all]);
});

test('a fleet is asked for who carries a tag at once, whoever else is still to be named', async () => {
  const asked: string[] = [];
  const source: Source = {
    name: 'us-east-1',
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
  test('is not asked for the next ids when it was silent about the first', async () => {
    let sent = 0;
    const refusing: EC2Client = Object.create(EC2Client.prototype, {
      send: { value: () => Promise.reject(new Error(`refused ${++sent}`)) },
    });
    const ids = Array.from({ length: 1_000 }, (_, n) => `i-${n.toString(16).padStart(17, '0')}`);
    expect(await new Ec2Fleet(refusing, 'eu-west-1', systemClock).read(ids)).toEqual({
      instances: [],
      failures: [{ source: 'eu-west-1', error: 'Error', reason: 'Error: refused 1' }],
    });
    expect(sent).toBe(1);
  });

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
