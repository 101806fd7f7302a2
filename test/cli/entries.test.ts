import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { decodeEntry } from '../../core/entry.ts';
import { cli } from '../support/cli.ts';
import { idOf, publicNameOf } from '../support/instances.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const FLEET = fileURLToPath(new URL('../fixtures/instances/fleet.json', import.meta.url));
const NOW = ['--now', '2026-11-20T09:00Z'];
const HERE = ['--from', FLEET, '--base-domain', 'dev.example.com'];

/** A file of the test's own with this text. */
async function fileOf(text: string): Promise<string> {
  const file = join(await temporaryFolder(), 'instances.json');
  writeFileSync(file, text);
  return file;
}

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
    await expect(`${out}\n`).toMatchFileSnapshot('../golden/entries/fleet.json');
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

  test('works without a base domain, and marks what it prints with an owner', async () => {
    const { entries } = await entriesOf('--from', FLEET, '--owner', 'team-a', ...NOW);
    expect(Object.keys(entries)).toEqual(['nap', 'preview', 'shop']);
    expect(decodeEntry(entries['shop'] ?? '')?.owner).toBe('team-a');
  });

  test.each([
    ['reservations alone', (fleet: { Reservations: unknown[] }) => JSON.stringify(fleet.Reservations)],
    [
      'a line for each reservation',
      (fleet: { Reservations: unknown[] }) =>
        fleet.Reservations.map((each) => JSON.stringify(each)).join('\n'),
    ],
  ])('takes %s too', async (_, printed) => {
    const { default: fleet } = await import('../fixtures/instances/fleet.json');
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
    const { default: fleet } = await import('../fixtures/instances/fleet.json');
    const file = await fileOf(JSON.stringify(fleet.Reservations.flatMap((each) => each.Instances)));
    expect(Object.keys((await entriesOf('--from', file, ...NOW)).entries)).toEqual([
      'nap',
      'preview',
      'shop',
    ]);
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
    ['{"instances": []}', /holds no Reservations; give it what `aws ec2 describe-instances` prints/],
    ['null', /holds no Reservations/],
    ['[1, null]', /holds no Reservations/],
    ['{"Reservations": [{"Instances": "many"}]}', /holds no Reservations/],
  ])('(%j) says what to give it', async (text, message) => {
    const file = await fileOf(text);
    const { code, out, err } = await cli('entries', '--from', file);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(message);
    expect(err).toContain(file);
  });

  test('names a file that is not there', async () => {
    const { code, err } = await cli('entries', '--from', '/nowhere.json');
    expect([code, err]).toEqual([1, expect.stringContaining("/nowhere.json can't be read: Error: ENOENT")]);
  });

  test.each([
    [['--depth', '0'], /--depth is "0"; expected 1–10/],
    [['--depth', 'deep'], /--depth is "deep"/],
    [['--now', 'tomorrow'], /--now is "tomorrow"; expected a time such as/],
  ])('%j is a mistake', async (args, message) => {
    const { code, err } = await cli('entries', '--from', FLEET, ...args);
    expect([code, err]).toEqual([2, expect.stringMatching(message)]);
  });
});
