import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { decodeEntry } from '../../../core/entry/entry.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { cli } from '../../support/tools/cli.ts';
import { idOf, publicNameOf } from '../../support/values/instances.ts';

const FLEET = fileURLToPath(new URL('../../fixtures/instances/fleet.json', import.meta.url));
const NOW = ['--now', '2026-11-20T09:00Z'];
const HERE = ['--from', FLEET, '--base-domain', 'dev.example.com'];

/** A file of the test's own with this text. */
async function fileOf(text: string | Uint8Array): Promise<string> {
  const file = join(await temporaryFolder(), 'instances.json');
  writeFileSync(file, text);
  return file;
}

/** An instance as EC2 prints it, with these members. */
function printed(members: object = {}): object {
  return {
    ...{ InstanceId: idOf(1), LaunchTime: '2026-11-20T08:00:00Z', PublicDnsName: publicNameOf(1) },
    ...{ State: { Name: 'running' }, Tags: [{ Key: 'proxy:host', Value: 'shop' }], ...members },
  };
}

const fleetWith = (members: object) => JSON.stringify({ Reservations: [{ Instances: [printed(members)] }] });

async function entriesOf(
  ...args: string[]
): Promise<{ entries: Record<string, string>; problems: object[] }> {
  const { code, out, err } = await cli('entries', ...args);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out);
}

describe('the dry run', () => {
  test('prints the entries of a fleet and what is wrong with it', async () => {
    const { out } = await cli('entries', ...HERE, ...NOW);
    await expect(`${out}\n`).toMatchFileSnapshot('../../golden/entries/fleet.json');
  });

  test('prints values as the store holds them', async () => {
    const { entries } = await entriesOf(...HERE, ...NOW);
    expect(Object.keys(entries)).toEqual(['nap', 'preview', 'shop'].map((name) => `${name}.dev.example.com`));
    const states = Object.values(entries).map((value) => decodeEntry(value)?.state);
    expect(states).toEqual(['asleep', 'live', 'live']);
  });

  test('knows the time: a lease that is over makes no entry', async () => {
    const { entries } = await entriesOf(...HERE, '--now', '2026-11-20T12:00:03Z');
    expect(entries).not.toHaveProperty(['preview.dev.example.com']);
  });

  test('works without a base domain, and marks what it prints with a deployment', async () => {
    const { entries } = await entriesOf('--from', FLEET, '--deployment', 'team-a', ...NOW);
    expect(Object.keys(entries)).toEqual(['nap', 'preview', 'shop']);
    expect(decodeEntry(entries['shop'] ?? '')?.deployment).toBe('team-a');
  });

  test.each([
    ['reservations alone', (fleet: { Reservations: unknown[] }) => JSON.stringify(fleet.Reservations)],
    [
      'a line for each reservation',
      (fleet: { Reservations: unknown[] }) =>
        fleet.Reservations.map((each) => JSON.stringify(each)).join('\n'),
    ],
  ])('takes %s too', async (_, printed) => {
    const { default: fleet } = await import('../../fixtures/instances/fleet.json');
    const file = await fileOf(printed(fleet));
    expect(await entriesOf('--from', file, ...NOW)).toEqual(await entriesOf('--from', FLEET, ...NOW));
  });

  test('takes an instance that two files name as the later one has it', async () => {
    const shop = {
      InstanceId: idOf(1),
      LaunchTime: '2026-11-20T12:00:00Z',
      PublicDnsName: publicNameOf(1),
      Tags: [{ Key: 'proxy:host', Value: 'shop' }],
    };
    const lines = ['running', 'stopped'].map((Name) => ({ Instances: [{ ...shop, State: { Name } }] }));
    const file = await fileOf(lines.map((line) => JSON.stringify(line)).join('\n'));
    const { entries } = await entriesOf('--from', file, ...NOW);
    expect(decodeEntry(entries['shop'] ?? '')).toMatchObject({
      state: 'asleep',
      instances: [{ id: idOf(1) }],
    });
  });

  test('takes the instances that a query has picked out', async () => {
    const { default: fleet } = await import('../../fixtures/instances/fleet.json');
    const file = await fileOf(JSON.stringify(fleet.Reservations.flatMap((each) => each.Instances)));
    expect(Object.keys((await entriesOf('--from', file, ...NOW)).entries)).toEqual([
      'nap',
      'preview',
      'shop',
    ]);
  });

  test.each([
    ['UTF-8 with a byte order mark', (text: string) => Buffer.from(`\ufeff${text}`)],
    ['UTF-16 as PowerShell redirects it', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16, the other way round', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
    ['gzip', (text: string) => gzipSync(text)],
  ])('takes a file in %s', async (_, bytesOf) => {
    const file = await fileOf(bytesOf(fleetWith({})));
    expect(Object.keys((await entriesOf('--from', file, ...NOW)).entries)).toEqual(['shop']);
  });

  test('takes null for what a query did not find, and pages in a row', async () => {
    const nothing = fleetWith({ VpcId: null, PublicDnsName: null, Tags: null });
    const other = fleetWith({ InstanceId: idOf(2), Tags: [{ Key: 'proxy:host', Value: 'docs' }] });
    const file = await fileOf([nothing, other].join('\n'));
    expect(Object.keys((await entriesOf('--from', file, ...NOW)).entries)).toEqual(['docs']);
  });

  test('knows what the certificate of a deployment covers', async () => {
    const file = await fileOf(fleetWith({ Tags: [{ Key: 'proxy:host', Value: '*.preview' }] }));
    const { entries, problems } = await entriesOf('--from', file, '--base-domain', 'dev.example.com', ...NOW);
    expect(entries).toEqual({});
    expect(problems).toMatchObject([{ message: expect.stringContaining('certificate') }]);
  });

  test('keeps names for whom the claims of the deployment name', async () => {
    const claims = await fileOf('[{"names":"shop","accounts":["444455556666"]}]');
    const fleet = await fileOf(fleetWith({}));
    const { entries, problems } = await entriesOf('--from', fleet, '--claims', claims, ...NOW);
    expect(entries).toEqual({});
    expect(problems).toMatchObject([{ message: expect.stringContaining('account 444455556666') }]);
    const wrong = await fileOf('[{"name":"shop"}]');
    const { code, err } = await cli('entries', '--from', fleet, '--claims', wrong);
    expect([code, err]).toEqual([1, expect.stringMatching(/: claims, rule 1: there is no "name"/)]);
  });

  test('prints nothing for an empty fleet', async () => {
    expect(await entriesOf('--from', await fileOf('{"Reservations": []}'))).toEqual({
      entries: {},
      problems: [],
    });
  });
});

describe('a dry run of what is no fleet', () => {
  test.each([
    ['', /is neither JSON nor lines of JSON/],
    ['{"Reservations": [', /is neither JSON nor lines of JSON/],
    ['{"instances": []}', /Reservations is not a list; give it what `aws ec2 describe-instances` prints/],
    ['null', /it is not an answer with Reservations, a reservation or an instance/],
    ['[1, null]', /\[0\] is not an answer with Reservations/],
    ['{"Reservations": [{"Instances": "many"}]}', /Reservations\[0\]\.Instances is not a list/],
    ['[{"InstanceId": null}]', /\[0\]\.InstanceId is not the id of an instance/],
    [
      fleetWith({ InstanceId: null }),
      /Reservations\[0\]\.Instances\[0\]\.InstanceId is not the id of an instance/,
    ],
    [
      fleetWith({ Tags: [{ Key: 'proxy:port', Value: 3000 }] }),
      /Instances\[0\]\.Tags\[0\]\.Value is not a text/,
    ],
    [fleetWith({ State: undefined }), /Instances\[0\]\.State is not an object/],
    [fleetWith({ LaunchTime: 'soon' }), /Instances\[0\]\.LaunchTime is not a time such as/],
    [`${'['.repeat(101)}${']'.repeat(101)}`, /is nested more than 100 levels deep, which nothing of AWS is/],
    [`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`, /is nested more than 100 levels deep/],
  ])('(%.60s) says what to give it', async (text, message) => {
    const file = await fileOf(text);
    const { code, out, err } = await cli('entries', '--from', file);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(message);
    expect(err).toContain(file);
    expect(err.split('\n')).toHaveLength(1);
  });

  test.each([
    [Buffer.from([0x7b, 0xff, 0x7d]), /is not text in UTF-8, nor in UTF-16 with its mark; save it as UTF-8/],
    [gzipSync('{}').subarray(0, 12), /can't be unpacked, which begins as gzip does/],
  ])('in bytes that are no text says so', async (bytes, message) => {
    const { code, err } = await cli('entries', '--from', await fileOf(bytes));
    expect([code, err]).toEqual([1, expect.stringMatching(message)]);
  });

  test('names a file that is not there', async () => {
    const { code, err } = await cli('entries', '--from', '/nowhere.json');
    expect([code, err]).toEqual([1, expect.stringContaining("/nowhere.json can't be read: Error: ENOENT")]);
  });

  test.each([
    [['--depth', '2'], /--depth/],
    [['--now', 'tomorrow'], /--now is "tomorrow"; expected a time with its zone such as/],
    [['--now', '2026-11-24T13:00'], /--now is "2026-11-24T13:00"; expected a time with its zone/],
  ])('%j is a mistake', async (args, message) => {
    const { code, err } = await cli('entries', '--from', FLEET, ...args);
    expect([code, err]).toEqual([2, expect.stringMatching(message)]);
  });
});
