import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readDecisions } from '../../../cli/journal/journal.ts';
import { bucketPlace, folderPlace } from '../../../cli/object-place.ts';
import { parseFleetEvent } from '../../../core/events/fleet-event.ts';
import { decisionKey } from '../../../core/journal/journal-key.ts';
import { type DecisionRecord, printRecord } from '../../../core/journal/journal-record.ts';
import { makeProblem, tagProblem } from '../../../core/problem.ts';
import { s3Client } from '../../support/stands/stores.ts';
import { startTestCloud, type TestCloud } from '../../support/stands/test-cloud.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { cli } from '../../support/tools/cli.ts';
import { A, B, fixture } from '../../support/values/event-fixtures.ts';

const SHOP = 'shop.dev.example.com';
const LAUNCH = parseFleetEvent(fixture('run-instances'), {});

function record(at: string, parts: Partial<DecisionRecord>): DecisionRecord {
  return {
    ...{
      version: 1,
      at,
      deployment: 'main',
      requestId: `request-${at.slice(8, 10)}`,
      attempt: 1,
      causes: [LAUNCH],
    },
    ...{ outcome: 'applied', puts: [], deletes: [], problems: [], durations: { total: 1 }, ...parts },
  };
}

const live = (hostname: string) => ({ hostname, state: 'live' as const, instances: [A] });

const RECORDS = [
  record('2026-03-02T09:15:31.000Z', {
    puts: [live(SHOP), { ...live('demo.dev.example.com'), expiresAt: '2026-03-02T13:00:00.000Z' }],
  }),
  record('2026-03-04T23:59:59.500Z', {
    acceptedAt: '2026-03-05T00:00:00.100Z',
    causes: [parseFleetEvent(fixture('schedule.rule'), {})],
    deletes: [SHOP],
    before: [live(SHOP)],
  }),
  record('2026-03-06T09:00:00.000Z', {
    puts: [live('shop.test.example.com'), live('shop-2.dev.example.com')],
  }),
];

const keyOf = ({ at, requestId, attempt }: DecisionRecord) => decisionKey(Date.parse(at), requestId, attempt);

/** A journal as `aws s3 sync` downloads it. */
async function journalFolder(records: readonly DecisionRecord[] = RECORDS): Promise<string> {
  const folder = await temporaryFolder();
  for (const each of records) write(folder, keyOf(each), printRecord(each));
  return folder;
}

function write(folder: string, key: string, text: string): void {
  const file = join(folder, key);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

const SINCE = ['--since', '2026-03-01'];

describe('the history of a name in a folder', () => {
  test('has one line for each change, oldest first, with the event and its author', async () => {
    const { code, out, err } = await cli('history', SHOP, '--from', await journalFolder(), ...SINCE);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out.split('\n')).toEqual([
      SHOP,
      `  2026-03-02T09:15:31.000Z  live         ${A}`,
      `    ← RunInstances by ${LAUNCH.actor},`,
      `      ${LAUNCH.time}, event ${LAUNCH.uid}`,
      '  2026-03-05T00:00:00.100Z  gone         –',
      '    ← the sweep; no event reported it',
    ]);
  });

  test('has the changes of a period, by the time when the store had them', async () => {
    const folder = await journalFolder();
    const of = (...period: string[]) => cli('history', SHOP, '--from', folder, ...period);
    const midnight = ['--since', '2026-03-05', '--until', '2026-03-05T00:00:01Z'];
    expect((await of(...midnight)).out.split('\n').slice(0, 2)).toEqual([
      SHOP,
      '  2026-03-05T00:00:00.100Z  gone         –',
    ]);
    const before = ['--since', '2026-03-02T09:15:32Z', '--until', '2026-03-05'];
    expect((await of(...before)).out.split('\n')).toEqual([
      SHOP,
      '  no change between 2026-03-02T09:15:32.000Z and 2026-03-05T00:00:00.000Z',
    ]);
    expect((await of('--until', '2026-03-02T10:00Z')).out).toContain(`live         ${A}`);
    expect(await of('--until', '2026-03-02', '--at', '2026-03-02')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--at and --until exclude each other; give one of them'),
    });
  });

  test('says which tag was wrong, in 80 columns', async () => {
    const conflict = record('2026-03-03T10:00:00.000Z', {
      causes: [parseFleetEvent(fixture('create-tags'), {})],
      puts: [{ ...live(SHOP), state: 'conflict' }],
      before: [live(SHOP)],
      problems: [
        tagProblem('bad-value', A, { key: 'proxy:port', value: '80a' }, 'expected 80, 443 or 1024–65535'),
        tagProblem('bad-value', B, { key: 'proxy:port', value: '80b' }, 'expected 80, 443 or 1024–65535'),
        { ...makeProblem({ code: 'name-taken', what: 'cart is taken' }), hostnames: ['cart'] },
      ],
    });
    const { out } = await cli(
      'history',
      SHOP,
      '--from',
      await journalFolder([...RECORDS, conflict]),
      ...SINCE,
    );
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    await expect(`${out}\n`).toMatchFileSnapshot('../../golden/history/wrong-tag.txt');
  });

  test('shows the state at a time, and the keys of its events in the journal', async () => {
    const at = ['--at', '2026-03-03T12:00Z'];
    const { out } = await cli('history', 'SHOP.dev', '--from', await journalFolder(), ...SINCE, ...at);
    expect(out).toMatch(
      `${SHOP} was live on ${A} at 2026-03-03T12:00:00.000Z\n  in the store since 2026-03-02T09:15:31.000Z`,
    );
    expect(out).toContain(`caused by RunInstances by ${LAUNCH.actor}`);
    expect(out).toContain(
      `\n    raw/account=123456789012/region=eu-west-1/dt=2026-03-02/091530_RunInstances_${LAUNCH.uid}.json`,
    );
    expect(out).toContain('decided by request request-02');
  });

  test('shows an ended lease, and a time before the first entry', async () => {
    const demo = ['history', 'demo', '--from', await journalFolder(), ...SINCE];
    expect((await cli(...demo, '--at', '2026-03-02T12:59:59Z')).out).toContain('was live on');
    const { out } = await cli(...demo, '--at', '2026-03-02T13:00Z');
    expect(out).toContain(`was gone (${A})`);
    expect(out).toContain('its lease ended');
    expect((await cli(...demo, '--at', '2026-03-02T09:00Z')).out).toContain('had no entry at');
  });

  test('needs a known, unambiguous name', async () => {
    const folder = await journalFolder();
    const asked = (...args: string[]) => cli('history', ...args, '--from', folder, ...SINCE);
    expect(await asked('shop')).toMatchObject({
      code: 1,
      err: `dynamic-edge-proxy history: "shop" is ambiguous: ${SHOP} or shop.test.example.com; give the full name`,
    });
    const nobody = await asked('nobody');
    expect(nobody.code).toBe(1);
    expect(nobody.err).toMatch(
      /no change of "nobody" found in .* between 2026-03-01T00:00:00.000Z and .*it records demo\.dev/,
    );
    expect((await asked('shop', '--at', '2026-03-01T12:00Z')).err).toContain('it records no change at all');
  });

  test.each([
    ['{"version":2}', 'version is not 1'],
    [JSON.stringify({ ...RECORDS[0], puts: [null] }), 'puts[0] is not an object'],
    [
      JSON.stringify({ ...RECORDS[0], causes: [{ ...LAUNCH, time: 'soon' }] }),
      /^causes\[0\]\.time is not a time/,
    ],
    ['{"version":1,', 'it is not JSON'],
    [`${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'it is not an object'],
  ])('names an unreadable decision with the reason and continues: %.40s', async (text, fault) => {
    const folder = await journalFolder();
    const key = 'decisions/dt=2026-03-02/000000_x_1.json';
    write(folder, key, text);
    mkdirSync(join(folder, 'decisions/dt=2026-03-03/a folder'), { recursive: true });
    const { code, out, err } = await cli('history', SHOP, '--from', folder, ...SINCE);
    const beginning = `! this version cannot read the decision ${folder}/${key}: `;
    expect({ code, beginning: err.slice(0, beginning.length) }).toEqual({ code: 0, beginning });
    expect(err.slice(beginning.length)).toMatch(fault);
    expect(out).toContain('live');
  });

  test('names the first ten damaged records and the number of others', async () => {
    const folder = await journalFolder();
    for (let n = 10; n < 25; n++) write(folder, `decisions/dt=2026-03-02/0000${n}_x_1.json`, '{');
    const { err } = await cli('history', SHOP, '--from', folder, ...SINCE);
    expect(err.split('\n')).toHaveLength(11);
    expect(err).toMatch(/\n! and 5 more that it cannot read$/);
  });

  test('names the folder without a journal', async () => {
    expect(await cli('history', 'shop', '--state', '/nowhere')).toMatchObject({
      code: 1,
      err: expect.stringMatching(
        /no journal found: \/nowhere\/s3\/journal does not exist; start a local cloud .* --bucket NAME or --from DIR$/,
      ),
    });
    const other = await temporaryFolder();
    expect(await cli('history', 'shop', '--from', other)).toMatchObject({
      code: 1,
      err: `dynamic-edge-proxy history: no journal found: ${other} contains no folder decisions/; --from needs the folder that contains decisions/`,
    });
  });
});

describe('a journal in a bucket', () => {
  test('holds the same decisions as one in a folder, day by day', async () => {
    const client = await s3Client();
    for (const each of RECORDS) {
      const Body = printRecord(each);
      await client.send(new PutObjectCommand({ Bucket: 'journal', Key: keyOf(each), Body }));
    }
    const places = [bucketPlace(client, 'journal'), folderPlace(await journalFolder())];
    const period = { since: Date.UTC(2026, 2, 2), until: Date.UTC(2026, 2, 5) };
    const [bucket, folder] = await Promise.all(places.map((place) => readDecisions(place, period)));
    const days = ({ records }: { records: DecisionRecord[] }) =>
      records.map(({ at }) => at.slice(0, 10)).sort();
    expect(bucket && days(bucket)).toEqual(['2026-03-02', '2026-03-04']);
    expect(folder && days(folder)).toEqual(['2026-03-02', '2026-03-04']);
  });
});

describe('the history of a name in the local cloud', () => {
  let cloud: TestCloud;
  beforeAll(async () => {
    cloud = await startTestCloud();
  });
  afterAll(() => cloud.dispose());

  test("shows the name's life from the journal alone", async () => {
    const id = await cloud.live('shop');
    cloud.fleet.stopInstances([id]);
    await cloud.settled();
    cloud.fleet.terminateInstances([id]);
    await cloud.settled();
    const { out } = await cli('history', 'shop', '--state', cloud.stateFolder);
    const states = out
      .split('\n')
      .filter((line) => /^ {2}\d/.test(line))
      .map((line) => line.trim().split(/ {2,}/)[1]);
    expect(states.filter((state) => state !== 'starting')).toEqual(['live', 'asleep', 'gone']);
    expect(out).toContain(`${id}\n    ← StopInstances by arn:aws:iam::123456789012:user/`);
  });
});
