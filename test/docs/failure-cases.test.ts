import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const FOLDER = 'test/updater/failure-cases';

/** The files of the tests, in the order of the cases. */
const SUBJECTS = {
  'events.test.ts': 'Events',
  'tags.test.ts': 'Tags',
  'addresses.test.ts': 'Addresses',
  'store.test.ts': 'The store',
  'inventory.test.ts': 'The fleet',
  'runtime.test.ts': 'The runtime',
};

/** A case and one of its outcomes: the name of a test, without the values of a table. */
const NAME = /'F(\d+): ((?:[^'\\]|\\.)+?)(?: \([^()]*%\w[^()]*\))?',/g;

interface Outcome {
  number: number;
  text: string;
}

function outcomesIn(file: string): Outcome[] {
  const names = [...readFileSync(`${FOLDER}/${file}`, 'utf8').matchAll(NAME)];
  const outcomes = names.map(([, number, text = '']) => ({ number: Number(number), text }));
  return outcomes.sort((a, b) => a.number - b.number);
}

function printSection([file, title]: [string, string]): string {
  const rows = outcomesIn(file).map(({ number, text }) => `| F${number} | ${text} |`);
  return [`## ${title}`, '', '| case | outcome |', '| --- | --- |', ...rows, ''].join('\n');
}

const HEAD = `# Failure cases

<!-- Written by test/docs/failure-cases.test.ts from the names of the tests: run \`npx vitest run test/docs/failure-cases.test.ts -u\` after a change. -->

Sixty ways in which events, tags, addresses, the store, the fleet or the runtime can fail, each with its outcome. An outcome is the name of a test in
[test/updater/failure-cases/](../../test/updater/failure-cases):

\`\`\`sh
npx vitest run test/updater/failure-cases -t 'F17:' --reporter verbose
\`\`\`

The cases of sign-in are in [sign-in-cases.md](sign-in-cases.md).

`;

test('docs/inside/failure-cases.md has the outcome of each test: read the difference, then run with -u', async () => {
  const page = HEAD + Object.entries(SUBJECTS).map(printSection).join('\n');
  await expect(page).toMatchFileSnapshot(resolve('docs/inside/failure-cases.md'));
});

test('each of the sixty failure cases has a test', () => {
  expect(readdirSync(FOLDER).sort()).toEqual(Object.keys(SUBJECTS).sort());
  const numbers = new Set(
    Object.keys(SUBJECTS).flatMap((file) => outcomesIn(file).map(({ number }) => number)),
  );
  expect([...numbers].sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, at) => at + 1));
});
