import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { shortActor } from '../../../cli/journal/event-lines.ts';
import { showEvents } from '../../../cli/journal/events.ts';
import { folderPlace } from '../../../cli/object-place.ts';
import { parseFleetEvent } from '../../../core/events/fleet-event.ts';
import { decisionKey } from '../../../core/journal/journal-key.ts';
import { type DecisionRecord, printRecord } from '../../../core/journal/journal-record.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { cli } from '../../support/tools/cli.ts';
import { A, B, fixture } from '../../support/values/event-fixtures.ts';

const SHOP = 'shop.dev.example.com';
const event = (name: string) => parseFleetEvent(fixture(name), {});

let count = 0;
function record(at: number, parts: Partial<DecisionRecord>): DecisionRecord {
  return {
    ...{
      version: 1,
      at: new Date(at).toISOString(),
      deployment: 'main',
      requestId: `r${++count}`,
      attempt: 1,
    },
    ...{
      causes: [],
      outcome: 'applied',
      puts: [],
      deletes: [],
      problems: [],
      durations: { total: 1 },
      ...parts,
    },
  };
}

function write(folder: string, one: DecisionRecord): void {
  const file = join(folder, decisionKey(Date.parse(one.at), one.requestId, one.attempt));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, printRecord(one));
}

const put = (state: 'live' | 'conflict', id: string) => ({ hostname: SHOP, state, instances: [id] });

const DAY = 86_400_000;

/** The last hour, as far as it belongs to today: lines of another day begin with the day. */
const LAST_HOUR = () => {
  const now = Date.now();
  return { since: Math.max(now - 3_600_000, now - (now % DAY)), until: Number.POSITIVE_INFINITY };
};

/** The lines from an hour ago on. `next` runs between two readings. */
async function linesOf(folder: string, ...next: (() => void)[]): Promise<string[]> {
  const lines: string[] = [];
  const terminal = {
    out: (line: string) => void lines.push(line),
    err: (line: string) => void lines.push(line),
    colour: false,
  };
  const more = [...next];
  await showEvents(folderPlace(folder), LAST_HOUR(), terminal, async () => {
    const one = more.shift();
    one?.();
    return one !== undefined;
  });
  return lines;
}

describe('the events of a journal', () => {
  test('have a line each, with their effects, oldest first', async () => {
    const folder = await temporaryFolder();
    const now = Date.now();
    const stranger = { ...event('stop-instances'), ids: [B] };
    const records = [
      record(now - 4_000, { causes: [event('run-instances'), stranger], puts: [put('live', A)] }),
      record(now - 3_000, {
        causes: [event('create-tags')],
        puts: [put('conflict', A)],
        before: [put('live', A)],
      }),
      record(now - 2_000, {
        causes: [event('schedule.rule')],
        deletes: [SHOP],
        before: [put('conflict', A)],
      }),
      record(now - 1_500, { causes: [event('schedule.rule')], outcome: 'unchanged' }),
      record(now - 1_000, { causes: [event('run-instances.dry-run')], outcome: 'unchanged' }),
      record(now - 500, {
        causes: [event('stop-instances')],
        outcome: 'failed',
        error: 'TimeoutError: no answer',
      }),
      record(now - 7_200_000, { causes: [event('run-instances')], puts: [put('live', A)] }),
    ];
    for (const one of records.reverse()) write(folder, one);
    const lines = await linesOf(folder);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    const shown = lines.map((line) => line.replace(/^\d\d:\d\d:\d\d /, 'CLOCK ')).join('\n');
    await expect(`${shown}\n`).toMatchFileSnapshot('../../golden/events/an-hour.txt');
  });

  test('are followed: each decision is shown once, when it is there', async () => {
    const folder = await temporaryFolder();
    const first = record(Date.now() - 10, { causes: [event('run-instances')], puts: [put('live', A)] });
    write(folder, first);
    const lines = await linesOf(
      folder,
      () => undefined,
      () =>
        write(folder, record(Date.now() - 5, { causes: [event('stop-instances')], outcome: 'unchanged' })),
      () => undefined,
    );
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain(`RunInstances ${A} +1 by ada → ${SHOP} live`);
    expect(lines[1]).toMatch(/StopInstances .* → unchanged$/);
  });

  test('are followed further when the journal cannot be read for a while, and none is lost', async () => {
    const folder = await temporaryFolder();
    const place = folderPlace(folder);
    const lines: string[] = [];
    const out = (line: string) => void lines.push(line);
    let rounds = 0;
    const isDown = () => rounds === 1 || rounds === 2;
    const flaky = {
      ...place,
      listKeys: (prefix: string) =>
        isDown()
          ? Promise.reject(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' }))
          : place.listKeys(prefix),
    };
    write(folder, record(Date.now() - 10, { causes: [event('run-instances')], puts: [put('live', A)] }));
    await showEvents(flaky, LAST_HOUR(), { out, err: out, colour: false }, async () => {
      rounds += 1;
      if (rounds === 1)
        write(folder, record(Date.now(), { causes: [event('stop-instances')], outcome: 'unchanged' }));
      return rounds < 4;
    });
    expect(lines).toEqual([
      expect.stringContaining('RunInstances'),
      '! cannot read the journal, trying again: no answer',
      '! cannot read the journal, trying again: no answer',
      expect.stringContaining('StopInstances'),
    ]);
  });

  test('name a user, or a role with its session', () => {
    expect(shortActor('arn:aws:iam::123456789012:user/ada')).toBe('ada');
    expect(shortActor('arn:aws:sts::123456789012:assumed-role/Admin/ada@example.com')).toBe(
      'Admin/ada@example.com',
    );
    expect(shortActor('autoscaling.amazonaws.com')).toBe('autoscaling.amazonaws.com');
  });

  describe('of a period', () => {
    const AT_TWO = Date.UTC(2026, 10, 23, 14);

    /** A journal with an event every ten minutes from 13:40 to 14:20, and one at the last moment of the day before. */
    async function journal(): Promise<string> {
      const folder = await temporaryFolder();
      const times = [-20, -10, 0, 10, 20].map((minutes) => AT_TWO + minutes * 60_000);
      for (const at of [...times, Date.UTC(2026, 10, 23) - 1]) {
        const stop = { ...event('stop-instances'), time: new Date(at).toISOString() };
        write(folder, record(at, { causes: [stop], outcome: 'unchanged' }));
      }
      return folder;
    }

    const clocks = (out: string) => out.split('\n').map((line) => line.slice(6, 14));

    test('are those between --since and --until, both included', async () => {
      const period = ['--since', '2026-11-23T13:50Z', '--until', '2026-11-23T15:10+01:00'];
      const { code, out, err } = await cli('events', '--from', await journal(), ...period);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(clocks(out)).toEqual(['13:50:00', '14:00:00', '14:10:00']);
    });

    test('are those of the hour before --until, if there is no --since', async () => {
      const { out } = await cli('events', '--from', await journal(), '--until', '2026-11-23T14:59:59Z');
      expect(clocks(out)).toEqual(['14:00:00', '14:10:00', '14:20:00']);
    });

    test('have their day, if the period does not begin today', async () => {
      const period = ['--since', '2026-11-22', '--until', '2026-11-23T13:45Z'];
      const { out } = await cli('events', '--from', await journal(), ...period);
      expect(out.split('\n').map((line) => line.slice(0, 14))).toEqual(['11-22 23:59:59', '11-23 13:40:00']);
    });

    test('begin and end within a second', async () => {
      const period = ['--since', '2026-11-22T23:59:59.999Z', '--until', '2026-11-23T13:39:59.999Z'];
      const { out } = await cli('events', '--from', await journal(), ...period);
      expect(clocks(out)).toEqual(['23:59:59']);
    });

    test('are read without the objects of other hours', async () => {
      const place = folderPlace(await journal());
      const read: string[] = [];
      const counted = {
        ...place,
        readText: (key: string) => {
          read.push(key.slice(-17));
          return place.readText(key);
        },
      };
      const period = { since: AT_TWO, until: AT_TWO + 60_000 };
      const terminal = { out: () => undefined, err: () => undefined, colour: false };
      expect(await showEvents(counted, period, terminal, async () => false)).toBe(1);
      expect(read).toHaveLength(1);
    });

    test('may be none, which the command says', async () => {
      const period = ['--since', '2026-11-23T12:00Z', '--until', '2026-11-23T12:30Z'];
      expect(await cli('events', '--from', await journal(), ...period)).toEqual({
        code: 0,
        out: '',
        err: 'no event between 2026-11-23T12:00:00.000Z and 2026-11-23T12:30:00.000Z',
      });
    });

    test.each([
      [['--since', '2999-01-01'], '--since is "2999-01-01", which is in the future; give a past time'],
      [['--until', '2999-01-01'], '--until is "2999-01-01", which is in the future; give a past time'],
      [['--until', '14:00'], '--until is "14:00"; expected a date, or a time with its zone'],
      [
        ['--since', '2026-11-23T15:00Z', '--until', '2026-11-23T14:00Z'],
        '--since is later than --until; give an earlier time',
      ],
      [['--follow', '--until', '2026-11-23'], '--follow and --until exclude each other; give one of them'],
    ])('cannot be %j', async (options, message) => {
      for (const command of [['events'], ['history', 'shop']]) {
        if (command[0] === 'history' && options.includes('--follow')) continue;
        const { code, err } = await cli(...command, ...options);
        expect(code).toBe(2);
        expect(err).toContain(message);
      }
    });
  });
});
