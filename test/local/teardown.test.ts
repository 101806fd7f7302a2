import { describe, expect, test } from 'vitest';
import { Teardown } from '../../local/teardown.ts';

/** A teardown with named steps, some of which fail, and a list of the steps that ran. */
function stand(...names: string[]) {
  const teardown = new Teardown();
  const taken: string[] = [];
  for (const name of names) {
    teardown.add(async () => {
      taken.push(name);
      if (name.startsWith('bad')) throw new Error(name);
    });
  }
  return { teardown, taken };
}

describe('a teardown', () => {
  test('ends the last part first', async () => {
    const { teardown, taken } = stand('store', 'server', 'timer');
    await teardown.run();
    expect(taken).toEqual(['timer', 'server', 'store']);
  });

  test('runs each step only once', async () => {
    const { teardown, taken } = stand('server');
    await Promise.all([teardown.run(), teardown.run()]);
    await teardown.run();
    expect(taken).toEqual(['server']);
  });

  test('continues after a failed step and throws the first error', async () => {
    const { teardown, taken } = stand('store', 'bad server', 'bad timer');
    await expect(teardown.run()).rejects.toThrow('bad timer');
    expect(taken).toEqual(['bad timer', 'bad server', 'store']);
  });
});
