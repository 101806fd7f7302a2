import { describe, expect, test } from 'vitest';
import { MOST_MOMENTS } from '../../../core/journal/history-file.ts';
import { LIMITS } from '../../../core/wire/limits.ts';
import { MemoryNotebook } from '../../support/stands/memory.ts';
import { app, member, SHOP, updaterStand } from '../../support/stands/updater-stand.ts';
import { idOf, NOW } from '../../support/values/instances.ts';
import { apiCall, calledBy, SWEEP, stateChange } from '../../support/values/made-events.ts';

const iso = (seconds: number) => new Date((NOW + seconds) * 1000).toISOString();
const ALICE = 'arn:aws:sts::111122223333:assumed-role/Developer/alice';

type Stand = Awaited<ReturnType<typeof updaterStand>>;

/** Stops the app a minute later. */
async function stop(stand: Stand, by = stand.parts) {
  stand.clock.advance(60_000);
  stand.become(app(1, 'shop', { state: 'stopped' }));
  await stand.handle(by, stateChange(idOf(1), 'stopped', -59));
}

describe('the history of a hostname', () => {
  test('has each change with its time, instances and causes', async () => {
    const stand = await updaterStand(app(1, 'shop'));
    await stand.send(stateChange(idOf(1), 'running'));
    await stop(stand);
    expect(stand.history(SHOP)).toMatchObject([
      { at: iso(0), state: 'live', instances: [idOf(1)], causes: [{ kind: 'state-change: running' }] },
      {
        at: iso(60),
        state: 'asleep',
        how: 'written',
        causes: [{ kind: 'state-change: stopped', at: iso(59) }],
      },
    ]);
    stand.become();
    stand.clock.advance(60_000);
    await stand.send(stateChange(idOf(1), 'terminated', -120));
    expect(stand.history(SHOP).at(-1)).toMatchObject({ at: iso(120), state: 'gone', instances: [] });
  });

  test('is left alone by changes that people are not told', async () => {
    const stand = await updaterStand(app(1, 'shop'));
    await stand.sweep();
    stand.clock.advance(60_000);
    stand.become(app(1, 'shop', { publicName: 'ec2-203-0-113-99.compute-1.amazonaws.com' }));
    await stand.sweep();
    expect(stand.history(SHOP)).toHaveLength(1);
  });

  test('gets the caller of a change when CloudTrail reports the call after its effect', async () => {
    const stand = await updaterStand(app(1, 'shop'));
    await stand.send(stateChange(idOf(1), 'running', 0));
    expect(stand.routes().routes?.[0]?.cause).toEqual({ kind: 'state-change: running', at: iso(0) });
    stand.clock.advance(30_000);
    await stand.send(calledBy(ALICE, apiCall('RunInstances', idOf(1))));
    const cause = { kind: 'RunInstances', at: iso(-1), by: 'Developer/alice' };
    expect(stand.routes().routes?.[0]?.cause).toEqual(cause);
    expect(stand.history(SHOP)).toMatchObject([
      { at: iso(0), causes: [cause, { kind: 'state-change: running' }] },
    ]);
    // A second call is not that of this change.
    await stand.send(calledBy('arn:aws:iam::111122223333:user/bob', apiCall('StopInstances', idOf(1))));
    expect(stand.routes().routes?.[0]?.cause).toEqual(cause);
  });

  test('names no caller if the deployment hides them', async () => {
    const stand = await updaterStand(app(1, 'shop'));
    const quiet = stand.environment({ portal: { detail: 'full', tags: [], principals: false } });
    await stand.handle(quiet, stateChange(idOf(1), 'running', 0));
    await stand.handle(quiet, calledBy(ALICE, apiCall('RunInstances', idOf(1))));
    const texts = [JSON.stringify(stand.routes()), stand.page(), JSON.stringify([...stand.histories])];
    for (const text of texts) expect(text).not.toContain('alice');
  });

  test('that cannot be written fails no batch, and is written by the next run', async () => {
    const stand = await updaterStand(app(1, 'shop'));
    const broken = new MemoryNotebook();
    broken.fault = new Error('SlowDown');
    const { historyFile } = stand.parts;
    let isBroken = true;
    const parts = stand.environment({ historyFile: (name) => (isBroken ? broken : historyFile(name)) });
    await stand.handle(parts, stateChange(idOf(1), 'running'));
    expect(stand.states()).toEqual({ shop: 'live' });
    expect(stand.history(SHOP)).toEqual([]);
    isBroken = false;
    await stop(stand, parts);
    expect(stand.history(SHOP).map(({ state }) => state)).toEqual(['live', 'asleep']);
  });

  test('of a name that changes all the time takes no more memory than its file, while the bucket refuses it', async () => {
    const stand = await updaterStand(app(1, 'shop'));
    const { historyFile } = stand.parts;
    let isBroken = true;
    const broken = Object.assign(new MemoryNotebook(), { fault: new Error('AccessDenied') });
    const parts = stand.environment({ historyFile: (name) => (isBroken ? broken : historyFile(name)) });
    for (let n = 0; n < 120; n++) {
      stand.clock.advance(60_000);
      stand.become(app(1, 'shop', { state: n % 2 === 0 ? 'stopped' : 'running' }));
      await stand.handle(parts, SWEEP);
    }
    expect(parts.memory.histories.get(SHOP)).toHaveLength(MOST_MOMENTS);
    isBroken = false;
    await stand.handle(parts, SWEEP);
    expect(stand.history(SHOP).at(-1)).toMatchObject({ at: iso(7_200), state: 'live' });
  });

  test('notes how a name stood if the process that knew it has ended', async () => {
    const stand = await updaterStand(app(1, 'shop'));
    const old = stand.environment({
      historyFile: () => Object.assign(new MemoryNotebook(), { fault: new Error('x') }),
    });
    await stand.handle(old, stateChange(idOf(1), 'running'));
    await stop(stand, stand.environment());
    expect(stand.history(SHOP)).toMatchObject([
      { at: iso(0), state: 'live', how: 'found', causes: [] },
      { at: iso(60), state: 'asleep', how: 'written' },
    ]);
  });

  test('of a thousand names is written by several runs, if the bucket is slow', async () => {
    const sketches = Array.from({ length: 1_000 }, (_, n) => app(n + 1, `app-${n}`));
    const stand = await updaterStand(...sketches);
    const { historyFile } = stand.parts;
    const parts = stand.environment({
      historyFile: (name) => {
        const document = historyFile(name);
        return {
          load: (known) => document.load(known),
          save: (body) => {
            stand.clock.advance(10);
            return document.save(body);
          },
        };
      },
    });
    const written = () => [...stand.histories.values()].filter(({ body }) => body !== undefined).length;
    await stand.handle(parts, SWEEP);
    expect(written()).toBeGreaterThan(150);
    expect(written()).toBeLessThan(300);
    for (let n = 0; n < 6; n++) await stand.handle(parts, SWEEP);
    expect(written()).toBe(1_000);
  });
});

describe('the status of the updater', () => {
  test('has the times of writes, the use of the store and the last sweep', async () => {
    const stand = await updaterStand(app(1, 'shop'));
    await stand.send(stateChange(idOf(1), 'running', 2));
    await stand.sweep();
    expect(stand.status()).toMatchObject({
      ...{ version: 1, deployment: 'main', updatedAt: iso(0), lastSweep: iso(0) },
      store: { keys: 1, writesToday: 1, limit: LIMITS.storeBytes },
      writes: [{ at: iso(0), milliseconds: 2_000 }],
    });
    expect(stand.status()).not.toHaveProperty('drift');
  });

  test('names the hostnames that a sweep had to mend', async () => {
    const stand = await updaterStand(app(1, 'shop'));
    await stand.sweep();
    stand.become(app(1, 'shop'), app(2, 'docs'));
    stand.clock.advance(60_000);
    await stand.sweep();
    expect(stand.status().drift).toEqual({ at: iso(60), hostnames: ['docs.dev.example.com'], count: 1 });
  });

  test('of a quiet updater is written every five minutes, and its list never', async () => {
    const stand = await updaterStand(app(1, 'shop'));
    await stand.sweep();
    const { statusFile, routesFile } = stand.parts;
    const saves = () => [routesFile, statusFile].map((each) => (each as MemoryNotebook).saves);
    expect(saves()).toEqual([1, 1]);
    for (let n = 1; n <= 12; n++) {
      stand.clock.advance(60_000);
      await stand.sweep();
    }
    // After 0, 5 and 10 minutes.
    expect(saves()).toEqual([1, 3]);
  });

  test('survives a cold start', async () => {
    const stand = await updaterStand(app(1, 'shop'));
    await stand.send(stateChange(idOf(1), 'running', 2));
    await stand.sweep();
    stand.clock.advance(60_000);
    await stand.handle(stand.environment(), SWEEP);
    expect(stand.status()).toMatchObject({
      ...{ lastSweep: iso(60), store: { writesToday: 1 }, writes: [{ milliseconds: 2_000 }] },
    });
  });
});

describe('the page without JavaScript', () => {
  test('lists the apps, and escapes every text', async () => {
    const stand = await updaterStand(
      member(1, 'shop', { tags: { 'proxy:host': 'shop *.wild', owner: '<b onmouseover="x">&' } }),
    );
    await stand.sweep();
    const page = stand.page();
    expect(page).toContain(
      '<td><a href="https://shop.dev.example.com/">shop.dev.example.com</a></td><td>live</td>',
    );
    expect(page).toContain('<td>*.wild.dev.example.com</td>');
    expect(page).toContain('&#60;b onmouseover=&#34;x&#34;&#62;&#38;');
    expect(page).not.toMatch(/<b |<script|style=/);
  });

  test('has the same owner as the portal, and not any tag', async () => {
    const tags = { 'proxy:host': 'shop', Name: 'web-1', team: 'payments' };
    const stand = await updaterStand(member(1, 'shop', { tags }));
    await stand.sweep();
    expect(stand.page()).not.toMatch(/payments|web-1/);
  });

  test('has names and states alone where everybody may read it, and no other document is written', async () => {
    const stand = await updaterStand(app(1, 'shop', { tags: { 'proxy:host': 'shop', owner: 'alice' } }));
    const open = stand.environment({ portal: { detail: 'names', tags: ['owner'], principals: true } });
    await stand.handle(open, SWEEP);
    expect(stand.page()).toContain('<th scope="col">App</th><th scope="col">State</th></tr>');
    expect(stand.page()).not.toMatch(/i-0|alice/);
    expect([stand.status(), stand.histories.size]).toEqual([{}, 0]);
  });
});
