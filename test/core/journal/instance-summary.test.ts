import { describe, expect, test } from 'vitest';
import { summarizeInstance } from '../../../core/journal/instance-summary.ts';
import { idOf, instance, ipv6Of } from '../../support/values/instances.ts';

const TAGS = { Name: 'shop', Owner: 'alice', team: 'web', 'proxy:group': 'shop-web', secret: 'hunter2' };

describe('the summary of an instance', () => {
  test('has what people know an instance by', () => {
    const described = { ...instance({ id: 1, tags: TAGS }), type: 't4g.small', zone: 'us-east-1a' };
    expect(summarizeInstance(described, ['owner', 'team'])).toEqual({
      ...{ id: idOf(1), name: 'shop', tags: { owner: 'alice', team: 'web' }, group: 'shop-web' },
      ...{ type: 't4g.small', region: 'us-east-1', zone: 'us-east-1a', account: '111122223333' },
      ...{ via: 'ipv4', state: 'running', launchedAt: '2027-01-14T04:13:21.000Z' },
    });
  });

  test('has no address and no tag that was not chosen', () => {
    const ipv6 = ipv6Of(1);
    const text = JSON.stringify(
      summarizeInstance(instance({ id: 1, tags: TAGS, ipv6, publicName: null }), []),
    );
    expect(text).toContain('"via":"ipv6"');
    expect(text).not.toContain(ipv6.name);
    expect(text).not.toMatch(/hunter2|alice/);
  });

  test('prefers a tag with the very letters of the setting', () => {
    const tags = { OWNER: 'bob', owner: 'alice' };
    expect(summarizeInstance(instance({ id: 1, tags }), ['owner']).tags).toEqual({ owner: 'alice' });
    expect(summarizeInstance(instance({ id: 1, tags }), ['Owner']).tags).toEqual({ Owner: 'bob' });
  });

  test('has no characters that a terminal obeys or that turn the text around them', () => {
    const tags = { Name: 'web\u202e1', owner: 'a\u001b[2J\nb', 'proxy:group': 'x\u2066' };
    expect(summarizeInstance(instance({ id: 1, tags }), ['owner'])).toMatchObject({
      ...{ name: 'web\ufffd1', tags: { owner: 'a\ufffd[2J\ufffdb' }, group: 'x\ufffd' },
    });
  });

  test('survives tags with the names of members of every object', () => {
    const tags = Object.fromEntries([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
    const { tags: shown } = summarizeInstance(instance({ id: 1, tags }), [
      '__proto__',
      'constructor',
      'toString',
    ]);
    expect(Object.entries(shown ?? {})).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
  });
});
