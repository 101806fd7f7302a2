import { createHmac } from 'node:crypto';
import { CloudFormationClient, CloudFormationServiceException } from '@aws-sdk/client-cloudformation';
import { NoSuchKey, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { ResourceNotFoundException, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, test } from 'vitest';
import { parseArguments } from '../../../cli/arguments.ts';
import { token as command, printTokens } from '../../../cli/commands/token.ts';
import { openTokenSource } from '../../../cli/tokens/aws-tokens.ts';
import type { OpenTokenSource, SecretStage } from '../../../cli/tokens/token-source.ts';
import { printTokenCounts, raiseCounts, type TokenCounts } from '../../../core/settings/token-counts.ts';
import { type Answer, answered } from '../../support/aws/answered.ts';

const SECRETS = { AWSCURRENT: 'current', AWSPENDING: 'pending', AWSPREVIOUS: 'previous' } as const;

/** The output, the requested version, and the number of renewals so far. */
async function printed(args: readonly string[], before: TokenCounts = new Map()) {
  const [lines, notes, asked]: [string[], string[], object[]] = [[], [], []];
  let counts = before;
  const sourceOf: OpenTokenSource = async (wanted) => ({
    async secret(stage: SecretStage) {
      asked.push({ ...wanted, stage });
      return SECRETS[stage];
    },
    counts: async () => counts,
    async raise(hostnames) {
      counts = raiseCounts(counts, hostnames);
      return counts;
    },
  });
  const out = (line: string) => void lines.push(line);
  const err = (line: string) => void notes.push(line);
  await printTokens(sourceOf, parseArguments(command, args), { out, err, colour: false });
  return { lines, notes, asked, counts: Object.fromEntries(counts) };
}

/** As docs/use/apps.md says that it is computed. */
function token(secret: string, hostname: string, count = 0): string {
  const subject = count === 0 ? hostname : `${hostname} ${count}`;
  return createHmac('sha256', secret).update(subject).digest('base64url').slice(0, 16);
}

const SHOP = 'shop.dev.example.com';

describe('dynamic-edge-proxy token', () => {
  test('prints only the token of each hostname', async () => {
    const { lines, notes } = await printed(['Shop.Dev.Example.com', '*.preview.dev.example.com']);
    expect(lines).toEqual([token('current', SHOP), token('current', '*.preview.dev.example.com')]);
    expect(notes).toEqual([]);
  });

  test.each([
    [[], 'AWSCURRENT'],
    [['--pending'], 'AWSPENDING'],
    [['--previous'], 'AWSPREVIOUS'],
  ] as const)('%j reads the secret version %s and the current counts', async (options, stage) => {
    const { lines, asked } = await printed([SHOP, ...options], new Map([[SHOP, 2]]));
    expect(asked).toEqual([expect.objectContaining({ deployment: 'main', stage })]);
    expect(lines).toEqual([token(SECRETS[stage], SHOP, 2)]);
  });

  test('--next prints the token that --rotate would create, and changes nothing', async () => {
    const before = new Map([[SHOP, 2]]);
    const next = await printed([SHOP, 'cart', '--next'], before);
    expect(next.lines).toEqual([token('current', SHOP, 3), token('current', 'cart', 1)]);
    expect(next.counts).toEqual({ [SHOP]: 2 });
    const rotated = await printed([SHOP, 'cart', '--rotate'], before);
    expect(rotated.lines).toEqual(next.lines);
    expect(rotated.counts).toEqual({ [SHOP]: 3, cart: 1 });
    expect(rotated.notes).toEqual([expect.stringContaining('Until then, apps must accept the old ones too')]);
  });

  test('--rotate renews only the given hostnames, each once', async () => {
    const before = new Map([['cart', 7]]);
    expect((await printed([SHOP, SHOP, '--rotate'], before)).counts).toEqual({ cart: 7, [SHOP]: 1 });
  });

  test('reads the selected deployment', async () => {
    const { asked } = await printed([SHOP, '--deployment', 'team-a', '--region', 'eu-west-1']);
    expect(asked).toEqual([{ deployment: 'team-a', homeRegion: 'eu-west-1', stage: 'AWSCURRENT' }]);
  });

  test.each([
    [[], /the hostname is missing/],
    [['https://shop.dev.example.com'], /"https:\/\/shop\.dev\.example\.com" is not a hostname/],
    [[SHOP, '--pending', '--previous'], /--pending and --previous select different tokens; give one/],
    [[SHOP, '--rotate', '--next'], /--next and --rotate select different tokens; give one/],
  ])('refuses %j', async (args, message) => {
    await expect(printed(args)).rejects.toThrow(message);
  });
});

const STACKS = {
  Stacks: [
    {
      Outputs: [
        { OutputKey: 'OriginSecretArn', OutputValue: 'arn' },
        { OutputKey: 'JournalBucketName', OutputValue: 'journal' },
      ],
    },
  ],
};

const WANTED = { deployment: 'team-a', homeRegion: 'eu-west-1' };

/** A deployment on AWS with these answers. */
function deployment(answer: Answer) {
  const region = 'eu-west-1';
  const asked: object[] = [];
  const known: Answer = (name, input) => {
    asked.push({ [name]: input });
    return name === 'DescribeStacks' ? STACKS : answer(name, input);
  };
  const source = openTokenSource(WANTED, {
    cloudFormation: answered(new CloudFormationClient({ region }), known),
    secretsManager: answered(new SecretsManagerClient({ region }), known),
    s3: answered(new S3Client({ region }), known),
  });
  return { source, asked };
}

describe('the secret on AWS', () => {
  test("is the requested version of the secret in the updater's stack", async () => {
    const { source, asked } = deployment(() => ({ SecretString: 'pending' }));
    expect(await (await source).secret('AWSPENDING')).toBe('pending');
    expect(asked).toEqual([
      { DescribeStacks: { StackName: 'edge-proxy-team-a-updater' } },
      { GetSecretValue: { SecretId: 'arn', VersionStage: 'AWSPENDING' } },
    ]);
  });

  test('reports a version that does not exist', async () => {
    const { source } = deployment(() => {
      throw new ResourceNotFoundException({ message: 'staging label', $metadata: {} });
    });
    const told = (await source).secret('AWSPENDING');
    await expect(told).rejects.toThrow(/has no version AWSPENDING; docs\/use\/apps\.md/);
  });

  test('names the missing stack and its region', async () => {
    const region = 'eu-west-1';
    const nowhere: Answer = () => {
      const message = 'Stack with id edge-proxy-team-a-updater does not exist';
      const facts = { name: 'ValidationError', $fault: 'client', $metadata: {} } as const;
      throw new CloudFormationServiceException({ ...facts, message });
    };
    const source = openTokenSource(WANTED, {
      cloudFormation: answered(new CloudFormationClient({ region }), nowhere),
      secretsManager: new SecretsManagerClient({ region }),
      s3: new S3Client({ region }),
    });
    await expect(source).rejects.toThrow(/no stack edge-proxy-team-a-updater.*eu-west-1/);
  });
});

describe('the counts of tokens on AWS', () => {
  const PLACE = { Bucket: 'journal', Key: 'tokens/team-a.json' };
  const body = (text: string) => ({ Body: { transformToString: async () => text }, ETag: '"7"' });
  const refused = (status: number) =>
    new S3ServiceException({ name: 'refused', $fault: 'client', $metadata: { httpStatusCode: status } });
  const holding =
    (text: string, put: () => object = () => ({})): Answer =>
    (name) =>
      name === 'GetObject' ? body(text) : put();

  test('are empty before the first renewal', async () => {
    const { source } = deployment(() => {
      throw new NoSuchKey({ message: 'NoSuchKey', $metadata: {} });
    });
    expect(await (await source).counts()).toEqual(new Map());
  });

  test('are written on condition of the version that was read, so that two people at once lose none', async () => {
    const before = new Map([['shop', 1]]);
    const { source, asked } = deployment(holding(printTokenCounts(before)));
    expect(await (await source).raise(['shop', 'cart'])).toEqual(
      new Map([
        ['shop', 2],
        ['cart', 1],
      ]),
    );
    expect(asked.slice(1)).toMatchObject([
      { GetObject: PLACE },
      { PutObject: { ...PLACE, IfMatch: '"7"', Body: '{"version":1,"counts":{"shop":2,"cart":1}}' } },
    ]);
  });

  test('are created only if there are none', async () => {
    const { source, asked } = deployment((name) => {
      if (name === 'GetObject') throw new NoSuchKey({ message: 'NoSuchKey', $metadata: {} });
      return {};
    });
    await (await source).raise(['shop']);
    expect(asked.at(-1)).toMatchObject({ PutObject: { ...PLACE, IfNoneMatch: '*' } });
  });

  test.each([409, 412])('stay unchanged after a conflict (%i), which is reported', async (status) => {
    const { source } = deployment(
      holding(printTokenCounts(new Map()), () => {
        throw refused(status);
      }),
    );
    const message =
      's3://journal/tokens/team-a.json changed during this command, so no token was renewed; run the command again';
    await expect((await source).raise(['shop'])).rejects.toThrow(message);
  });

  test('are not overwritten when they are damaged', async () => {
    const { source, asked } = deployment(holding('{"version":1,"counts":{"shop":-1}}'));
    await expect((await source).raise(['shop'])).rejects.toThrow(
      /tokens\/team-a\.json is damaged: counts\["shop"\] is not a whole number.*restore its previous version/,
    );
    expect(JSON.stringify(asked)).not.toContain('PutObject');
  });
});
