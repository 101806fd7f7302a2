import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { publicNameOf } from '../../../../local/ec2/addresses.ts';
import type { LocalFleet } from '../../../../local/ec2/fleet.ts';
import { nodeCommand, openListeningPost } from '../../../support/aws/listening-post.ts';
import {
  instanceOf,
  launchOne,
  realFleet,
  SETTLED,
  testFleet,
  userData,
} from '../../../support/aws/local-fleet.ts';
import { serveOnLoopback } from '../../../support/aws/loopback.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { until } from '../../../support/until.ts';

/** The local address of port `port` of a running instance. */
function originOf(fleet: LocalFleet, id: string, port: number): string {
  const { publicAddress = '' } = instanceOf(fleet, id);
  const endpoint = fleet.resolve(publicNameOf(publicAddress), port);
  return `http://${endpoint?.host}:${endpoint?.port}`;
}

const tagged = (key: string, value: string) => [{ resourceType: 'instance', tags: [{ key, value }] }];

describe('a demo app', () => {
  test('answers as its instance on every port only while it runs', async () => {
    const { fleet, log } = realFleet(await temporaryFolder());
    const id = launchOne(fleet, { imageId: 'ami-hello' });
    await log.until('running');
    const origin = originOf(fleet, id, 80);
    expect(originOf(fleet, id, 8443)).toBe(origin);
    expect(await (await fetch(`${origin}/whoami`)).json()).toMatchObject({ instanceId: id });
    fleet.stopInstances([id]);
    await log.until('stopped');
    await expect(fetch(`${origin}/whoami`)).rejects.toThrow();
  });
});

describe('scripts', () => {
  test('a script finds its port in PORT, serves it, and ends with its instance', async () => {
    const folder = await temporaryFolder();
    const { fleet, log } = realFleet(folder);
    const post = await openListeningPost();
    const ready = post.report("process.env.PORT + ' ' + s.address().port");
    const server = `const s = require('http').createServer((_, r) => r.end('served')).listen(0, '127.0.0.1', () => { ${ready} })`;
    const script = `echo up\n${nodeCommand(server)} &\nwait`;
    const reported = post.next();
    const id = launchOne(fleet, {
      userData: userData(script),
      tagSpecifications: tagged('proxy:port', '3000'),
    });
    const { text, gone } = await reported;
    const [portTag, port = 0] = text.split(' ').map(Number);
    expect(portTag).toBe(3000);
    expect(await (await fetch(originOf(fleet, id, port))).text()).toBe('served');
    fleet.terminateInstances([id]);
    await log.until('terminated');
    await gone;
    expect(await readFile(join(folder, `${id}.log`), 'utf8')).toBe('up\n');
  });

  test('a script that ends by itself stops its instance, as an operating system does', async () => {
    const folder = await temporaryFolder();
    const { fleet, log } = realFleet(folder);
    const id = launchOne(fleet, { userData: userData('echo bye >&2; exit 3') });
    await log.until('stopped');
    expect(log.words).toEqual(['RunInstances', 'pending', 'running', 'stopping', 'stopped']);
    const { code, message } = instanceOf(fleet, id).stateReason ?? {};
    expect(code).toBe('Client.InstanceInitiatedShutdown');
    expect(message).toContain('exited with code 3');
    expect(await readFile(join(folder, `${id}.log`), 'utf8')).toBe('bye\n');
  });

  test('a script that ends by itself is reported with its last lines until the next start', async () => {
    const { fleet, log, troubles } = realFleet(await temporaryFolder());
    const post = await openListeningPost();
    const reported = post.next();
    const once = nodeCommand(`${post.report("'up'")}; setInterval(() => {}, 1000)`);
    const script = `if [ -e started ]; then exec ${once}; fi; touch started; echo first; echo second >&2; exit 3`;
    const folder = await temporaryFolder();
    const id = launchOne(fleet, { userData: userData(`cd '${folder}'; ${script}`) });
    await log.until('stopped');
    const told = await until('the report', () => troubles[0]);
    expect(told).toMatch(
      new RegExp(
        `^${id}: the command exited with code 3; .*${id}\\.log; its last lines:\n    first\n    second$`,
      ),
    );
    expect(`${id}: ${await fleet.findTrouble(id)}`).toBe(told);
    fleet.startInstances([id]);
    await reported;
    expect(await fleet.findTrouble(id)).toBeUndefined();
  });

  test('a script that does not listen on its port is reported after half a minute', async () => {
    const { fleet, scheduler, troubles } = testFleet(await temporaryFolder());
    const post = await openListeningPost();
    const listening = await serveOnLoopback(() => {});
    onTestFinished(() => listening.close());
    const closed = await serveOnLoopback(() => {});
    await closed.close();
    const launch = async (port: number) => {
      const reported = post.next();
      const script = `echo busy; exec ${nodeCommand(`${post.report("'up'")}; setInterval(() => {}, 1000)`)}`;
      const id = launchOne(fleet, {
        userData: userData(script),
        tagSpecifications: tagged('proxy:port', `${port}`),
      });
      await scheduler.advance(SETTLED);
      await reported;
      return id;
    };
    const [heard, silent] = [await launch(listening.port), await launch(closed.port)];
    expect(await fleet.findTrouble(silent)).toBe(
      `nothing listens on port ${closed.port}; its last lines:\n    busy`,
    );
    expect(await fleet.findTrouble(heard)).toBeUndefined();
    await until('half a minute to pass', async () => {
      await scheduler.advance(1_000);
      return troubles.length > 0;
    });
    expect(troubles).toEqual([
      `${silent}: after 30 s nothing listens on port ${closed.port}; its last lines:\n    busy`,
    ]);
  });

  test('a script runs again at every start', async () => {
    const folder = await temporaryFolder();
    const { fleet, log } = realFleet(folder);
    const id = launchOne(fleet, { userData: userData('echo once') });
    await log.until('stopped');
    fleet.startInstances([id]);
    await log.until('stopped', 2);
    expect(await readFile(join(folder, `${id}.log`), 'utf8')).toBe('once\nonce\n');
  });

  test('a script that is still starting at the termination of its instance never runs', async () => {
    const { fleet, log, scheduler } = testFleet(await temporaryFolder());
    const id = launchOne(fleet, { userData: userData('exec sleep 60') });
    const booting = scheduler.advance(250);
    fleet.terminateInstances([id]);
    await booting;
    await scheduler.advance(SETTLED);
    await log.until('terminated');
    expect(log.words).not.toContain('running');
  });

  test('a script that ends slowly delays the end of its instance', async () => {
    const { fleet, log, scheduler } = testFleet(await temporaryFolder());
    const post = await openListeningPost();
    const deaf = "process.on('SIGTERM', () => {})";
    const reported = post.next();
    const id = launchOne(fleet, {
      userData: userData(`exec ${nodeCommand(`${deaf}; ${post.report("'up'")}`)}`),
    });
    await scheduler.advance(SETTLED);
    const { dismiss } = await reported;
    fleet.stopInstances([id]);
    await scheduler.advance(SETTLED);
    fleet.terminateInstances([id]);
    await scheduler.advance(SETTLED);
    expect(log.words.at(-1)).toBe('shutting-down');
    dismiss();
    await log.until('terminated');
    expect(log.words).not.toContain('stopped');
  });

  test('a script ends with the fleet after its own cleanup', async () => {
    const folder = await temporaryFolder();
    const { fleet } = realFleet(folder);
    const post = await openListeningPost();
    const leave =
      "process.on('SIGTERM', () => setTimeout(() => { console.log('goodbye'); process.exit() }, 50))";
    const reported = post.next();
    const id = launchOne(fleet, { userData: userData(nodeCommand(`${leave}; ${post.report("'up'")}`)) });
    await reported;
    await fleet.dispose();
    expect(await readFile(join(folder, `${id}.log`), 'utf8')).toBe('goodbye\n');
  });
});
