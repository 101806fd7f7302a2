import { expect, test } from 'vitest';
import { fitMembers } from '../../../core/routes/fit-members.ts';
import { parseTags } from '../../../core/routes/route-spec.ts';
import { instance, SETTINGS } from '../../support/values/instances.ts';

test('a huge group without a member that fits costs at most 200 tries, and no member is admitted', () => {
  const specs = Array.from({ length: 2_000 }, (_, id) => instance({ id, tags: { 'proxy:host': 'shop' } }))
    .map((each) => parseTags(each, SETTINGS))
    .flatMap((each) => each.specs);
  let tries = 0;
  const { made, out } = fitMembers(specs, [], () => {
    tries += 1;
    return undefined;
  });
  expect([made, out.length]).toEqual([undefined, 2_000]);
  expect(tries).toBeLessThanOrEqual(200);
});
