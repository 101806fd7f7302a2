import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../docs/decisions/', import.meta.url));

/** Where the decisions are listed. */
export const DECISIONS_FILE = join(FOLDER, 'README.md');

/** The areas, in the order of the list. */
const AREAS: Readonly<Record<string, string>> = {
  store: 'Store and format',
  updater: 'Updater: events, listings, removals',
  names: 'Names: which instance has a name, and for how long',
  router: 'Router',
  distribution: 'Distribution and portal',
  security: 'Security',
  journal: 'Journal',
  deployment: 'Deployment',
  local: 'Command line and local cloud',
  quality: 'Build, tests and style',
};

/** The head of a decision's file. */
interface Decision {
  file: string;
  area: string;
  date: string;
  status: string;
  title: string;
}

const FORM =
  /^---\ndate: (?<date>\d{4}-\d\d-\d\d)\nstatus: (?<status>[^\n]+)\narea: (?<area>\w+)\n---\n\n# \d+\. (?<title>[^\n]+)\n/;

/** The list of all decisions, by area. */
export function decisionsPage(): string {
  const files = readdirSync(FOLDER).filter((file) => /^\d{4}-.*\.md$/.test(file));
  const decisions = files.sort().map((file) => parseDecision(file, readFileSync(join(FOLDER, file), 'utf8')));
  const sections = Object.entries(AREAS).map(([area, title]) => {
    const rows = decisions.filter((decision) => decision.area === area).map(rowOf);
    return `## ${title}\n\n| decision | date | status |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
  });
  return `${HEAD}${sections.join('\n')}`;
}

/** @throws Error if the file does not begin as every decision does */
export function parseDecision(file: string, text: string): Decision {
  const { date = '', status = '', area = '', title = '' } = FORM.exec(text)?.groups ?? {};
  if (AREAS[area] === undefined) {
    throw new Error(
      `docs/decisions/${file} must begin with "---", date: YYYY-MM-DD, status: accepted, area: one of ${Object.keys(AREAS).join(', ')}, "---", an empty line and "# NUMBER. Title"`,
    );
  }
  return { file, area, date, status, title };
}

function rowOf({ file, date, status, title }: Decision): string {
  return `| [${file.slice(0, 4)}](${file}) ${title} | ${date} | ${status} |`;
}

const HEAD = `# Decisions

<!-- Written by tools/docs/generate.ts from the head of each file: run \`npx tsx tools/docs/generate.ts\` after a change. -->

Each file has the context of a decision, the decision and its consequences. A changed decision gets a new file, which names the old one, and the status of the old
one names the new. A missing number was never used, or was an implementation note that is a comment now.

`;
