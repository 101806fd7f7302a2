import type { Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { matchBehaviour } from '../../../core/explain/site/behaviour.ts';
import { SIGNED_IN, templatesOf } from '../synth.ts';

/** Path patterns in the order of the distribution: CloudFront takes the first that matches, and the default behaviour last. */
function patternsOf(template: Template): string[] {
  const [distribution] = Object.values(template.findResources('AWS::CloudFront::Distribution'));
  const behaviours: { PathPattern: string }[] =
    distribution?.['Properties'].DistributionConfig.CacheBehaviors;
  return behaviours.map(({ PathPattern }) => PathPattern);
}

/** The first pattern of the distribution for a normal path. */
function firstOf(patterns: readonly string[], path: string): string {
  return patterns.find((pattern) => path.startsWith(pattern.slice(0, -1))) ?? 'default';
}

const PATHS = [
  '/_proxy/api/start',
  '/_proxy/api/',
  '/_proxy/apis',
  '/_proxy/routes.json',
  '/_proxy/',
  '/_proxy',
  '/cart',
];

test.each([
  ['with sign-in', SIGNED_IN, true, { '/_proxy/api/*': 'api', '/_proxy/*': 'site' }],
  ['without sign-in', { public: 'true' }, false, { '/_proxy/*': 'site' }],
] as const)(
  'the local cloud and explain match a path to the behaviour that the template %s gives it',
  (_, context, hasApi, meanings) => {
    const patterns = patternsOf(templatesOf(context).edge);
    expect(new Set(patterns)).toEqual(new Set(Object.keys(meanings)));
    // A `?`, or an asterisk within, would need more than the beginning of a path.
    for (const pattern of patterns) expect(pattern).toMatch(/^\/[^*?]*\*$/);

    const meaningOf = new Map<string, string>([...Object.entries(meanings), ['default', 'apps']]);
    const expected = PATHS.map((path) => [path, meaningOf.get(firstOf(patterns, path))]);
    expect(PATHS.map((path) => [path, matchBehaviour(path, hasApi)])).toEqual(expected);
  },
);
