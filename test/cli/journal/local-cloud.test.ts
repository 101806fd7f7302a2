import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestCloud, type TestCloud } from '../../support/stands/test-cloud.ts';
import { cli } from '../../support/tools/cli.ts';

describe('the events of the local cloud', () => {
  let cloud: TestCloud;
  beforeAll(async () => {
    cloud = await startTestCloud();
  });
  afterAll(() => cloud.dispose());

  test('show a launch with the name that it made live', async () => {
    const id = await cloud.live('shop');
    const { code, out } = await cli('events', '--state', cloud.stateFolder);
    expect(code).toBe(0);
    expect(out).toMatch(
      new RegExp(`^\\d\\d:\\d\\d:\\d\\d RunInstances ${id} by local → shop\\.localhost `, 'm'),
    );
  });
});
