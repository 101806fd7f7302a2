import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodeEntry } from '../../../core/entry/entry.ts';
import { deploymentOf } from '../../../core/entry/mark.ts';
import { hostnameOf } from '../../../core/wire/hostname.ts';
import { builtParts, EVERYTHING, OWN_DOMAIN, SIGNED_IN, stacksOf, templatesOf } from '../synth.ts';
import { type Release, type Resource, type Template, unknownNames, upgradeFaults } from './upgrade-faults.ts';

/** The first release from which an upgrade must be possible, by the commit of its templates. */
const GOLDEN = 'test/golden/templates/fe3e550';

const SETTINGS = { bare: { public: 'true', deployment: 'main' }, everything: EVERYTHING } as const;
type Variant = keyof typeof SETTINGS;

function goldenRelease(variant: Variant): Release {
  const files = readdirSync(`${GOLDEN}/${variant}`);
  return new Map(
    files.map((file) => [
      file.replace('.json', ''),
      JSON.parse(readFileSync(`${GOLDEN}/${variant}/${file}`, 'utf8')) as Template,
    ]),
  );
}

function thisRelease(variant: Variant): Release {
  const { edge, updater, remotes } = templatesOf(SETTINGS[variant]);
  const name = `edge-proxy-${SETTINGS[variant].deployment}`;
  const all = [[`${name}-edge`, edge], [`${name}-updater`, updater], ...remotes] as const;
  return new Map(all.map(([stack, template]) => [stack, template.toJSON()]));
}

describe.each(['bare', 'everything'] as const)('an upgrade from fe3e550, with %s', (variant) => {
  const before = goldenRelease(variant);
  const after = thisRelease(variant);

  test('replaces no named resource and changes no immutable property', () => {
    expect(upgradeFaults(before, after)).toEqual([]);
  });

  test('replaces no named resource in a rollback either', () => {
    expect(upgradeFaults(after, before)).toEqual([]);
  });

  test('keeps every stack', () => {
    expect([...after.keys()]).toEqual(expect.arrayContaining([...before.keys()]));
  });

  test('uses only names that this test knows', () => {
    expect(unknownNames(before)).toEqual([]);
    expect(unknownNames(after)).toEqual([]);
  });
});

/** The templates of settings, as a release. */
function releaseOf(context: Readonly<Record<string, string>>): Release {
  const { edge, updater, remotes } = templatesOf(context);
  return new Map([['edge', edge.toJSON()], ['updater', updater.toJSON()], ...remotes]);
}

describe.each([
  ['a public deployment', { ...OWN_DOMAIN, public: 'true' }, SIGNED_IN],
  [
    'a deployment for some networks, with a plan',
    { ...OWN_DOMAIN, allowedCidrs: '203.0.113.0/24', plan: 'pro' },
    { ...SIGNED_IN, allowedCidrs: '203.0.113.0/24', plan: 'pro' },
  ],
] as const)('switching sign-in on in %s', (_, without, signedIn) => {
  test('replaces no named resource and changes no immutable property, nor does switching it off', () => {
    const [before, after] = [releaseOf(without), releaseOf(signedIn)];
    expect(upgradeFaults(before, after)).toEqual([]);
    expect(upgradeFaults(after, before)).toEqual([]);
  });

  test('keeps distribution, store and router, whose identities plan, DNS and routes depend on', () => {
    for (const type of ['CloudFront::Distribution', 'CloudFront::KeyValueStore', 'CloudFront::Function']) {
      const idsIn = (release: Release) =>
        Object.entries(release.get('edge')?.Resources ?? {})
          .filter(([id, { Type }]) => Type === `AWS::${type}` && !id.startsWith('SignIn'))
          .map(([id]) => id);
      expect(idsIn(releaseOf(signedIn))).toEqual(idsIn(releaseOf(without)));
    }
  });
});

test('an upgrade from fe3e550 keeps each security group that instances carry', () => {
  const after = thisRelease('everything');
  const kept = [...goldenRelease('everything')].flatMap(([stack, { Resources = {} }]) =>
    Object.entries(Resources).flatMap(([id, { Type, Properties = {} }]) => {
      if (Type !== 'AWS::EC2::SecurityGroup') return [];
      const now = after.get(stack)?.Resources?.[id]?.Properties ?? {};
      // A change of any of these makes another group.
      for (const name of ['GroupName', 'GroupDescription', 'VpcId'])
        expect(now[name]).toEqual(Properties[name]);
      return [id];
    }),
  );
  expect(kept).toHaveLength(3);
});

describe("the store's seed", () => {
  test('is one key that cannot be a hostname, and is the same in every release', () => {
    const seed: unknown = JSON.parse(readFileSync('infra/edge/store-seed.json', 'utf8'));
    expect(seed).toEqual({ data: [{ key: '_seed', value: 'dynamic-edge-proxy' }] });
    expect(hostnameOf('_seed')).toBe('');
    expect(decodeEntry('dynamic-edge-proxy')).toBeUndefined();
    expect(deploymentOf('dynamic-edge-proxy')).toBeUndefined();
  });

  test.each(['bare', 'everything'] as const)(
    'has the name of its object in every release, with %s',
    (variant) => {
      const [store] = Object.values(
        thisRelease(variant).get(`edge-proxy-${SETTINGS[variant].deployment}-edge`)?.Resources ?? {},
      ).filter(({ Type }) => Type === 'AWS::CloudFront::KeyValueStore');
      expect(JSON.stringify(store?.Properties)).toContain(
        '/792683cb41077564d19cf4380215e33df039c5a35410e2f36f63947830c97000.json',
      );
    },
  );
});

test('a deployment uploads the seed under that name', () => {
  process.env['CDK_VALIDATION'] = 'false';
  using built = builtParts();
  const { directory } = stacksOf({ public: 'true' }, built).app.synth();
  const manifest: unknown = JSON.parse(
    readFileSync(join(directory, 'edge-proxy-main-edge.assets.json'), 'utf8'),
  );
  const id = '792683cb41077564d19cf4380215e33df039c5a35410e2f36f63947830c97000';
  const { source, destinations } = (manifest as { files: Record<string, Asset> }).files[id] ?? {};
  expect(Object.values(destinations ?? {}).map(({ objectKey }) => objectKey)).toEqual([`${id}.json`]);
  expect(source?.packaging).toBe('file');
  expect(readFileSync(join(directory, source?.path ?? ''))).toEqual(
    readFileSync('infra/edge/store-seed.json'),
  );
});

/** A file in the CDK's list of uploads. */
interface Asset {
  source: { path: string; packaging: string };
  destinations: Record<string, { objectKey: string }>;
}

describe('an upgrade that CloudFormation would refuse', () => {
  const STACK = 'edge-proxy-main-edge';
  const before = goldenRelease('bare');

  /** The same release with another edge stack. */
  function changed(change: (resources: Record<string, Resource>) => void): Release {
    const template = structuredClone(before.get(STACK)) as { Resources: Parameters<typeof change>[0] };
    change(template.Resources);
    return new Map([...before, [STACK, template]]);
  }

  test('is detected by another name of the store', () => {
    const after = changed((all) => {
      Object.assign(all['RouterStoreE2235B32']?.Properties ?? {}, { Name: 'another' });
    });
    expect(upgradeFaults(before, after)).toEqual([
      expect.stringMatching(/RouterStoreE2235B32 .* has a name, and Name would replace it/),
    ]);
  });

  test('is detected by another seed of the store', () => {
    const after = changed((all) => {
      Object.assign(all['RouterStoreE2235B32']?.Properties ?? {}, {
        ImportSource: { SourceType: 'S3', SourceArn: 'arn:aws:s3:::bucket/other.json' },
      });
    });
    expect(upgradeFaults(before, after)).toEqual([expect.stringMatching(/cannot change its ImportSource/)]);
  });

  test('is detected by a name under another logical id', () => {
    const after = changed((all) => {
      const { RouterStoreE2235B32: store, ...others } = all;
      for (const id of Object.keys(all)) delete all[id];
      Object.assign(all, others, { Store: store });
    });
    expect(upgradeFaults(before, after)).toEqual([
      expect.stringMatching(/KeyValueStore "edge-proxy-main" moves from .*RouterStoreE2235B32 to .*Store/),
    ]);
  });

  test('is detected by a custom resource with another function', () => {
    const after = changed((all) => {
      const [gate] = Object.values(all).filter(({ Type }) => Type === 'Custom::GatedPublish');
      Object.assign(gate?.Properties ?? {}, { ServiceToken: 'another' });
    });
    expect(upgradeFaults(before, after)).toEqual([expect.stringMatching(/cannot change its ServiceToken/)]);
  });
});
