import { EC2Client, EC2ServiceException } from '@aws-sdk/client-ec2';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { ec2Handler } from '../../../local/ec2/api/ec2-server.ts';
import { combineSources, Ec2Fleet, type Source } from '../../../updater/adapters/ec2.ts';
import { ListingProtocol } from '../../../updater/adapters/ec2-protocol.ts';
import { systemClock } from '../../../updater/clock.ts';
import type { Clock, Listing } from '../../../updater/ports.ts';
import { examineFleet, type FleetStand } from '../../contracts/fleet.ts';
import { CREDENTIALS } from '../../support/aws/ec2-client.ts';
import { instanceOf, SETTLED, testFleet } from '../../support/aws/local-fleet.ts';
import { serveOnLoopback } from '../../support/aws/loopback.ts';
import { THROTTLED } from '../../support/stands/remote-aws.ts';
import { idOf, instance } from '../../support/values/instances.ts';

/** The system's clock, except that waits end at once and are added to the time. */
function hastyClock(): Clock {
  let skipped = 0;
  return {
    ...systemClock,
    now: () => Date.now() + skipped,
    sleep: async (milliseconds) => {
      skipped += milliseconds;
    },
  };
}

/** The adapter with the real SDK and a local EC2 that ends with the test. */
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
    protocol: ListingProtocol,
  });
  const source = new Ec2Fleet(client, 'us-east-1', hastyClock());
  onTestFinished(async () => {
    client.destroy();
    await server.close();
  });
  return {
    source,
    fleet: combineSources([source], systemClock),
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
    interfaceOf: (id) => instanceOf(fleet, id).interfaceId,
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

/** Its instances have no network interfaces. */
const NO_INTERFACES = { readBehind: async () => ({ instances: [], failures: [] }) };

describe('several regions as one fleet', () => {
  const quiet: Source = {
    ...NO_INTERFACES,
    name: 'eu-west-1',
    listTagged: async () => ({
      instances: [],
      failures: [{ source: 'eu-west-1', error: 'Throttled', reason: 'throttled' }],
    }),
    read: async () => ({
      instances: [],
      failures: [{ source: 'eu-west-1', error: 'Throttled', reason: 'throttled' }],
    }),
  };

  test('lists the others if one does not answer', async () => {
    const { source, launch } = await ec2Fleet();
    const [id = ''] = await launch({ 'proxy:host': 'shop' });
    const both = combineSources([source, quiet], systemClock);
    for (const listing of [await both.list([]), await both.read([id], [])]) {
      expect(listing.instances).toMatchObject([{ id }]);
      expect(listing.failures).toEqual([{ source: 'eu-west-1', error: 'Throttled', reason: 'throttled' }]);
    }
  });

  test('asks no source for an instance that another one lists, and no silent source again', async () => {
    const { source, launch } = await ec2Fleet();
    const [id = ''] = await launch({ 'proxy:host': 'shop' });
    const asked: string[] = [];
    const watched = (name: string, inner: Source): Source => ({
      ...NO_INTERFACES,
      name: inner.name,
      listTagged: () => inner.listTagged(),
      read: (ids) => {
        asked.push(`${name} ${ids.join()}`);
        return inner.read(ids);
      },
    });
    const empty: Source = {
      ...NO_INTERFACES,
      name: 'us-west-2',
      listTagged: async () => ({ instances: [], failures: [] }),
      read: async () => ({ instances: [], failures: [] }),
    };
    const all = combineSources(
      [watched('here', source), watched('there', empty), watched('quiet', quiet)],
      systemClock,
    );
    await all.list([id]);
    expect(asked).toEqual([]);
    await all.list([id, 'i-0123456789abcdef0']);
    expect(asked).toEqual(['here i-0123456789abcdef0', 'there i-0123456789abcdef0']);
    await all.read([id], [{ source: 'eu-west-1', error: 'Throttled', reason: 'throttled' }]);
    expect(asked.slice(2)).toEqual([`here ${id}`, `there ${id}`]);
  });
});

describe('the source of an event', () => {
  const named = (name: string): Source => ({
    name,
    listTagged: async () => ({ instances: [], failures: [] }),
    read: async (ids) => ({
      instances: [],
      failures: ids.length === 0 ? [] : [{ source: name, error: 'asked', reason: ids.join() }],
    }),
    readBehind: async (interfaces) => ({
      instances: [],
      failures: [{ source: name, error: 'asked', reason: `behind ${interfaces.join()}` }],
    }),
  });
  const names = ['eu-west-1', 'us-east-1', '444455556666/eu-west-1'];
  const fleet = combineSources(names.map(named), systemClock);

  test.each([
    ['our own account', '111122223333', 'us-east-1', 'us-east-1'],
    ['another account', '444455556666', 'eu-west-1', '444455556666/eu-west-1'],
    ['a region that is not read', '111122223333', 'ap-south-1', undefined],
    ['a region that is not read in that account', '444455556666', 'us-east-1', undefined],
  ])('is that of its account and region: %s', (_, account, region, source) => {
    expect(fleet.sourceOf({ account, region })).toBe(source);
  });

  test('is asked for its instances alone, and no other source is asked', async () => {
    const instances = new Map([
      ['i-1', 'eu-west-1'],
      ['i-2', '444455556666/eu-west-1'],
      ['i-3', 'eu-west-1'],
    ]);
    const interfaces = new Map([
      ['eni-attach-1', 'us-east-1'],
      ['eni-2', 'us-east-1'],
      ['eni-3', 'eu-west-1'],
    ]);
    const { failures } = await fleet.readFrom({ instances, interfaces });
    expect(failures.map(({ source, reason }) => [source, reason])).toEqual([
      ['444455556666/eu-west-1', 'i-2'],
      // It did not answer the first question, so it is not asked the second.
      ['eu-west-1', 'i-1,i-3'],
      // No source finds an instance by an attachment.
      ['us-east-1', 'behind eni-2'],
    ]);
  });
});

test('an instance that is as it was stays the same object from list to list', async () => {
  const { source, launch, stop } = await ec2Fleet();
  const [shop = ''] = await launch({ 'proxy:host': 'shop' });
  const [wiki = ''] = await launch({ 'proxy:host': 'wiki' });
  const listed = async () => {
    const { instances } = await source.listTagged();
    return [shop, wiki].map((id) => instances.find((instance) => instance.id === id));
  };
  const before = await listed();
  await stop([wiki]);
  const after = await listed();
  expect(after[0]).toBe(before[0]);
  expect(after[1]).toMatchObject({ id: wiki, state: 'stopped' });
  expect((await source.read([shop])).instances[0]).toBe(before[0]);
});

describe('an instance that is listed twice', () => {
  const reading = (state: 'running' | 'stopped') => instance({ id: 1, state, tags: {} });
  const sourceOf = (name: string, answer: Promise<Listing>): Source => ({
    name,
    listTagged: () => answer,
    read: () => answer,
    readBehind: () => answer,
  });

  test('is as on the later page', async () => {
    const described = (state: string) => [{ Instances: [{ InstanceId: idOf(1), State: { Name: state } }] }];
    const pages = [
      { Reservations: described('running'), NextToken: 'more' },
      { Reservations: described('stopped') },
    ];
    const paged: EC2Client = Object.create(EC2Client.prototype, {
      send: { value: async () => pages.shift() },
    });
    const fleet = combineSources([new Ec2Fleet(paged, 'eu-west-1', systemClock)], systemClock);
    expect((await fleet.list([])).instances).toMatchObject([{ id: idOf(1), state: 'stopped' }]);
  });

  /** Two sources whose answers the test releases. */
  function two() {
    const answers: ((listing: Listing) => void)[] = [];
    const answer = () => new Promise<Listing>((resolve) => answers.push(resolve));
    const listing = combineSources(
      [sourceOf('eu-west-1', answer()), sourceOf('us-east-1', answer())],
      systemClock,
    ).list([]);
    const [first = () => {}, second = () => {}] = answers;
    return { listing, first, second };
  }

  test('is as in the region that answers last, for any order of the settings', async () => {
    const { listing, first, second } = two();
    second({ instances: [reading('stopped')], failures: [] });
    await Promise.resolve();
    first({ instances: [reading('running')], failures: [] });
    expect((await listing).instances).toEqual([reading('running')]);
  });

  test.each(['first', 'second'] as const)(
    'lists failures in the same order if the %s is the first to fail',
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

test('dozens of sources are asked four at a time, so that parsing does not use up their time limits', async () => {
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
    return { ...NO_INTERFACES, name, listTagged: ask, read: ask };
  });
  const fleet = combineSources(sources, systemClock);
  await fleet.list([]);
  await fleet.read([], []);
  expect(most).toBe(4);
  const all = sources.map(({ name }) => name);
  expect(seen).toEqual([...all, ...all]);
});

test('tagged instances are listed at once, before the other ids are known', async () => {
  const asked: string[] = [];
  const source: Source = {
    ...NO_INTERFACES,
    name: 'us-east-1',
    async listTagged() {
      asked.push('tagged');
      return { instances: [], failures: [] };
    },
    async read(ids) {
      asked.push(...ids);
      return { instances: [], failures: [] };
    },
  };
  let name = (_: string[]) => {};
  const listing = combineSources([source], systemClock).list(
    new Promise((resolve) => {
      name = resolve;
    }),
  );
  expect(asked).toEqual(['tagged']);
  name(['i-0123456789abcdef0']);
  await listing;
  expect(asked).toEqual(['tagged', 'i-0123456789abcdef0']);
});

test.each([{}, { NextToken: 'more' }])(
  'the answer %j is a failed listing, because it has no list',
  async (answer) => {
    const client: EC2Client = Object.create(EC2Client.prototype, { send: { value: async () => answer } });
    const source = new Ec2Fleet(client, 'eu-west-1', systemClock);
    const failed = { instances: [], failures: [{ source: 'eu-west-1', error: 'NoReservationsError' }] };
    expect(await source.listTagged()).toMatchObject(failed);
    expect(await source.read([idOf(1)])).toMatchObject(failed);
  },
);

test('EC2 is not asked for an invalid instance id, because it would refuse the whole call', async () => {
  const refusing: EC2Client = Object.create(EC2Client.prototype, {
    send: { value: () => Promise.reject(new Error('InvalidInstanceID.Malformed')) },
  });
  const source = new Ec2Fleet(refusing, 'eu-west-1', systemClock);
  expect(await source.read(['i-junk', ''])).toEqual({ instances: [], failures: [] });
});

describe('a region that accepts requests and never answers', () => {
  test('is not asked for further ids after it was silent about the first', async () => {
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

  test('gets five seconds, and then one second a run for a minute', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const silent: EC2Client = Object.create(EC2Client.prototype, {
      send: { value: () => new Promise(() => {}) },
    });
    const source = new Ec2Fleet(silent, 'eu-west-1', systemClock);
    const waited = async () => {
      const startedAt = Date.now();
      const listing = source.listTagged();
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

describe('EC2 that throttles', () => {
  const refusal = (name: string, httpStatusCode: number) =>
    new EC2ServiceException({ name, message: 'no', $fault: 'client', $metadata: { httpStatusCode } });
  const throttled = refusal('RequestLimitExceeded', 503);

  /** A source that gives these answers in turn, one for each call, and then a last, empty page. Each takes 50 ms. */
  function troubled(...answers: (Error | 'more')[]) {
    let now = 1_000_000;
    const waits: number[] = [];
    const tries: number[] = [];
    const clock: Clock = {
      ...{ now: () => now, random: () => 1, alarm: () => () => {} },
      sleep: async (milliseconds) => {
        now += milliseconds;
        waits.push(milliseconds);
      },
    };
    const send = async () => {
      tries.push(now);
      now += 50;
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return { Reservations: [], ...(answer === 'more' ? { NextToken: 'more' } : {}) };
    };
    const client: EC2Client = Object.create(EC2Client.prototype, { send: { value: send } });
    return { source: new Ec2Fleet(client, 'eu-west-1', clock), waits, tries, clock };
  }

  test('is asked again with growing waits, within one listing', async () => {
    const { source, waits, tries } = troubled(...Array<Error>(6).fill(throttled));
    expect(await source.listTagged()).toEqual({ instances: [], failures: [] });
    expect(tries).toHaveLength(7);
    expect(waits).toEqual([50, 100, 200, 400, 800, 1_000]);
  });

  test('fails after five seconds, with its own error', async () => {
    const { source, tries, clock } = troubled(...Array<Error>(99).fill(throttled));
    const startedAt = clock.now();
    expect((await source.listTagged()).failures).toEqual([
      {
        ...{ source: 'eu-west-1', error: 'RequestLimitExceeded' },
        reason: `RequestLimitExceeded: no (failed tries: ${tries.length})`,
      },
    ]);
    const lost = clock.now() - startedAt;
    expect([lost > 4_000, lost <= 5_000]).toEqual([true, true]);
  });

  test('gets one second during the next minute, and five again later', async () => {
    const { source, tries, clock } = troubled(...Array<Error>(99).fill(throttled));
    const triesOf = async () => {
      const before = tries.length;
      await source.listTagged();
      return tries.length - before;
    };
    expect([await triesOf(), await triesOf(), await triesOf()]).toEqual([9, 5, 5]);
    await clock.sleep(60_000);
    expect(await triesOf()).toBe(9);
  });

  test('gets five seconds once a minute, however often it is asked', async () => {
    const { source, tries, clock } = troubled(...Array<Error>(99).fill(throttled));
    const all: number[] = [];
    for (let asked = 0; asked < 5; asked++) {
      const before = tries.length;
      await source.listTagged();
      all.push(tries.length - before);
      await clock.sleep(20_000);
    }
    expect(all).toEqual([9, 5, 5, 9, 5]);
  });

  test.each([
    ['keeps its five seconds after a failure that cost less than one', 3, 9],
    ['has one second after a failure that cost one', 4, 5],
  ])('%s', async (_, throttlings, expected) => {
    const forbidden = refusal('UnauthorizedOperation', 403);
    const first = [...Array<Error>(throttlings).fill(throttled), forbidden];
    const { source, tries } = troubled(...first, ...Array<Error>(99).fill(throttled));
    await source.listTagged();
    await source.listTagged();
    expect(tries).toHaveLength(first.length + expected);
  });

  test('gets five seconds for all of its pages together', async () => {
    const page = [...Array<Error>(5).fill(throttled), 'more' as const];
    const { source, tries } = troubled(...page, ...page, ...page);
    expect((await source.listTagged()).failures).toMatchObject([
      { reason: expect.stringContaining('failed tries: 15') },
    ]);
    expect(tries).toHaveLength(17);
  });

  test.each([
    ['a fault of EC2', refusal('InternalError', 500), 2],
    ['too many requests by status', refusal('Other', 429), 2],
    ['a broken connection', Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }), 2],
    ['no connection', Object.assign(new Error('no connection'), { name: 'TimeoutError' }), 2],
    ['a refusal', refusal('UnauthorizedOperation', 403), 1],
    ['no credentials', Object.assign(new Error('none'), { name: 'CredentialsProviderError' }), 1],
  ])('is asked again after %s, if that helps', async (_, error, expected) => {
    const { source, tries } = troubled(error);
    const { failures } = await source.listTagged();
    expect(tries).toHaveLength(expected);
    expect(failures).toHaveLength(2 - expected);
  });
});

test('a listing of many silent sources waits fifteen seconds in all, and then one second for each further source', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const silent: EC2Client = Object.create(EC2Client.prototype, {
    send: { value: () => new Promise(() => {}) },
  });
  const sources = Array.from({ length: 30 }, (_, n) => new Ec2Fleet(silent, `region-${n}`, systemClock));
  const startedAt = Date.now();
  const listing = combineSources(sources, systemClock)
    .list([])
    .then(({ failures }) => ({ failed: failures.length, seconds: (Date.now() - startedAt) / 1000 }));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await listing).toEqual({ failed: 30, seconds: 20 });
});
