import { afterEach, describe, expect, test, vi } from 'vitest';
import { cli } from '../support/cli.ts';

const COMMANDS = [
  'local',
  'launch',
  'list',
  'stop',
  'start',
  'terminate',
  'tag',
  'history',
  'replay',
  'entries',
  'doctor',
  'token',
];

describe('help', () => {
  test.each([['help'], ['--help'], ['-h'], []])('(%s) shows every command', async (...args) => {
    const { code, out, err } = await cli(...args);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    for (const name of COMMANDS) expect(out).toMatch(new RegExp(`^  ${name}\\b.*\\n      [A-Z]`, 'm'));
  });

  test.each(COMMANDS)('is there for %s', async (name) => {
    const { code, out } = await cli(name, '--help');
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`^usage: dynamic-edge-proxy ${name}\\b`));
  });

  test('is not taken from the command that an instance runs', async () => {
    const { code, err } = await cli('launch', '--state', '/nowhere', '--port', '1', '--', 'server', '--help');
    expect(code).toBe(1);
    expect(err).toContain('no local cloud runs');
  });
});

describe('a mistake at the keyboard', () => {
  test('in the command shows what there is', async () => {
    const { code, out, err } = await cli('lauch');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^dynamic-edge-proxy: there is no command "lauch"\nusage:/);
  });

  test.each([
    [['list', '--nonsense'], /Unknown option '--nonsense'/],
    [['launch'], /say what to launch/],
    [['launch', '--host', 'shop', '--', 'server'], /a command needs --port/],
    [
      ['launch', '--state', '/nowhere', '--port', '1', '--tag', 'group'],
      /"group" is no tag; write KEY=VALUE/,
    ],
    [['tag', '--state', '/nowhere', 'shop'], /which instance and which tags/],
    [['replay'], /which files/],
    [['history'], /which name/],
    [
      ['history', 'shop', '--at', 'noon'],
      /--at is "noon"; expected a time with its zone such as 2026-11-23T14:03Z/,
    ],
    [['history', 'shop', '--at', '2026-11-23T14:03'], /expected a time with its zone/],
    [['history', 'shop', '--since', '2999-01-01'], /still to come/],
    [['history', 'shop', '--bucket', 'b', '--from', 'd'], /either --bucket or --from/],
    [['history', 'shop', '--at', '2026-01-01', '--since', '2026-01-02'], /--since is later than --at/],
    [['entries'], /which fleet/],
    [['local', '--port', '99999'], /--port is "99999"; expected 0–65535/],
    [['local', '--propagation', 'soon'], /--propagation is "soon"; expected a time such as 200ms or 30s/],
  ])('in %j is told in a line, with the usage', async (args, message) => {
    const { code, out, err } = await cli(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(message);
    expect(err.split('\n')).toHaveLength(2);
    expect(err).toContain(`\nusage: dynamic-edge-proxy ${args[0]} `.trimEnd());
  });
});

describe('a command that needs a cloud', () => {
  test.each([
    ['list'],
    ['stop', 'shop'],
    ['start', 'shop'],
    ['terminate', 'shop'],
    ['tag', 'shop', 'group=web'],
    ['launch', '--image', 'ami-hello'],
  ])('%s says how to start one', async (...args) => {
    const { code, err } = await cli(...args, '--state', '/nowhere');
    expect(code).toBe(1);
    expect(err).toBe(
      `dynamic-edge-proxy ${args[0]}: no local cloud runs with /nowhere: start one with \`npm start\` in another terminal`,
    );
  });
});

describe('a command that needs AWS', () => {
  afterEach(() => vi.unstubAllEnvs());

  test('says how to sign in to whoever is not', async () => {
    const none = '/nonexistent';
    const nobody = {
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: none,
      AWS_SHARED_CREDENTIALS_FILE: none,
    };
    for (const [name, value] of Object.entries(nobody)) vi.stubEnv(name, value);
    for (const name of ['AWS_PROFILE', 'AWS_ACCESS_KEY_ID']) vi.stubEnv(name, undefined);
    const { code, err } = await cli('doctor', '--region', 'eu-west-1');
    expect(code).toBe(1);
    expect(err).toMatch(
      /^dynamic-edge-proxy doctor: .*; sign in \(aws sso login, or aws configure\), or name a profile/,
    );
  });
});
