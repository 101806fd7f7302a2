import { describe, expect, test } from 'vitest';
import { app, updaterStand } from '../../support/stands/updater-stand.ts';
import { idOf, NOW } from '../../support/values/instances.ts';
import { tagChange } from '../../support/values/made-events.ts';

/** A change of tags that is old enough for a complete run to have answered it. */
const OLD = { ...tagChange(idOf(1)), time: new Date((NOW - 30) * 1000).toISOString() };

describe('a run answers older events', () => {
  test('if it read the whole fleet and left nothing undone', async () => {
    const { send, sweep, fleet } = await updaterStand(app(1, 'shop'));
    await sweep();
    await send(OLD);
    expect(fleet.calls.list).toBe(1);
  });

  test('but not if a region did not answer: the next event reads the fleet again and catches up', async () => {
    const { send, sweep, fleet, states } = await updaterStand(
      app(1, 'shop', { region: 'eu-west-1' }),
      app(2, 'wiki'),
    );
    fleet.down.add('eu-west-1');
    await sweep();
    expect(states()).toEqual({ wiki: 'live' });
    fleet.down.clear();
    await send(OLD);
    expect(states()).toEqual({ shop: 'live', wiki: 'live' });
  });

  test('but not if a change was held back: the next event reads the fleet again and makes it', async () => {
    const many = Array.from({ length: 8 }, (_, n) => app(n + 1, `app-${n}`));
    const { send, sweep, become, fleet, states } = await updaterStand(...many);
    await sweep();
    become(app(9, 'new'));
    await sweep();
    // Too many instances have vanished at once.
    expect(Object.keys(states())).toHaveLength(9);
    become(...many.slice(4), app(9, 'new'));
    await send(OLD);
    expect(fleet.calls.list).toBe(3);
    expect(Object.keys(states())).toHaveLength(5);
  });
});
