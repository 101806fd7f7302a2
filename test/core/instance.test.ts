import { describe, expect, test } from 'vitest';
import { isInstanceId } from '../../core/instance.ts';

describe('the id of an instance', () => {
  test.each(['i-0123abcd', 'i-0123456789abcdef0'])('may be %s', (id) => expect(isInstanceId(id)).toBe(true));

  test.each([
    ['too short', 'i-0123abc'],
    ['between the two lengths', 'i-0123abcd0'],
    ['too long', 'i-0123456789abcdef01'],
    ['in capitals', 'i-0123ABCD'],
    ['not hexadecimal', 'i-0123abcg'],
    ['behind something else', 'ami-i-0123abcd'],
    ['of something else', 'vol-0123abcd'],
    ['nothing', ''],
  ])('is invalid: %s', (_what, text) => expect(isInstanceId(text)).toBe(false));
});
