import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { bucketPlace, folderPlace } from '../../../cli/object-place.ts';
import { findLogBucket } from '../../../cli/traffic/aws-traffic.ts';
import { readReport } from '../../../cli/traffic/read-traffic.ts';
import { addFile, emptyDay, printDay } from '../../../core/traffic/day-file.ts';
import { addLine, emptyHour } from '../../../core/traffic/hour.ts';
import { answered } from '../../support/aws/answered.ts';
import { s3Client } from '../../support/stands/stores.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { cli } from '../../support/tools/cli.ts';
import { servedLine, unservedLine } from '../../traffic/log-lines.ts';

const NOW = Date.parse('2026-11-30T05:30:00Z');
const SHOP = 'shop.dev.example.com';
const LONG = 'a-rather-long-name-of-an-app.dev.example.com';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW });
});
afterEach(() => {
  vi.useRealTimers();
});

const at = (time: string) => ({ 'timestamp(ms)': `${Date.parse(time)}` });

const repeat = (count: number, line: string) => Array.from({ length: count }, () => line);

/** Lines by day and hour. */
const LINES = {
  '2026-11-30': {
    5: [
      ...repeat(120, servedLine(SHOP, at('2026-11-30T05:29:15Z'))),
      ...repeat(8, servedLine(SHOP, { ...at('2026-11-30T05:20:00Z'), 'time-to-first-byte': '2.500' })),
      servedLine(SHOP, { ...at('2026-11-30T05:20:00Z'), 'sc-status': '502' }),
      servedLine(SHOP, { ...at('2026-11-30T05:21:00Z'), 'cs-protocol': 'wss', 'sc-bytes': '7000000' }),
      servedLine(LONG, { ...at('2026-11-30T05:01:00Z'), 'sc-status': '404' }),
      unservedLine('asleep.dev.example.com', { ...at('2026-11-30T05:10:00Z'), 'sc-status': '503' }),
      ...[1, 2, 3, 4, 5].map((n) => unservedLine(`n${n}.dev.example.com`, at('2026-11-30T05:11:00Z'))),
      unservedLine('<b>', at('2026-11-30T05:12:00Z')),
      ...repeat(2, unservedLine('<b>', at('2026-11-30T05:12:00Z'))),
      '{"damaged',
    ],
    4: [servedLine(SHOP, at('2026-11-30T04:10:00Z'))],
    3: [servedLine('docs.dev.example.com', at('2026-11-30T03:10:00Z'))],
  },
  '2026-11-28': { 5: [servedLine('old.dev.example.com', at('2026-11-28T05:00:00Z'))] },
};

/** A log bucket as `aws s3 sync` copies it. */
async function copyOfBucket(): Promise<string> {
  const folder = await temporaryFolder();
  mkdirSync(join(folder, 'traffic'));
  for (const [day, hours] of Object.entries(LINES))
    writeFileSync(join(folder, 'traffic', `${day}.json`), printHours(day, hours));
  return folder;
}

function printHours(day: string, hours: Readonly<Record<string, readonly string[]>>): string {
  const file = emptyDay(day);
  for (const [hour, lines] of Object.entries(hours)) {
    const counted = emptyHour();
    for (const line of lines) addLine(counted, line);
    addFile(file, { day, hour: Number(hour), file: 'a' }, counted);
  }
  return printDay(file);
}

describe('traffic', () => {
  test('finds an app of a later hour, although an earlier hour has as many apps as an hour may have', async () => {
    const folder = await temporaryFolder();
    mkdirSync(join(folder, 'traffic'));
    const others = Array.from({ length: 2_000 }, (_, n) => servedLine(`app${n}.dev.example.com`));
    const hours = { 4: others, 5: [servedLine(SHOP)] };
    writeFileSync(join(folder, 'traffic', '2026-11-30.json'), printHours('2026-11-30', hours));
    const { code, out } = await cli('traffic', 'shop', '--from', folder);
    expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/^all hours +1 /m) });
  });

  test('has a line of 80 characters for each app, the busiest first, and then the requests that no app served', async () => {
    const { code, out, err } = await cli('traffic', '--from', await copyOfBucket());
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out.split('\n')).toEqual([
      'since 2026-11-30 04:00 UTC',
      'app                     requests    4xx    5xx    p50    p95   bytes     ws  ago',
      'shop.dev.example.com         130      0      1   20ms   2.6s  7.1 MB      1  45s',
      'a-rather-long-name-of-an-app.dev.example.com',
      '                               1      1      0   20ms   20ms  1.0 kB      0  29m',
      'all apps                     131      1      1   20ms   2.6s  7.1 MB      1  45s',
      'answered by the proxy itself: notices, the portal, unknown names',
      '(not a hostname)               3      3      0   20ms   20ms  3.0 kB      0  18m',
      'asleep.dev.example.com         1      0      1   20ms   20ms  1.0 kB      0  20m',
      'n1.dev.example.com             1      1      0   20ms   20ms  1.0 kB      0  19m',
      'n2.dev.example.com             1      1      0   20ms   20ms  1.0 kB      0  19m',
      'n3.dev.example.com             1      1      0   20ms   20ms  1.0 kB      0  19m',
      'other names                    2      2      0   20ms   20ms  2.0 kB      0  19m',
      '! unreadable lines of the logs, which are not counted: 1',
    ]);
  });

  test('of one app has a line for each hour, and finds the app by its label', async () => {
    const { out } = await cli('traffic', 'shop', '--since', '3h', '--from', await copyOfBucket());
    expect(out.split('\n').slice(0, 6)).toEqual([
      SHOP,
      'hour (UTC)              requests    4xx    5xx    p50    p95   bytes     ws  ago',
      '2026-11-30 03:00               0      0      0      –      –     0 B      0    –',
      '2026-11-30 04:00               1      0      0   20ms   20ms  1.0 kB      0   1h',
      '2026-11-30 05:00             129      0      1   20ms   2.6s  7.1 MB      1  45s',
      'all hours                    130      0      1   20ms   2.6s  7.1 MB      1  45s',
    ]);
  });

  test('reads as many days as --since asks for', async () => {
    const { out } = await cli('traffic', '--since', '3d', '--from', await copyOfBucket());
    expect(out).toContain('old.dev.example.com ');
    expect(out).toContain('docs.dev.example.com ');
    expect(out).toMatch(/^since 2026-11-27 05:00 UTC$/m);
  });

  test('is JSON for programs', async () => {
    const folder = await copyOfBucket();
    const { out } = await cli('traffic', '--json', '--from', folder);
    expect(JSON.parse(out)).toMatchObject({
      since: '2026-11-30T04:00:00.000Z',
      until: '2026-11-30T05:30:00.000Z',
      apps: [
        {
          ...{
            hostname: SHOP,
            requests: 130,
            clientErrors: 0,
            serverErrors: 1,
            websockets: 1,
            bytes: 7130000,
          },
          firstByteMs: { p50: 20, p95: 2597 },
          lastRequestAt: '2026-11-30T05:29:15.000Z',
        },
        { hostname: LONG, clientErrors: 1 },
      ],
      others: { requests: 0, firstByteMs: { p50: null }, lastRequestAt: null },
      unreadableLines: 1,
    });
    const one = JSON.parse((await cli('traffic', SHOP, '--json', '--from', folder)).out);
    expect(one).toMatchObject({ hostname: SHOP, requests: 130 });
    expect(
      one.hours.map(({ start, requests }: { start: string; requests: number }) => [start, requests]),
    ).toEqual([
      ['2026-11-30T04:00:00.000Z', 1],
      ['2026-11-30T05:00:00.000Z', 129],
    ]);
  });

  test('without requests says that logs come later', async () => {
    const folder = await temporaryFolder();
    mkdirSync(join(folder, 'traffic'));
    const { code, out } = await cli('traffic', '--from', folder);
    expect(code).toBe(0);
    expect(out).toContain('no requests; CloudFront delivers logs some minutes after a request');
  });

  test('names sums that it cannot read, and shows the others', async () => {
    const folder = await copyOfBucket();
    writeFileSync(join(folder, 'traffic', '2026-11-29.json'), '{"version":2}');
    const { code, out, err } = await cli('traffic', '--since', '3d', '--from', folder);
    expect(code).toBe(0);
    expect(err).toBe(`! this version cannot read ${folder}/traffic/2026-11-29.json: version is not 1`);
    expect(out).toContain(SHOP);
  });

  test.each([
    [['nobody'], 1, /no request of "nobody" found in .*it has requests of shop\.dev\.example\.com, a-rather/],
    [['--since', '31d'], 2, /--since is "31d"; expected minutes, hours or days up to 30d/],
    [['--since', '1'], 2, /--since is "1"/],
    [['--deployment', 'main'], 2, /--deployment and --from exclude each other/],
  ])('with %j fails and says why', async (args, code, message) => {
    const result = await cli('traffic', ...args, '--from', await copyOfBucket());
    expect(result.code).toBe(code);
    expect(result.err).toMatch(message);
  });

  test('without a place says how to get one', async () => {
    const state = join(await temporaryFolder(), 'none');
    const { code, err } = await cli('traffic', '--state', state);
    expect(code).toBe(1);
    expect(err).toMatch(
      /no traffic found: .*access-logs does not exist; open an app of a local cloud .*--deployment ID/,
    );
  });
});

describe('traffic in a bucket', () => {
  test('is the same as in a copy of it', async () => {
    const client = await s3Client();
    for (const [day, hours] of Object.entries(LINES)) {
      const Body = printHours(day, hours);
      await client.send(new PutObjectCommand({ Bucket: 'journal', Key: `traffic/${day}.json`, Body }));
    }
    const wanted = { since: NOW - 3_600_000, until: NOW };
    const places = [bucketPlace(client, 'journal'), folderPlace(await copyOfBucket())];
    const [bucket, folder] = await Promise.all(places.map((place) => readReport(place, wanted)));
    expect(bucket).toEqual(folder);
    expect(bucket?.sum.apps.get(SHOP)).toMatchObject({ requests: 130 });
  });

  const stack = (outputs: object) =>
    answered(new CloudFormationClient({ region: 'us-east-1' }), () => ({ Stacks: [outputs] }));

  test("has the name in the outputs of the deployment's edge stack", async () => {
    const asked: unknown[] = [];
    const client = answered(new CloudFormationClient({ region: 'us-east-1' }), (_, input) => {
      asked.push(input);
      return { Stacks: [{ Outputs: [{ OutputKey: 'AccessLogBucketName', OutputValue: 'logs-of-main' }] }] };
    });
    expect(await findLogBucket('main', client)).toBe('logs-of-main');
    expect(asked).toEqual([{ StackName: 'edge-proxy-main-edge' }]);
  });

  test('does not exist if the stack has no output for it, or there is no stack', async () => {
    await expect(findLogBucket('main', stack({ Outputs: [] }))).rejects.toThrow(
      /deployed with accessLogs=off/,
    );
    const none = answered(new CloudFormationClient({ region: 'us-east-1' }), () => {
      throw new Error('Stack with id edge-proxy-main-edge does not exist');
    });
    await expect(findLogBucket('main', none)).rejects.toThrow(
      /no stack edge-proxy-main-edge found in us-east-1/,
    );
  });
});
