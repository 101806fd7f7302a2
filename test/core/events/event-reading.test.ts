import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseFleetEvent } from '../../../core/events/fleet-event.ts';
import {
  A,
  answerOf,
  B,
  C,
  fixture,
  fixtureNames,
  HOME,
  withDetail,
} from '../../support/values/event-fixtures.ts';

describe('ids', () => {
  test('among junk are kept if they are valid, and the reason names the junk', () => {
    const event = parseFleetEvent(
      withDetail('run-instances', { responseElements: answerOf(A, 'i-EXAMPLE') }),
      HOME,
    );
    expect(event).toMatchObject({ verdict: 'hint', scope: 'ids', ids: [A] });
    expect(event.reason).toMatch(/^left out "i-EXAMPLE": not an instance id/);
  });

  test('occur once, in any order and after any number of repetitions', () => {
    const ids = [A, B, C];
    fc.assert(
      fc.property(fc.shuffledSubarray([...ids, ...ids], { minLength: 1 }), (named) => {
        const event = parseFleetEvent(
          withDetail('run-instances', { responseElements: answerOf(...named) }),
          HOME,
        );
        expect([...event.ids].sort()).toEqual([...new Set(named)].sort());
      }),
    );
  });

  test.each([
    ['an array', [{ instanceId: A }]],
    ['bare ids', [A]],
    ['items', { items: [{ instanceId: A }] }],
    ['item', { item: [{ instanceId: A }] }],
    ['a single item', { item: { instanceId: A } }],
    ['a single object', { instanceId: A }],
    ['an ARN in place of the id', { items: [{ instanceId: `arn:aws-cn:ec2:cn-north-1::instance/${A}` }] }],
    ['blanks around it', { items: [{ instanceId: `\t ${A}\n` }] }],
  ])('are found in a set spelled as %s', (_spelling, instancesSet) => {
    const event = parseFleetEvent(withDetail('run-instances', { responseElements: { instancesSet } }), HOME);
    expect(event).toMatchObject({ verdict: 'hint', ids: [A] });
  });

  test.each(['instance-id', 'instance_id', 'instanceId'])('are found in a notice under %s', (key) => {
    const event = {
      ...fixture('state-change.running'),
      resources: [],
      detail: { [key]: A, state: 'running' },
    };
    expect(parseFleetEvent(event, HOME).ids).toEqual([A]);
  });

  test('are taken from a malformed ARN when the detail has none', () => {
    const event = { ...fixture('spot-interruption'), detail: { 'instance-action': 'stop' } };
    expect(parseFleetEvent(event, HOME)).toMatchObject({ name: 'interruption:stop', ids: [A] });
  });

  test.each([
    ['null', null],
    ['an empty set', { instancesSet: {} }],
    ['omitted in words', { reason: 'too large', omitted: 'true', originalSize: '149893' }],
  ])('that are missing from a successful launch mean the whole fleet: %s', (_how, responseElements) => {
    const event = parseFleetEvent(withDetail('run-instances', { responseElements }), HOME);
    expect(event).toMatchObject({ verdict: 'hint', scope: 'fleet', failed: false });
  });

  test('that are cut from a failed termination mean the whole fleet', () => {
    const cut = withDetail('terminate-instances.refused', { requestParameters: { omitted: true } });
    expect(parseFleetEvent(cut, HOME)).toMatchObject({ verdict: 'hint', scope: 'fleet', failed: true });
  });
});

describe('death', () => {
  test.each(['stopping', 'stopped', 'shutting-down', 'terminated'])(
    'is reported by a notice of %s',
    (state) => {
      const event = parseFleetEvent(withDetail('state-change.running', { state }), HOME);
      expect(event).toMatchObject({ verdict: 'hint', death: state });
    },
  );

  test.each(['pending', 'running', 'hovering', ''])('is not reported by a notice of "%s"', (state) => {
    expect(parseFleetEvent(withDetail('state-change.running', { state }), HOME)).not.toHaveProperty('death');
  });

  test.each(fixtureNames().filter((name) => !name.startsWith('state-change')))(
    'is not reported by %s',
    (name) => {
      expect(parseFleetEvent(fixture(name), HOME)).not.toHaveProperty('death');
    },
  );
});
