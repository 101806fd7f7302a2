import { setImmediate } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { Fault } from '../../core/schema.ts';
import { dayKey, parseDay } from '../../core/traffic/day-file.ts';
import { formatLogKey } from '../../core/traffic/log-key.ts';
import { BusyDocumentError, countLog, recountDay } from '../../traffic/count-log.ts';
import { makeHandler, UnknownEventError } from '../../traffic/handle-event.ts';
import type { Documents, TrafficParts } from '../../traffic/ports.ts';
import { servedLine } from './log-lines.ts';

const DAY = '2026-11-30';
const LAST = '_proxy/last-requests.json';
const TRAFFIC = '_proxy/traffic.json';

/** Documents in memory. `onSave` runs before each write, like a faster writer. */
class MemoryDocuments implements Documents {
  readonly texts = new Map<string, string>();
  readonly #versions = new Map<string, number>();
  readonly saved: string[] = [];
  onSave: (key: string) => void = () => {};

  async load(key: string) {
    const body = this.texts.get(key);
    return body === undefined ? undefined : { body, version: String(this.#versions.get(key)) };
  }

  async save(key: string, body: string, version: string | undefined) {
    this.onSave(key);
    const known = this.texts.has(key) ? String(this.#versions.get(key)) : undefined;
    if (known !== version) return false;
    this.put(key, body);
    this.saved.push(key);
    return true;
  }

  put(key: string, body: string) {
    this.texts.set(key, body);
    this.#versions.set(key, (this.#versions.get(key) ?? 0) + 1);
  }
}

function bench(logs: Record<string, readonly string[]>) {
  const days = new MemoryDocuments();
  const site = new MemoryDocuments();
  const warnings: string[] = [];
  const parts: TrafficParts = {
    deployment: 'main',
    logs: {
      async open(key) {
        const lines = logs[key];
        return lines === undefined ? undefined : pieces(lines.join('\n'));
      },
      async *keys() {
        yield* Object.keys(logs);
      },
    },
    ...{ days, site },
    sleep: async () => {},
    random: () => 0.5,
    warn: (message) => warnings.push(message),
  };
  const day = () => {
    const parsed = parseDay(days.texts.get(dayKey(DAY)) ?? '');
    if (parsed instanceof Fault) throw new Error(String(parsed));
    return parsed;
  };
  return { parts, days, site, warnings, day };
}

/** Text in pieces that end within lines, as a stream delivers them. */
async function* pieces(text: string): AsyncIterable<string> {
  for (let at = 0; at < text.length; at += 7) yield text.slice(at, at + 7);
}

const keyOf = (hour: number, part: string) =>
  formatLogKey('E2Q', new Date(Date.parse(`${DAY}T00:00:00Z`) + hour * 3_600_000), part);

const SHOP = 'shop.dev.example.com';

describe('a new log', () => {
  test('is counted in the hour of its key, and its last requests are published', async () => {
    const { parts, day, site } = bench({ [keyOf(5, 'a')]: [servedLine(SHOP), servedLine(SHOP), ''] });
    await countLog(keyOf(5, 'a'), parts);
    expect(day().hours.get(5)?.apps.get(SHOP)).toMatchObject({ requests: 2 });
    expect(JSON.parse(site.texts.get(LAST) ?? '')).toEqual({
      version: 1,
      deployment: 'main',
      lastRequests: { [SHOP]: '2026-11-30T05:10:00.250Z' },
    });
  });

  test('is counted once, however often its event comes', async () => {
    const { parts, day, days } = bench({ [keyOf(5, 'a')]: [servedLine(SHOP)] });
    for (const _event of [1, 2, 3]) await countLog(keyOf(5, 'a'), parts);
    expect(day().hours.get(5)?.apps.get(SHOP)).toMatchObject({ requests: 1 });
    expect(days.saved).toHaveLength(1);
  });

  test('is counted beside those of a faster writer', async () => {
    const logs = { [keyOf(5, 'a')]: [servedLine(SHOP)], [keyOf(5, 'b')]: [servedLine(SHOP)] };
    const { parts, days, day } = bench(logs);
    const other = bench(logs);
    await countLog(keyOf(5, 'b'), other.parts);
    days.onSave = () => {
      days.onSave = () => {};
      days.put(dayKey(DAY), other.days.texts.get(dayKey(DAY)) ?? '');
    };
    await countLog(keyOf(5, 'a'), parts);
    expect(day().hours.get(5)?.apps.get(SHOP)).toMatchObject({ requests: 2 });
  });

  test('is counted beside fifty others of the same moment', async () => {
    const keys = Array.from({ length: 50 }, (_, n) => keyOf(n % 24, `part${n}`));
    const { parts, day } = bench(Object.fromEntries(keys.map((key) => [key, [servedLine(SHOP)]])));
    // One writer after the other ends its wait, as with waits of random length.
    const waiting: (() => void)[] = [];
    const sleep = () =>
      new Promise<void>((resolve) => {
        waiting.push(resolve);
      });
    const counted = Promise.all(keys.map((key) => countLog(key, { ...parts, sleep })));
    const ended = counted.then(() => 'ended' as const);
    while ((await Promise.race([ended, setImmediate('waiting' as const)])) === 'waiting') waiting.shift()?.();
    const requests = [...day().hours.values()].map(({ apps }) => apps.get(SHOP)?.requests ?? 0);
    expect(requests.reduce((sum, each) => sum + each, 0)).toBe(50);
  });

  test('fails if others are always faster, so that Lambda tries again', async () => {
    const { parts, days } = bench({ [keyOf(5, 'a')]: [servedLine(SHOP)] });
    days.onSave = () => days.put(dayKey(DAY), `{"version":1,"day":"${DAY}","hours":{}}`);
    await expect(countLog(keyOf(5, 'a'), parts)).rejects.toThrow(BusyDocumentError);
  });

  test('that was deleted, and another object, are named and skipped', async () => {
    const { parts, days, warnings } = bench({});
    await countLog(keyOf(5, 'gone'), parts);
    await countLog('traffic/2026-11-30.json', parts);
    expect(warnings).toEqual([
      `${keyOf(5, 'gone')} is not there any more, so it is not counted`,
      'traffic/2026-11-30.json is not the key of an access log, so it is not counted',
    ]);
    expect(days.saved).toEqual([]);
  });

  test('with damaged lines counts the others and says so', async () => {
    const { parts, day, warnings } = bench({ [keyOf(5, 'a')]: ['{"x"', servedLine(SHOP)] });
    await countLog(keyOf(5, 'a'), parts);
    expect(day().hours.get(5)).toMatchObject({ unreadable: 1 });
    expect(day().hours.get(5)?.apps.get(SHOP)).toMatchObject({ requests: 1 });
    expect(warnings).toEqual([`unreadable lines in ${keyOf(5, 'a')}: 1`]);
  });

  test('whose compressed data is damaged is counted once, with a line that cannot be read', async () => {
    const { parts, day } = bench({});
    const { createGunzip } = await import('node:zlib');
    const packed = gzipSync(`${servedLine(SHOP)}\n${servedLine(SHOP)}`);
    const unpacker = createGunzip().setEncoding('utf8');
    unpacker.end(Buffer.concat([packed.subarray(0, packed.length - 8), Buffer.alloc(8)]));
    await countLog(keyOf(5, 'a'), { ...parts, logs: { ...parts.logs, open: async () => unpacker } });
    expect(day().hours.get(5)).toMatchObject({ unreadable: 1 });
    expect(day().hours.get(5)?.files.size).toBe(1);
  });

  test('with an endless line is counted without it', async () => {
    const { parts, day } = bench({});
    const open = async () =>
      (async function* () {
        for (let part = 0; part < 40; part++) yield 'x'.repeat(100_000);
        yield `\n${servedLine(SHOP)}\n`;
      })();
    await countLog(keyOf(5, 'a'), { ...parts, logs: { ...parts.logs, open } });
    expect(day().hours.get(5)).toMatchObject({ unreadable: 4 });
    expect(day().hours.get(5)?.apps.get(SHOP)).toMatchObject({ requests: 1 });
  });

  test('whose reading fails for another reason is read again by the next attempt', async () => {
    const { parts, days } = bench({});
    const open = async () =>
      (async function* () {
        yield servedLine(SHOP);
        throw new Error('socket hang up');
      })();
    await expect(countLog(keyOf(5, 'a'), { ...parts, logs: { ...parts.logs, open } })).rejects.toThrow(
      'hang up',
    );
    expect(days.saved).toEqual([]);
  });
});

describe('the file of a day', () => {
  const logs = {
    [keyOf(5, 'a')]: [servedLine(SHOP)],
    [keyOf(6, 'b')]: [servedLine(SHOP)],
    [formatLogKey('E2Q', new Date('2026-11-29T05:00:00Z'), 'old')]: [servedLine(SHOP)],
  };

  test('that is damaged is counted again from all logs of the day', async () => {
    const { parts, days, day, warnings } = bench(logs);
    days.put(dayKey(DAY), '{"version":1');
    await countLog(keyOf(5, 'a'), parts);
    expect([...day().hours.keys()]).toEqual([5, 6]);
    expect(warnings[0]).toMatch(/traffic\/2026-11-30\.json cannot be read \(it is not JSON\)/);
  });

  test('is counted again with the logs that arrive meanwhile, and no log is read twice', async () => {
    const { parts, days, day } = bench(logs);
    const read: string[] = [];
    // The second log arrives after the first list, and another invocation counts it before the first attempt ends.
    const lists = [[keyOf(5, 'a')], [keyOf(5, 'a'), keyOf(6, 'b')]];
    days.onSave = () => {
      days.onSave = () => {};
      days.put(dayKey(DAY), `{"version":1,"day":"${DAY}","hours":{}}`);
    };
    const growing: TrafficParts['logs'] = {
      open: (key) => {
        read.push(key);
        return parts.logs.open(key);
      },
      async *keys() {
        yield* lists.shift() ?? [];
      },
    };
    await recountDay(DAY, { ...parts, logs: growing });
    expect([...day().hours.keys()]).toEqual([5, 6]);
    expect(read).toEqual([keyOf(5, 'a'), keyOf(6, 'b')]);
  });

  test('is counted again on demand', async () => {
    const { parts, day } = bench(logs);
    await recountDay(DAY, parts);
    expect([...day().hours.keys()]).toEqual([5, 6]);
  });
});

describe('an event', () => {
  test('of S3 has the key as it is, and an order has the day', async () => {
    const { parts, day } = bench({ [keyOf(5, 'a')]: [servedLine(SHOP)] });
    const handler = makeHandler(parts);
    await handler({
      source: 'aws.s3',
      'detail-type': 'Object Created',
      detail: { bucket: { name: 'logs' }, object: { key: keyOf(5, 'a'), size: 1 }, reason: 'PutObject' },
    });
    expect(day().hours.size).toBe(1);
    await handler({ day: DAY });
    expect(day().hours.size).toBe(1);
  });

  test('of another kind is refused, and the message says what is expected', async () => {
    const { parts } = bench({});
    await expect(makeHandler(parts)({ day: 'yesterday' })).rejects.toThrow(UnknownEventError);
    await expect(makeHandler(parts)({})).rejects.toThrow(/day is not a day such as 2026-11-30/);
  });
});

test('last requests that cannot be read are replaced', async () => {
  const { parts, site, warnings } = bench({ [keyOf(5, 'a')]: [servedLine(SHOP)] });
  site.put(LAST, 'x');
  await countLog(keyOf(5, 'a'), parts);
  expect(JSON.parse(site.texts.get(LAST) ?? '')).toMatchObject({
    lastRequests: { [SHOP]: expect.any(String) },
  });
  expect(warnings).toEqual([`${LAST} cannot be read (it is not JSON); it is replaced`]);
});

describe('the traffic by hour', () => {
  const requestsOf = (text = '') => JSON.parse(text).apps[SHOP].requests;
  const logs = {
    [keyOf(5, 'a')]: [servedLine(SHOP)],
    [keyOf(5, 'b')]: [servedLine(SHOP), servedLine(SHOP)],
    [keyOf(6, 'c')]: [servedLine(SHOP)],
  };

  test('has each log once, however often its event comes', async () => {
    const { parts, site } = bench(logs);
    for (const key of [...Object.keys(logs), keyOf(5, 'a')]) await countLog(key, parts);
    expect(requestsOf(site.texts.get(TRAFFIC)).slice(-3)).toEqual([0, 3, 1]);
    expect(site.saved.filter((key) => key === TRAFFIC)).toHaveLength(3);
  });

  test('is complete after an attempt that failed between the two files', async () => {
    const { parts, site } = bench(logs);
    site.onSave = (key) => {
      if (key !== TRAFFIC) return;
      site.onSave = () => {};
      throw new Error('socket hang up');
    };
    await expect(countLog(keyOf(5, 'a'), parts)).rejects.toThrow('hang up');
    await countLog(keyOf(5, 'a'), parts);
    expect(requestsOf(site.texts.get(TRAFFIC)).at(-1)).toBe(1);
  });

  test('is written again when a day is counted again', async () => {
    const { parts, site } = bench(logs);
    await recountDay(DAY, parts);
    expect(requestsOf(site.texts.get(TRAFFIC)).slice(-3)).toEqual([0, 3, 1]);
  });

  test('that cannot be read is replaced', async () => {
    const { parts, site, warnings } = bench(logs);
    site.put(TRAFFIC, 'x');
    await countLog(keyOf(5, 'a'), parts);
    expect(requestsOf(site.texts.get(TRAFFIC)).at(-1)).toBe(1);
    expect(warnings).toEqual(['traffic.json cannot be read (it is not JSON); it is replaced']);
  });
});
