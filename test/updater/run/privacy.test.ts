import { describe, expect, test } from 'vitest';
import { EmbeddedMetrics, powertoolsLog } from '../../../updater/adapters/powertools.ts';
import { run } from '../../../updater/run/run.ts';
import { message, stand } from '../../support/stands/updater-stand.ts';
import { consoleOutput } from '../../support/tools/console-output.ts';
import { fixture, fixtureNames } from '../../support/values/event-fixtures.ts';
import { instance } from '../../support/values/instances.ts';

const TOKEN = 'dG9rZW4tb2Ytc2hv';

/** Values that must stay in the raw journal, wherever an event has them. */
const SECRETS = {
  accessKeyId: 'ASIAQ3EGXAMPLEKEYID1',
  sourceIPAddress: '198.51.100.99',
  userAgent: 'Mozilla/5.0 (canary of a browser)',
  sessionToken: 'IQoJb3JpZ2luX2VjCANARY',
  password: 'correct horse battery staple',
};

/** A fixture that has all of them in its record, identity, request, response and other members. */
function loaded(name: string): Record<string, unknown> {
  const event = fixture(name);
  const { detail } = event;
  if (typeof detail !== 'object' || detail === null) return event;
  const members = Object.entries(detail).map(([key, value]) => [
    key,
    isPlain(value) ? { ...value, ...SECRETS } : value,
  ]);
  const identity = { ...(detail as { userIdentity?: object }).userIdentity, ...SECRETS };
  const session = { sessionContext: { attributes: SECRETS, sessionIssuer: SECRETS } };
  return {
    ...event,
    ...SECRETS,
    detail: {
      ...SECRETS,
      ...Object.fromEntries(members),
      ...('userIdentity' in detail ? { userIdentity: { ...identity, ...session } } : {}),
      ...{ tlsDetails: SECRETS, additionalEventData: SECRETS, ...SECRETS },
    },
  };
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

describe('F59: personal data in an event', () => {
  test('reaches neither logs nor metrics nor decisions, and neither does the token of a hostname', async () => {
    const { parts, journal, fleet, routes } = await stand();
    fleet.instances = [
      ...fleet.instances,
      instance({ id: 2, tags: { 'proxy:host': 'shop', 'proxy:port': '80a' } }),
    ];
    const output = consoleOutput();
    const told = {
      ...parts,
      tokenOf: () => TOKEN,
      metrics: new EmbeddedMetrics('main', 'full'),
      log: powertoolsLog(),
    };
    const events = fixtureNames().map((name) => message(loaded(name)));
    await run({ ...told, watched: {} }, [...events, message(`{"half": "${SECRETS.password}"`)], 'request-1');
    journal.fault = new Error('SlowDown');
    await run({ ...told, watched: {} }, events, 'request-2');

    const decided = [...journal.records]
      .filter(([key]) => key.startsWith('decisions/'))
      .map(([, body]) => body);
    const shown = [...output.lines(), ...decided, JSON.stringify(routes())];
    expect(decided.length).toBeGreaterThan(0);
    expect(output.lines().length).toBeGreaterThanOrEqual(4);
    for (const secret of [TOKEN, ...Object.values(SECRETS), 'AKIAIOSFODNN7EXAMPLE', '198.51.100.23']) {
      for (const line of shown) expect(line).not.toContain(secret);
    }
  });

  test('is in the raw journal, which proves that the events of this test have it', async () => {
    const { parts, journal } = await stand();
    await run(parts, [message(loaded('run-instances'))], 'request-1');
    const [[, raw = ''] = []] = journal.records;
    for (const secret of Object.values(SECRETS)) expect(raw).toContain(secret);
  });

  test('includes the actor, who is in the decisions but in neither log nor metrics', async () => {
    const { parts, journal, lines, metrics } = await stand();
    await run(parts, [message(fixture('run-instances'))], 'request-1');
    expect(JSON.stringify([lines, metrics.runs])).not.toContain('user/ada');
    const decided = [...journal.records].filter(([key]) => key.startsWith('decisions/'));
    expect(decided[0]?.[1]).toContain('user/ada');
  });
});
