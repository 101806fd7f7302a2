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

A change takes effect with the next event, or with the sweep each minute. What is wrong with a tag is told in the portal
and by \`npx dynamic-edge-proxy list\`; it never touches another instance.

`;

const FOOT = `
## Several routes on one instance

A name in the middle of the key makes a further route: \`proxy:api:host\`, \`proxy:api:port\`. It is 1–32 lower-case letters,
digits and hyphens. The unnamed tags marked *machine* hold for the named routes as well, unless they say otherwise;
every other attribute is said for each route, the host included.

## What makes no route

- A key that begins with \`proxy:\`, in any case, and is none of these: it is misspelt. On a named route it costs that route,
  else all routes of the instance.
- A value that does not fit. All faults of a route are told at once.
- A tag that this version does not honour yet: to ignore it would be wrong.
- A name that is refused costs only itself: outside the base domain, the base domain itself, \`*\`, a reserved label, deeper
  than the deployment allows or than its certificate covers.
- A name that another instance has. The first keeps it, asleep or not, until its tags no longer ask for it or it is
  terminated; two share it only with the same \`proxy:group\` in one account. Of a group, most of those who have the name
  keep it, and whoever leaves the group leaves the name. The member that has had it longest decides \`strip-path\`,
  \`cert-name\` and \`sticky\` for a path that several of them serve.
- Rules of an instance for which its name has no room: a name holds 1 KB. Those who have it come first, then those with
  fewer routes, then the older; whoever does not fit stays out and is told.
- A second route of one instance for the same name, path and conditions.
- More than ten names in one tag, or a route with which one instance would have more than fifty.

## Which route takes a request

The exact host before the longest wildcard; an exact path before a prefix, the longest prefix first; then a route with a
method, then most headers, then most queries; of equal ones that of the older instance. While the only instance of a path sleeps,
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
