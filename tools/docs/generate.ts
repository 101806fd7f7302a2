/**
 * Writes the pages that are made of tables in the code: `npx tsx tools/docs/generate.ts`. A test keeps the two equal.
 */
import { writeFileSync } from 'node:fs';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { TAG_PREFIX, TAGS, type TagDefinition } from '../../core/tags/tags.ts';
import { CONFIGURATION_FILE, configurationPage } from './configuration-page.ts';
import { DECISIONS_FILE, decisionsPage } from './decisions-page.ts';
import { METRICS_FILE, metricsPage } from './metrics-page.ts';
import { PROBLEMS_FILE, problemsPage } from './problems-page.ts';

/** Where the tags are documented. */
export const TAGS_FILE = fileURLToPath(new URL('../../docs/use/tags.md', import.meta.url));

const HEAD = `# Tags

<!-- Written by tools/docs/generate.ts from core/tags/tags.ts: change the table there and run \`npx tsx tools/docs/generate.ts\`. -->

An EC2 instance gets its routes from its tags. One is enough:

| key | value |
| --- | --- |
| \`proxy:host\` | \`shop\` |

A change takes effect with the next event, or with the sweep each minute. The portal shows a problem for each wrong tag, and so does
\`npx dynamic-edge-proxy list\` for the local cloud; a wrong tag never affects another instance.

`;

const FOOT = `
## Several routes on one instance

A name in the middle of the key makes a further route: \`proxy:api:host\`, \`proxy:api:port\`. It is 1–32 lower-case letters,
digits and hyphens. The unnamed tags marked *machine* also apply to the named routes, unless these have their own;
every other attribute must be set for each route, the host included.

## Tags that make no route

Each fault is a [problem](problems.md) with a code and a remedy. A wrong tag costs its route. A misspelt key without a route name, or a
wrong *machine* tag, costs all routes of the instance. A refused name costs only itself.

## Who keeps a name

The first instance that claims a name keeps it, also while it is stopped, until its tags no longer ask for it or it is terminated.
Instances of one account share it with the same \`proxy:group\`. The majority of the instances that have the name keeps it; an
instance that leaves the group leaves the name. A name holds 1 KB of rules: instances that have it come first, then those with fewer
routes, then the older. An instance that does not fit stays out.

## Which route takes a request

The exact host comes before the longest wildcard; an exact path before a prefix, the longest prefix first; then a route with a
method, then most headers, then most queries; of equal routes that of the older instance. While the only instance of a path sleeps,
the path stays closed: no other app answers for it.
`;

/** The page that documents every tag. */
export function tagsPage(): string {
  const rows = Object.entries<TagDefinition>(TAGS).map(([attribute, definition]) =>
    rowOf(attribute, definition),
  );
  const head = ['tag', 'value', 'default', 'example', 'of', 'meaning'];
  const table = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return `${HEAD}## All tags\n\n${table.join('\n')}\n${FOOT}`;
}

function rowOf(attribute: string, definition: TagDefinition) {
  const { value, example, shared, meaning, later } = definition;
  const scope = shared ? '*machine*' : 'route';
  const said = later ? `${meaning} **Not honoured yet: makes no route.**` : meaning;
  return [`\`${TAG_PREFIX}${attribute}\``, value, usualOf(definition), `\`${example}\``, scope, said];
}

function usualOf(definition: TagDefinition): string {
  if ('absent' in definition) return definition.absent;
  const { fallback, fallbackWithHttps } = definition;
  return fallbackWithHttps === undefined
    ? `\`${fallback}\``
    : `\`${fallback}\` (\`${fallbackWithHttps}\` with \`https\`)`;
}

/** Every generated page: its file and what it should hold. */
export const PAGES: readonly { file: string; page: () => string }[] = [
  { file: TAGS_FILE, page: tagsPage },
  { file: PROBLEMS_FILE, page: problemsPage },
  { file: METRICS_FILE, page: metricsPage },
  { file: CONFIGURATION_FILE, page: configurationPage },
  { file: DECISIONS_FILE, page: decisionsPage },
];

if (argv[1] === fileURLToPath(import.meta.url)) {
  for (const { file, page } of PAGES) {
    writeFileSync(file, page());
    console.log(`${file} written`);
  }
}
