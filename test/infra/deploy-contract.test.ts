import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { parseFleetEvent } from '../../core/events/fleet-event.ts';
import { parseEnvironment } from '../../updater/environment.ts';
import { actionOf, actionsCalledIn } from '../support/aws/sdk-calls.ts';
import { updaterWithNotedCalls } from '../support/stands/whole-updater-calls.ts';
import { sourceFiles } from '../support/tools/imports.ts';
import { ACCOUNT, fixture, HOME } from '../support/values/event-fixtures.ts';
import { deployed, listOf, type Statement } from './statements.ts';
import { EVERYTHING, templatesOf } from './synth.ts';
import { variablesIn } from './updater/updater-environment.ts';

const CLAIMS = '[{"names":"shop*","accounts":["444455556666"]}]';
const full = templatesOf({ ...EVERYTHING, claims: CLAIMS, mode: 'upsert-only' });
const bare = templatesOf({ public: 'true' });

/** The environment as the updater reads it, and the names of the variables that it read. */
function readBy(variables: Readonly<Record<string, string>>) {
  const asked = new Set<string>();
  const watched = new Proxy(variables, {
    get(target, name) {
      asked.add(String(name));
      return Reflect.get(target, name);
    },
  });
  return { environment: parseEnvironment(watched), asked };
}

/** Variables that exist only on a laptop. */
const LOCAL = ['DNS_SERVER', 'KVS_ENDPOINT', 'ORIGIN_SECRET'];

describe('the variables in the template', () => {
  test.each([
    ['everything', full],
    ['nothing', bare],
  ])('are all read by the updater if settings ask for %s', (_, { updater }) => {
    const variables = variablesIn(updater);
    const { asked } = readBy(variables);
    expect(Object.keys(variables).filter((name) => !asked.has(name))).toEqual([]);
  });

  test('have everything that the updater reads, if settings ask for it', () => {
    const variables = variablesIn(full.updater);
    const { asked } = readBy(variables);
    expect([...asked].filter((name) => !(name in variables)).sort()).toEqual(LOCAL);
  });

  test('have the meaning of the settings', () => {
    expect(readBy(variablesIn(full.updater)).environment).toMatchObject({
      deployment: 'team-a',
      baseDomain: 'dev.example.com',
      certificateNames: ['dev.example.com', '*.dev.example.com'],
      regions: ['eu-west-1', 'us-east-1', 'ap-southeast-1'],
      mode: 'upsert-only',
      claims: [{ names: ['shop*'], accounts: ['444455556666'] }],
      readerRoles: [
        'arn:aws:iam::444455556666:role/edge-proxy-team-a-reader',
        'arn:aws:iam::777788889999:role/edge-proxy-team-a-reader',
      ],
      originSecret: { arn: expect.stringMatching(/^OriginSecret/) },
      signIn: {
        sessionSecretArn: expect.stringMatching(/SignInSession/),
        accessBucket: expect.stringMatching(/SignInAccess/),
        groups: ['devs'],
      },
    });
    expect(readBy(variablesIn(bare.updater)).environment).toMatchObject({
      deployment: 'main',
      baseDomain: '',
      mode: 'sync',
      readerRoles: [],
    });
  });
});

/** The message that a schedule's target puts into the queue for one of its events. */
function messageOf(target: Record<string, unknown>, event: Readonly<Record<string, unknown>>): string {
  const transformer = target['InputTransformer'] as
    | { InputPathsMap: Record<string, string>; InputTemplate: string }
    | undefined;
  if (transformer === undefined) return JSON.stringify(event);
  return Object.entries(transformer.InputPathsMap).reduce(
    (text, [name, path]) => text.replace(`<${name}>`, JSON.stringify(event[path.replace('$.', '')])),
    transformer.InputTemplate,
  );
}

const schedules = Object.values(full.updater.findResources('AWS::Events::Rule'))
  .map((rule) => rule['Properties'])
  .filter(({ ScheduleExpression }) => ScheduleExpression !== undefined)
  .map(({ ScheduleExpression, Targets }) => [ScheduleExpression as string, Targets[0]] as const);

describe('a schedule', () => {
  const tick = (id: string) => ({ ...fixture('schedule.rule'), id });

  test('exists for the sweep and for the audit', () => {
    expect(schedules.map(([expression]) => expression)).toEqual(['rate(1 minute)', 'rate(1 hour)']);
  });

  test.each(schedules)('of %s starts a run, and is not an event of the fleet', (_, target) => {
    const event = parseFleetEvent(JSON.parse(messageOf(target, tick('e1'))), HOME);
    expect(event).toMatchObject({ verdict: 'hint', kind: 'schedule', scope: 'fleet' });
  });

  test.each(schedules)(
    'of %s never sends the same message twice, which the queue would drop',
    (_, target) => {
      expect(messageOf(target, tick('e1'))).not.toBe(messageOf(target, tick('e2')));
    },
  );

  test('of an hour requests the audit', () => {
    const [, audit] = schedules;
    expect(parseFleetEvent(JSON.parse(messageOf(audit?.[1], tick('e1'))), HOME).name).toBe('audit if due');
  });
});

/** A batch as Lambda reads it from the queue: EventBridge puts whole events into bodies. */
function batchOf(...bodies: string[]) {
  const attributes = { ApproximateReceiveCount: '1', SentTimestamp: '1770000000000' };
  const Records = bodies.map((body, index) => {
    return { messageId: `m${index}`, receiptHandle: `r${index}`, body, attributes };
  });
  return { Records } as unknown as Parameters<ReturnType<typeof updaterWithNotedCalls>['handler']>[0];
}

// All settings except the mode, and the claims, which would refuse the listed instance.
const { claims: _, ...environment } = readBy(variablesIn(full.updater)).environment;
const { handler, calls } = updaterWithNotedCalls({ ...environment, mode: 'sync' }, 'lost race');
const answer = await handler(
  batchOf(
    JSON.stringify(fixture('state-change.running')),
    'junk',
    ...schedules.map(([, target]) => messageOf(target, fixture('schedule.rule'))),
  ),
  { awsRequestId: 'r1', invokedFunctionArn: `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:updater` },
);

/** A run that the store refuses tells the queue when its batch should come back. */
const { handler: failing, calls: callsAfterFailure } = updaterWithNotedCalls(environment, 'closed store');
await expect(failing(batchOf('{"action":"reconcile"}'), { awsRequestId: 'r2' })).rejects.toThrow();
calls.push(...callsAfterFailure.filter(({ client }) => client === 'client-sqs'));

/** The permissions of the updater, not those of other roles in the stack. */
const statements = updaterStatementsIn(full.updater);

function updaterStatementsIn(template: Template): Statement[] {
  const policies = Object.entries(template.findResources('AWS::IAM::Policy'));
  return policies
    .filter(([id]) => id.startsWith('UpdaterRole'))
    .flatMap(([, policy]) => policy['Properties'].PolicyDocument.Statement);
}

function covers(statement: Statement, action: string, resource: string): boolean {
  return (
    listOf(statement.Action).includes(action) &&
    listOf(statement.Resource)
      .map(deployed)
      .some((each) => globOf(each).test(resource))
  );
}

function globOf(resource: string): RegExp {
  return new RegExp(
    `^${resource
      .split('*')
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
  );
}

describe('the updater with messages from the queue', () => {
  test('accepts the batch', () => {
    expect(answer).toEqual({ batchItemFailures: [] });
    expect(calls.map(({ command }) => command)).toContain('UpdateKeys');
  });

  test('lists every region of every account, with the reader role in other accounts', () => {
    const listed = calls
      .filter(({ command }) => command === 'DescribeInstances')
      .map((call) => `${call.role} ${call.region}`);
    const roles = [undefined, ...environment.readerRoles];
    const all = roles.flatMap((one) => environment.regions.map((region) => `${one} ${region}`));
    expect([...new Set(listed)].sort()).toEqual(all.sort());
  });

  test.each(calls)('may do $client $command', ({ client, command, input }) => {
    const action = actionOf(client, command);
    expect(statements.some((statement) => covers(statement, action, resourceOf(input)))).toBe(true);
  });
});

/** The resource of a call, as IAM names it. */
function resourceOf(input: Readonly<Record<string, unknown>>): string {
  const { Bucket, Key, KvsARN, SecretId, QueueUrl } = input as Record<string, string | undefined>;
  if (Bucket !== undefined) return `arn:aws:s3:::${Bucket}/${Key}`;
  // A template's reference to a queue is its URL.
  if (QueueUrl !== undefined) return deployed({ 'Fn::GetAtt': [QueueUrl, 'Arn'] });
  return KvsARN ?? SecretId ?? '*';
}

/** Permissions that no call in the code shows, each with its reason. */
const WITHOUT_CALL: Readonly<Record<string, string>> = {
  's3:ListBucket': 'S3 answers 404 instead of 403 for an object that is not there',
  'logs:CreateLogStream': 'the Lambda runtime',
  'logs:PutLogEvents': 'the Lambda runtime',
  'sqs:DeleteMessage': 'the event source mapping',
  'sqs:GetQueueAttributes': 'the event source mapping',
  'sqs:GetQueueUrl': 'the event source mapping',
  'sqs:ReceiveMessage': 'the event source mapping',
};

describe('permissions and calls', () => {
  const allowed = (list: readonly Statement[]) =>
    [...new Set(list.flatMap(({ Action }) => listOf(Action)))].sort();

  test('of the updater are the same', () => {
    const called = actionsCalledIn(sourceFiles(['updater']));
    expect(allowed(statements)).toEqual([...called, ...Object.keys(WITHOUT_CALL)].sort());
  });

  test('of the function that counts access logs are the same', () => {
    const policies = Object.entries(full.edge.findResources('AWS::IAM::Policy'));
    const own = policies
      .filter(([id]) => id.startsWith('TrafficRole'))
      .flatMap(([, policy]) => policy['Properties'].PolicyDocument.Statement);
    // It has the updater's adapter for documents.
    const files = [...sourceFiles(['traffic']), ...sourceFiles(['updater/adapters'])];
    const called = actionsCalledIn(files.filter(({ path }) => /^traffic\/|\/s3\.ts$/.test(path)));
    expect(allowed(own)).toEqual(['logs:CreateLogStream', 'logs:PutLogEvents', ...called].sort());
  });

  test('of the publisher are the same', () => {
    const policies = Object.entries(full.edge.findResources('AWS::IAM::Policy'));
    const own = policies
      .filter(([id]) => /^Router.*Role/.test(id))
      .flatMap(([, policy]) => policy['Properties'].PolicyDocument.Statement);
    const called = actionsCalledIn(sourceFiles(['infra/custom-resources/publisher']));
    expect(allowed(own)).toEqual([...called, 'logs:CreateLogStream', 'logs:PutLogEvents'].sort());
  });

  test('of the gate of sign-in are the same', () => {
    const policies = Object.entries(full.edge.findResources('AWS::IAM::Policy'));
    const own = policies
      .filter(([id]) => id.startsWith('SignInGateRole'))
      .flatMap(([, policy]) => policy['Properties'].PolicyDocument.Statement);
    const called = actionsCalledIn(sourceFiles(['infra/custom-resources/concierge-gate']));
    expect(allowed(own)).toEqual([...called, 'logs:CreateLogStream', 'logs:PutLogEvents'].sort());
  });

  test('in the batch are all that the code can make, except for the role of other accounts', () => {
    const shown = new Set(calls.map(({ client, command }) => actionOf(client, command)));
    const called = actionsCalledIn(sourceFiles(['updater'])).filter((action) => action !== 'sts:AssumeRole');
    expect([...shown].sort()).toEqual(called);
  });
});
