import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { deriveToken } from '../../updater/tokens/origin-tokens.ts';

const PAGE = readFileSync('docs/use/apps.md', 'utf8');
const [, lines = ''] = /```js\n(import \{ timingSafeEqual \}[\s\S]+?)```/.exec(PAGE) ?? [];

test('the lines that an app copies accept the old and the new token of the edge, and no other', async () => {
  const [old, current] = ['old secret', 'new secret'].map((secret) =>
    deriveToken(secret, 'shop.dev.example.com'),
  );
  process.env['PROXY_TOKENS'] = `${old} ${current}`;
  const source = `${lines}\nexport { isFromTheEdge };`;
  const { isFromTheEdge } = await import(`data:text/javascript,${encodeURIComponent(source)}`);
  const answerTo = (token?: string) =>
    isFromTheEdge({ headers: token === undefined ? {} : { 'x-proxy-token': token } });
  expect([old, current].map(answerTo)).toEqual([true, true]);
  const strangers = [
    undefined,
    '',
    'wrong',
    `${old}x`,
    `${old}, ${current}`,
    deriveToken('new secret', 'pay.dev.example.com'),
  ];
  expect(strangers.map(answerTo)).toEqual(strangers.map(() => false));
});
