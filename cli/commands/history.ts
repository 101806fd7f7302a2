import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { buildHistory, hostnamesIn, momentAt } from '../../core/journal/history.ts';
import { DECISIONS } from '../../core/journal/journal-key.ts';
import type { Milliseconds } from '../../core/wire/brands.ts';
import { DEFAULT_STATE } from '../../local/state/state-home.ts';
import { STATE } from '../cloud/running-cloud.ts';
import { type Command, type ParsedArguments, UsageError } from '../command.ts';
import { InputError } from '../input.ts';
import { bucketJournal, folderJournal, type JournalPlace, readDecisions } from '../journal/journal.ts';
import { formatTime, printHistory, printMoment } from '../journal/moments.ts';
import { parseTime } from '../journal/times.ts';

/** Who served a hostname when, and because of which event: read from the journal alone. */
export const history: Command = {
  name: 'history',
  summary: 'Tell which instance served a name when, and because of which event, from the journal alone.',
  words: { usage: 'NAME', missing: 'say which name: dynamic-edge-proxy history shop', most: 1 },
  options: {
    at: { value: 'TIME', text: 'what held at this time, such as 2026-11-23T14:03Z, and why' },
    since: { value: 'TIME', text: 'changes from this time on; 31 days back unless told' },
    bucket: { value: 'NAME', text: 'journal bucket of a deployment on AWS' },
    from: { value: 'DIR|s3://NAME', text: 'a copy of the journal, or its bucket' },
    ...STATE,
  },
  async run(given, terminal) {
    const [word = ''] = given.words;
    const at = parsePastTime('at', given.text('at'));
    const until = at ?? Date.now();
    const since = parsePastTime('since', given.text('since')) ?? until - USUAL_DAYS * 86_400_000;
    if (since > until) throw new UsageError(`--since is later than ${at === undefined ? 'now' : '--at'}`);
    const place = selectJournal(given);
    const { records, unreadable } = await readDecisions(place, since, until);
    for (const { key, fault } of unreadable.slice(0, SHOWN))
      terminal.err(`! ${place.name}/${key} is not a decision that this version reads: ${fault}`);
    const hidden = unreadable.length - SHOWN;
    if (hidden > 0) terminal.err(`! and ${hidden} more like it`);
    const hostname = findHostname(word, hostnamesIn(records), { place, since, until });
    const moments = buildHistory(records, hostname);
    if (at === undefined) printHistory(hostname, moments, terminal);
    else printMoment(hostname, momentAt(moments, at), at, terminal);
    return 0;
  },
};

/** How far back to look unless told. */
const USUAL_DAYS = 31;

function parsePastTime(option: string, text: string | undefined): Milliseconds | undefined {
  if (text === undefined) return undefined;
  const time = parseTime(option, text);
  if (time > Date.now()) throw new UsageError(`--${option} is "${text}", which is still to come`);
  return time;
}

function selectJournal({ text }: ParsedArguments): JournalPlace {
  const [bucket, from] = [text('bucket'), text('from')];
  if (bucket !== undefined && from !== undefined) throw new UsageError('give either --bucket or --from');
  const named =
    bucket ?? (from?.startsWith('s3://') ? from.slice('s3://'.length).replace(/\/$/, '') : undefined);
  // Whatever region the bucket lies in.
  if (named !== undefined) return bucketJournal(new S3Client({ followRegionRedirects: true }), named);
  const folder = from ?? join(text('state') ?? DEFAULT_STATE, 's3/journal');
  if (existsSync(join(folder, DECISIONS))) return folderJournal(folder);
  const remedy =
    from === undefined
      ? 'start a local cloud with `npm start`, or say where the journal lies: --bucket NAME or --from DIR'
      : `--from takes the folder that holds ${DECISIONS}`;
  const missing = existsSync(folder) ? `holds no folder ${DECISIONS}` : 'does not exist';
  throw new InputError(`there is no journal in ${folder}, which ${missing}; ${remedy}`);
}

/** How many of a kind are shown: damaged records, or the names that there are. */
const SHOWN = 10;

/** `shop` is whatever name begins with that label, as long as there is only one. */
function findHostname(
  word: string,
  known: readonly string[],
  { place, since, until }: { place: JournalPlace; since: Milliseconds; until: Milliseconds },
): string {
  const name = word.toLowerCase().replace(/\.$/, '');
  if (known.includes(name)) return name;
  const [only, ...others] = known.filter((hostname) => hostname.startsWith(`${name}.`));
  if (only !== undefined && others.length === 0) return only;
  if (only !== undefined)
    throw new InputError(`"${word}" may be ${[only, ...others].join(' or ')}; say which`);
  const period = `between ${formatTime(since)} and ${formatTime(until)}`;
  const names = known.length > SHOWN ? [...known.slice(0, SHOWN), '…'] : known;
  const there =
    known.length === 0 ? 'it holds no changes of that time at all' : `names there: ${names.join(', ')}`;
  throw new InputError(
    `${place.name} tells of no change of "${word}" ${period}; ${there}. Look further back with --since`,
  );
}
