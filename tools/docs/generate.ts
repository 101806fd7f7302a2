/**
 * Writes the pages that are made from tables in the code: `npx tsx tools/docs/generate.ts`. A test keeps the two equal.
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
const TAGS_FILE = fileURLToPath(new URL('../../docs/use/tags.md', import.meta.url));

const HEAD = `# Tags

<!-- Written by tools/docs/generate.ts from core/tags/tags.ts: change the table there and run \`npx tsx tools/docs/generate.ts\`. -->

An EC2 instance gets its routes from its tags. One is enough:

| key | value |
| --- | --- |
| \`proxy:host\` | \`shop\` |

A change takes effect with the next event, or with the sweep each minute. The portal shows a problem for each wrong tag, and so does
\`npx dynamic-edge-proxy list\`; a wrong tag never affects another instance.

`;

const FOOT = `
## Several routes on one instance

A name in the middle of the key makes a further route: \`proxy:api:host\`, \`proxy:api:port\`. The name has 1–32 lower-case
letters, digits and hyphens. A tag with the scope *instance* and no route name also applies to the named routes, unless they have
their own. Every other attribute must be set for each route, including the host.

## Tags that make no route

Each fault is a [problem](problems.md) with a code and a remedy. A wrong tag stops its route. A misspelt key without a route name, or a
wrong tag with the scope *instance*, stops all routes of the instance. A refused name does not affect the other names.

## Who keeps a name

The first instance that claims a name keeps it, also while it is stopped, until its tags no longer ask for it or it is terminated.
Instances of one account with the same \`proxy:group\` share it. If they split into groups, the majority of the instances that have
the name keeps it. An instance that leaves the group loses the name. A name has room for 1 KB of rules: instances that have it come
first, then those with fewer routes, then older ones. An instance that does not fit is left out.

## Which route takes a request

The first of these criteria in which two routes differ decides:

1. An exact host comes before a wildcard, and a longer wildcard before a shorter one.
2. An exact path comes before a prefix, and a longer prefix before a shorter one.
3. A route with a method comes before one without.
4. More header conditions come before fewer.
5. More query conditions come before fewer.
6. The route of the older instance comes first.

While the only instance of a path is asleep, the path stays closed: no other app answers for it.
`;

/** The page that documents every tag. */
export function tagsPage(): string {
  const rows = Object.entries<TagDefinition>(TAGS).map(([attribute, definition]) =>
    rowOf(attribute, definition),
  );
  const head = ['tag', 'value', 'default', 'example', 'scope', 'meaning'];
  const table = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return `${HEAD}## All tags\n\n${table.join('\n')}\n${FOOT}`;
}

function rowOf(attribute: string, definition: TagDefinition) {
  const { value, example, shared, meaning, later } = definition;
  const scope = shared ? '*instance*' : 'route';
  const said = later ? `${meaning} **Not supported yet: a route with this tag is not made.**` : meaning;
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
