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

  test.each(COMMANDS)('exists for %s', async (name) => {
    const { code, out } = await cli(name, '--help');
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`^usage: dynamic-edge-proxy ${name}\\b`));
  });

  test.each(COMMANDS)('lists every option of %s with its value and purpose', async (name) => {
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
  ])('of %s includes %s', async (name, option) => {
    expect((await cli(name, '--help')).out).toContain(`\n  ${option} `);
  });

  test('shows the default of an option', async () => {
    expect((await cli('local', '--help')).out).toMatch(/^ {2}--port N .*; default 8080$/m);
  });

  test('is not triggered by an option of the launched command', async () => {
    const { code, err } = await cli('launch', '--state', '/nowhere', '--port', '1', '--', 'server', '--help');
    expect(code).toBe(1);
    expect(err).toContain('no local cloud is running');
  });
});

describe('a wrong command line', () => {
  test.each([
    ['lauch', 'did you mean launch?'],
    ['term', 'did you mean terminate?'],
    ['wat', '`dynamic-edge-proxy help` lists all commands'],
    ['constructor', '`dynamic-edge-proxy help` lists all commands'],
  ])('with an unknown command (%s) gets the answer %s', async (word, hint) => {
    const err = `dynamic-edge-proxy: unknown command "${word}"; ${hint}`;
    expect(await cli(word)).toEqual({ code: 2, out: '', err });
  });

  test.each([
    [
      ['list', '--nonsense'],
      /unknown option --nonsense; the options are --target, --state, --deployment, --region, --help/,
    ],
    [['list', '--toString'], /unknown option --toString; the options are/],
    [['launch', '--prot', '80'], /unknown option --prot; did you mean --port\?/],
    [['local', '--prop', '30s'], /did you mean --propagation\?/],
    [['list', '-s', 'x'], /unknown option -s; did you mean --state\?/],
    [['launch', '--host', '--port', '3000'], /--host needs a value: --host NAME/],
    [['launch', '--port', '3000', '--host'], /--host needs a value/],
    [['launch', '--host=', '--port', '3000'], /--host needs a value/],
    [['launch', '--host', 'a', '--host', 'b'], /--host is given twice; give it once/],
    [['local', '--bare=no'], /--bare takes no value; remove "=no"/],
    [['launch', 'shop', '--image', 'ami-hello'], /unexpected argument "shop"; did you mean --host shop\?/],
    [['launch', 'node', 'server.js'], /did you mean --host NAME --port N -- node server\.js\?/],
    [['launch', '--host', 'x', '--port', '1', '--'], /no command follows "--"/],
    [
      ['local', '8081'],
      /unexpected argument "8081"; did you mean --port 8081 \(npm start -- --port 8081\)\?/,
    ],
    [['local', 'now'], /unexpected argument "now"; this command only takes options/],
    [['list', 'shop'], /unexpected argument "shop"/],
    [['list', '--', 'ls'], /unexpected "--"; only launch runs another command/],
    [['history', 'shop', 'hello'], /unexpected argument "hello"; this command takes NAME/],
    [['stop'], /the instance is missing; give its id or a name/],
    [['tag', 'shop'], /no tag given for shop; add KEY=VALUE or --remove KEY/],
    [['doctor', 'main'], /unexpected argument "main"/],
    [['token', '--pending'], /the hostname is missing/],
    [['launch'], /nothing to launch/],
    [['launch', '--host', 'shop', '--', 'server'], /--port is missing/],
    [
      ['launch', '--state', '/nowhere', '--port', '1', '--tag', 'group'],
      /"group" is not a tag; write KEY=VALUE/,
    ],
    [['tag', '--state', '/nowhere'], /the instance and its tags are missing/],
    [['replay'], /no file given/],
    [['history'], /the name is missing/],
    [
      ['history', 'shop', '--at', 'noon'],
      /--at is "noon"; expected a date, or a time with its zone such as 2026-11-23T14:03Z/,
    ],
    [['history', 'shop', '--at', '2026-11-23T14:03'], /a time with its zone/],
    [['history', 'shop', '--since', '2999-01-01'], /in the future/],
    [['history', 'shop', '--bucket', 'b', '--from', 'd'], /--bucket and --from exclude each other/],
    [['history', 'shop', '--at', '2026-01-01', '--since', '2026-01-02'], /--since is later than --at/],
    [['entries'], /--from is missing/],
    [['local', '--port', '99999'], /--port is "99999"; expected 0–65535/],
    [['launch', '--port', 'http'], /--port is "http"; expected 1–65535/],
    [['launch', '--port', '3000', '--wait', '1h'], /--wait is "1h"; expected 0–3600/],
    [['local', '--propagation', 'soon'], /--propagation is "soon"; expected a duration such as 200ms or 30s/],
  ])('(%j) gets a one-line error and the usage', async (args, message) => {
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
  ])('(%s) says how to start one', async (...args) => {
    const { code, err } = await cli(...args, '--state', '/nowhere');
    expect(code).toBe(1);
    expect(err).toBe(
      `dynamic-edge-proxy ${args[0]}: no local cloud is running with /nowhere; start one with \`npx dynamic-edge-proxy local\` in another terminal`,
    );
  });
});

describe('a command that needs AWS', () => {
  afterEach(() => vi.unstubAllEnvs());

  test('says how to sign in', async () => {
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
      /^dynamic-edge-proxy doctor: .*; sign in \(aws sso login or aws configure\), or select a profile/,
    );
  });

  test('says how to set a region', async () => {
    for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_PROFILE']) vi.stubEnv(name, undefined);
    for (const name of ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE']) vi.stubEnv(name, '/nonexistent');
    expect(await cli('events', '--bucket', 'journal')).toEqual({
      code: 1,
      out: '',
      err: 'dynamic-edge-proxy events: no region of AWS is set; set AWS_REGION=REGION',
    });
  });

  test.each([
    [['--target', 'cloud'], '--target is "cloud"; expected local or aws'],
    [['--target', 'aws', '--state', 'x'], '--state is not an option of --target aws; leave one of them out'],
    [['--deployment', 'x'], '--deployment is not an option of --target local; leave one of them out'],
  ])('refuses options that do not fit: list %j', async (options, message) => {
    const { code, err } = await cli('list', ...options);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});
