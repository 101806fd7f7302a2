import { describe, expect, test } from 'vitest';
import type { Settings } from '../../../core/settings/settings.ts';
import { app, member, updaterStand } from '../../support/stands/updater-stand.ts';
import { ipv6Of, NOW, SETTINGS, type Sketch } from '../../support/values/instances.ts';

const SIGN_IN: Settings = { ...SETTINGS, signIn: { groups: ['devs', 'ops'] } };

const withAccess = (access: string, sketch: Sketch): Sketch => ({
  ...sketch,
  tags: { ...sketch.tags, 'proxy:access': access },
});

/** An updater of a deployment with sign-in, after its first run. */
async function signInStand(...fleet: Sketch[]) {
  const stand = await updaterStand(...fleet);
  let { settings }: { settings: Settings } = { settings: SIGN_IN };
  let updater = stand.environment({ settings });
  const accessOf = (label: string) => stand.entryOf(label)?.access;
  const sequenceOf = (label: string) => stand.entryOf(label)?.sequence;
  /** Changes the fleet and runs, a minute later. */
  const later = async (...next: Sketch[]) => {
    stand.clock.advance(60_000);
    stand.become(...next);
    await stand.handle(updater, { action: 'reconcile' });
    return accessOf('shop');
  };
  /** Another release of the updater, with other settings. */
  const deploy = (next: Settings) => {
    settings = next;
    updater = stand.environment({ settings });
  };
  await later(...fleet);
  return { ...stand, accessOf, sequenceOf, later, deploy };
}

describe('a hostname of a deployment with sign-in', () => {
  test('is gated since its first write, with the rule of its tag', async () => {
    const stand = await signInStand(withAccess('group:ops group:devs', app(1, 'shop')), app(2, 'docs'));
    const since = stand.sequenceOf('shop');
    expect(since).toBeGreaterThan(NOW);
    expect(stand.accessOf('shop')).toEqual({ since, rule: 'group:devs,group:ops' });
    expect(stand.accessOf('docs')).toEqual({ since });
  });

  test('keeps its number while its instance stops and starts at another address', async () => {
    const { accessOf, later } = await signInStand(app(1, 'shop'));
    const first = accessOf('shop');
    expect(await later(app(1, 'shop', { state: 'stopped' }))).toEqual(first);
    const moved = { launchedAt: NOW + 60, publicName: 'ec2-198-51-100-7.compute-1.amazonaws.com' };
    expect(await later(app(1, 'shop', moved))).toEqual(first);
  });

  test('gets a new number with another rule, in the same write', async () => {
    const { sequenceOf, later } = await signInStand(app(1, 'shop'));
    const first = sequenceOf('shop') ?? 0;
    const access = await later(withAccess('group:devs', app(1, 'shop')));
    expect(access).toEqual({ since: sequenceOf('shop'), rule: 'group:devs' });
    expect(sequenceOf('shop')).toBeGreaterThan(first);
    expect(await later(app(1, 'shop'))).toEqual({ since: sequenceOf('shop') });
  });

  test('keeps its number while members of its group come and go one by one', async () => {
    const { accessOf, later } = await signInStand(member(1, 'shop'));
    const first = accessOf('shop');
    expect(await later(member(1, 'shop'), member(2, 'shop'))).toEqual(first);
    expect(await later(member(2, 'shop'))).toEqual(first);
    expect(await later(member(2, 'shop'), member(3, 'shop'))).toEqual(first);
  });

  test('gets a new number when another instance takes it over', async () => {
    const { sequenceOf, later } = await signInStand(app(1, 'shop'), app(2, 'shop'));
    const first = sequenceOf('shop') ?? 0;
    expect(await later(app(2, 'shop'))).toEqual({ since: sequenceOf('shop') });
    expect(sequenceOf('shop')).toBeGreaterThan(first);
  });

  test('gets a new number when it comes back after it was gone, with the same instance', async () => {
    const { sequenceOf, accessOf, later } = await signInStand(app(1, 'shop'), app(2, 'docs'));
    const first = sequenceOf('shop') ?? 0;
    await later(app(1, 'cart'), app(2, 'docs'));
    expect(accessOf('shop')).toBeUndefined();
    expect(await later(app(1, 'shop'), app(2, 'docs'))).toEqual({ since: sequenceOf('shop') });
    expect(sequenceOf('shop')).toBeGreaterThan(first);
  });

  test('keeps rule and number while it is closed because a tag is wrong', async () => {
    const right = withAccess('group:devs', app(1, 'shop'));
    const { accessOf, entryOf, later } = await signInStand(right);
    const first = accessOf('shop');
    expect(await later(withAccess('gruop:devs', app(1, 'shop')))).toEqual(first);
    expect(entryOf('shop')).toMatchObject({ state: 'conflict' });
    expect(await later(right)).toEqual(first);
    expect(entryOf('shop')).toMatchObject({ state: 'live' });
  });

  test('closes when its tag asks for more than the deployment allows', async () => {
    const { entryOf, later, problems } = await signInStand(app(1, 'shop'));
    await later(withAccess('public', app(1, 'shop')));
    expect(entryOf('shop')).toMatchObject({ state: 'conflict', access: { since: expect.any(Number) } });
    expect(problems()[0]).toContain('no claim rule with "access": "public" allows for shop.dev.example.com');
  });

  test('is open once a claim rule allows it', async () => {
    const { later, deploy } = await signInStand(withAccess('public', app(1, 'shop')));
    deploy({ ...SIGN_IN, claims: [{ names: ['shop'], access: 'public' }] });
    expect(await later(withAccess('public', app(1, 'shop')))).toBe('open');
    deploy(SIGN_IN);
    expect(await later(withAccess('public', app(1, 'shop')))).toMatchObject({ since: expect.any(Number) });
  });

  test('is gated as soon as no claim rule allows it to be open, even while its region does not answer', async () => {
    const sketch = withAccess('public', app(1, 'shop'));
    const { later, deploy, fleet, entryOf, sequenceOf } = await signInStand(sketch);
    deploy({ ...SIGN_IN, claims: [{ names: ['shop'], access: 'public' }] });
    expect(await later(sketch)).toBe('open');
    deploy(SIGN_IN);
    fleet.down.add('us-east-1');
    expect(await later()).toEqual({ since: sequenceOf('shop') });
    expect(entryOf('shop')?.state).toBe('live');
  });

  test('closes when its group is removed from the settings', async () => {
    const sketch = withAccess('group:devs', app(1, 'shop'));
    const { entryOf, later, deploy } = await signInStand(sketch);
    deploy({ ...SIGN_IN, signIn: { groups: ['ops'] } });
    await later(sketch);
    expect(entryOf('shop')).toMatchObject({ state: 'conflict', access: { rule: 'group:devs' } });
  });

  test('does not wait for the name of a new address with a narrower rule', async () => {
    const stand = await signInStand(member(1, 'shop'));
    const six = { address: ipv6Of(2), publicName: null };
    const next = [member(1, 'shop'), member(2, 'shop', six)].map((each) => withAccess('group:devs', each));
    expect(await stand.later(...next)).toMatchObject({ rule: 'group:devs' });
  });
});

describe('instances of one hostname with different access', () => {
  test('admit only people whom all of them admit, stopped ones included', async () => {
    const [first, second] = [member(1, 'shop'), member(2, 'shop', { state: 'stopped' })];
    const stand = await signInStand(
      withAccess('group:devs alice@example.com', first),
      withAccess('group:devs group:ops', second),
    );
    expect(stand.accessOf('shop')).toMatchObject({ rule: 'group:devs' });
    expect(stand.problems()).toEqual([
      expect.stringContaining('so only people whom both admit may open shop.dev.example.com'),
    ]);
    expect(await stand.later(withAccess('group:ops', first), withAccess('group:devs', second))).toMatchObject(
      {
        rule: '-',
      },
    );
    expect(await stand.later(first, withAccess('group:devs', second))).toMatchObject({ rule: 'group:devs' });
    expect(await stand.later(first, second)).toEqual({ since: stand.sequenceOf('shop') });
    expect(stand.problems()).toEqual([]);
  });
});

describe('a deployment that switches sign-in', () => {
  test('on gates every hostname, also one that is closed because a tag is wrong', async () => {
    const fleet = [app(1, 'shop'), app(2, 'docs')];
    const stand = await signInStand(...fleet);
    stand.deploy(SETTINGS);
    expect(await stand.later(...fleet)).toBe('public');
    stand.deploy(SIGN_IN);
    const faulty = withAccess('nonsense', app(2, 'docs'));
    expect(await stand.later(app(1, 'shop'), faulty)).toEqual({ since: stand.sequenceOf('shop') });
    expect(stand.entryOf('docs')).toMatchObject({ state: 'conflict', access: { since: expect.any(Number) } });
  });

  test('off opens every hostname without a rule, and closes the others until their tags are right', async () => {
    const fleet = [app(1, 'shop'), withAccess('group:devs', app(2, 'docs'))];
    const stand = await signInStand(...fleet);
    stand.deploy(SETTINGS);
    expect(await stand.later(...fleet)).toBe('public');
    expect(stand.entryOf('docs')).toMatchObject({ state: 'conflict', access: 'public' });
  });
});
