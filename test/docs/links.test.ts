import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';

const DOCS = readdirSync('docs', { recursive: true, encoding: 'utf8' }).map((file) => `docs/${file}`);
const PAGES = [...readdirSync('.'), ...DOCS].filter((file) => file.endsWith('.md'));

/** A path from the root of the repository in backticks: `core/tags/tags.ts`. */
const PATH = /`((?:bin|build|cli|core|docs|edge|findings|infra|local|portal|test|tools|updater)\/[\w./-]*)`/g;

/** The anchor that GitHub gives a heading: lower case, no punctuation, blanks as hyphens. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

function anchorsOf(page: string): string[] {
  const text = readFileSync(page, 'utf8').replace(/^```.*?^```/gms, '');
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));
}

/** Broken links into this repository. */
function brokenIn(page: string): string[] {
  const text = readFileSync(page, 'utf8').replace(/^```.*?^```/gms, '');
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return targets.filter((target) => {
    if (/^[a-z]+:/.test(target)) return false;
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? page : join(dirname(page), path);
    if (!existsSync(file)) return true;
    return anchor !== undefined && file.endsWith('.md') && !anchorsOf(file).includes(anchor);
  });
}

/** The pictures of a page with their descriptions. */
function describedIn(page: string): [picture: string, words: string][] {
  const shown = readFileSync(page, 'utf8').matchAll(/!\[([^\]]*)\]\(([^)]+)\)/g);
  return [...shown].map(([, words = '', path = '']) => [join(dirname(page), path), words]);
}

describe('links between pages', () => {
  test.each(PAGES)('of %s lead to files and headings that exist', (page) => {
    expect(brokenIn(page)).toEqual([]);
  });

  test('a picture has a page that describes it, and all pictures take at most 2.5 MB', () => {
    const pictures = readdirSync('docs/images').map((name) => `docs/images/${name}`);
    const descriptions = new Map(PAGES.flatMap((page) => describedIn(page)));
    expect(pictures.filter((picture) => (descriptions.get(picture) ?? '').length < 20)).toEqual([]);
    const bytes = pictures.map((picture) => statSync(picture).size).reduce((sum, size) => sum + size, 0);
    expect(bytes).toBeGreaterThan(0);
    expect(bytes).toBeLessThanOrEqual(2_500_000);
  });

  test('a path in backticks is an existing file or folder', () => {
    const missing = PAGES.flatMap((page) => {
      const paths = [...readFileSync(page, 'utf8').matchAll(PATH)].map(([, path = '']) => path);
      return paths
        .filter((path) => !existsSync(path) && !existsSync(`${path}.ts`))
        .map((path) => [page, path]);
    });
    expect(missing).toEqual([]);
  });
});
