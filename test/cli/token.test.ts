import { createHmac } from 'node:crypto';
import { CloudFormationClient, CloudFormationServiceException } from '@aws-sdk/client-cloudformation';
import { ResourceNotFoundException, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, test } from 'vitest';
import { argumentsOf } from '../../cli/arguments.ts';
import { readSecret } from '../../cli/aws-secrets.ts';
import { token as command, printTokens, type SecretOf } from '../../cli/token.ts';
import { type Answer, answered } from '../support/answered.ts';

const SECRETS = { AWSCURRENT: 'current', AWSPENDING: 'pending', AWSPREVIOUS: 'previous' } as const;

/** What is printed, and what was asked for. */
async function printed(...args: string[]) {
  const [lines, asked]: [string[], Parameters<SecretOf>[0][]] = [[], []];
  const secretOf: SecretOf = async (wanted) => {
    asked.push(wanted);
    return SECRETS[wanted.stage];
  };
  const out = (line: string) => void lines.push(line);
  await printTokens(secretOf, argumentsOf(command, args), { out, err: out, colour: false });
  return { lines, asked };
}

/** As docs/apps.md says that an app may compute it. */
function token(secret: string, hostname: string): string {
  return createHmac('sha256', secret).update(hostname).digest('base64url').slice(0, 16);
}

const SHOP = 'shop.dev.example.com';

describe('dynamic-edge-proxy token', () => {
  test('prints the token of each hostname, and nothing else', async () => {
    const { lines } = await printed('Shop.Dev.Example.com', '*.preview.dev.example.com');
    expect(lines).toEqual([token('current', SHOP), token('current', '*.preview.dev.example.com')]);
  });

  test.each([
    [[], 'AWSCURRENT'],
    [['--pending'], 'AWSPENDING'],
    [['--previous'], 'AWSPREVIOUS'],
  ] as const)('%j asks for the version %s', async (options, stage) => {
    const { lines, asked } = await printed(SHOP, ...options);
    expect(asked).toEqual([expect.objectContaining({ owner: 'main', stage })]);
    expect(lines).toEqual([token(SECRETS[stage], SHOP)]);
  });

  test('asks the deployment that it is told', async () => {
    const { asked } = await printed(SHOP, '--owner', 'team-a', '--region', 'eu-west-1');
    expect(asked).toEqual([{ owner: 'team-a', homeRegion: 'eu-west-1', stage: 'AWSCURRENT' }]);
  });

  test.each([
    [[], /say for which hostname/],
    [['https://shop.dev.example.com'], /"https:\/\/shop\.dev\.example\.com" is no hostname/],
    [[SHOP, '--pending', '--previous'], /ask for one/],
  ])('refuses %j', async (args, message) => {
    await expect(printed(...args)).rejects.toThrow(message);
  });
});

function clients(answer: Answer) {
  const region = 'eu-west-1';
  return {
    cloudFormation: answered(new CloudFormationClient({ region }), answer),
    secretsManager: answered(new SecretsManagerClient({ region }), answer),
  };
}

describe('the secret on AWS', () => {
  const wanted = { owner: 'team-a', homeRegion: 'eu-west-1', stage: 'AWSPENDING' } as const;
  const stacks = { Stacks: [{ Outputs: [{ OutputKey: 'OriginSecretArn', OutputValue: 'arn' }] }] };

  test("is the one that the updater's stack names, in the version asked for", async () => {
    const asked: object[] = [];
    const secret = await readSecret(
      wanted,
      clients((command, input) => {
        asked.push(input);
        return command === 'DescribeStacks' ? stacks : { SecretString: 'pending' };
      }),
    );
    expect(secret).toBe('pending');
    expect(asked).toEqual([
      { StackName: 'edge-proxy-team-a-updater' },
      { SecretId: 'arn', VersionStage: 'AWSPENDING' },
    ]);
  });

  test('that is not staged is told as such', async () => {
    const none = clients((command) => {
      if (command === 'DescribeStacks') return stacks;
      throw new ResourceNotFoundException({ message: 'staging label', $metadata: {} });
    });
    await expect(readSecret(wanted, none)).rejects.toThrow(/has no version AWSPENDING; docs\/apps\.md/);
  });

  test('of no deployment says where it looked', async () => {
    const nowhere = clients(() => {
      const message = 'Stack with id edge-proxy-team-a-updater does not exist';
      throw new CloudFormationServiceException({
        name: 'ValidationError',
        $fault: 'client',
        message,
        $metadata: {},
      });
    });
    await expect(readSecret(wanted, nowhere)).rejects.toThrow(
      /no stack edge-proxy-team-a-updater.*eu-west-1/,
    );
  });
});
