import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { scriptHashOf } from '../../build/page-script.ts';
import { siteHeaders } from '../../core/settings/site-headers.ts';

const PORTAL = new URL('../../portal/', import.meta.url);
const PAGES = readdirSync(PORTAL, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.html'),
);

function directivesOf(policy: string): Map<string, string> {
  return new Map(policy.split('; ').map((each) => [each.split(' ', 1)[0] ?? '', each.replace(/^\S+ /, '')]));
}

/** CloudFront sends no header of ours with an error page, or if the function at viewer response is missing. */
describe.each(PAGES)('%s without any header', (name) => {
  const html = readFileSync(new URL(name, PORTAL), 'utf8');
  const [, policy = ''] = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html) ?? [];
  const meta = directivesOf(policy);

  test('loads nothing that its own policy does not name', () => {
    expect(meta.get('default-src')).toBe("'none'");
    expect(policy).not.toMatch(/unsafe-eval|\*|script-src[^;]*unsafe-inline/);
  });

  test('is as strict as the header, except for framing, which a page cannot forbid', () => {
    const header = directivesOf(siteHeaders(scriptHashOf(html))['content-security-policy']);
    header.delete('frame-ancestors');
    const allowed = header.get('script-src')?.split(' ') ?? [];
    for (const source of meta.get('script-src')?.split(' ') ?? []) expect(allowed).toContain(source);
    header.delete('script-src');
    for (const [directive, value] of header)
      expect(meta.get(directive) ?? meta.get('default-src'), directive).toBe(value);
  });

  test('has its policy before everything that loads something, and sends no referrer to other origins', () => {
    const before = html.slice(0, html.indexOf('http-equiv="Content-Security-Policy"'));
    expect(before).not.toMatch(/<(?:script|link|style|img|base)\b/);
    expect(html).toMatch(/<meta name="referrer" content="(?:same-origin|no-referrer)">/);
  });
});

test('there are three pages', () => {
  expect(PAGES.sort()).toEqual(['errors/about.html', 'errors/unreachable.html', 'index.html']);
});
