import { describe, expect, test } from 'vitest';
import { importsIn, type SourceFile, sourceFiles } from './support/imports.ts';

const NODE = 'node:';
const AWS = '@aws-sdk/';
const POWERTOOLS = '@aws-lambda-powertools/';
const LAMBDA_TYPES = 'aws-lambda';
const UPDATER = ['core/', 'updater/', NODE];

/**
 * Who may import what, by the beginnings of paths and packages; the longest beginning that fits a file decides.
 * The domain is at the bottom and imports nothing, so that it runs at the edge, in Lambda, in tests and in a browser.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'core/': ['core/'],
  'edge/': ['core/', 'edge/', 'cloudfront', 'crypto', 'querystring'],
  'updater/': UPDATER,
  'updater/adapters/': [...UPDATER, AWS, POWERTOOLS],
  'updater/compose.ts': [...UPDATER, AWS, LAMBDA_TYPES],
  'updater/handler.ts': [...UPDATER, AWS, LAMBDA_TYPES],
  'infra/': ['core/', 'infra/', NODE, 'aws-cdk-lib', 'constructs', 'esbuild', 'acorn'],
  'infra/custom-resource/': ['infra/custom-resource/', LAMBDA_TYPES],
  'infra/prefix-list/': ['infra/custom-resource/', AWS, LAMBDA_TYPES],
  'infra/publisher/': ['core/', 'infra/custom-resource/', 'infra/publisher/', AWS, LAMBDA_TYPES],
  'portal/': ['core/', 'portal/'],
  'local/': [
    ...['core/', 'local/', 'infra/bundles/', 'updater/ports.ts', NODE, 'cloudfront', LAMBDA_TYPES],
    ...['acorn', 'undici', 'ws'],
  ],
  'cli/': ['core/', 'cli/', 'local/', 'infra/bundles/', NODE, '@aws-sdk/client-ec2', '@aws-sdk/client-s3'],
  'cli/nearest.ts': ['fastest-levenshtein'],
  // The one derivation of tokens.
  'cli/token.ts': ['core/', 'cli/', 'updater/origin-tokens.ts'],
  'cli/aws-tokens.ts': ['core/', 'cli/', AWS],
  'cli/doctor/aws': ['core/', 'cli/', NODE, AWS],
  'bin/': ['bin/', 'infra/', 'cli/', NODE, 'aws-cdk-lib', 'tsx'],
  'docs/': ['core/', 'docs/', 'infra/settings/', NODE],
};

const FOLDERS = ['bin', 'cli', 'core', 'docs', 'edge', 'infra', 'local', 'portal', 'updater'];
const FILES = sourceFiles(FOLDERS);

function allowedTo(path: string): readonly string[] {
  const beginnings = Object.keys(MAY_IMPORT).filter((beginning) => path.startsWith(beginning));
  return MAY_IMPORT[beginnings.sort((a, b) => b.length - a.length)[0] ?? ''] ?? [];
}

function strangers({ path, imports }: SourceFile): string[] {
  const allowed = allowedTo(path);
  return imports.filter((each) => !allowed.some((beginning) => each.startsWith(beginning)));
}

describe('the import table', () => {
  test.each(Object.keys(MAY_IMPORT))('holds for %s', (beginning) => {
    const files = FILES.filter(({ path }) => path.startsWith(beginning));
    expect(files.length).toBeGreaterThan(0);
    const broken = files.flatMap((file) => strangers(file).map((each) => `${file.path} imports ${each}`));
    expect(broken).toEqual([]);
  });

  test('refuses what it does not name', () => {
    expect(strangers({ path: 'core/entry.ts', imports: ['node:fs'] })).toEqual(['node:fs']);
    expect(strangers({ path: 'core/entry.ts', imports: ['updater/ports.ts'] })).toEqual(['updater/ports.ts']);
    expect(strangers({ path: 'updater/run.ts', imports: ['@aws-sdk/client-s3'] })).toEqual([
      '@aws-sdk/client-s3',
    ]);
    expect(strangers({ path: 'edge/router.ts', imports: ['../../other.ts'] })).toEqual(['../../other.ts']);
  });
});

describe('imports', () => {
  test('are found in all their forms, and nowhere else', () => {
    const source = [
      "import './effect.ts';",
      "import type { A } from './types.ts';",
      'import {',
      '  b,',
      "} from './lines.ts';",
      'export * from "./again.ts";',
      "const later = await import('./later.ts');",
      "// import { c } from './comment.ts';",
      "const text = `x from './template.ts'`;",
      "export const from = './value.ts';",
    ].join('\n');
    expect(importsIn(source)).toEqual([
      './effect.ts',
      './types.ts',
      './lines.ts',
      './again.ts',
      './later.ts',
    ]);
  });

  test('lead to files that exist', () => {
    const known = new Set(FILES.map(({ path }) => path));
    const ours = FILES.flatMap(({ imports }) => imports).filter((each) =>
      FOLDERS.includes(each.split('/')[0] ?? ''),
    );
    expect(ours.length).toBeGreaterThan(100);
    expect(ours.filter((each) => !known.has(each))).toEqual([]);
  });

  test('go round in no circle, of types neither, in what is deployed', () => {
    const deployed = sourceFiles(['core', 'edge', 'updater', 'infra']);
    const byPath = new Map(deployed.map((file) => [file.path, file.imports]));
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (path: string, way: readonly string[]) => {
      if (way.includes(path)) circles.push([...way.slice(way.indexOf(path)), path].join(' → '));
      if (done.has(path) || way.includes(path)) return;
      for (const next of byPath.get(path) ?? []) visit(next, [...way, path]);
      done.add(path);
    };
    for (const { path } of deployed) visit(path, []);
    expect(circles).toEqual([]);
  });
});
