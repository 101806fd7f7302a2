import type { Reason } from './report.ts';

const AGAIN = 'a decoded value is encoded again, and refused if it differs';
const NOTHING_ELSE = '`JSON.parse` throws nothing else';
const IN_THE_PROCESS =
  'the clients are made in the process alone: the tests of the built bundle sign with them';
const NOBODY = 'no instance, name or event is called so';

/** Mutants that no test can detect, or that none should. */
export const REASONS: readonly Reason[] = [
  {
    file: 'core/tags/claim.ts',
    original: String.raw`/^.*:\/\//`,
    replacement: String.raw`/.*:\/\//`,
    why: 'a greedy `.*` begins at the first character by itself',
  },
  {
    file: 'core/entry/entry.ts',
    original: 'version === FORMAT_VERSION',
    replacement: 'true',
    why: AGAIN,
  },
  {
    file: 'core/entry/entry.ts',
    original: String.raw`/^(.+)#([\da-z]+)$/`,
    replacement: String.raw`/(.+)#([\da-z]+)$/`,
    why: AGAIN,
  },
  { file: 'core/entry/wire-rules.ts', original: 'json.length % 3 !== 0', replacement: 'false', why: AGAIN },
  { file: 'core/entry/wire-rules.ts', original: "letter === 'Q'", replacement: 'true', why: AGAIN },
  {
    file: 'core/wire/pick.ts',
    original: 'score > highest',
    replacement: 'score >= highest',
    why: 'two seeds of one score are one seed, and either is right',
  },
  {
    file: 'core/wire/pick.ts',
    original: 'i < seeds.length',
    replacement: 'i <= seeds.length',
    why: 'beyond the end the score is NaN, which is higher than nothing',
  },
  {
    file: 'core/json.ts',
    original: '{ if (error instanceof SyntaxError) return undefined; throw error; }',
    replacement: '{}',
    why: NOTHING_ELSE,
  },
  {
    file: 'updater/read/messages.ts',
    original: 'error instanceof SyntaxError',
    replacement: 'true',
    why: NOTHING_ELSE,
  },
  {
    file: 'updater/handler.ts',
    original:
      "{ name: 'sigv4a', signingName: 'cloudfront-keyvaluestore', signingRegionSet: ['*'], signingRegion: '*', properties: {}, }",
    replacement: '{}',
    why: IN_THE_PROCESS,
  },
  {
    file: 'core/wire/hostname.ts',
    original: 'name.length > 260',
    replacement: 'false',
    why: 'it bounds the cost alone: a longer name is refused at the end',
  },
  {
    file: 'core/journal/journal-key.ts',
    original: "{ hash: '', receivedAt: 0 }",
    replacement: '{}',
    why: 'of an event with a time and a uid neither is looked at',
  },
  {
    file: 'core/plan/policies/quota.ts',
    original: 'decodeEntry(value)?.instances',
    replacement: 'decodeEntry(value).instances',
    why: 'the value is one that this run has encoded',
  },
  { file: 'core/journal/history.ts', original: '[]', replacement: '["Stryker was here"]', why: NOBODY },
  { file: 'updater/report/record.ts', original: '[]', replacement: '["Stryker was here"]', why: NOBODY },
  {
    file: 'core/journal/routes-file.ts',
    original: 'a.hostname < b.hostname',
    replacement: 'a.hostname <= b.hostname',
    why: 'no two entries have one hostname',
  },
  {
    file: 'core/routes/route-spec.ts',
    original: 'own === undefined',
    replacement: 'false',
    why: 'every route has its names; the condition tells the compiler',
  },
  {
    file: 'core/routes/route-spec.ts',
    original: 'a < b',
    replacement: 'a <= b',
    why: 'no two routes of an instance have one name',
  },
  {
    file: 'core/routes/route-spec.ts',
    original: 'certName === undefined',
    replacement: 'false',
    why: 'an undefined member is written like an absent one',
  },
  {
    file: 'updater/read/hints.ts',
    original: 'time === undefined',
    replacement: 'false',
    why: 'the age of an event at no time is NaN, which is below nothing',
  },
  {
    file: 'updater/store/mirror.ts',
    original: 'unrecorded.length === 0',
    replacement: 'false',
    why: 'an empty list is read like an absent one; leaving it out saves bytes',
  },
  {
    file: 'core/routes/settle.ts',
    original: 'first !== undefined',
    replacement: 'true',
    why: 'an instance is grouped by its claims, so it has one',
  },
  {
    file: 'core/routes/fit-members.ts',
    original: 'everybody !== undefined',
    replacement: 'false',
    why: 'it bounds the cost alone: the search that follows finds room for all of them',
  },
  {
    file: 'core/routes/fit-members.ts',
    original: 'count + step <= limit',
    replacement: 'count + step < limit',
    why: 'the second loop begins with the very step that the first one left out',
  },
  {
    file: 'core/routes/fit-members.ts',
    original: 'count + step <= limit',
    replacement: 'true',
    why: 'beyond the end there is no instance to add',
  },
  {
    file: 'core/settings/claims.ts',
    original: 'at < 0',
    replacement: 'at <= 0',
    why: 'a tag that begins with `=` is refused when the claims are read',
  },
  {
    file: 'core/described-instance.ts',
    original: '[]',
    replacement: '["Stryker was here"]',
    why: 'an instance without an id is left out',
  },
  {
    file: 'core/entry/entry.ts',
    original: 'claimEndsAt === undefined',
    replacement: 'false',
    why: 'an undefined member is written like an absent one',
  },
  {
    file: 'core/journal/history.ts',
    original: 'a < b',
    replacement: 'a <= b',
    why: 'each record is in the list once',
  },
  {
    file: 'core/tags/host-tag.ts',
    original: String.raw`/\s+/`,
    replacement: String.raw`/\s/`,
    why: 'empty words are left out',
  },
  {
    file: 'updater/adapters/ec2.ts',
    original: 'a.source < b.source',
    replacement: 'a.source <= b.source',
    why: 'a source fails once in a list',
  },
  {
    file: 'updater/read/hints.ts',
    original: "event.verdict === 'hint'",
    replacement: 'true',
    why: 'only hints are asked for a confirmation; the condition tells the compiler',
  },
  {
    file: 'updater/store/known-store.ts',
    original: 'false',
    replacement: 'true',
    why: 'before the first read there is nothing of which it could be sure',
  },
  {
    file: 'updater/run/reconcile.ts',
    original: 'parts.store.version?.bytes',
    replacement: 'parts.store.version.bytes',
    why: 'a store that has just said that it is full is known',
  },
  {
    file: 'updater/report/report.ts',
    original: 'before !== undefined',
    replacement: 'true',
    why: 'a run that wrote a name has read the store before',
  },
  {
    file: 'updater/tokens/token-counts.ts',
    original: 'known?.counts',
    replacement: 'known.counts',
    why: 'only of a version that is known S3 says that it is the same',
  },
  {
    file: 'core/routes/route.ts',
    original: 'a.id < b.id',
    replacement: 'a.id <= b.id',
    why: 'no two instances have one id',
  },
  {
    file: 'core/tags/tag-values.ts',
    original: 'seconds !== undefined',
    replacement: 'true',
    why: 'a value that is not a number is not a timeout either; the condition is for the compiler',
  },
  {
    file: 'core/tags/tag-values.ts',
    original: 'text === undefined',
    replacement: 'false',
    why: 'an undecodable path differs when it is encoded again',
  },
  {
    file: 'core/tags/tag-values.ts',
    original: String.raw`/\s+/`,
    replacement: String.raw`/\s/`,
    why: 'empty words are left out',
  },
  {
    file: 'core/journal/journal-key.ts',
    original: 'uid !== undefined',
    replacement: 'true',
    why: 'an absent uid is absent either way',
  },
  {
    file: 'core/entry/wire-rules.ts',
    original: 'first?.port',
    replacement: 'first.port',
    why: 'without a backend nothing is compared',
  },
  {
    file: 'updater/report/report.ts',
    original: 'result?.before?.get',
    replacement: 'result?.before.get',
    why: 'a run that deleted a name has read the store before',
  },
  {
    file: 'updater/clock.ts',
    original: '(done) => setTimeout(done, milliseconds)',
    replacement: '() => undefined',
    why: 'tests of parts bring their clock: those of the built bundle run by this one',
  },
  {
    file: 'updater/handler.ts',
    original: '{ region, ...EC2_PATIENCE, ...(role ? takingOn(role) : {}) }',
    replacement: '{}',
    why: IN_THE_PROCESS,
  },
  {
    file: 'updater/handler.ts',
    original: '() => new SecretsManagerClient({ maxAttempts: 2, requestHandler: QUICK })',
    replacement: '() => undefined',
    why: IN_THE_PROCESS,
  },
  {
    file: 'updater/handler.ts',
    original: '{ maxAttempts: 2, requestHandler: QUICK }',
    replacement: '{}',
    why: IN_THE_PROCESS,
  },
];
