import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { awsCloud } from '../../../cli/doctor/aws.ts';
import { takesManagementWrites } from '../../../cli/doctor/aws-trails.ts';
import { type LoopbackServer, serveOnLoopback } from '../../support/aws/loopback.ts';
import { ABSENT, ANSWERS } from './aws-answers.ts';
import { aclEntry } from './healthy.ts';

/** The last request of each action: its body, or the query of a GET. */
const asked = new Map<string, string>();
/** Names of questions that meet nothing. */
const absent = new Set<string>();
let server: LoopbackServer;

async function nameOf(request: IncomingMessage): Promise<string> {
  const [path = '', query = ''] = (request.url ?? '').split('?');
  const body = await text(request);
  const target = request.headers['x-amz-target'];
  const action = new URLSearchParams(body).get('Action');
  const name = target?.toString() ?? action ?? `${request.method} ${path}`;
  asked.set(name, body || query);
  return name;
}

beforeAll(async () => {
  server = await serveOnLoopback(async (request, response) => {
    const name = await nameOf(request);
    const known = ANSWERS[name]?.replace('http://sqs.local', server.url);
    const [status, body] = (absent.has(name) && ABSENT[name]) || [known ? 200 : 500, known ?? `no ${name}`];
    response.writeHead(status, { 'x-amzn-requestid': '1' }).end(body);
  });
  vi.stubEnv('AWS_ENDPOINT_URL', server.url);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'none');
  vi.stubEnv('AWS_MAX_ATTEMPTS', '1');
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

const HOME = 'eu-west-1';
const QUEUE = 'arn:aws:sqs:eu-west-1:111122223333:q.fifo';

describe('the doctor’s calls to AWS', () => {
  test('read stacks', async () => {
    expect(await awsCloud().stack('s', HOME)).toEqual({
      status: 'UPDATE_COMPLETE',
      resources: [{ type: 'AWS::SQS::Queue', id: 'https://q' }, { type: 'AWS::S3::Bucket' }],
    });
  });

  test('read the updater and its sources of events', async () => {
    expect(await awsCloud().mapping('uuid', HOME)).toEqual({
      state: 'Enabled',
      queueArn: 'arn:q',
      functionArn: 'arn:f',
      lastResult: 'OK',
    });
    expect(await awsCloud().lambda('updater', HOME)).toEqual({
      state: 'Active',
      roleArn: 'arn:r',
      environment: { DEPLOYMENT: 'main' },
    });
    expect(await awsCloud().queue(QUEUE)).toEqual({ messages: 3, deadLettersArn: 'arn:dead' });
    expect(JSON.parse(asked.get('AmazonSQS.GetQueueUrl') ?? '')).toEqual({
      QueueName: 'q.fifo',
      QueueOwnerAWSAccountId: '111122223333',
    });
  });

  test('read events and trails', async () => {
    expect(await awsCloud().rule('r', HOME)).toEqual({ enabled: true, targets: ['arn:q'] });
    expect(await awsCloud().trails(HOME)).toEqual([
      { name: 'all', multiRegion: true, homeRegion: HOME, logging: true, managementWrites: true },
    ]);
  });

  test('read alarms, but not without their names, because an empty list would mean all', async () => {
    expect(await awsCloud().alarms(['a'], HOME)).toEqual([{ name: 'a', state: 'OK', reason: 'below' }]);
    asked.clear();
    expect(await awsCloud().alarms([], HOME)).toEqual([]);
    expect(asked.size).toBe(0);
  });

  test('read the edge', async () => {
    const cloud = awsCloud();
    expect(await cloud.store('s')).toEqual({ arn: 'arn:s', status: 'READY' });
    expect(await cloud.liveCode('router')).toBe('function handler(){}');
    expect(asked.get('GET /2020-05-31/function/router')).toContain('Stage=LIVE');
    expect(await cloud.certificate('arn:c')).toEqual({
      status: 'ISSUED',
      names: ['a.example'],
      notAfter: 1_800_000_000,
    });
    expect(await cloud.distribution('E1')).toEqual({
      domainName: 'd1.cloudfront.net',
      status: 'Deployed',
      enabled: true,
      aliases: ['a.example'],
      functions: ['arn:router'],
      siteFunctions: ['arn:site-router'],
      responseFunctions: ['arn:headers'],
      certificateArn: 'arn:c',
      webAclArn: 'arn:w',
    });
  });

  test('read instances, and the inbound rules of their security groups', async () => {
    const cloud = awsCloud();
    const [member] = await cloud.fleet(HOME);
    expect(member).toMatchObject({
      groups: ['sg-1'],
      primary: { id: 'eni-1', subnet: 'subnet-1' },
      ipv6: ['fd00::2', '2a05:d014::1'],
      instance: { id: 'i-00000000000000001', state: 'running', region: HOME, account: '111122223333' },
    });
    expect(await cloud.inboundRules(['sg-1'], HOME)).toEqual(
      new Map([
        [
          'sg-1',
          [
            { protocol: 'tcp', from: 80, to: 81, cidrs: ['0.0.0.0/0', '::/0'], prefixLists: ['pl-1'] },
            { protocol: '-1', from: 0, to: 65_535, cidrs: [], prefixLists: [] },
            { protocol: 'icmpv6', from: 2, to: 0, cidrs: ['::/0'], prefixLists: [] },
          ],
        ],
      ]),
    );
    expect(await cloud.originFacing(HOME)).toEqual({ ipv4: 'pl-1', ipv6: 'pl-6' });
  });

  test('read the DNS attributes of VPCs, each with a call of its own', async () => {
    expect(await awsCloud().vpcDns(['vpc-1'], HOME)).toEqual(
      new Map([['vpc-1', { support: true, hostnames: false }]]),
    );
    expect(new URLSearchParams(asked.get('DescribeVpcAttribute')).get('VpcId')).toBe('vpc-1');
  });

  test('read the route of a subnet from its own table or the main table of its VPC, and its network ACL', async () => {
    const subnets = [
      { subnet: 'subnet-1', vpc: 'vpc-1' },
      { subnet: 'subnet-2', vpc: 'vpc-1' },
      { subnet: 'subnet-3', vpc: 'vpc-2' },
    ];
    expect(await awsCloud().ipv6Paths(subnets, HOME)).toEqual(
      new Map([
        [
          'subnet-1',
          {
            ...{ routeTable: 'rtb-own', target: 'igw-1' },
            acl: {
              id: 'acl-1',
              entries: [
                aclEntry(101, { protocol: '6', from: 80, to: 81 }),
                aclEntry(32_768, { inbound: false, allows: false }),
              ],
            },
          },
        ],
        ['subnet-2', { routeTable: 'rtb-main', target: 'eigw-1' }],
        ['subnet-3', { routeTable: 'rtb-other' }],
      ]),
    );
    asked.clear();
    expect(await awsCloud().ipv6Paths([], HOME)).toEqual(new Map());
    expect(asked.size).toBe(0);
  });

  test('read no security groups without their ids, because an empty list would mean all', async () => {
    asked.delete('DescribeSecurityGroups');
    expect(await awsCloud().inboundRules([], HOME)).toEqual(new Map());
    expect(asked.has('DescribeSecurityGroups')).toBe(false);
  });

  test('read the missing permissions of a role, in the region of the call', async () => {
    const needs = [{ actions: ['s3:PutObject', 's3:GetObject'], resource: 'arn:b', region: HOME }];
    expect(await awsCloud().deniedActions('arn:r', needs)).toEqual(['s3:PutObject on arn:b']);
    const sent = new URLSearchParams(asked.get('SimulatePrincipalPolicy'));
    expect(sent.get('ContextEntries.member.1.ContextKeyName')).toBe('aws:RequestedRegion');
    expect(sent.get('ContextEntries.member.1.ContextKeyValues.member.1')).toBe(HOME);
    expect(sent.get('ActionNames.member.2')).toBe('s3:GetObject');
  });

  test('read the behaviour of sign-in, with the settings that its origin carries', async () => {
    expect((await awsCloud().distribution('E2')).api).toEqual({
      functions: ['arn:concierge:3'],
      headers: { 'x-proxy-settings-0': '{}' },
    });
  });

  test('read a secret’s state and form, but never give its value away', async () => {
    const arn = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:sign-in-AbCdEf';
    const told = [await awsCloud().secret(arn), await awsCloud().secretForm(arn)];
    expect(told).toEqual([
      { changedAt: 1_795_000_000, isDeleted: false },
      { characters: 9, hasBlankEnds: true, isJson: false },
    ]);
    expect(JSON.stringify(told)).not.toContain('a secret');
  });

  test('read the access rules, and the regions in which a function logs', async () => {
    const place = { region: 'us-east-1', bucket: 'access', key: 'access.json' };
    expect(await awsCloud().object(place)).toBe('{"sequence":7}');
    expect(await awsCloud().loggingRegions('/aws/lambda/x')).toEqual(['eu-west-1', 'us-east-2']);
    expect(JSON.parse(asked.get('GraniteServiceVersion20100801.ListMetrics') ?? '')).toMatchObject({
      Dimensions: [{ Name: 'LogGroupName', Value: '/aws/lambda/x' }],
    });
  });

  test('read a provider’s metadata, and what the edge answers to a program', async () => {
    expect(await awsCloud().metadata(`${server.url}/`)).toEqual({
      status: 200,
      issuer: 'https://login.example.com',
    });
    expect(await awsCloud().visit(`${server.url}/missing`)).toEqual({ status: 500 });
  });

  test('accept an error for a missing resource as an answer', async () => {
    for (const name of Object.keys(ABSENT)) absent.add(name);
    const cloud = awsCloud();
    expect(await cloud.stack('s', HOME)).toBeUndefined();
    expect(await cloud.rule('r', HOME)).toBeUndefined();
    expect(await cloud.liveCode('router')).toBeUndefined();
    expect(await cloud.secret('arn:aws:secretsmanager:eu-west-1')).toBeUndefined();
    expect(await cloud.secretForm('arn:aws:secretsmanager:eu-west-1')).toBeUndefined();
    expect(await cloud.object({ region: HOME, bucket: 'access', key: 'access.json' })).toBeUndefined();
    expect(await cloud.metadata(server.url)).toEqual({ status: 404 });
    absent.clear();
  });

  test('do not accept other errors as an answer', async () => {
    await expect(awsCloud().mapping('other', HOME)).rejects.toThrow();
  });
});

describe('the selectors of a trail', () => {
  const field = (Field: string, ...Equals: string[]) => ({ Field, Equals });
  test.each<[boolean, Parameters<typeof takesManagementWrites>[0]]>([
    [true, { EventSelectors: [{ ReadWriteType: 'All', IncludeManagementEvents: true }] }],
    [true, { EventSelectors: [{}] }],
    [false, { EventSelectors: [{ ReadWriteType: 'ReadOnly', IncludeManagementEvents: true }] }],
    [false, { EventSelectors: [{ IncludeManagementEvents: false }] }],
    [true, { AdvancedEventSelectors: [{ FieldSelectors: [field('eventCategory', 'Management')] }] }],
    [
      false,
      {
        AdvancedEventSelectors: [
          { FieldSelectors: [field('eventCategory', 'Management'), field('readOnly', 'true')] },
        ],
      },
    ],
    [false, { AdvancedEventSelectors: [{ FieldSelectors: [field('eventCategory', 'Data')] }] }],
    [false, {}],
  ])('select calls that change something (%s): %j', (taken, selectors) => {
    expect(takesManagementWrites(selectors)).toBe(taken);
  });
});
