/** One question that only AWS can answer, and the result of a run. */
export interface Row {
  question: string;
  expected: string;
  seen: string;
  agrees: boolean;
}

/** The part of docs/inside/verified.md that runs write. */
const BEGIN = '<!-- e2e:aws: written by `npm run e2e:aws`, nothing here is edited by hand -->';
const END = '<!-- /e2e:aws -->';

/** The page has no place for rows. */
export class NoSectionError extends Error {
  override name = 'NoSectionError';

  constructor(file: string) {
    super(
      `${file} has no section between "${BEGIN}" and "${END}"; put both lines back where the rows belong`,
    );
  }
}

/** Replaces the rows of the last run in `page` by those of this run. `head` gives time, place and version. */
export function withRows(page: string, file: string, head: string, rows: readonly Row[]): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new NoSectionError(file);
  const lines = rows.map(({ question, expected, seen, agrees }) =>
    [agrees ? 'yes' : '**no**', question, expected, seen].map(cell).join(' | '),
  );
  const table = ['as expected | question | expected | seen', '--- | --- | --- | ---', ...lines];
  const section = [BEGIN, '', head, '', ...table.map((line) => `| ${line} |`), '', END].join('\n');
  return page.slice(0, begin) + section + page.slice(end + END.length);
}

/** Answers of AWS may hold any characters. */
function cell(text: string): string {
  return text.replace(/\s+/g, ' ').replaceAll('|', '\\|').trim() || '–';
}
