import { readdirSync, readFileSync } from 'node:fs';
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { stackPrefix } from '../../../cli/deployment.ts';
import { listNeeds } from '../../../cli/doctor/checks/permissions.ts';
import type { StackResource } from '../../../cli/doctor/cloud.ts';
import { findDeployment } from '../../../cli/doctor/deployment.ts';
import { ALARMS, type AlarmDefinition } from '../../../infra/monitoring/alarm-table.ts';
import { namePrefix as prefixInStacks } from '../../../infra/names.ts';
import { OWN_DOMAIN, SIGNED_IN, templatesOf } from '../../infra/synth.ts';
import { healthy, SESSION_SECRET, SIGN_IN_ENVIRONMENT } from './healthy.ts';

const { edge, updater } = templatesOf({ ...OWN_DOMAIN, public: 'true', monitoring: 'full' });

/** The resources that CloudFormation would list: functions by their names, all others by their logical ids. */
function resourcesOf(template: typeof edge): StackResource[] {
  const resources: Readonly<Record<string, { Type: string; Properties?: { Name?: string } }>> =
    template.toJSON()['Resources'];
  return Object.entries(resources).map(([id, { Type: type, Properties: { Name = id } = {} }]) => ({
    type,
    id: type === 'AWS::CloudFront::Function' ? `arn:aws:cloudfront::111122223333:function/${Name}` : id,
  }));
}

test('deploy.md lists the permission for each call of the doctor, and no other', () => {
  const calls = readdirSync('cli/doctor')
    .filter((file) => file.startsWith('aws'))
    .flatMap((file) => [...readFileSync(`cli/doctor/${file}`, 'utf8').matchAll(CALL)])
    .map(([, command, paginated]) => command ?? paginated);
  const list = /```text\n(.*?)```/s.exec(readFileSync('docs/operate/deploy.md', 'utf8'))?.[1] ?? '';
  const documented = list.trim().split(/\s+/);
  expect(documented.map((action) => action.split(':')[1]).sort()).toEqual([...new Set(calls)].sort());
});

/** A command or a paginator of the SDK. */
const CALL = /\b(?:new (\w+)Command\(|paginate(\w+)\()/g;

describe('the doctor’s knowledge of the stacks', () => {
  test('includes the prefix of the stack names', () => {
    expect(stackPrefix('blue')).toBe(prefixInStacks('blue'));
  });

  test.each([
    ['none', { public: 'true' }, undefined],
    ['an open one', { public: 'true', plan: 'pro' }, true],
    ['a closed one', { allowedCidrs: '203.0.113.0/24' }, false],
  ])('tells %s from the other web ACLs', async (_, context, isOpen) => {
    const templates = templatesOf(context);
    const stack = async (name: string) => ({
      status: 'CREATE_COMPLETE',
      resources: resourcesOf(name.endsWith('-edge') ? templates.edge : templates.updater).map(
        ({ type, id }) => ({
          type,
          id: type === 'AWS::WAFv2::WebACL' ? `${id}|ID|CLOUDFRONT` : (id ?? ''),
        }),
      ),
    });
    const found = await findDeployment(healthy({ stack }), { deployment: 'main', homeRegion: 'us-east-1' });
    expect(found.gateIsOpen).toBe(isOpen);
  });

  test('includes every rule, queue and alarm of the templates', async () => {
    const stack = async (name: string) =>
      name.endsWith('-edge') || name.endsWith('-updater')
        ? { status: 'CREATE_COMPLETE', resources: resourcesOf(name.endsWith('-edge') ? edge : updater) }
        : undefined;
    const cloud = healthy({ stack });
    const found = await findDeployment(cloud, { deployment: 'main', homeRegion: 'eu-west-1' });
    expect(found.rules.length).toBe(Object.keys(updater.findResources('AWS::Events::Rule')).length);
    expect(found.queues).toHaveLength(3);
    const alarms = Object.values<AlarmDefinition>(ALARMS).filter(({ signIn }) => !signIn);
    expect(found.alarms.flatMap(({ names }) => names)).toHaveLength(alarms.length);
    expect(found.routerName).toBe('edge-proxy-main-router');
    expect(found.headersName).toBe('edge-proxy-main-headers');
    for (const type of ['Distribution', 'KeyValueStore']) edge.resourceCountIs(`AWS::CloudFront::${type}`, 1);
    edge.resourceCountIs('AWS::CloudFront::Function', 2);
    updater.resourceCountIs('AWS::Lambda::EventSourceMapping', 1);
  });

  test('includes the function of sign-in and the behaviour that runs it', () => {
    const signedIn = templatesOf(SIGNED_IN).edge;
    const functions = Object.values(signedIn.findResources('AWS::Lambda::Function'));
    const names = functions.map(({ Properties }) => JSON.stringify(Properties.FunctionName ?? ''));
    expect(names.filter((name) => name.includes(`"${stackPrefix('main')}-concierge-"`))).toHaveLength(1);
    signedIn.hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: {
        CacheBehaviors: Match.arrayWith([Match.objectLike({ PathPattern: '/_proxy/api/*' })]),
      },
    });
  });

  test("covers the updater's permissions, except those for its log", async () => {
    const deployment = await findDeployment(healthy(), { deployment: 'main', homeRegion: 'eu-west-1' });
    const environment = {
      ...{ ...deployment.updater.environment, ...SIGN_IN_ENVIRONMENT },
      ORIGIN_SECRET_ARN: 'arn:secret',
    };
    const needs = listNeeds({ ...deployment, updater: { ...deployment.updater, environment } });
    const statements = Object.values(templatesOf(SIGNED_IN).updater.findResources('AWS::IAM::Policy'))
      .filter(({ Properties }) => JSON.stringify(Properties.Roles).includes('Updater'))
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
    const allowed = statements.flatMap(({ Action }: { Action: string | string[] }) => Action);
    const asked = new Set(needs.flatMap(({ actions }) => actions));
    const places = needs.map(({ resource }) => resource);
    for (const place of [
      'arn:aws:s3:::access/access.json',
      'arn:aws:s3:::access/live/0.json',
      'arn:aws:s3:::journal/sign-in/main.json',
      SESSION_SECRET,
    ])
      expect(places).toContain(place);
    expect([...asked].sort()).toEqual(
      [...new Set(allowed)]
        .filter((action) => !action.startsWith('logs:') && action !== 'sqs:GetQueueUrl')
        .sort(),
    );
  });

  test('includes the names of the function’s environment variables', () => {
    const functions = Object.values(updater.findResources('AWS::Lambda::Function'));
    const environments = functions.map(({ Properties }) => Properties.Environment?.Variables ?? {});
    const own = environments.find((each) => 'DEPLOYMENT' in each);
    for (const name of [
      'BASE_DOMAIN',
      'REGIONS',
      'KVS_ARN',
      'JOURNAL_BUCKET',
      'SITE_BUCKET',
      'ORIGIN_SECRET_ARN',
    ])
      expect(own).toHaveProperty(name);
    const withSignIn = Object.values(
      templatesOf({ ...SIGNED_IN, groups: '{"devs":"x"}' }).updater.findResources('AWS::Lambda::Function'),
    );
    const variables = withSignIn.map(({ Properties }) => Properties.Environment?.Variables ?? {});
    for (const name of Object.keys(SIGN_IN_ENVIRONMENT))
      expect(variables.find((each) => 'DEPLOYMENT' in each)).toHaveProperty(name);
  });
});
