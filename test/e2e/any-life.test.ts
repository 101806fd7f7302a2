import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Ec2Error } from '../../local/ec2/api/ec2-error.ts';
import { releasedOrigins, startTestCloud, type TestCloud } from '../support/stands/test-cloud.ts';

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
});
afterAll(() => cloud.dispose());

const HOSTS = ['red', 'green', 'blue'] as const;

/** Each life has hostnames of its own. Otherwise the brake would hold names back that changed often in earlier lives. */
let life = 0;
const nameOf = (host: (typeof HOSTS)[number]) => `${host}-${life}`;

type Step =
  | { call: 'launch'; host: (typeof HOSTS)[number] }
  | { call: 'rename'; host: (typeof HOSTS)[number]; which: number }
  | { call: 'startInstances' | 'stopInstances' | 'terminateInstances'; which: number }
  | { call: 'wait' };

const host = fc.constantFrom(...HOSTS);
const which = fc.nat(5);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ call: fc.constant('launch' as const), host }) },
  { weight: 1, arbitrary: fc.record({ call: fc.constant('rename' as const), host, which }) },
  ...(['startInstances', 'stopInstances', 'terminateInstances'] as const).map((call) => ({
    weight: 1,
    arbitrary: fc.record({ call: fc.constant(call), which }),
  })),
  { weight: 2, arbitrary: fc.record({ call: fc.constant('wait' as const) }) },
);

/** Runs a step. EC2 may refuse its call. */
async function take(taken: Step): Promise<void> {
  const all = cloud.fleet.list().filter((instance) => instance.state !== 'terminated');
  if (taken.call === 'wait') return cloud.settled();
  if (taken.call === 'launch') return void cloud.launch({ host: nameOf(taken.host) });
  const id = all[taken.which % Math.max(1, all.length)]?.id;
  if (id === undefined) return;
  try {
    if (taken.call === 'rename')
      cloud.fleet.createTags([id], [{ key: 'proxy:host', value: nameOf(taken.host) }]);
    else cloud.fleet[taken.call]([id]);
  } catch (error) {
    if (!(error instanceof Ec2Error)) throw error;
  }
}

/** The names whose answers do not match the instances that claim them. */
async function answered(): Promise<string[]> {
  const { fleet } = cloud;
  const wrong: string[] = [];
  for (const name of HOSTS.map(nameOf)) {
    const claims = fleet.list().filter((each) => each.tags.get('proxy:host') === name);
    const running = claims.filter((each) => each.state === 'running').map((each) => each.id);
    const stopped = claims.some((each) => each.state === 'stopped');
    const { status, body } = await cloud.ask(`${name}.localhost`, '/whoami');
    const right =
      status === 200
        ? running.includes(JSON.parse(body.toString()).instanceId)
        : status === 503
          ? stopped
          : claims.every((each) => each.state === 'terminated');
    if (!right) wrong.push(`${name} answers ${status}; running: ${running.join()}`);
  }
  return wrong;
}

async function endLife(): Promise<void> {
  const alive = cloud.fleet.list().filter(({ state }) => state !== 'terminated' && state !== 'shutting-down');
  for (const { id } of alive) cloud.fleet.terminateInstances([id]);
  await cloud.settled();
}

describe('any life of a fleet', () => {
  test('routes each name to its instance, and no name to a released address', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 12 }), async (steps) => {
        life += 1;
        for (const each of steps) await take(each);
        await cloud.settled();
        expect(releasedOrigins(cloud)).toEqual([]);
        expect(await answered()).toEqual([]);
        expect(cloud.troubles).toEqual([]);
        await endLife();
      }),
      { numRuns: process.env['CI'] === 'true' ? 25 : 10, endOnFailure: true },
    );
  });
});
