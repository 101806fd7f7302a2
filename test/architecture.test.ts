import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importsIn, type SourceFile, sourceFiles } from './support/tools/imports.ts';

const NODE = 'node:';
const AWS = '@aws-sdk/';
const POWERTOOLS = '@aws-lambda-powertools/';
const LAMBDA_TYPES = 'aws-lambda';

/** Values and types that every room of core/ knows. */
const VALUES = [
  'address',
  'group-by',
  'instance',
  'json',
  'layered-map',
  'pace',
  'problem',
  'problem-codes',
  'schema',
  'time',
  'wire/brands',
].map((name) => `core/${name}.ts`);

/**
 * The import table, by the beginnings of paths and packages. A row adds to the rows of the folders above it. The domain is at
 * the bottom and imports nothing, so that it runs in Lambda, on the command line, in tests and in a browser.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'core/': VALUES,
  'core/wire/': ['core/wire/'],
  'core/settings/': ['core/settings/'],
  'core/ec2/': ['core/ec2/', 'core/tags/'],
  'core/access/': ['core/access/', 'core/entry/', 'core/session/', 'core/wire/'],
  'core/entry/': ['core/access/access-rule.ts', 'core/entry/', 'core/wire/'],
  'core/session/': ['core/session/', 'core/wire/'],
  'core/sign-in/': ['core/session/', 'core/sign-in/', 'core/wire/'],
  'core/tags/': [
    'core/access/',
    'core/entry/access.ts',
    'core/entry/rule.ts',
    'core/settings/',
    'core/tags/',
    'core/wire/',
  ],
  'core/routes/': ['core/entry/', 'core/routes/', 'core/settings/', 'core/tags/', 'core/wire/'],
  'core/mends/': [
    ...['core/explain/names/nearest.ts', 'core/mends/', 'core/routes/', 'core/settings/', 'core/tags/'],
    'core/wire/',
  ],
  'core/explain/': [
    'core/access/edge-check.ts',
    'core/entry/',
    'core/explain/',
    'core/session/',
    'core/wire/',
  ],
  'core/explain/names/': ['core/settings/settings.ts', 'core/tags/label.ts'],
  'core/live/': ['core/entry/', 'core/live/', 'core/session/', 'core/wire/'],
  'core/plan/': ['core/entry/', 'core/plan/', 'core/wire/'],
  'core/events/': ['core/events/', 'core/entry/hold.ts'],
  'core/journal/': ['core/entry/', 'core/events/', 'core/journal/'],
  'core/traffic/': ['core/traffic/', 'core/wire/hostname.ts'],
  // The router's imports run at the edge, in CloudFront's language.
  'edge/router/': ['core/wire/', 'edge/router/', 'cloudfront', 'crypto', 'querystring'],
  'edge/headers/': ['cloudfront'],
  // Lambda@Edge runs Node.
  'edge/concierge/': ['core/', 'edge/concierge/', NODE],
  'edge/concierge/aws/': ['@smithy/signature-v4'],
  'edge/concierge/provider/': ['oauth4webapi'],
  'updater/': ['core/', 'updater/', NODE],
  'updater/report/listing.ts': ['fastest-levenshtein'],
  'updater/adapters/': [AWS, POWERTOOLS],
  'updater/compose.ts': [AWS, LAMBDA_TYPES],
  'updater/handler.ts': [AWS, LAMBDA_TYPES],
  // Both functions write documents that several writers change and browsers read.
  'traffic/': ['core/', 'traffic/', 'updater/adapters/gzip.ts', 'updater/adapters/s3.ts', NODE, AWS],
  'build/': ['build/', 'core/wire/', 'infra/shipped-parts.ts', NODE, 'esbuild', 'acorn', 'magic-string'],
  'build/edge.ts': ['core/settings/site-headers.ts'],
  'build/sdk/': ['aws-crt', AWS],
  'build/package/': ['core/group-by.ts', 'infra/packaged.ts'],
  'infra/': ['core/', 'infra/', NODE, 'aws-cdk-lib', 'constructs'],
  'infra/edge/site.ts': ['build/page-script.ts'],
  'infra/custom-resources/': [AWS, LAMBDA_TYPES],
  'portal/charts/': ['uplot'],
  'portal/explain/': ['fastest-levenshtein'],
  'portal/': ['core/', 'portal/', 'preact'],
  'local/': [
    ...['core/', 'local/', 'build/', 'updater/ports.ts', NODE, 'cloudfront', LAMBDA_TYPES],
    ...['acorn', 'magic-string', 'undici', 'ws'],
  ],
  // An OpenID Connect provider for `local --sign-in`.
  'local/sign-in/': ['oidc-provider'],
  'cli/': ['core/', 'cli/', 'local/', 'build/', NODE, '@aws-sdk/client-ec2', '@aws-sdk/client-s3'],
  'cli/nearest.ts': ['fastest-levenshtein'],
  'cli/wrap.ts': ['fast-string-width'],
  // The only derivation of tokens.
  'cli/commands/token.ts': ['updater/tokens/origin-tokens.ts'],
  'cli/tokens/aws-tokens.ts': [AWS],
  'cli/stack-outputs.ts': [AWS],
  'cli/sign-in/aws-updater.ts': [AWS],
  'cli/traffic/aws-traffic.ts': [AWS],
  'cli/doctor/aws': [AWS],
  'cli/explain/': ['cloudfront'],
  'cli/explain/aws.ts': [AWS],
  'cli/cloud/aws-site.ts': [AWS],
  'cli/list/aws.ts': [AWS],
  'cli/plan/': ['updater/run/decide.ts', 'updater/ports.ts'],
  'cli/plan/aws.ts': [
    ...[AWS, 'updater/adapters/ec2.ts', 'updater/adapters/key-value-store.ts', 'updater/clock.ts'],
    'updater/environment.ts',
  ],
  'tools/cost/': ['core/', 'infra/monitoring/', 'tools/cost/', NODE],
  'tools/docs/': ['core/', 'infra/monitoring/alarm-table.ts', 'infra/settings/', 'tools/docs/', NODE],
  'bin/': ['bin/', 'build/', 'infra/', 'cli/', NODE, 'aws-cdk-lib', 'tsx'],
};

const FOLDERS = [
  ...['bin', 'build', 'cli', 'core', 'edge', 'infra', 'local', 'portal', 'tools', 'traffic', 'updater'],
];
const FILES = sourceFiles(FOLDERS);

function allowedTo(path: string): readonly string[] {
  return Object.entries(MAY_IMPORT).flatMap(([beginning, row]) => (path.startsWith(beginning) ? row : []));
}

function strangers({ path, imports }: SourceFile): string[] {
  const allowed = allowedTo(path);
  return imports.filter((each) => !allowed.some((beginning) => each.startsWith(beginning)));
}

describe('the import table', () => {
  test.each(Object.keys(MAY_IMPORT))('holds for %s', (beginning) => {
    const files = FILES.filter(({ path }) => path.startsWith(beginning));
    expect(files).not.toEqual([]);
    const broken = files.flatMap((file) => strangers(file).map((each) => `${file.path} imports ${each}`));
    expect(broken).toEqual([]);
  });

  test('has a row for every file', () => {
    expect(FILES.filter(({ path }) => allowedTo(path).length === 0)).toEqual([]);
  });

  test('refuses an import that it does not name', () => {
    expect(strangers({ path: 'core/entry/entry.ts', imports: ['node:fs'] })).toEqual(['node:fs']);
    expect(strangers({ path: 'core/entry/entry.ts', imports: ['updater/ports.ts'] })).toEqual([
      'updater/ports.ts',
    ]);
    expect(strangers({ path: 'updater/run/run.ts', imports: ['@aws-sdk/client-s3'] })).toEqual([
      '@aws-sdk/client-s3',
    ]);
    expect(strangers({ path: 'edge/router/router.ts', imports: ['core/json.ts'] })).toEqual(['core/json.ts']);
  });

  test('adds the row of a file to the row of its folder', () => {
    const imports = ['core/json.ts', '@aws-sdk/client-s3', 'node:fs'];
    expect(strangers({ path: 'updater/adapters/s3.ts', imports })).toEqual([]);
  });

  test('keeps core/wire/ independent, because the edge runs nothing else of core/', () => {
    const wire = FILES.filter(({ path }) => path.startsWith('core/wire/'));
    expect(wire.flatMap(({ imports }) => imports).filter((each) => !each.startsWith('core/wire/'))).toEqual(
      [],
    );
    const used = new Set(
      FILES.filter(({ path }) => /^edge\/(?:router|headers)\//.test(path)).flatMap(({ imports }) => imports),
    );
    for (const { imports } of wire) for (const each of imports) used.add(each);
    expect(wire.map(({ path }) => path).filter((path) => !used.has(path))).toEqual([]);
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

  test('do not form a circle, type imports included', () => {
    expect(circlesIn(FILES)).toEqual([]);
  });

  test('that form a circle are found', () => {
    const circle = [
      { path: 'a.ts', imports: ['b.ts'] },
      { path: 'b.ts', imports: ['c.ts'] },
      { path: 'c.ts', imports: ['b.ts'] },
    ];
    expect(circlesIn(circle)).toEqual(['b.ts → c.ts → b.ts']);
  });
});

function circlesIn(files: readonly SourceFile[]): string[] {
  const byPath = new Map(files.map((file) => [file.path, file.imports]));
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (path: string, way: readonly string[]) => {
    if (way.includes(path)) circles.push([...way.slice(way.indexOf(path)), path].join(' → '));
    if (done.has(path) || way.includes(path)) return;
    for (const next of byPath.get(path) ?? []) visit(next, [...way, path]);
    done.add(path);
  };
  for (const { path } of files) visit(path, []);
  return circles;
}

describe('a room', () => {
  /** Lists, not rooms: they have one file per decision, recorded event or golden value. */
  const LISTS = ['test/fixtures', 'test/golden'];

  function roomsIn(folder: string): { room: string; files: number }[] {
    if (LISTS.includes(folder)) return [];
    const children = readdirSync(folder, { withFileTypes: true });
    const files = children.filter((child) => child.isFile()).length;
    const folders = children.filter((child) => child.isDirectory()).map(({ name }) => `${folder}/${name}`);
    return [{ room: folder, files }, ...folders.flatMap(roomsIn)];
  }

  test('has at most twelve files', () => {
    const rooms = [...FOLDERS, 'test'].flatMap(roomsIn);
    expect(rooms.length).toBeGreaterThan(50);
    expect(rooms.filter(({ files }) => files > 12)).toEqual([]);
  });
});

test('an error has the name of its class, which ends in Error', () => {
  const CLASS = /^(?:export )?class (\w+) extends \w*Error \{([\s\S]*?)\n\}/gm;
  const NAME = /^ *(?:override (?:readonly )?|this\.)name = '(\w+Error)'/m;
  // The local store takes the names of the service's errors.
  const named = FILES.filter(({ path }) => path !== 'local/kvs/kvs-rules.ts');
  const classes = named.flatMap(({ path }) => [...readFileSync(path, 'utf8').matchAll(CLASS)]);
  expect(classes.length).toBeGreaterThan(40);
  const unnamed = classes.filter(([, name, body = '']) => NAME.exec(body)?.[1] !== name);
  expect(unnamed.map(([, name]) => name)).toEqual([]);
});

/** Exports that no import names: Lambda and CloudFront call a handler, and the build puts shipped.ts in place of other modules. */
const CALLED_FROM_OUTSIDE =
  /\/handler\.ts handler$|^edge\/headers\/headers\.ts handler$|^build\/package\/shipped\.ts /;

const EXPORT = /^export (?:async )?(?:function\*?|const|let) (\w+)/gm;
const NAMES = /^(?:import|export)\b[^'"`;]*?\{([^}]*)\}\s*from\s*['"](\.[^'"]+)['"]/gm;
const WHOLE = /(?:\* as \w+ from|\* from|import\()\s*['"](\.[^'"]+)['"]/g;

function exportsOf(path: string, text: string): string[] {
  return [...text.matchAll(EXPORT)].map(([, name]) => `${path} ${name}`);
}

/** The exports that a file names. `path *` stands for all of a file. */
function usesIn(path: string, text: string): string[] {
  const fileOf = (specifier = '') => posix.join(posix.dirname(path), specifier);
  const named = [...text.matchAll(NAMES)].flatMap(([, list = '', specifier]) =>
    list.split(',').map((each) => `${fileOf(specifier)} ${/(?:type )?(\w+)/.exec(each.trim())?.[1]}`),
  );
  return [...named, ...[...text.matchAll(WHOLE)].map(([, specifier]) => `${fileOf(specifier)} *`)];
}

test('another file uses each exported function and constant', () => {
  const sources = new Map(
    sourceFiles([...FOLDERS, 'test']).map(({ path }) => [path, readFileSync(path, 'utf8')] as const),
  );
  const uses = new Set([...sources].flatMap(([path, text]) => usesIn(path, text)));
  const ours = [...sources].filter(([path]) => !/^(?:test|bin)\//.test(path));
  const exported = ours.flatMap(([path, text]) => exportsOf(path, text));
  expect(exported.length).toBeGreaterThan(1_000);
  const isUsed = (each: string) => uses.has(each) || uses.has(each.replace(/ .*/, ' *'));
  expect(exported.filter((each) => !isUsed(each) && !CALLED_FROM_OUTSIDE.test(each))).toEqual([]);
});
