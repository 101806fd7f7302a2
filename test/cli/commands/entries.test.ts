import { readFileSync, writeFileSync } from 'node:fs';
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

/** Writes a text to a temporary file. */
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

/** The primary network interface with an IPv6 address, as EC2 prints it. */
function networkCard(Ipv6Address: string): object {
  return {
    ...{ NetworkInterfaceId: 'eni-0aa1b2c3d4e5f6071', Status: 'in-use', PrivateIpAddress: '10.0.0.7' },
    Attachment: { DeviceIndex: 0, NetworkCardIndex: 0, Status: 'attached' },
    Ipv6Addresses: [{ Ipv6Address, IsPrimaryIpv6: false }],
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
  test('prints the entries and the problems of a fleet', async () => {
    const { out } = await cli('entries', ...HERE, ...NOW);
    await expect(`${out}\n`).toMatchFileSnapshot('../../golden/entries/fleet.json');
  });

  test('prints the access of a deployment with sign-in', async () => {
    const tags = (access: string) => ({
      Tags: [
        { Key: 'proxy:host', Value: 'shop' },
        { Key: 'proxy:access', Value: access },
      ],
    });
    const accessIn = async (access: string, ...more: string[]) => {
      const from = await fileOf(fleetWith(tags(access)));
      const { entries, problems } = await entriesOf(
        '--from',
        from,
        '--base-domain',
        'dev.example.com',
        ...more,
      );
      const [value = ''] = Object.values(entries);
      return [decodeEntry(value)?.access, problems.length];
    };
    expect(await accessIn('deployment')).toEqual(['public', 0]);
    expect(await accessIn('deployment', '--sign-in', 'none')).toEqual([{ since: 1 }, 0]);
    expect(await accessIn('group:ops', '--sign-in', 'devs,ops')).toEqual([
      { since: 1, rule: 'group:ops' },
      0,
    ]);
    expect(await accessIn('group:ops', '--sign-in', 'none')).toEqual([undefined, 1]);
    expect(await accessIn('group:ops')).toEqual([undefined, 1]);
  });

  test('refuses names of groups that no deployment can have', async () => {
    const { code, err } = await cli('entries', ...HERE, '--sign-in', 'devs, ops');
    expect(code).toBe(2);
    expect(err).toContain('--sign-in has " ops", expected names of 1–32 lower-case letters');
  });

  test('prints values as the store holds them', async () => {
    const { entries } = await entriesOf(...HERE, ...NOW);
    expect(Object.keys(entries)).toEqual(['nap', 'preview', 'shop'].map((name) => `${name}.dev.example.com`));
    const states = Object.values(entries).map((value) => decodeEntry(value)?.state);
    expect(states).toEqual(['asleep', 'live', 'live']);
  });

  test('prints the same bytes for instances that also have a public IPv6 address', async () => {
    const fleet = JSON.parse(readFileSync(FLEET, 'utf8'));
    const instances: { PublicDnsName?: string; NetworkInterfaces?: object[] }[] = fleet.Reservations.flatMap(
      ({ Instances }: { Instances: object[] }) => Instances,
    );
    const named = instances.filter(({ PublicDnsName }) => PublicDnsName);
    expect(named.length).toBeGreaterThan(2);
    for (const each of named) each.NetworkInterfaces = [networkCard('2001:db8::7')];
    const both = ['--from', await fileOf(JSON.stringify(fleet)), '--base-domain', 'dev.example.com'];
    const { out } = await cli('entries', ...both, ...NOW);
    await expect(`${out}\n`).toMatchFileSnapshot('../../golden/entries/fleet.json');
  });

  test('prints the IPv6 name of an instance without a public IPv4 name', async () => {
    const six = { PublicDnsName: '', NetworkInterfaces: [networkCard('2001:db8::7')] };
    const { entries } = await entriesOf('--from', await fileOf(fleetWith(six)), '--region', 'eu-west-1');
    const [value = ''] = Object.values(entries);
    expect(value).toContain(' 6:1w7k3-vh7gt-7thow-ulswf-lxyx3.eu-west-1.ip.aws i-');
  });

  test('makes no entry for an ended lease', async () => {
    const { entries } = await entriesOf(...HERE, '--now', '2026-11-20T12:00:03Z');
    expect(entries).not.toHaveProperty(['preview.dev.example.com']);
  });

  test('works without a base domain, and writes the deployment into the entries', async () => {
    const { entries } = await entriesOf('--from', FLEET, '--deployment', 'team-a', ...NOW);
    expect(Object.keys(entries)).toEqual(['nap', 'preview', 'shop']);
    expect(decodeEntry(entries['shop'] ?? '')?.deployment).toBe('team-a');
  });

  test.each([
    ['a list of reservations', (fleet: { Reservations: unknown[] }) => JSON.stringify(fleet.Reservations)],
    [
      'one reservation per line',
      (fleet: { Reservations: unknown[] }) =>
        fleet.Reservations.map((each) => JSON.stringify(each)).join('\n'),
    ],
  ])('accepts %s', async (_, printed) => {
    const { default: fleet } = await import('../../fixtures/instances/fleet.json');
    const file = await fileOf(printed(fleet));
    expect(await entriesOf('--from', file, ...NOW)).toEqual(await entriesOf('--from', FLEET, ...NOW));
  });

  test('uses the last of two states of an instance', async () => {
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

  test('accepts a list of instances, as a query prints it', async () => {
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
    ['UTF-16 as PowerShell writes it', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['big-endian UTF-16', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
    ['gzip', (text: string) => gzipSync(text)],
  ])('reads a file in %s', async (_, bytesOf) => {
    const file = await fileOf(bytesOf(fleetWith({})));
    expect(Object.keys((await entriesOf('--from', file, ...NOW)).entries)).toEqual(['shop']);
  });

  test('accepts null for absent values, and several pages', async () => {
    const nothing = fleetWith({ VpcId: null, PublicDnsName: null, NetworkInterfaces: null, Tags: null });
    const other = fleetWith({ InstanceId: idOf(2), Tags: [{ Key: 'proxy:host', Value: 'docs' }] });
    const file = await fileOf([nothing, other].join('\n'));
    expect(Object.keys((await entriesOf('--from', file, ...NOW)).entries)).toEqual(['docs']);
  });

  test("reports a name that the deployment's certificate does not cover", async () => {
    const file = await fileOf(fleetWith({ Tags: [{ Key: 'proxy:host', Value: '*.preview' }] }));
    const { entries, problems } = await entriesOf('--from', file, '--base-domain', 'dev.example.com', ...NOW);
    expect(entries).toEqual({});
    expect(problems).toMatchObject([{ message: expect.stringContaining('certificate') }]);
  });

  test('applies the claim rules of the deployment', async () => {
    const claims = await fileOf('[{"names":"shop","accounts":["444455556666"]}]');
    const fleet = await fileOf(fleetWith({}));
    const { entries, problems } = await entriesOf('--from', fleet, '--claims', claims, ...NOW);
    expect(entries).toEqual({});
    expect(problems).toMatchObject([{ message: expect.stringContaining('account 444455556666') }]);
    const wrong = await fileOf('[{"name":"shop"}]');
    const { code, err } = await cli('entries', '--from', fleet, '--claims', wrong);
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/: claims, rule 1: "name" is not a member of a rule/),
    ]);
  });

  test('prints no entry for an empty fleet', async () => {
    expect(await entriesOf('--from', await fileOf('{"Reservations": []}'))).toEqual({
      entries: {},
      problems: [],
    });
  });
});

describe('a dry run of a wrong file', () => {
  test.each([
    ['', /is neither JSON nor one JSON document per line/],
    ['{"Reservations": [', /is neither JSON nor one JSON document per line/],
    ['{"instances": []}', /is not the output of `aws ec2 describe-instances`: Reservations is not a list;/],
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
      /Instances\[0\]\.Tags\[0\]\.Value is not a string/,
    ],
    [fleetWith({ State: undefined }), /Instances\[0\]\.State is not an object/],
    [fleetWith({ LaunchTime: 'soon' }), /Instances\[0\]\.LaunchTime is not a time such as/],
    [
      `${'['.repeat(101)}${']'.repeat(101)}`,
      /is nested more than 100 levels deep; expected a document of AWS, which is not/,
    ],
    [`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`, /is nested more than 100 levels deep/],
  ])('(%.60s) names the fault and the expected input', async (text, message) => {
    const file = await fileOf(text);
    const { code, out, err } = await cli('entries', '--from', file);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(message);
    expect(err).toContain(file);
    expect(err.split('\n')).toHaveLength(1);
  });

  test.each([
    [
      Buffer.from([0x7b, 0xff, 0x7d]),
      /is not text in UTF-8 or in UTF-16 with a byte order mark; save it as UTF-8/,
    ],
    [gzipSync('{}').subarray(0, 12), /^dynamic-edge-proxy entries: cannot unpack \S+ as gzip/],
  ])('refuses bytes that are not text', async (bytes, message) => {
    const { code, err } = await cli('entries', '--from', await fileOf(bytes));
    expect([code, err]).toEqual([1, expect.stringMatching(message)]);
  });

  test('names a missing file', async () => {
    const { code, err } = await cli('entries', '--from', '/nowhere.json');
    expect([code, err]).toEqual([
      1,
      expect.stringContaining('cannot read /nowhere.json: the file does not exist'),
    ]);
  });

  test.each([
    [['--depth', '2'], /--depth/],
    [['--now', 'tomorrow'], /--now is "tomorrow"; expected a date, or a time with its zone such as/],
    [['--now', '2026-11-24T13:00'], /--now is "2026-11-24T13:00"; expected a date, or a time with its zone/],
  ])('refuses %j', async (args, message) => {
    const { code, err } = await cli('entries', '--from', FLEET, ...args);
    expect([code, err]).toEqual([2, expect.stringMatching(message)]);
  });
});
