import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { EVERYTHING, templatesOf } from '../synth.ts';

/**
 * Resources that an update must never replace, by the identity that CloudFormation uses. A new logical id, or a new value of a
 * property that cannot be changed (`Name`), makes another resource: a store without routes, a distribution with another domain,
 * an empty journal, or tokens that no app accepts. Write the migration before you change a line here.
 */
const KEPT = {
  edge: {
    'AWS::CloudFront::Distribution': ['EdgeDistribution0060737B'],
    'AWS::CloudFront::KeyValueStore': ['RouterStoreE2235B32'],
    'AWS::CloudFront::Function': ['HeadersFunction66BDDB9B', 'RouterFunction0F681190'],
    'AWS::S3::Bucket': ['AccessLogsBucketCD784A59', 'SiteBucket978D4AEB'],
  },
  updater: {
    'AWS::SecretsManager::Secret': ['OriginSecret6E72B3A6'],
    'AWS::S3::Bucket': ['JournalAE8C44B2'],
    'AWS::SQS::Queue': ['FleetDeadLettersFE7E46D8', 'FleetQueueBC80935B', 'FleetUndeliveredC6B41276'],
  },
} as const;

/** With sign-in: another secret would end all sessions, another bucket would have no rules. */
const KEPT_WITH_SIGN_IN: Readonly<Record<string, readonly string[]>> = {
  'AWS::S3::Bucket': ['SignInAccessAF77239C'],
  'AWS::SecretsManager::Secret': ['SignInSessionSecret6849FBDD'],
};

/** The same deployment as without settings; a trail has a bucket of its own. */
const CHANGED = { ...EVERYTHING, deployment: 'main', createTrail: 'false' };
const variants = { 'the bare domain': { public: 'true' }, 'all other settings': CHANGED };

describe.each(Object.entries(variants))('a change of the code under %s', (_, context) => {
  const templates = templatesOf(context);

  test.each(['edge', 'updater'] as const)('the %s stack has the same resources as before', (stack) => {
    for (const [type, ids] of Object.entries(KEPT[stack])) {
      const found = Object.keys(templates[stack].findResources(type)).filter((id) => !isOfSignIn(id));
      expect(found.sort()).toEqual(ids);
    }
  });

  test.runIf('signInIssuer' in context)('the edge stack has the same resources of sign-in as before', () => {
    for (const [type, ids] of Object.entries(KEPT_WITH_SIGN_IN))
      expect(Object.keys(templates.edge.findResources(type)).filter(isOfSignIn)).toEqual(ids);
  });

  test("names that CloudFormation cannot change depend on the deployment's id only", () => {
    expect(nameOf(templates.edge, 'AWS::CloudFront::KeyValueStore')).toBe('edge-proxy-main');
    expect(nameOf(templates.edge, 'AWS::CloudFront::Function')).toBe('edge-proxy-main-router');
    for (const [type, property] of UNNAMED) {
      for (const template of [templates.edge, templates.updater]) {
        const named = Object.values(template.findResources(type)).filter(
          (each) => property in (each['Properties'] ?? {}),
        );
        expect(named).toEqual([]);
      }
    }
  });
});

const isOfSignIn = (id: string) => id.startsWith('SignIn');

/** Types whose names CloudFormation chooses. */
const UNNAMED = [
  ['AWS::S3::Bucket', 'BucketName'],
  ['AWS::SQS::Queue', 'QueueName'],
  ['AWS::SecretsManager::Secret', 'Name'],
  ['AWS::WAFv2::WebACL', 'Name'],
] as const;

function nameOf(template: Template, type: string): unknown {
  return Object.values(template.findResources(type))[0]?.['Properties'].Name;
}
