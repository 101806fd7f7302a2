import { describe, expect, test } from 'vitest';
import { returnEarly } from '../../../updater/run/return-early.ts';
import { run, StoreUnwrittenError } from '../../../updater/run/run.ts';
import { MemoryQueue } from '../../support/stands/memory.ts';
import { decisions, keysOf, message, RUNNING, SHOP, stand } from '../../support/stands/updater-stand.ts';
import { fixture } from '../../support/values/event-fixtures.ts';
import { idOf, instance, NOW } from '../../support/values/instances.ts';
import { SWEEP } from '../../support/values/made-events.ts';

describe('a run', () => {
  test('journals each event as received, follows the fleet, and records its changes and their causes', async () => {
    const { parts, store, journal, routes, lines } = await stand();
    await run(parts, [message(RUNNING)], 'request-1');
    expect([...store.store.entries.keys()]).toEqual([SHOP]);
    expect(routes()).toMatchObject({
      updatedAt: new Date(NOW * 1000).toISOString(),
      routes: [{ hostname: SHOP }],
    });
    const [[key, body] = []] = journal.records;
    expect(key).toBe(
      `raw/account=123456789012/region=eu-west-1/dt=2026-03-02/091530_state-change_${RUNNING['id']}.json`,
    );
    expect(body).toBe(`${JSON.stringify(RUNNING)}\n`);
    const decision = {
      requestId: 'request-1',
      outcome: 'applied',
      puts: [{ hostname: SHOP, instances: [idOf(1)] }],
    };
    expect(decisions(journal)).toMatchObject([
      { ...decision, causes: [{ kind: 'state-change', name: 'running' }] },
    ]);
    expect(lines).toMatchObject([
      { level: 'INFO', message: 'run', requestId: 'request-1', causes: 1, changed: [`${SHOP} live`] },
    ]);
  });

  test('handles the good events of a batch beside junk, foreign and failed ones', async () => {
    const { parts, store, journal } = await stand();
    const elsewhere = { ...RUNNING, id: 'elsewhere', region: 'ap-south-1' };
    const batch = [
      '{"half',
      '',
      'null',
      '[]',
      { who: 'knows' },
      elsewhere,
      fixture('run-instances.refused'),
      RUNNING,
    ];
    await run(
      { ...parts, watched: { regions: ['eu-west-1'] } },
      batch.map((event) => message(event)),
      'request-1',
    );
    expect([...store.store.entries.keys()]).toEqual([SHOP]);
    expect(keysOf(journal)).toEqual(['decisions', ...Array(5).fill('quarantine'), ...Array(3).fill('raw')]);
    expect(decisions(journal)[0]?.causes.map((cause) => cause.verdict)).toEqual([
      ...Array(5).fill('quarantined'),
      'ignored',
      'ignored',
      'hint',
    ]);
  });

  test('makes no calls if no event is a hint', async () => {
    const { parts, fleet, store, journal, lines } = await stand();
    await run(parts, [message(fixture('create-bucket')), message('junk')], 'request-1');
    expect({ ...store.calls, ...fleet.calls }).toEqual({
      ...{ describe: 0, list: 0, get: 0, write: 0, read: 0, readFrom: 0 },
    });
    expect(decisions(journal)).toMatchObject([{ outcome: 'unchanged', causes: [{}, {}] }]);
    expect(lines).toHaveLength(1);
  });

  test('records a sweep only if it changed something', async () => {
    const { parts, fleet, journal, lines } = await stand();
    await run(parts, [message(SWEEP)], 'request-1');
    await run(parts, [message(SWEEP)], 'request-2');
    fleet.instances = [instance({ id: 1, state: 'stopped', tags: { 'proxy:host': 'shop' } })];
    await run(parts, [message(SWEEP)], 'request-3');
    expect(decisions(journal).map((record) => record.requestId)).toEqual(['request-1', 'request-3']);
    expect(keysOf(journal)).toEqual(['decisions', 'decisions']);
    expect(lines.map((line) => line['level'])).toEqual(['INFO', 'DEBUG', 'INFO']);
  });

  test('counts a repeated event once, and each attempt of a batch', async () => {
    const { parts, journal } = await stand();
    await run(parts, [message(RUNNING)], 'request-1');
    await run(parts, [message(RUNNING, 2), message(RUNNING)], 'request-2');
    expect(keysOf(journal)).toEqual(['decisions', 'decisions', 'raw']);
    expect(decisions(journal).map((record) => record.attempt)).toEqual([1, 2]);
  });
});

describe('a run with a failure', () => {
  test('still routes if the journal cannot be written', async () => {
    const { parts, store, journal, routes, lines } = await stand();
    journal.fault = new Error('SlowDown');
    await run(parts, [message(RUNNING)], 'request-1');
    expect([...store.store.entries.keys()]).toEqual([SHOP]);
    expect(routes()).toMatchObject({ routes: [{ hostname: SHOP }] });
    expect(lines.filter((line) => line['level'] === 'ERROR')).toEqual([
      { level: 'ERROR', message: 'the journal could not be written', error: 'Error: SlowDown' },
      { level: 'ERROR', message: 'the journal could not be written', error: 'Error: SlowDown' },
    ]);
  });

  test('journals if the store cannot be written, and gives the batch back', async () => {
    const { parts, store, journal } = await stand();
    store.fault = new Error('AccessDeniedException');
    const running = run(parts, [message(RUNNING)], 'request-1');
    await expect(running).rejects.toThrow(StoreUnwrittenError);
    await expect(running).rejects.toThrow(/could not be read or written: Error: AccessDeniedException/);
    expect(keysOf(journal)).toEqual(['decisions', 'raw']);
    expect(decisions(journal)).toMatchObject([
      { outcome: 'failed', error: expect.stringContaining('AccessDenied') },
    ]);
    store.fault = undefined;
    await run(parts, [message(RUNNING, 2)], 'request-2');
    expect([...store.store.entries.keys()]).toEqual([SHOP]);
  });

  test('gives the batch back if other writers win every race', async () => {
    const { parts, store } = await stand();
    const rival = () => {
      store.put('rival', `${store.calls.write}`);
      store.before = rival;
    };
    store.before = rival;
    await expect(run(parts, [message(RUNNING)], 'request-1')).rejects.toThrow(/not be written \(tries: 7\)/);
  });

  test('fails before Lambda ends it if reads work and no write is answered', async () => {
    const { parts, store, clock, journal, metrics, lines } = await stand();
    store.write = async () => {
      clock.advance(12_000);
      throw new Error('TimeoutError');
    };
    const running = run(parts, [message(RUNNING)], 'request-1');
    await expect(running).rejects.toThrow(/not be written \(tries: 2\): Error: TimeoutError/);
    expect(clock.now() - NOW * 1000).toBe(24_000);
    const error = expect.stringContaining('TimeoutError');
    expect(decisions(journal)).toMatchObject([{ outcome: 'conflict', error }]);
    expect(lines[0]).toMatchObject({ level: 'ERROR', error });
    expect(metrics.runs).toMatchObject([{ FailedRuns: [1] }]);
  });

  test('changes nothing and consumes the batch if the fleet cannot be listed; the next sweep catches up', async () => {
    const { parts, fleet, store, journal, routes } = await stand();
    await run(parts, [message(SWEEP)], 'request-1');
    const before = { entries: new Map(store.store.entries), routes: routes() };
    fleet.down.add('us-east-1');
    await run(parts, [message(SWEEP)], 'request-2');
    expect({ entries: store.store.entries, routes: routes() }).toEqual(before);
    expect(decisions(journal).at(-1)).toMatchObject({
      outcome: 'failed',
      error: expect.stringContaining('RequestLimitExceeded'),
    });
  });

  test('still routes if the list of routes cannot be written, and writes it in the next run', async () => {
    const { parts, store, routes, lines } = await stand();
    parts.routesFile.fault = new Error('SlowDown');
    await run(parts, [message(RUNNING)], 'request-1');
    expect([...store.store.entries.keys()]).toEqual([SHOP]);
    expect(lines).toContainEqual({
      level: 'ERROR',
      message: 'the list of routes could not be written',
      error: 'Error: SlowDown',
    });
    parts.routesFile.fault = undefined;
    await run(parts, [message(SWEEP)], 'request-2');
    expect(routes()).toMatchObject({ routes: [{ hostname: SHOP }] });
  });
});

describe('the list of routes for the portal', () => {
  test('is written if it changed, problems included', async () => {
    const { parts, fleet, routes } = await stand();
    await run(parts, [message(SWEEP)], 'request-1');
    await run(parts, [message(SWEEP)], 'request-2');
    expect(parts.routesFile.saves).toBe(1);
    fleet.instances = [...fleet.instances, instance({ id: 2, tags: { 'proxy:hots': 'typo' } })];
    await run(parts, [message(SWEEP)], 'request-3');
    expect(parts.routesFile.saves).toBe(2);
    expect(routes().problems).toMatchObject([{ instance: idOf(2), tag: 'proxy:hots' }]);
  });

  test('is right if two environments take turns and the fleet returns to an earlier state', async () => {
    const { parts: one, environment, fleet, routes } = await stand();
    const two = environment();
    const fine = fleet.instances;
    await run(one, [message(SWEEP)], 'request-1');
    fleet.instances = [...fine, instance({ id: 2, tags: { 'proxy:hots': 'typo' } })];
    await run(two, [message(SWEEP)], 'request-2');
    expect(routes().problems).toHaveLength(1);
    fleet.instances = fine;
    await run(one, [message(SWEEP)], 'request-3');
    expect(routes().problems).toEqual([]);
  });
});

describe('a failed batch', () => {
  test('comes back after 5 to 80 s, and from its sixth delivery on at the time of the queue', async () => {
    const { parts, store, queue } = await stand();
    store.fault = new Error('InternalServerException');
    for (let attempt = 1; attempt <= 7; attempt++)
      await expect(run(parts, [message(RUNNING, attempt)], 'request')).rejects.toThrow(StoreUnwrittenError);
    expect(queue.returns).toEqual(
      [5, 10, 20, 40, 80].map((delay, n) => ({ receipts: [`receipt-${n + 1}`], delay })),
    );
  });

  test('waits as long as its most often delivered message', async () => {
    const { parts, store, queue } = await stand();
    store.fault = new Error('InternalServerException');
    const batch = [message(RUNNING, 3), message('junk')];
    await expect(run(parts, batch, 'request')).rejects.toThrow(StoreUnwrittenError);
    expect(queue.returns).toEqual([{ receipts: ['receipt-3', 'receipt-1'], delay: 20 }]);
  });

  test('comes back early after a write without an answer, and finds it', async () => {
    const { parts, environment, store, queue, clock, states } = await stand();
    store.after = () => {
      store.fault = new Error('socket hang up');
      throw store.fault;
    };
    await expect(run(parts, [message(RUNNING)], 'request-1')).rejects.toThrow(StoreUnwrittenError);
    expect(queue.returns).toHaveLength(1);
    store.fault = undefined;
    await clock.sleep(5_000);
    await run(environment(), [message(RUNNING, 2)], 'request-2');
    expect(states()).toEqual({ shop: 'live' });
    expect(store.calls.write).toBe(1);
  });

  test('keeps its two minutes if the queue cannot be told, and the log says so', async () => {
    const { parts, store, queue, lines } = await stand();
    store.fault = new Error('InternalServerException');
    queue.fault = new Error('ServiceUnavailable');
    await expect(run(parts, [message(RUNNING)], 'request')).rejects.toThrow(StoreUnwrittenError);
    expect(lines.at(-1)).toEqual({
      level: 'WARN',
      message: 'the failed batch comes back two minutes after its delivery',
      reason: 'the queue could not be told otherwise: Error: ServiceUnavailable',
    });
  });

  test.each([
    ['keeps its two minutes if it has sent a write and the mirror cannot be saved', true, 0],
    ['comes back early without a mirror if it has sent no write', false, 1],
  ])('%s', async (_, hasSent, returns) => {
    const queue = new MemoryQueue();
    const lines: Record<string, unknown>[] = [];
    const parts = {
      queue,
      store: { leaveMark: async () => false },
      log: (line: object) => lines.push({ ...line }),
    };
    await returnEarly(parts, [message(RUNNING)], hasSent);
    expect(queue.returns).toHaveLength(returns);
    const reason = 'the mirror could not be saved';
    expect(lines.map((line) => line['reason'])).toEqual([hasSent ? reason : undefined]);
  });

  test('that succeeds is not returned', async () => {
    const { parts, queue } = await stand();
    await run(parts, [message(RUNNING)], 'request');
    expect(queue.returns).toEqual([]);
  });
});
