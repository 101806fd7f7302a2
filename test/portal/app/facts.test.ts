import { describe, expect, test } from 'vitest';
import type { InstanceSummary } from '../../../core/journal/instance-summary.ts';
import type { RouteSummary, RoutesFile } from '../../../core/journal/routes-file.ts';
import { describeFacts } from '../../../portal/app/facts.ts';

const NOW = Date.parse('2026-11-30T14:00:00Z');
const HOST = 'shop.dev.example.com';
const DEPLOYED = {
  origin: 'https://dev.example.com',
  protocol: 'https:',
  hostname: 'dev.example.com',
  port: '',
};
const LOCAL = { origin: 'http://localhost:8080', protocol: 'http:', hostname: 'localhost', port: '8080' };

const ONE = 'i-00000000000000001';
const TWO = 'i-00000000000000002';

function instance(id: string, rest: Partial<InstanceSummary> = {}): InstanceSummary {
  const facts = {
    region: 'eu-west-1',
    account: '111122223333',
    state: 'running',
    launchedAt: '2026-11-30T12:00:00Z',
  } as const;
  return { id, ...facts, ...rest };
}

function listWith(route: Partial<RouteSummary>, rest: Partial<RoutesFile> = {}): RoutesFile {
  const whole: RouteSummary = { hostname: HOST, state: 'live', instances: [ONE], rules: [], ...route };
  return {
    ...{ version: 2, deployment: 'main', baseDomain: 'dev.example.com', detail: 'full' },
    ...{ updatedAt: '2026-11-30T13:59:00Z', routes: [whole], instances: [instance(ONE)], problems: [] },
    ...rest,
  };
}

const describeApp = (list: RoutesFile, place = DEPLOYED) => describeFacts(list, HOST, { now: NOW, place });

describe('an app', () => {
  test('has its state, since when, and the event and principal behind it', () => {
    const cause = { kind: 'RunInstances', at: '2026-11-30T12:00:00Z', by: 'Developer/ada' };
    expect(describeApp(listWith({ since: '2026-11-30T12:01:00Z', cause }))).toMatchObject({
      words: 'Live',
      since: { at: '2026-11-30T12:01:00Z', words: '1 h 59 min ago' },
      cause: 'RunInstances by Developer/ada',
      href: `https://${HOST}/`,
    });
  });

  test('whose lease has ended says so, although its entry is live', () => {
    const app = describeApp(listWith({ expiresAt: '2026-11-30T13:00:00Z' }));
    expect(app).toMatchObject({ words: 'Lease ended', lease: { words: 'ended 1 h ago' } });
    expect(describeApp(listWith({ expiresAt: '2026-11-30T16:30:00Z' }))?.lease?.words).toBe(
      'ends in 2 h 30 min',
    );
  });

  test.each([
    [{}, {}, 'Every viewer whom the networks of the deployment admit.'],
    [{ signIn: true }, {}, 'Every person who may sign in to the deployment.'],
    [
      { signIn: true },
      { access: 'open' },
      'Every viewer whom the networks of the deployment admit, without sign-in.',
    ],
    [{ signIn: true }, { access: 'named' }, 'Signed-in people whom its access rule names.'],
  ] as const)('with %j and %j may be opened by: %s', (file, route, words) => {
    expect(describeApp(listWith(route, file))?.access).toBe(words);
  });

  test('that the list does not have is undefined', () => {
    expect(
      describeFacts(listWith({}), 'docs.dev.example.com', { now: NOW, place: DEPLOYED }),
    ).toBeUndefined();
  });
});

describe('an instance of an app', () => {
  test('has its facts, its chosen tags, its launcher and its page in the AWS console', () => {
    const known = instance(ONE, {
      ...{ name: 'shop-1', type: 't4g.small', zone: 'eu-west-1a', via: 'ipv6' },
      ...{ tags: { owner: 'ada', team: '' }, launchedBy: 'Developer/ada' },
    });
    const rules = [{ path: '/', to: [{ instance: 0, port: 8080, weight: 1 }] }];
    expect(describeApp(listWith({ rules }, { instances: [known] }))?.instances).toEqual([
      {
        ...{ id: ONE, name: 'shop-1', state: 'running', launchedBy: 'Developer/ada' },
        launched: { at: '2026-11-30T12:00:00Z', words: '2 h ago' },
        console: `https://eu-west-1.console.aws.amazon.com/ec2/home?region=eu-west-1#InstanceDetails:instanceId=${ONE}`,
        facts: [
          { name: 'Port', value: '8080' },
          { name: 'Address', value: 'IPv6' },
          { name: 'Type', value: 't4g.small' },
          { name: 'Zone', value: 'eu-west-1a' },
          { name: 'Account', value: '111122223333' },
          { name: 'owner', value: 'ada' },
        ],
      },
    ]);
  });

  test('of a local cloud has no page in the AWS console', () => {
    expect(describeApp(listWith({}), LOCAL)?.instances[0]).not.toHaveProperty('console');
  });

  test('of a group has its weight', () => {
    const rules = [
      { path: '/api', to: [{ instance: 1, port: 8081, weight: 3 }] },
      { path: '/', to: [0, 1].map((each) => ({ instance: each, port: 80, weight: each })) },
    ];
    const list = listWith({ rules, instances: [ONE, TWO] }, { instances: [instance(ONE), instance(TWO)] });
    const facts = describeApp(list)?.instances.map(({ facts: each }) =>
      each.slice(0, 2).map(({ value }) => value),
    );
    expect(facts).toEqual([
      ['80', '0'],
      ['8081, 80', '3, 1'],
    ]);
  });

  test('that the list does not describe has its id alone', () => {
    expect(describeApp(listWith({}, { instances: [] }))?.instances).toEqual([
      { id: ONE, name: '', state: '', launchedBy: '', facts: [] },
    ]);
  });
});
