import { afterEach, describe, expect, test, vi } from 'vitest';
import { cli } from '../support/tools/cli.ts';

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

  test.each(COMMANDS)('lists every option of %s with its value and what it is for', async (name) => {
    const { out } = await cli(name, '--help');
    const usage = out.split('\n', 1)[0] ?? '';
    const named = [...usage.matchAll(/\[(--[a-z-]+(?: [^\]]+)?)\]/g)].map(([, spelled]) => spelled);
    const listed = [...out.matchAll(/^ {2}(--\S+(?: \S+)?) {2,}\S.*$/gm)].map(([, spelled]) => spelled);
    expect(listed).toEqual([...named, '--help']);
    expect(await cli('help', name)).toMatchObject({ code: 0, out });
  });

  test.each([
    ['stop', '--state'],
    ['list', '--state'],
    ['replay', '--state'],
    ['history', '--state'],
    ['entries', '--region'],
    ['doctor', '--region'],
    ['token', '--region'],
  ])('of %s has %s', async (name, option) => {
    expect((await cli(name, '--help')).out).toContain(`\n  ${option} `);
  });

  test('shows the default of an option', async () => {
    expect((await cli('local', '--help')).out).toMatch(/^ {2}--port N .*; default 8080$/m);
  });

  test('is not taken from the command that an instance runs', async () => {
    const { code, err } = await cli('launch', '--state', '/nowhere', '--port', '1', '--', 'server', '--help');
    expect(code).toBe(1);
    expect(err).toContain('no local cloud runs');
  });
});

describe('a mistake at the keyboard', () => {
  test.each([
    ['lauch', 'did you mean launch?'],
    ['term', 'did you mean terminate?'],
    ['wat', '`dynamic-edge-proxy help` lists them'],
    ['constructor', '`dynamic-edge-proxy help` lists them'],
  ])('in the command (%s) is answered with %s', async (word, hint) => {
    const err = `dynamic-edge-proxy: there is no command "${word}"; ${hint}`;
    expect(await cli(word)).toEqual({ code: 2, out: '', err });
  });

  test.each([
    [['list', '--nonsense'], /there is no option --nonsense; there are --state, --help/],
    [['list', '--toString'], /there is no option --toString; there are/],
    [['launch', '--prot', '80'], /there is no option --prot; did you mean --port\?/],
    [['local', '--prop', '30s'], /did you mean --propagation\?/],
    [['list', '-s', 'x'], /there is no option -s; did you mean --state\?/],
    [['launch', '--host', '--port', '3000'], /--host needs a value: --host NAME/],
    [['launch', '--port', '3000', '--host'], /--host needs a value/],
    [['launch', '--host=', '--port', '3000'], /--host needs a value/],
    [['launch', '--host', 'a', '--host', 'b'], /--host is given twice; once is enough/],
    [['local', '--bare=no'], /--bare takes no value; leave out "=no"/],
    [['launch', 'shop', '--image', 'ami-hello'], /"shop" has no place here; did you mean --host shop\?/],
    [['launch', 'node', 'server.js'], /did you mean --host NAME --port N -- node server\.js\?/],
    [['launch', '--host', 'x', '--port', '1', '--'], /after "--" comes the command to run/],
    [['local', '8081'], /"8081" has no place here; did you mean --port 8081 \(npm start -- --port 8081\)\?/],
    [['local', 'now'], /"now" has no place here; this command takes options only/],
    [['list', 'shop'], /"shop" has no place here/],
    [['list', '--', 'ls'], /"--" has no place here/],
    [['history', 'shop', 'hello'], /"hello" has no place here; it takes NAME/],
    [['stop'], /say which: an instance id, or a name/],
    [['tag', 'shop'], /say which tags of shop: KEY=VALUE, or --remove KEY/],
    [['doctor', 'main'], /"main" has no place here/],
    [['token', '--pending'], /say for which hostname/],
    [['launch'], /say what to launch/],
    [['launch', '--host', 'shop', '--', 'server'], /a command needs --port/],
    [
      ['launch', '--state', '/nowhere', '--port', '1', '--tag', 'group'],
      /"group" is no tag; write KEY=VALUE/,
    ],
    [['tag', '--state', '/nowhere'], /which instance and which tags/],
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
    [['launch', '--port', 'http'], /--port is "http"; expected 1–65535/],
    [['launch', '--port', '3000', '--wait', '1h'], /--wait is "1h"; expected 0–3600/],
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
