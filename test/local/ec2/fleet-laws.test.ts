import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { InstanceState } from '../../../core/instance.ts';
import { publicNameOf } from '../../../local/ec2/addresses.ts';
import { Ec2Error } from '../../../local/ec2/api/ec2-error.ts';
import type { LocalFleet } from '../../../local/ec2/fleet.ts';
import { launchOne, testFleet } from '../../support/aws/local-fleet.ts';

/** The next states that EC2 allows after each state (User Guide, "Instance lifecycle"). */
const NEXT: Record<InstanceState | 'none', readonly InstanceState[]> = {
  none: ['pending'],
  pending: ['running', 'shutting-down'],
  running: ['stopping', 'shutting-down'],
  stopping: ['stopped', 'shutting-down'],
  stopped: ['pending', 'terminated'],
  'shutting-down': ['terminated'],
  terminated: [],
};

type Step =
  | { call: 'startInstances' | 'stopInstances' | 'terminateInstances'; which: number }
  | { call: 'launch' }
  | { call: 'wait'; milliseconds: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({
      call: fc.constantFrom(
        'startInstances' as const,
        'stopInstances' as const,
        'terminateInstances' as const,
      ),
      which: fc.nat(3),
    }),
    fc.record({ call: fc.constant('launch' as const) }),
    fc.record({ call: fc.constant('wait' as const), milliseconds: fc.constantFrom(0, 100, 150, 250, 600) }),
  ),
  { maxLength: 25 },
);

/** Runs a step. EC2 may refuse its call. */
async function take(step: Step, { fleet, scheduler }: ReturnType<typeof testFleet>): Promise<void> {
  if (step.call === 'launch') launchOne(fleet);
  else if (step.call === 'wait') await scheduler.advance(step.milliseconds);
  else
    attempt(() =>
      fleet[step.call](
        fleet
          .list()
          .slice(step.which, step.which + 2)
          .map(({ id }) => id),
      ),
    );
}

function attempt(action: () => unknown): void {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(Ec2Error);
  }
}

/** Exactly the running instances have a name, and each name leads to its instance. */
function checkNames(fleet: LocalFleet, everUsed: Map<string, string>): void {
  for (const { id, state, launchedAt, publicAddress } of fleet.list()) {
    expect(publicAddress !== undefined).toBe(state === 'running');
    if (publicAddress === undefined) continue;
    expect(fleet.resolve(publicNameOf(publicAddress), 80)).toBeDefined();
    const generation = `${id}@${launchedAt}`;
    expect(everUsed.get(publicAddress) ?? generation).toBe(generation);
    everUsed.set(publicAddress, generation);
  }
}

describe('any sequence of calls to a fleet', () => {
  test('moves instances only between valid states, with one address for each launch, which no longer resolves after its release', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (taken) => {
        const stand = testFleet();
        const everUsed = new Map<string, string>();
        for (const step of taken) {
          await take(step, stand);
          checkNames(stand.fleet, everUsed);
          const inUse = new Set(stand.fleet.list().map(({ publicAddress }) => publicAddress));
          const released = [...everUsed.keys()].filter((address) => !inUse.has(address));
          for (const address of released)
            expect(stand.fleet.resolve(publicNameOf(address), 80)).toBeUndefined();
        }
        const last = new Map<string, InstanceState>();
        for (const { detail } of stand.log.events) {
          if (!('state' in detail)) continue;
          const id = detail['instance-id'];
          expect(NEXT[last.get(id) ?? 'none']).toContain(detail.state);
          last.set(id, detail.state);
        }
        for (const { id, state } of stand.fleet.list()) expect(state).toBe(last.get(id));
      }),
    );
  });
});
