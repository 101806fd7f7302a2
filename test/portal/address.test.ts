import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Address,
  hostnameOfName,
  NO_FILTERS,
  parseAddress,
  printAddress,
  type Sort,
  type View,
} from '../../portal/address/address.ts';

const LIST: Address = { filters: NO_FILTERS, view: { on: 'list' } };

/** Parses a reference of the page. */
function parse(reference: string): Address {
  const { search, hash } = new URL(reference, 'http://localhost/_proxy/');
  return parseAddress(search, hash);
}

describe('the address of the portal', () => {
  test.each<[reference: string, address: Partial<Address>]>([
    ['./', {}],
    ['./#shop', { view: { on: 'app', name: 'shop' } }],
    ['./#*.preview', { view: { on: 'app', name: '*.preview' } }],
    ['./#oncall', { view: { on: 'oncall' } }],
    ['./#@oncall', { view: { on: 'app', name: 'oncall' } }],
    ['./#@problems', { view: { on: 'app', name: 'problems' } }],
    [
      './#explain=https%3A%2F%2Fshop.dev.example.com%2F',
      { view: { on: 'explain', url: 'https://shop.dev.example.com/' } },
    ],
    [
      './?q=api&state=asleep&owner=ann&sort=-since#shop',
      {
        filters: { query: 'api', state: 'asleep', owner: 'ann', sort: '-since' },
        view: { on: 'app', name: 'shop' },
      },
    ],
  ])('%s is read and written', (reference, address) => {
    expect(parse(reference)).toEqual({ ...LIST, ...address });
    expect(printAddress({ ...LIST, ...address })).toBe(reference);
  });

  test('is read as it was written', () => {
    const sort = fc.constantFrom<Sort[]>('name', '-name', 'state', '-since', 'owner', '-last');
    const word = fc.string({ unit: 'grapheme' }).map((text) => text.trim());
    const view = fc.oneof(
      fc.constantFrom<View[]>({ on: 'list' }, { on: 'problems' }, { on: 'oncall' }),
      fc
        .constantFrom('shop', 'oncall', 'problems', 'explain=x', '*.x')
        .map((name): View => ({ on: 'app', name })),
      word.map((url): View => ({ on: 'explain', url })),
    );
    const filters = fc.record({ query: word, state: word, owner: word, sort });
    fc.assert(
      fc.property(fc.record({ filters, view }), (address) => {
        expect(parse(printAddress(address))).toEqual(address);
      }),
    );
  });

  test('may have a fragment that a person has written', () => {
    expect(parse('#explain=https://shop.dev.example.com/a?b=1').view).toEqual({
      ...{ on: 'explain', url: 'https://shop.dev.example.com/a?b=1' },
    });
    expect(parse('#100%').view).toEqual({ on: 'app', name: '100%' });
    expect(parse('#problems').view).toEqual({ on: 'problems' });
    expect(parse('?sort=size&x=1')).toEqual(LIST);
  });

  test('names an app by its hostname, or by its part below the base domain', () => {
    expect(hostnameOfName('shop', 'dev.example.com')).toBe('shop.dev.example.com');
    expect(hostnameOfName('shop.dev.example.com', 'dev.example.com')).toBe('shop.dev.example.com');
    expect(hostnameOfName('shop', '')).toBe('shop');
  });
});
