import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startTestCloud } from '../../support/stands/test-cloud.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { cli } from '../../support/tools/cli.ts';

describe('the plan of the local cloud', () => {
  test('shows a launch that the updater has not seen, and changes nothing', async () => {
    const updaterFile = join(await temporaryFolder(), 'index.mjs');
    writeFileSync(updaterFile, 'export const handler = async () => {};');
    const cloud = await startTestCloud({ updaterFile });
    onTestFinished(() => cloud.dispose());
    const id = cloud.launch({ host: 'shop' });
    await cloud.settled();
    const { code, out, err } = await cli('plan', '--state', cloud.stateFolder);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(new RegExp(`^\\+ shop\\.localhost {2}\\w+ {2}${id}$`, 'm'));
    expect(cloud.store.get('shop.localhost')).toBeUndefined();
    const { changes } = JSON.parse((await cli('plan', '--json', '--state', cloud.stateFolder)).out);
    expect(changes).toMatchObject([{ hostname: 'shop.localhost', after: { instances: [id] } }]);
  });

  test('has no change after the updater has run', async () => {
    const cloud = await startTestCloud();
    onTestFinished(() => cloud.dispose());
    await cloud.live('shop');
    expect((await cli('plan', '--state', cloud.stateFolder)).out).toBe('no change, 1 unchanged');
  });
});
