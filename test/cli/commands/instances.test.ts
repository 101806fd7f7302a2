import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { OWN_COMMAND } from '../../../local/own-command.ts';
import { serveOnLoopback } from '../../support/aws/loopback.ts';
import { startTestCloud, type TestCloud } from '../../support/stands/test-cloud.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { cli } from '../../support/tools/cli.ts';
import { until } from '../../support/until.ts';

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
});
afterAll(() => cloud.dispose());

/** Runs a command on the test's cloud. */
const run = (...args: string[]) => {
  const dashes = args.includes('--') ? args.indexOf('--') : args.length;
  return cli(...args.slice(0, dashes), '--state', cloud.stateFolder, ...args.slice(dashes));
};

/** Launches a demo app; returns its id. */
async function launched(host: string): Promise<string> {
  const { code, out } = await run('launch', '--host', host, '--image', 'ami-hello');
  expect(code).toBe(0);
  return /^i-\w+/.exec(out)?.[0] ?? '';
}

const statusOf = async (host: string) => (await cloud.ask(host)).status;

describe('launch', () => {
  test('makes an app live and prints how long each part took', async () => {
    const { code, out, err } = await run('launch', '--host', 'hello', '--image', 'ami-hello');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^i-[0-9a-f]{17} launched\n/);
    expect(out).toMatch(/ {2}hello\.localhost is live {3}event → store \d+ ms {3}store → edge 0 ms$/);
    expect(await statusOf('hello.localhost')).toBe(200);
  });

  test('routes to a server that is already running', async () => {
    const mine = await serveOnLoopback((_, response) => response.end('mine'));
    onTestFinished(() => mine.close());
    expect(await run('launch', '--host', 'mine', '--port', `${mine.port}`)).toMatchObject({ code: 0 });
    expect((await cloud.ask('mine.localhost')).body.toString()).toBe('mine');
  });

  test('routes to a server that listens on the IPv6 loopback, for an instance without IPv4', async () => {
    const mine = await serveOnLoopback((_, response) => response.end('six'), '::1');
    onTestFinished(() => mine.close());
    const launch = ['launch', '--host', 'six', '--port', `${mine.port}`];
    expect(await run(...launch, '--address', 'ipv6')).toMatchObject({ code: 0 });
    expect((await cloud.ask('six.localhost')).body.toString()).toBe('six');
    await run('terminate', 'six');
  });

  test('tells an app that listens only on IPv4 from one that an IPv6 address leads to', async () => {
    const mine = await serveOnLoopback(() => {});
    onTestFinished(() => mine.close());
    const launch = ['launch', '--host', 'four', '--port', `${mine.port}`, '--wait', '0'];
    const { code, err } = await run(...launch, '--address', 'ipv6');
    expect(code).toBe(1);
    expect(err).toContain(`the app listens only on 127.0.0.1:${mine.port}; make it listen on :: or ::1`);
    await run('terminate', 'four');
  });

  test('refuses an unknown kind of address', async () => {
    const { code, err } = await run('launch', '--image', 'ami-hello', '--address', 'v6');
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringContaining('--address is "v6"; write ipv4, ipv6 or dual'),
    });
  });

  test('runs a command as an instance and keeps its words unchanged', async () => {
    const taken = await serveOnLoopback(() => {});
    await taken.close();
    const code = `require('http').createServer((q, r) => r.end(process.argv[1])).listen(process.env.PORT, '127.0.0.1')`;
    const command = [process.execPath, '-e', code, `it's "a b"`];
    await run('launch', '--host', 'script', '--port', `${taken.port}`, '--', ...command);
    const answer = async () => (await cloud.ask('script.localhost')).body.toString();
    await expect.poll(answer, { timeout: 5_000 }).toBe(`it's "a b"`);
    await run('terminate', 'script');
  });

  test('accepts tags with and without their prefix', async () => {
    const tags = ['--tag', 'path=/api', '--tag', 'proxy:strip-path=on'];
    await run('launch', '--host', 'api', '--image', 'ami-hello', ...tags);
    expect(await statusOf('api.localhost')).toBe(404);
    const { body } = await cloud.ask('api.localhost', '/api/whoami');
    expect(JSON.parse(body.toString()).path).toBe('/whoami');
  });

  test('prints the problem, the log and a remedy if no route results, and list shows the problem', async () => {
    const { code, out, err } = await run('launch', '--host', 'no_good', '--image', 'ami-hello');
    const id = /^i-\w+/.exec(out)?.[0];
    expect(code).toBe(1);
    expect(err.split('\n')).toEqual([
      `  ${id} is not live`,
      expect.stringMatching(new RegExp(`^! ${id}: \`proxy:host\` is "no_good"`)),
      `  updater log: ${cloud.stateFolder}/logs/updater.log`,
      `  to undo: ${OWN_COMMAND} terminate ${id} --state ${cloud.stateFolder}`,
    ]);
    expect(existsSync(`${cloud.stateFolder}/logs/updater.log`)).toBe(true);
    expect((await run('list')).out).toMatch(
      /^! i-\w+: `proxy:host` is "no_good"(.*\n)+? {4}see https:\/\/\S+\/problems\.md#bad-name$/m,
    );
    await run('terminate', id ?? '');
  });

  test('shows the exit and the last lines of a command that exits, as do list, the terminal and the page', async () => {
    const script = 'echo booting; echo "no <module> x" >&2; exit 3';
    const { code, out, err } = await run(
      'launch',
      '--host',
      'dies',
      '--port',
      '3999',
      '--',
      'sh',
      '-c',
      script,
    );
    const id = /^i-\w+/.exec(out)?.[0] ?? '';
    const log = `${cloud.stateFolder}/logs/${id}.log`;
    const how = `the command exited with code 3; its output is in ${log}`;
    expect({ code, err }).toEqual({
      code: 1,
      err: expect.stringContaining(`${how}\n    booting\n    no <module> x\n`),
    });
    expect(err).toMatch(new RegExp(`to undo: node .*bin/dynamic-edge-proxy.mjs terminate ${id} `));
    expect((await run('list')).out).toContain(`\n    ${how}\n      booting\n      no <module> x`);
    const told = await until('the terminal', () => cloud.troubles.find((each) => each.startsWith(id)));
    expect(told).toBe(`${id}: ${how}; its last lines:\n    booting\n    no <module> x`);
    const page = await cloud.ask('dies.localhost', '/', { headers: { accept: 'text/html' } });
    expect(page.body.toString()).toContain('no &#60;module&#62; x</small></p>');
    expect(page.status).toBe(503);
    const { body } = await cloud.ask('dies.localhost');
    expect(JSON.parse(body.toString())).toMatchObject({ title: 'asleep', local: told });
    // Any site's script can read this answer, and the output of a command is not for every site.
    const foreign = await cloud.ask('dies.localhost', '/', { headers: { origin: 'https://site.example' } });
    expect(JSON.parse(foreign.body.toString())).not.toHaveProperty('local');
    await run('terminate', 'dies');
  });

  test('refuses a command whose port is in use', async () => {
    const other = await serveOnLoopback(() => {});
    onTestFinished(() => other.close());
    const before = cloud.fleet.list().length;
    const told = await run('launch', '--host', 'twice', '--port', `${other.port}`, '--', 'sleep', '60');
    expect(told).toMatchObject({
      code: 1,
      err: expect.stringContaining(`port ${other.port} on 127.0.0.1 is in use`),
    });
    expect(cloud.fleet.list()).toHaveLength(before);
  });

  test('accepts a name in maintenance as a route', async () => {
    const tags = ['--tag', 'maintenance=on'];
    expect(await run('launch', '--host', 'closed', '--image', 'ami-hello', ...tags)).toMatchObject({
      code: 0,
    });
    await run('terminate', 'closed');
  });

  test('times out if a command never listens, and shows its output, as do list and the page', async () => {
    const closed = await serveOnLoopback(() => {});
    await closed.close();
    const port = `${closed.port}`;
    const command = ['sh', '-c', 'echo thinking; exec sleep 60'];
    const { code, err } = await run(
      'launch',
      '--host',
      'mute',
      '--port',
      port,
      '--wait',
      '0',
      '--',
      ...command,
    );
    expect(code).toBe(1);
    expect(err).toMatch(new RegExp(`^  timed out after 0 s: nothing listens on port ${port}\\n`));
    await until('its line', async () => (await run('list')).out.includes('thinking'));
    expect((await run('list')).out).toContain(`    nothing listens on port ${port}\n      thinking\n`);
    const { status, body } = await cloud.ask('mute.localhost');
    expect(status).toBe(502);
    expect(body.toString()).toMatch(/nothing listens on port \d+; its last lines:<\/b><br> {4}thinking<\/p>/);
    await run('terminate', 'mute');
  });

  test('prints a refusal of the local EC2 in one line', async () => {
    const { code, err } = await run('launch', '--host', 'x', '--image', 'ami-nope');
    expect(code).toBe(1);
    expect(err).toMatch(/^dynamic-edge-proxy launch: The image id '\[ami-nope\]' does not exist\..*\S$/);
  });
});

describe('stop, start and terminate', () => {
  test('accept names and ids, and return when the edge has followed', async () => {
    const id = await launched('shop');
    expect((await run('stop', 'shop')).out).toMatch(/^i-\w+: stop requested\n {2}shop\.localhost is asleep/);
    expect(await statusOf('shop.localhost')).toBe(503);
    expect((await run('start', id)).out).toMatch(/shop\.localhost is live/);
    expect(await statusOf('shop.localhost')).toBe(200);
    expect((await run('terminate', 'shop.localhost')).out).toMatch(/shop\.localhost is gone/);
    expect(await statusOf('shop.localhost')).toBe(404);
  });

  test('act only on the holder of a name, and mention another claimant', async () => {
    const owner = await launched('par');
    const other = cloud.launch({ host: 'par' });
    await cloud.settled();
    const { code, out, err } = await run('stop', 'par');
    expect({ code, err }).toEqual({
      code: 0,
      err: `  note: ${other} also claims par, but does not hold it; it is left unchanged`,
    });
    expect(out).toMatch(new RegExp(`^${owner}: stop requested\n {2}par\\.localhost is asleep`));
    const stateOf = (id: string) => cloud.fleet.list().find((each) => each.id === id)?.state;
    expect([stateOf(owner), stateOf(other)]).toEqual(['stopped', 'running']);
    await run('start', owner);
    expect((await run('terminate', 'par')).out).toContain(`  par.localhost is live at ${other}   event`);
    await run('terminate', other);
  });

  test('act on all members of a group', async () => {
    const members = [1, 2].map(() => cloud.launch({ host: 'pair', group: 'web' }));
    await cloud.settled();
    const { out } = await run('terminate', 'pair');
    for (const id of members) expect(out).toContain(`${id}: terminate requested`);
  });

  test('ask for an id when several instances claim a name and none holds it', async () => {
    const ids = [1, 2].map(() => cloud.launch({ host: 'none', port: '80a' }));
    await cloud.settled();
    const { code, err } = await run('terminate', 'none');
    expect(code).toBe(2);
    expect(err).toContain('no instance holds "none", but ');
    for (const id of ids) expect(err).toContain(id);
    await run('terminate', ...ids);
  });

  test('accept several names', async () => {
    await Promise.all([launched('one'), launched('two')]);
    const { out } = await run('terminate', 'one', 'two');
    expect(out).toContain('one.localhost is gone');
    expect(out).toContain('two.localhost is gone');
  });

  test('return at once when no route changes', async () => {
    const id = cloud.launch({});
    await cloud.settled();
    expect(await run('stop', id)).toEqual({ code: 0, out: `${id}: stop requested`, err: '' });
    expect(await run('stop', id)).toMatchObject({ code: 0 });
    expect(await run('terminate', id)).toMatchObject({ code: 0 });
  });

  test('explain a state or a name that makes them impossible', async () => {
    const id = await launched('brief');
    await run('terminate', id);
    expect(await run('start', id)).toMatchObject({ code: 1, err: expect.stringContaining(id) });
    expect(await run('stop', 'brief')).toMatchObject({
      code: 2,
      err: expect.stringContaining(
        'no instance found for "brief"; `dynamic-edge-proxy list` shows all instances',
      ),
    });
    expect(await run('stop')).toMatchObject({
      code: 2,
      err: expect.stringContaining('the instance is missing'),
    });
  });
});

describe('tag', () => {
  test('changes a route, and removes a tag', async () => {
    const id = await launched('tagged');
    expect((await run('tag', 'tagged', 'maintenance=on')).out).toContain('tagged.localhost is maintenance');
    expect(await statusOf('tagged.localhost')).toBe(503);
    expect((await run('tag', id, '--remove', 'maintenance')).out).toContain('tagged.localhost is live');
    expect(await statusOf('tagged.localhost')).toBe(200);
  });

  test('prints the problem, the log and a command that undoes the change if no route results', async () => {
    const id = await launched('spoilt');
    await run('tag', id, 'weight=2');
    const { code, err } = await run('tag', 'spoilt', 'port=80a', 'path=/a b', 'weight=3');
    expect(code).toBe(1);
    expect(err).toMatch(/^! i-\w+: `proxy:port` is "80a".*\n! i-\w+: `proxy:path` is "\/a b"/);
    expect(err).toContain(`updater log: ${cloud.stateFolder}/logs/updater.log`);
    const undo = /to undo: node [^ ]*\/bin\/dynamic-edge-proxy\.mjs (.*)$/.exec(err)?.[1] ?? '';
    const folder = `--state ${cloud.stateFolder}`;
    expect(undo).toBe(`tag ${id} --remove proxy:port --remove proxy:path proxy:weight=2 ${folder}`);
    expect((await cli(...undo.split(' '))).out).toContain('spoilt.localhost is live');
  });

  test('prints the reason if the brake holds the change back', async () => {
    const id = await launched('flaps');
    for (let port = 3_000; port < 3_009; port++) await run('tag', id, `port=${port}`);
    const { code, out, err } = await run('tag', id, 'port=4000');
    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining('no route changed') });
    expect(err).toMatch(/^! flaps\.localhost or one of its instances has changed ten times/);
    await run('terminate', id);
  });

  test('prints that no route changed', async () => {
    await launched('same');
    expect((await run('tag', 'same', 'group=web')).out).toContain('no route changed');
  });

  test('keeps equals signs in values', async () => {
    const id = await launched('equal');
    await run('tag', id, 'match=query:a=b');
    const tags = cloud.fleet.list().find((instance) => instance.id === id)?.tags;
    expect(tags?.get('proxy:match')).toBe('query:a=b');
  });

  test('sets the owner that list and portal show, and leaves the name alone', async () => {
    const id = await launched('owned');
    const { code, err } = await run('tag', 'owned', 'owner=ann');
    expect({ code, err }).toEqual({
      code: 0,
      err: '  note: "owner" is not a tag of the proxy, so it is set without "proxy:"',
    });
    expect((await run('list')).out.replace(/\n */g, ' ')).toMatch(
      new RegExp(`${id} {2}running {8}owned\\.localhost \\(live\\) since \\S+, owner ann,`),
    );
    expect(await statusOf('owned.localhost')).toBe(200);
    await run('tag', 'owned', '--remove', 'owner');
    expect((await run('list')).out).not.toContain('owner ann');
  });
});

describe('list', () => {
  test('shows instances with and without names', async () => {
    const id = await launched('listed');
    const nameless = cloud.launch({});
    const { out } = await run('list');
    expect(out).toMatch(new RegExp(`^${id} {2}running {8}listed\\.localhost \\(live\\)$`, 'm'));
    expect(out).toMatch(/^ {4}since \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ, launched by local, over IPv4$/m);
    expect(out).toMatch(new RegExp(`^${nameless} {2}running {8}–$`, 'm'));
  });

  test('names the updater log when nothing is published yet', async () => {
    const updaterFile = join(await temporaryFolder(), 'index.mjs');
    writeFileSync(updaterFile, 'export const handler = async () => {};');
    const mute = await startTestCloud({ updaterFile });
    onTestFinished(() => mute.dispose());
    const { out } = await cli('list', '--state', mute.stateFolder);
    expect(out).toMatch(/^! the updater has not published any routes yet; see logs\/updater\.log/m);
  });

  test('suggests a launch when there is no instance', async () => {
    const empty = await startTestCloud();
    onTestFinished(() => empty.dispose());
    const { out } = await cli('list', '--state', empty.stateFolder);
    expect(out).toBe('no instances; launch one: dynamic-edge-proxy launch --host hello --image ami-hello');
  });
});
