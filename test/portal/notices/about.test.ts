import { readFileSync } from 'node:fs';
import { afterAll, expect, test, vi } from 'vitest';
import { CLOSED_LETTERS } from '../../../core/wire/layout.ts';
import * as notices from '../../../edge/router/answer/notice.ts';

const html = readFileSync(new URL('../../../portal/errors/about.html', import.meta.url), 'utf8');

afterAll(() => vi.unstubAllGlobals());

test('the page about problems has a section for each notice of the router, and no other', () => {
  vi.stubGlobal('SIGN_IN', true);
  const { noticeOf, ...others } = notices;
  const all = [...Object.values(CLOSED_LETTERS).map(noticeOf), ...Object.values(others)];
  const names = all.map((notice) => notice.slice(0, notice.indexOf('|')));
  const ids = [...html.matchAll(/<h2 id="([^"]+)">/g)].map(([, id]) => id);
  expect(ids.sort()).toEqual(names.map((name) => name.replaceAll(' ', '-')).sort());
});
