/** A mutant that the tests ran against. */
export interface Tested {
  /** From the root of the repository: `core/wire/path.ts`. */
  file: string;
  line: number;
  /** The replaced code and its replacement. */
  original: string;
  replacement: string;
  outcome: Outcome;
}

/** `timeout` counts neither for nor against the tests: the mutant loops, or the machine was too busy. */
export type Outcome = 'killed' | 'survived' | 'uncovered' | 'timeout';

/** The number of mutants for each outcome. */
export type Tally = Readonly<Record<Outcome, number>>;

/** The reason why a mutant may survive. */
export interface Reason {
  file: string;
  original: string;
  replacement: string;
  why: string;
}

export function tallyOf(tested: readonly Tested[]): Tally {
  const count = (outcome: Outcome) => tested.filter((each) => each.outcome === outcome).length;
  return {
    killed: count('killed'),
    survived: count('survived'),
    uncovered: count('uncovered'),
    timeout: count('timeout'),
  };
}

/** The share of killed mutants with Wilson's interval of 95 %: `[score, low, high]`; all NaN without mutants. */
export function scoreOf({ killed, survived, uncovered }: Tally): [score: number, low: number, high: number] {
  const z = 1.959964;
  const all = killed + survived + uncovered;
  const share = killed / all;
  const middle = (share + (z * z) / (2 * all)) / (1 + (z * z) / all);
  const half = (z / (1 + (z * z) / all)) * Math.sqrt((share * (1 - share)) / all + (z * z) / (4 * all * all));
  return [share, middle - half, middle + half];
}

const percent = (share: number): string => (Number.isNaN(share) ? '–' : `${(share * 100).toFixed(1)} %`);

/** Markdown: the score, then a table by folder. */
export function scoreSummary(tested: readonly Tested[], ofHowMany: number): string {
  const [score, low, high] = scoreOf(tallyOf(tested));
  const interval = tested.length < ofHowMany ? `, 95 % interval ${percent(low)} to ${percent(high)}` : '';
  const folders = [...new Set(tested.map(({ file }) => `${file.split('/')[0]}/`))].sort();
  return [
    `**${percent(score)} killed**${interval}: ${tested.length} of ${ofHowMany} mutants met the tests.`,
    '',
    '| of | killed | survived | covered by no test | timeout | score |',
    '| --- | ---: | ---: | ---: | ---: | ---: |',
    ...folders.map((folder) =>
      row(
        `**${folder}**`,
        tested.filter(({ file }) => file.startsWith(folder)),
      ),
    ),
  ].join('\n');
}

/** The same table with a row for each file. */
export function scorePart(tested: readonly Tested[], ofHowMany: number): string {
  const files = [...new Set(tested.map(({ file }) => file))].sort();
  const rows = files.map((name) =>
    row(
      name,
      tested.filter(({ file }) => file === name),
    ),
  );
  return [scoreSummary(tested, ofHowMany), ...rows].join('\n');
}

function row(name: string, tested: readonly Tested[]): string {
  const tally = tallyOf(tested);
  const { killed, survived, uncovered, timeout } = tally;
  return `| ${[name, killed, survived, uncovered, timeout, percent(scoreOf(tally)[0])].join(' | ')} |`;
}

/** Markdown: every surviving mutant with its reason. */
export function survivorsPart(tested: readonly Tested[], reasons: readonly Reason[]): string {
  const alive = tested.filter(({ outcome }) => outcome === 'survived' || outcome === 'uncovered');
  const why = (one: Tested) => reasons.find((reason) => isAbout(reason, one))?.why ?? 'no test yet';
  const rows = alive.map((one) => [
    `${one.file}:${one.line}`,
    ...[one.original, one.replacement].map(code),
    why(one),
  ]);
  return [
    '| where | code | mutant | why it may live |',
    '| --- | --- | --- | --- |',
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
  ].join('\n');
}

function isAbout(reason: Reason, one: Tested): boolean {
  const same = (a: string, b: string) => oneLine(a) === oneLine(b);
  return (
    reason.file === one.file &&
    same(reason.original, one.original) &&
    same(reason.replacement, one.replacement)
  );
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** Text for a table cell: one short line without a bar, which would end the cell. */
function code(text: string): string {
  const line = oneLine(text);
  const short = line.length > 80 ? `${line.slice(0, 79)}…` : line;
  const inCell = short.replaceAll('|', '\\|');
  return inCell.includes('`') ? `\`\` ${inCell} \`\`` : `\`${inCell}\``;
}
