import { describe, expect, test } from 'vitest';
import { compileInNjs } from '../../build/gate/njs.ts';
import { standIn } from '../support/tools/stand-in.ts';

describe('the njs compiler', () => {
  test('accepts the code if it ends with exit code 0', async () => {
    expect(compileInNjs(await standIn('exit 0'), '', 'router.js')).toEqual([]);
  });

  test.each([
    ['ends by a signal', 'kill -SEGV $$', 1, 'njs could not compile the function and ended with SIGSEGV'],
    ['fails without a message', 'exit 3', 1, 'njs could not compile the function and ended with exit code 3'],
    [
      'names a line',
      'echo "Thrown:\nSyntaxError: no in router.js:12" >&2; exit 1',
      12,
      'SyntaxError: no in router.js:12',
    ],
  ])('refuses the code if it %s', async (_, script, line, message) => {
    expect(compileInNjs(await standIn(script), '', 'dist/edge/router.js')).toEqual([
      {
        file: 'dist/edge/router.js',
        line,
        column: 1,
        rule: 'njs',
        message,
        remedy: 'write it in the language of CloudFront Functions 2.0',
      },
    ]);
  });

  test('receives the code, and a module that exists only at the edge', async () => {
    const print = 'for last; do :; done; cat "$(dirname "$last")/cloudfront" "$last" >&2; exit 1';
    const [violation] = compileInNjs(await standIn(print), 'the code', 'router.js');
    expect(violation?.message).toMatch(/^export default .*\nthe code$/);
  });
});
