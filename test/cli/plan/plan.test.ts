import { describe, expect, test } from 'vitest';
import { findDifferences, type PlanInputs } from '../../../cli/plan/differences.ts';
import { printDifferences } from '../../../cli/plan/plan.ts';
import { encodeEntry } from '../../../core/entry/entry.ts';
import { closed, live } from '../../edge/support/entries.ts';
import { entryFor, instance, NOW, routed, SETTINGS, type Sketch } from '../../support/values/instances.ts';

/** The facts of a reconcile that leads from one fleet to another. */
function inputs(
  before: readonly Sketch[],
  now: readonly Sketch[],
  more: Record<string, string> = {},
): PlanInputs {
  const { entries } = routed(before.map(instance));
  const current = new Map([
    ...[...entries].map(([hostname, entry]) => [hostname, encodeEntry({ ...entry, sequence: 7 })] as const),
    ...Object.entries(more),
  ]);
  return { settings: SETTINGS, current, fleet: now.map(instance), now: NOW };
}

function printed(given: PlanInputs): string {
  const lines: string[] = [];
  printDifferences(findDifferences(given), {
    out: (line) => void lines.push(line),
    err: () => {},
    colour: false,
  });
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  return `${lines.join('\n')}\n`;
}

const shop = { id: 1, tags: { 'proxy:host': 'shop' } };
const cart = { id: 2, tags: { 'proxy:host': 'cart', 'proxy:port': '3000' } };
const blog = { id: 3, tags: { 'proxy:host': 'blog' } };

const SCENES: Readonly<Record<string, PlanInputs>> = {
  'nothing to change': inputs([shop, cart], [shop, cart]),
  'a new name': inputs([shop], [shop, cart]),
  'a stopped instance': inputs([shop, cart], [{ ...shop, state: 'stopped' }, cart]),
  'a terminated instance': inputs([shop, cart], [{ ...shop, state: 'terminated' }, cart]),
  'another port': inputs([shop, cart], [shop, { ...cart, tags: { ...cart.tags, 'proxy:port': '3001' } }]),
  'a misspelt key': inputs([shop, cart], [{ ...shop, tags: { ...shop.tags, 'proxy:prot': '80' } }, cart]),
  'an empty listing': inputs([shop, cart], []),
  'a key of another deployment': inputs([], [shop, blog], {
    'shop.dev.example.com': encodeEntry(live('shop', { deployment: 'other' })),
    'blog.dev.example.com': 'by hand',
  }),
};

describe('the plan of a reconcile', () => {
  test.each(Object.entries(SCENES))('shows %s', async (name, given) => {
    await expect(printed(given)).toMatchFileSnapshot(`../../golden/plan/${name.replaceAll(' ', '-')}.txt`);
  });

  test('changes exactly what the updater would write', () => {
    const { changes } = findDifferences(inputs([shop, cart, blog], [{ ...shop, state: 'stopped' }, cart]));
    expect(changes.map(({ hostname, after }) => [hostname, after?.state])).toEqual([
      ['blog.dev.example.com', undefined],
      ['shop.dev.example.com', 'asleep'],
    ]);
    const { entries } = routed([{ ...shop, state: 'stopped' as const }, cart].map(instance));
    expect(changes[1]?.after?.instances).toEqual(entryFor('shop', { entries })?.instances);
  });

  test('keeps the token of a name, which it does not know', () => {
    const token = encodeEntry({ ...live('x'), ...routedEntry(), sequence: 7, token: 'c2VjcmV0' });
    const given = { ...inputs([], [shop]), current: new Map([['shop.dev.example.com', token]]) };
    expect(findDifferences(given).changes).toEqual([]);
  });

  test('shows an entry that this version cannot read as one that goes', () => {
    const given = inputs([cart], [cart], { 'shop.dev.example.com': '9 p new format main#7' });
    expect(printed(given)).toContain('- shop.dev.example.com  unreadable');
  });

  test('leaves the names of others alone', () => {
    const given = inputs([], [], {
      'x.dev.example.com': encodeEntry(closed('asleep', { deployment: 'other' })),
    });
    expect(printed(given)).toBe('no change, 0 unchanged\n');
  });
});

function routedEntry() {
  const entry = entryFor('shop', routed([instance(shop)]));
  if (entry === undefined || entry.state !== 'live') throw new Error('shop is not live');
  return entry;
}
