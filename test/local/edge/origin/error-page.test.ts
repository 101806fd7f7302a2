import { expect, test } from 'vitest';
import { printErrorPage, unreachablePage } from '../../../../local/edge/origin/error-page.ts';

test('a page gives the error, the remedy and the reason', () => {
  const html = printErrorPage(unreachablePage(504, 'no answer within 3 s'));
  expect(html).toMatch(/^<!doctype html>/);
  expect(html).toContain('<h1>Instance unreachable</h1>');
  expect(html).toContain('504 · no answer within 3 s');
});

test('a page never contains markup from outside', () => {
  const html = printErrorPage({
    status: 502,
    title: '<b>',
    text: '"&\'',
    reason: '<script>alert(1)</script>',
  });
  expect(html).not.toMatch(/<b>|<script>|"&'/);
  expect(html).toContain('&#60;script&#62;');
});
