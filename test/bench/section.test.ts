import { describe, expect, test } from 'vitest';
import { withSection } from './section.ts';

const TITLES = ['Router', 'Store', 'Updater'];
const PAGE = '# Benchmarks\n\nIntroduction.\n\n## Router\n\nfast\n\n## Updater\n\nslow\n';

describe('a page of benchmarks', () => {
  test('gets a new text for one section and keeps the others', () => {
    expect(withSection(PAGE, 'Router', 'faster', TITLES)).toBe(PAGE.replace('fast', 'faster'));
    expect(withSection(PAGE, 'Updater', 'slower', TITLES)).toBe(PAGE.replace('slow', 'slower'));
  });

  test('gets a new section at its place', () => {
    expect(withSection(PAGE, 'Store', 'full', TITLES)).toBe(
      PAGE.replace('## Updater', '## Store\n\nfull\n\n## Updater'),
    );
    expect(withSection(PAGE, 'Last', 'text', [...TITLES, 'Last'])).toBe(`${PAGE}\n## Last\n\ntext\n`);
    const empty = '# Benchmarks\n\nIntroduction.\n\n## Updater\n\nslow\n';
    expect(withSection(empty, 'Router', 'fast', TITLES)).toBe(PAGE);
  });

  test('does not take a title for a longer one', () => {
    const page = '# Benchmarks\n\n## Routers\n\nmany\n';
    expect(withSection(page, 'Router', 'one', TITLES)).toBe(`${page}\n## Router\n\none\n`);
  });
});
