import { describe, expect, test } from 'vitest';
import { buildHistory } from '../../../core/journal/history.ts';
import { run, StoreUnwrittenError } from '../../../updater/run/run.ts';
import { decisions, keysOf, message, RUNNING, SHOP, stand } from '../../support/stands/updater-stand.ts';
import { fixture } from '../../support/values/event-fixtures.ts';
import { idOf, NOW } from '../../support/values/instances.ts';
import { SWEEP } from '../../support/values/made-events.ts';

describe('the journal', () => {
  test('F1: has one object for an event, however often it is delivered', async () => {
    const { parts, journal, store, metrics } = await stand();
    for (const request of ['request-1', 'request-2', 'request-3']) {
      await run(parts, [message(RUNNING), message(RUNNING)], request);
    }
    expect(keysOf(journal).filter((prefix) => prefix === 'raw')).toHaveLength(1);
    expect(store.calls.write).toBe(1);
    for (const figures of metrics.runs) expect(figures).not.toHaveProperty('JournalFailures');
  });

  test.each([
    ['no JSON', '{"half'],
    ['nothing', ''],
    ['a string', '"who knows"'],
    ['an array', '[]'],
    ['null', 'null'],
    ['an object of an unknown kind', '{"who":"knows"}'],
    ['the repr of a Python object', "{'detail': {'instance-id': None, 'state': True}}"],
    ['prototype keys', '{"__proto__":{"source":"aws.ec2"},"constructor":{"prototype":{}}}'],
    [
      'a string where the detail belongs',
      '{"source":"aws.ec2","detail-type":"EC2 Instance State-change Notification","detail":"x"}',
    ],
    ['several lines', 'line 1\r\nline 2\n'],
    ['a megabyte', 'x'.repeat(1_000_000)],
  ])('F12: quarantines %s as one line of JSON, and the batch succeeds', async (_what, junk) => {
    const { parts, journal, store, metrics } = await stand();
    await run(parts, [message(junk), message(RUNNING)], 'request-1');
    expect([...store.store.entries.keys()]).toEqual([SHOP]);
    const kept = [...journal.records].filter(([key]) => key.startsWith('quarantine/'));
    expect(kept).toHaveLength(1);
    const [, line = ''] = kept[0] ?? [];
    expect(line.indexOf('\n')).toBe(line.length - 1);
    expect(JSON.parse(line)).toMatchObject({
      body: junk,
      receivedAt: new Date((NOW - 2) * 1000).toISOString(),
    });
    expect(metrics.runs[0]).toMatchObject({ QuarantinedEvents: [1] });
  });

  test('F53: the next attempt completes a run that crashed after the store and before the record', async () => {
    const { parts, environment, journal, store } = await stand();
    // The function ends at once: nothing after the write happens.
    await new Promise<void>((dead) => {
      const append = (key: string, body: string) => {
        if (key.startsWith('raw/')) return journal.append(key, body);
        dead();
        return new Promise<never>(() => {});
      };
      void run({ ...parts, journal: { append } }, [message(RUNNING)], 'request-1');
    });
    expect(store.store.entries.has(SHOP)).toBe(true);
    await run(environment(), [message(RUNNING, 2)], 'request-2');
    expect(keysOf(journal)).toEqual(['decisions', 'raw']);
    expect(decisions(journal)).toMatchObject([
      { outcome: 'unchanged', attempt: 2, found: [{ hostname: SHOP, state: 'live', instances: [idOf(1)] }] },
    ]);
  });

  test('F53: a crash after the record and before the mirror costs a listing, but no part of the history', async () => {
    const { parts, environment, journal, store } = await stand();
    await run(parts, [message(SWEEP)], 'request-1');
    store.store.update({ deletes: [SHOP] }, store.store.describe().etag);
    await new Promise<void>((dead) => {
      parts.store.endRun = () => {
        dead();
        return new Promise<never>(() => {});
      };
      void run(parts, [message({ action: 'audit' })], 'request-2');
    });
    await run(environment(), [message(SWEEP)], 'request-3');
    expect(buildHistory(decisions(journal), SHOP).map(({ state, requestId }) => [state, requestId])).toEqual([
      ['live', 'request-1'],
      ['gone', 'request-2'],
      ['live', 'request-2'],
    ]);
  });

  test('F54: the next run makes up for a record that S3 refused, here or in another environment', async () => {
    for (const isOther of [false, true]) {
      const { parts, environment, journal } = await stand();
      journal.fault = new Error('SlowDown');
      await run(parts, [message(SWEEP)], 'request-1');
      journal.fault = undefined;
      for (const request of ['request-2', 'request-3'])
        await run(isOther ? environment() : parts, [message(SWEEP)], request);
      expect(decisions(journal)).toMatchObject([
        {
          requestId: 'request-2',
          outcome: 'unchanged',
          puts: [],
          found: [{ hostname: SHOP, state: 'live' }],
        },
      ]);
    }
  });

  test('F54: routes change although the journal cannot be written; log and metrics say so', async () => {
    const { parts, journal, store, lines, metrics } = await stand();
    journal.fault = new Error('AccessDenied');
    await run(parts, [message(RUNNING)], 'request-1');
    expect(store.store.entries.has(SHOP)).toBe(true);
    expect(metrics.runs[0]).toMatchObject({ JournalFailures: [2] });
    expect(lines.filter(({ level }) => level === 'ERROR')).toHaveLength(2);
  });

  test('F54: has event and outcome although the store cannot be written', async () => {
    const { parts, journal, store } = await stand();
    store.fault = new Error('AccessDenied');
    await expect(run(parts, [message(RUNNING)], 'request-1')).rejects.toThrow(StoreUnwrittenError);
    expect(keysOf(journal)).toEqual(['decisions', 'raw']);
    expect(decisions(journal)).toMatchObject([
      { outcome: 'failed', error: expect.stringContaining('AccessDenied') },
    ]);
  });

  test('is written while the fleet is listed, not before', async () => {
    const { parts, journal } = await stand();
    const order: string[] = [];
    const append = journal.append.bind(journal);
    let release = () => {};
    const listed = new Promise<void>((resolve) => {
      release = resolve;
    });
    journal.append = async (key, body) => {
      order.push(`append ${key.split('/')[0]}`);
      // This waits for the listing. In sequence, the two would wait for each other forever.
      if (key.startsWith('raw/')) await listed;
      return append(key, body);
    };
    const { fleet } = parts;
    const list = (also: readonly string[]) => {
      release();
      order.push('list');
      return fleet.list(also);
    };
    await run({ ...parts, fleet: { ...fleet, list } }, [message(RUNNING)], 'request-1');
    expect(order).toEqual(['append raw', 'list', 'append decisions']);
  });

  test('F55: has both of two events of one second, for any clock of the host', async () => {
    const { parts, journal } = await stand();
    const other = { ...RUNNING, id: 'another-of-the-same-second' };
    await run(parts, [message(RUNNING), message(other)], 'request-1');
    const skewed = {
      ...parts,
      clock: { ...parts.clock, now: () => 0, sleep: async () => {}, alarm: () => () => {}, random: () => 0 },
    };
    await run(skewed, [message(RUNNING, 2), message(other, 2)], 'request-2');
    expect(keysOf(journal).filter((prefix) => prefix === 'raw')).toHaveLength(2);
  });

  test('reports changes of another writer to our entries once, and never those to its own', async () => {
    const { parts, journal, store } = await stand();
    await run(parts, [message(SWEEP)], 'request-1');
    const { etag } = store.store.describe();
    store.store.update({ puts: [{ key: 'by-hand', value: 'x' }], deletes: [SHOP] }, etag);
    parts.store.forget();
    for (const request of ['request-2', 'request-3']) await run(parts, [message(SWEEP)], request);
    const [, second, ...others] = decisions(journal);
    expect(second).toMatchObject({ requestId: 'request-2', missing: [SHOP], puts: [{ hostname: SHOP }] });
    expect(second).not.toHaveProperty('found');
    expect(others).toEqual([]);
  });

  test('F58: ignores our own write when CloudTrail reports it', async () => {
    const { parts, journal, store, metrics } = await stand();
    await run(parts, [message(SWEEP)], 'request-1');
    const calls = { ...store.calls };
    const launch = fixture('run-instances');
    const echo = {
      ...launch,
      id: 'echo',
      source: 'aws.cloudfront-keyvaluestore',
      detail: {
        eventID: 'echo',
        eventName: 'UpdateKeys',
        eventSource: 'cloudfront-keyvaluestore.amazonaws.com',
      },
    };
    await run(parts, [message(echo)], 'request-2');
    expect(store.calls).toEqual(calls);
    expect(decisions(journal)[1]).toMatchObject({ outcome: 'unchanged', causes: [{ verdict: 'ignored' }] });
    expect(metrics.runs[1]).not.toHaveProperty('Changes');
  });
});
