import { describe, expect, test } from 'vitest';
import { builtParts, SIGNED_IN, stacksOf, templatesOf } from '../synth.ts';

const EVERYONE = { public: 'true' };
const OPENED = { public: 'true', portal: 'public' };

/** The paths that CloudFront may not read from the site bucket. */
function withheld(context: Record<string, string>): string[] {
  const policies = Object.values(templatesOf(context).edge.findResources('AWS::S3::BucketPolicy'));
  const statements = policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
  return statements
    .filter(({ Effect, Principal }) => Effect === 'Deny' && Principal.Service === 'cloudfront.amazonaws.com')
    .flatMap(({ Action, Resource }) =>
      [Resource].flat().map((each) => `${Action} ${each['Fn::Join'][1].at(-1)}`),
    );
}

/** What the synth says about the portal. */
function notesOf(context: Record<string, string>) {
  using built = builtParts();
  const { edge } = stacksOf(context, built);
  const notes = edge.node.metadata.filter(({ type }) => /^aws:cdk:(?:info|warning)$/.test(type));
  return notes.map(({ type, data }) => `${type.slice('aws:cdk:'.length)}: ${String(data)}`);
}

describe('a portal that everybody may open', () => {
  test('withholds every document that says more than hostnames and states', () => {
    expect(withheld(EVERYONE)).toEqual([
      's3:GetObject /_proxy/history/*',
      's3:GetObject /_proxy/last-requests.json',
      's3:GetObject /_proxy/status.json',
      's3:GetObject /_proxy/traffic.json',
    ]);
    const { updater } = templatesOf(EVERYONE);
    updater.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { PORTAL_DETAIL: 'names' } },
    });
  });

  test('withholds nothing if the deployment opens it, or if not everybody may open it', () => {
    for (const context of [OPENED, { allowedCidrs: '203.0.113.0/24' }, SIGNED_IN]) {
      expect(withheld(context)).toEqual([]);
      templatesOf(context).updater.hasResourceProperties('AWS::Lambda::Function', {
        Environment: { Variables: { PORTAL_DETAIL: 'full' } },
      });
    }
  });

  test('is announced by the synth, and an opened one with a warning', () => {
    expect(notesOf(EVERYONE)).toEqual([expect.stringMatching(/^info: .*it has hostnames and states only/)]);
    expect(notesOf(OPENED)).toEqual([
      expect.stringMatching(/^warning: portal=public: everybody may read the instances/),
    ]);
    expect(notesOf({ allowedCidrs: '203.0.113.0/24' })).toEqual([]);
  });
});
