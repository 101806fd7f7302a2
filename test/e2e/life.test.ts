import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { isTombstone } from '../../core/entry/tombstone.ts';
import { originsOf, startTestCloud, type TestCloud } from '../support/stands/test-cloud.ts';

const PERSON = { accept: 'text/html,application/xhtml+xml' };

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
});
afterAll(() => cloud.dispose());

/** An app's report about itself, by the hostname of the request. */
async function whoAnswers(host: string, headers = {}): Promise<string> {
  const { status, body } = await cloud.ask(host, '/whoami', { headers });
  return status === 200 ? JSON.parse(body.toString()).instanceId : `${status}`;
}

/** The problems in the portal. */
async function problemsShown(): Promise<unknown[]> {
  return JSON.parse((await cloud.ask('localhost', '/_proxy/routes.json')).body.toString()).problems;
}

describe('an app', () => {
  test('is shown as asleep to people and programs when it is stopped', async () => {
    const id = await cloud.live('nap');
    cloud.fleet.stopInstances([id]);
    await cloud.settled();
    const page = await cloud.ask('nap.localhost', '/', { headers: PERSON });
    expect(page).toMatchObject({ status: 503, headers: { 'content-type': 'text/html;charset=utf-8' } });
    expect(page.body.toString()).toContain('Start its instance to open it.');
    const problem = await cloud.ask('nap.localhost');
    expect(problem).toMatchObject({ status: 503, headers: { 'content-type': 'application/problem+json' } });
    expect(JSON.parse(problem.body.toString())).toMatchObject({ title: 'asleep', host: 'nap.localhost' });
    expect(originsOf(cloud, 'nap.localhost')).toEqual([]);
  });

  test('is live again at another address when it is started', async () => {
    const id = await cloud.live('phoenix');
    const [before] = originsOf(cloud, 'phoenix.localhost');
    cloud.fleet.stopInstances([id]);
    await cloud.settled();
    cloud.fleet.startInstances([id]);
    await cloud.settled();
    expect(await whoAnswers('phoenix.localhost')).toBe(id);
    expect(originsOf(cloud, 'phoenix.localhost')).not.toEqual([before]);
  });

  test('is unknown once it is terminated', async () => {
    const id = await cloud.live('brief');
    cloud.fleet.terminateInstances([id]);
    await cloud.settled();
    expect(await cloud.ask('brief.localhost')).toMatchObject({
      status: 404,
      headers: { 'x-proxy-state': 'unknown' },
    });
    expect(isTombstone(cloud.store.get('brief.localhost'))).toBe(true);
  });

  test('takes another name by its tags alone', async () => {
    const id = await cloud.live('old-name');
    cloud.fleet.createTags([id], [{ key: 'proxy:host', value: 'new-name' }]);
    await cloud.settled();
    expect(await whoAnswers('old-name.localhost')).toBe('404');
    expect(await whoAnswers('new-name.localhost')).toBe(id);
  });

  test('is gone when its tags are removed, although it still runs', async () => {
    const id = await cloud.live('untagged');
    cloud.fleet.deleteTags([id], []);
    await cloud.settled();
    expect(await whoAnswers('untagged.localhost')).toBe('404');
  });
});

describe('two apps', () => {
  test('never answer for each other', async () => {
    const [one, two] = [await cloud.live('one'), await cloud.live('two')];
    for (let round = 0; round < 20; round++) {
      const seen = await Promise.all([whoAnswers('one.localhost'), whoAnswers('two.localhost')]);
      expect(seen).toEqual([one, two]);
    }
  });

  test('cannot share a name: the first keeps it, and the other is reported', async () => {
    const first = await cloud.live('popular');
    const second = await cloud.live('popular');
    expect(await whoAnswers('popular.localhost')).toBe(first);
    expect(await problemsShown()).toContainEqual(
      expect.objectContaining({ instance: second, tag: 'proxy:host' }),
    );
  });

  test('share a name in a group, and each viewer stays with one', async () => {
    const ids = [
      cloud.launch({ host: 'pool', group: 'web' }),
      cloud.launch({ host: 'pool', group: 'web' }),
    ].sort();
    await cloud.settled();
    const viewer = (n: number) => whoAnswers('pool.localhost', { 'user-agent': `viewer ${n}` });
    const seen = await Promise.all(Array.from({ length: 40 }, (_, n) => viewer(n)));
    expect([...new Set(seen)].sort()).toEqual(ids);
    expect(new Set(await Promise.all([viewer(1), viewer(1), viewer(1)])).size).toBe(1);
  });
});

describe('a mistake in tags', () => {
  test.each([
    ['a misspelt key', { hots: 'typo' }, 'proxy:hots'],
    ['a port out of range', { host: 'typo', port: '99' }, 'proxy:port'],
    ['a name that is not a hostname', { host: 'no_good' }, 'proxy:host'],
    ['a name outside the base domain', { host: 'typo.example.com' }, 'proxy:host'],
    ['an access that is not enforced yet', { host: 'typo', access: 'login' }, 'proxy:access'],
  ])('(%s) makes no route, is reported, and does not affect others', async (_, tags, tag) => {
    const good = await cloud.live('good');
    const id = cloud.launch(tags);
    await cloud.settled();
    expect(await whoAnswers('typo.localhost')).toBe('404');
    expect(await whoAnswers('good.localhost')).toBe(good);
    expect(await problemsShown()).toContainEqual(expect.objectContaining({ instance: id, tag }));
    cloud.fleet.terminateInstances([good, id]);
  });
});

describe('open connections', () => {
  test('stay open while other apps come, sleep, wake and go', async () => {
    await cloud.live('chat', 'ami-chat');
    await cloud.live('clock', 'ami-clock');
    const chat = await openChat();
    const clock = await openClock();
    const id = await cloud.live('busy');
    for (const act of ['stopInstances', 'startInstances', 'terminateInstances'] as const) {
      cloud.fleet[act]([id]);
      await cloud.settled();
      expect(await chat.echo(act)).toBe(act);
    }
    expect(await clock.nextTick()).toMatch(/^data: \d{4}-/);
    expect(chat.socket.readyState).toBe(WebSocket.OPEN);
  });
});

async function openChat() {
  const socket = new WebSocket(`ws://127.0.0.1:${cloud.port}/room`, { headers: { host: 'chat.localhost' } });
  onTestFinished(() => socket.terminate());
  await once(socket, 'open');
  const echo = async (message: string) => {
    socket.send(message);
    return String((await once(socket, 'message'))[0]);
  };
  return { socket, echo };
}

async function openClock() {
  const headers = { host: 'clock.localhost', accept: 'text/event-stream' };
  const request = get({ host: '127.0.0.1', port: cloud.port, path: '/', headers, agent: false });
  onTestFinished(() => {
    request.destroy();
  });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  expect(response.headers['content-type']).toBe('text/event-stream');
  response.setEncoding('utf8');
  const nextTick = async () => String((await once(response, 'data'))[0]);
  await nextTick();
  return { nextTick };
}

describe('the updater', () => {
  test('reported no error', () => {
    expect(cloud.troubles).toEqual([]);
  });
});
