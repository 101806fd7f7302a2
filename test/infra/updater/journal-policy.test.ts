import { describe, expect, test } from 'vitest';
import { JOURNAL_PREFIXES, MIRROR_PREFIX } from '../../../infra/updater/journal-bucket.ts';
import { type AccessRequest, decisionOf, type PolicyStatement } from '../../support/aws/iam.ts';
import { batchOf } from '../../support/stands/batches.ts';
import { type Call, updaterWithNotedCalls } from '../../support/stands/whole-updater-calls.ts';
import { fixture } from '../../support/values/event-fixtures.ts';
import { deployed, listOf, type Statement } from '../statements.ts';
import { templatesOf } from '../synth.ts';
import { environmentIn } from './updater-environment.ts';

const { updater } = templatesOf({ public: 'true' });

/** Statements, as IAM reads them, of all policies of a type whose logical id has this beginning. */
function statementsOf(type: string, id: string): PolicyStatement[] {
  return Object.entries(updater.findResources(type))
    .filter(([each]) => each.startsWith(id))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement as Statement[])
    .map(({ Effect, Action, Resource, Condition }) => ({
      Effect,
      Action: listOf(Action),
      Resource: listOf(Resource).map(deployed),
      ...(Condition === undefined ? {} : { Condition: conditionsIn(Condition) }),
    }));
}

function conditionsIn(condition: unknown) {
  const operators = Object.entries(condition as Record<string, Record<string, unknown>>);
  return Object.fromEntries(
    operators.map(([operator, keys]) => [
      operator,
      Object.fromEntries(Object.entries(keys).map(([key, values]) => [key, listOf(values).map(deployed)])),
    ]),
  );
}

const ofBucket = statementsOf('AWS::S3::BucketPolicy', 'Journal');
const ofUpdater = statementsOf('AWS::IAM::Policy', 'UpdaterRole');
const ofAdministrator: PolicyStatement[] = [{ Effect: 'Allow', Action: ['*'], Resource: ['*'] }];

const environment = environmentIn(updater);
const { handler, calls } = updaterWithNotedCalls(environment);
const context = {
  awsRequestId: 'r1',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:u',
};
await handler(batchOf([fixture('state-change.running'), 'junk', { action: 'reconcile' }]), context);

const writes = calls.filter(({ command }) => command === 'PutObject');

/** S3's question to IAM about a write: the header is a key of the request only if it is sent. */
function requestOf({ input }: Call): AccessRequest {
  const { Bucket, Key, IfNoneMatch } = input as Record<string, string | undefined>;
  return {
    action: 's3:PutObject',
    resource: `arn:aws:s3:::${Bucket}/${Key}`,
    context: {
      'aws:SecureTransport': 'true',
      ...(IfNoneMatch === undefined ? {} : { 's3:if-none-match': IfNoneMatch }),
    },
  };
}

const keyOf = ({ input }: Call) => String(input['Key']);
const inJournal = (prefix: string) => writes.filter((write) => keyOf(write).startsWith(prefix));

describe('the journal', () => {
  test('gets an event, a decision, an unreadable event, and the mirror', () => {
    for (const prefix of [...JOURNAL_PREFIXES, MIRROR_PREFIX]) {
      expect(inJournal(prefix), prefix).not.toEqual([]);
    }
  });

  test.each(writes.map((write) => [keyOf(write), write] as const))(
    'allows the updater to write %s',
    (_, write) => {
      expect(decisionOf([...ofBucket, ...ofUpdater], requestOf(write))).toBe('allowed');
    },
  );

  test.each(JOURNAL_PREFIXES)('denies every principal to overwrite a record of %s', (prefix) => {
    const [write] = inJournal(prefix);
    if (write === undefined) throw new Error(`nothing was written to ${prefix}`);
    const { IfNoneMatch: _, ...input } = write.input;
    const overwriting = requestOf({ ...write, input });
    expect(decisionOf([...ofBucket, ...ofUpdater], overwriting)).toBe('denied');
    expect(decisionOf([...ofBucket, ...ofAdministrator], overwriting)).toBe('denied');
    expect(decisionOf([...ofBucket, ...ofAdministrator], requestOf(write))).toBe('allowed');
  });

  test.each(
    JOURNAL_PREFIXES.flatMap((prefix) =>
      ['s3:DeleteObject', 's3:DeleteObjectVersion'].map((action) => [prefix, action] as const),
    ),
  )('denies every principal to delete from %s: %s', (prefix, action) => {
    const [write] = inJournal(prefix);
    if (write === undefined) throw new Error(`nothing was written to ${prefix}`);
    expect(decisionOf([...ofBucket, ...ofAdministrator], { ...requestOf(write), action })).toBe('denied');
  });

  test('allows overwriting the mirror, which is not a record', () => {
    const [write] = inJournal(MIRROR_PREFIX);
    expect(write?.input['IfNoneMatch']).toBeUndefined();
    expect(decisionOf([...ofBucket, ...ofUpdater], requestOf(write as Call))).toBe('allowed');
  });
});
