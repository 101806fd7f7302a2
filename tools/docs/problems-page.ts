import { fileURLToPath } from 'node:url';
import { PROBLEMS, type ProblemKind } from '../../core/problem-codes.ts';

/** Where the problems are documented. */
export const PROBLEMS_FILE = fileURLToPath(new URL('../../docs/use/problems.md', import.meta.url));

const HEAD = `# Problems

<!-- Written by tools/docs/generate.ts from core/problem-codes.ts: change the table there and run \`npx tsx tools/docs/generate.ts\`. -->

A problem is a fault that a person can mend. The portal and \`npx dynamic-edge-proxy list\` show each problem with its code, which links to this page.
A problem affects only the names that it mentions. It disappears with the next event or sweep after it is mended.

| code | in short |
| --- | --- |
`;

/** The page that documents every problem. */
export function problemsPage(): string {
  const problems = Object.entries<ProblemKind>(PROBLEMS);
  const rows = problems.map(
    ([code, { meaning }]) => `| [\`${code}\`](#${code}) | ${firstSentence(meaning)} |`,
  );
  const sections = problems.map(
    ([code, { meaning, remedy }]) => `## \`${code}\`\n\n${meaning}\n\n**How to mend it.** ${remedy}\n`,
  );
  return `${HEAD}${rows.join('\n')}\n\n${sections.join('\n')}`;
}

function firstSentence(text: string): string {
  return /^.*?\.(?= |$)/.exec(text)?.[0] ?? text;
}
