import { describe, expect, test } from 'vitest';
import { chooseAddress } from '../../../core/ec2/described-instance.ts';
import { encodeEntry } from '../../../core/entry/entry.ts';
import type { Instance } from '../../../core/instance.ts';
import { goldens, outcomeOf, sceneOf } from '../../support/values/golden.ts';
import { ipv6Of, nameIn, type Routed, routed } from '../../support/values/instances.ts';

/** The values in the store. */
const bytesOf = ({ entries }: Routed) =>
  [...entries].map(([hostname, entry]) => [hostname, encodeEntry(entry)]);

const UPDATE = process.env['UPDATE_GOLDEN'] === '1';

/** test/golden/routes can be read as documentation. `UPDATE_GOLDEN=1 npx vitest run test/core` approves the current results. */
describe('golden:', () => {
  test.each(goldens())('$name', ({ given, approved, approve }) => {
    const outcome = outcomeOf(given);
    if (UPDATE) approve(outcome);
    else expect(outcome).toBe(approved);
  });

  test.each(goldens())(
    '$name, also if instances with a public IPv4 name have an IPv6 address',
    ({ given }) => {
      const { fleet, around } = sceneOf(given);
      const upgraded = fleet.map((each, at): Instance => {
        const six = ipv6Of(at);
        const address = chooseAddress(each.tags, nameIn(each.address), six);
        return each.address?.via === 'ipv4' && address ? { ...each, address, ipv6: six } : each;
      });
      expect(bytesOf(routed(upgraded, around))).toEqual(bytesOf(routed(fleet, around)));
    },
  );

  test.each(goldens())('$name, for any order of the instances', ({ given }) => {
    const { fleet, around } = sceneOf(given);
    expect(routed(fleet.toReversed(), around)).toEqual(routed(fleet, around));
  });
});
