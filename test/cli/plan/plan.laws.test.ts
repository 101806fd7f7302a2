import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findDifferences } from '../../../cli/plan/differences.ts';
import { encodeEntry, isServing } from '../../../core/entry/entry.ts';
import { NO_FACTS } from '../../../core/events/fleet-facts.ts';
import { decodeContent } from '../../../core/plan/decoded.ts';
import { parseTags } from '../../../core/routes/route-spec.ts';
import { decide } from '../../../updater/run/decide.ts';
import { anyFleet } from '../../support/values/arbitraries.ts';
import { NOW, routed, SETTINGS } from '../../support/values/instances.ts';

test('a plan has the changes that the updater decides on, for any two fleets', () => {
  const property = fc.property(anyFleet, anyFleet, (before, fleet) => {
    const entries = [...routed(before).entries];
    const current = new Map(
      entries.map(([hostname, entry]) => [hostname, encodeEntry({ ...entry, sequence: 7 })] as const),
    );
    const decoded = decodeContent(current, SETTINGS.deployment);
    const decision = decide({
      ...{ decoded, bytes: 0, settings: SETTINGS, mode: 'sync', capacity: undefined, now: NOW },
      view: { instances: fleet, failures: [], reportedDead: new Set() },
      tokenOf: (hostname) => {
        const entry = decoded.owned.get(hostname);
        return entry !== undefined && isServing(entry) ? entry.token : '';
      },
      nameStateOf: () => 'resolved',
      ...{ refusals: new Map(), lastSequence: 0, facts: NO_FACTS, confirmed: false },
      parse: (instance) => parseTags(instance, SETTINGS),
    });
    const { changes } = findDifferences({ settings: SETTINGS, current, fleet, now: NOW });
    const puts = changes.flatMap(({ hostname, before, after }) =>
      after === undefined || after === before ? [] : [[hostname, encodeEntry(after)]],
    );
    const deletes = changes.flatMap(({ hostname, after }) => (after === undefined ? [hostname] : []));
    expect(puts).toEqual([...decision.changes.puts].sort(([a], [b]) => (a < b ? -1 : 1)));
    const withheld = changes.flatMap((each) => (each.withheld ? [each.hostname] : []));
    expect(withheld).toEqual(decision.withheld);
    expect(deletes).toEqual([...decision.changes.deletes].sort());
  });
  fc.assert(property, { numRuns: 300 });
});
