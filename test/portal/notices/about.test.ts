import { readFileSync } from 'node:fs';
import { afterAll, expect, test, vi } from 'vitest';
import { type NoticeCode, noticeOf } from '../../../edge/router/answer/notice.ts';

const CODES: Readonly<Record<NoticeCode, true>> = {
  A: true,
  S: true,
  W: true,
  M: true,
  C: true,
  draining: true,
  unreadable: true,
  fault: true,
  unknown: true,
  expired: true,
  'unknown path': true,
  'invalid host': true,
  'ambiguous path': true,
  'open?': true,
  'not signed in': true,
  'other site': true,
};

const html = readFileSync(new URL('../../../portal/errors/about.html', import.meta.url), 'utf8');

afterAll(() => vi.unstubAllGlobals());

test('the page about problems has a section for each notice of the router, and no other', () => {
  vi.stubGlobal('BARE', true);
  vi.stubGlobal('SIGN_IN', true);
  const names = (Object.keys(CODES) as NoticeCode[]).map((code) => noticeOf(code).split('|')[2] ?? code);
  const ids = [...html.matchAll(/<h2 id="([^"]+)">/g)].map(([, id]) => id);
  expect(ids.sort()).toEqual(names.map((name) => name.replaceAll(' ', '-')).sort());
});
