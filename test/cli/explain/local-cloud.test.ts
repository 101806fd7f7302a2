import { expect, test } from 'vitest';
import { startTestCloud } from '../../support/stands/test-cloud.ts';
import { cli } from '../../support/tools/cli.ts';

test('the local cloud is explained by the routers and the store that it runs', async () => {
  const cloud = await startTestCloud();
  try {
    const id = await cloud.live('shop');
    const shop = await cli('explain', 'shop', '--state', cloud.stateFolder);
    expect(shop).toMatchObject({ code: 0, err: '' });
    expect(shop.out).toContain(`→ the app on ${id}, port 80`);
    expect(shop.out).toContain(`GET http://shop.localhost:${cloud.port}/`);
    cloud.launch({ hsot: 'cart' });
    await cloud.settled();
    const cart = await cli('explain', 'cart', '--state', cloud.stateFolder);
    expect(cart).toMatchObject({ code: 1, err: '' });
    expect(cart.out).toContain('`proxy:hsot` is "cart", but the proxy has no tag');
    expect(cart.out).toContain('--remove proxy:hsot');
    const near = await cli('explain', 'shopp', '--state', cloud.stateFolder);
    expect(near.out).toContain('Did you mean shop.localhost?');
    expect(near.out).toContain('launch --host shopp --image ami-hello');
    cloud.fleet.terminateInstances([id]);
    await cloud.settled();
    const gone = await cli('explain', 'shop', '--state', cloud.stateFolder);
    expect(gone.out).toMatch(/change {3}gone at .*, because of/);
  } finally {
    await cloud.dispose();
  }
});
