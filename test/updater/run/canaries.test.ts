import { expect, test } from 'vitest';
import { MODES } from '../../../core/plan/policies/mode.ts';
import { buildCanaries } from '../../../infra/edge/canaries/canaries.ts';
import { stand } from '../../support/stands/updater-stand.ts';

const AUDIT = { action: 'audit' };

/** All entries of the publisher and of CloudFormation, for any domain. */
const STRANGERS: Readonly<Record<string, string>> = {
  _seed: 'dynamic-edge-proxy',
  ...buildCanaries('').store,
  ...buildCanaries('dev.example.com').store,
};

test.each(MODES)(
  "an updater that may %s counts the publisher's canaries neither as drift nor as names of a deployment",
  async (mode) => {
    const { store, environment, handle, decisions, routes, problems } = await stand();
    const parts = environment({ mode });
    await handle(parts, AUDIT);
    const before = { problems: problems(), routes: routes().routes, entries: new Map(store.store.entries) };
    const told = decisions().length;
    const puts = Object.entries(STRANGERS).map(([key, value]) => ({ key, value }));
    store.store.update({ puts }, store.store.describe().etag);
    await handle(parts, AUDIT);
    await handle(environment({ mode }), AUDIT);
    expect(Object.fromEntries(store.store.entries)).toEqual({
      ...Object.fromEntries(before.entries),
      ...STRANGERS,
    });
    expect(problems()).toEqual(before.problems);
    expect(routes().routes).toEqual(before.routes);
    for (const { puts, deletes, found, missing } of decisions().slice(told)) {
      expect({ puts, deletes, found, missing }).toEqual({ puts: [], deletes: [] });
    }
  },
);
