import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { EC2Client } from '@aws-sdk/client-ec2';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { expect, onTestFinished, test } from 'vitest';
import { type PlanClients, readDeployment } from '../../../cli/plan/aws.ts';
import { findDifferences } from '../../../cli/plan/differences.ts';
import { printDifferences } from '../../../cli/plan/plan.ts';
import { encodeEntry } from '../../../core/entry/entry.ts';
import { live } from '../../edge/support/entries.ts';
import { answered } from '../../support/aws/answered.ts';
import { KVS_CREDENTIALS, kvsClient } from '../../support/aws/kvs-client.ts';
import { HOME, type RemoteAws, startRemoteAws } from '../../support/stands/remote-aws.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { idOf, instance, NOW, publicNameOf } from '../../support/values/instances.ts';

const OTHER = '444455556666';
const WANTED = { deployment: 'main', homeRegion: 'us-east-1' };

/** A deployment on the remote AWS, which lists instances of two accounts. */
async function stand(variables: Readonly<Record<string, string>> = {}) {
  const aws = await startRemoteAws(await temporaryFolder());
  onTestFinished(() => aws.close());
  aws.instances = [
    instance({ id: 1, tags: { 'proxy:host': 'shop' }, account: HOME, region: 'us-east-1' }),
    instance({ id: 2, tags: { 'proxy:host': 'cart' }, account: OTHER, region: 'us-east-1' }),
  ];
  return { aws, clients: clientsOf(aws, { ...aws.variables, ...variables }) };
}

function clientsOf(aws: RemoteAws, Variables: Readonly<Record<string, string>>): PlanClients {
  const credentials = { ...KVS_CREDENTIALS, accessKeyId: 'AKIDHOME', secretAccessKey: 'secret' };
  const region = 'us-east-1';
  return {
    cloudFormation: answered(new CloudFormationClient({ region }), () => ({
      Stacks: [{ Outputs: [{ OutputKey: 'UpdaterFunctionName', OutputValue: 'edge-proxy-main-updater' }] }],
    })),
    lambda: answered(new LambdaClient({ region }), () => ({ Environment: { Variables } })),
    keyValueStore: kvsClient(aws.url, { credentials }),
    ec2: (where, role) =>
      new EC2Client({
        ...{ region: where, endpoint: aws.url, maxAttempts: 1 },
        credentials:
          role === undefined
            ? credentials
            : fromTemporaryCredentials({
                params: { RoleArn: role },
                masterCredentials: credentials,
                clientConfig: { region, endpoint: aws.url },
              }),
      }),
  };
}

function printed(facts: Awaited<ReturnType<typeof readDeployment>>): string {
  const lines: string[] = [];
  const out = (line: string) => void lines.push(line);
  printDifferences(findDifferences({ ...facts, now: NOW }), { out, err: out, colour: false });
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  return `${lines.join('\n')}\n`;
}

function putInto({ store }: RemoteAws, key: string, value: string): void {
  store.update({ puts: [{ key, value }] }, store.describe().etag);
}

const roleOf = (account: string) => `arn:aws:iam::${account}:role/edge-proxy-main-reader`;

test('a plan on AWS reads store, fleet and settings, and writes nothing', async () => {
  const { aws, clients } = await stand({ READER_ROLES: roleOf(OTHER), UPDATER_MODE: 'dry-run' });
  aws.roles.add(OTHER);
  aws.calls = [];
  const facts = await readDeployment(WANTED, clients);
  expect(facts).toMatchObject({ mode: 'dry-run', failures: [], settings: { baseDomain: 'dev.example.com' } });
  await expect(printed(facts)).toMatchFileSnapshot('../../golden/plan/on-aws.txt');
  expect(aws.calls.filter((call) => !/GET|DescribeInstances|AssumeRole/.test(call))).toEqual([]);
});

test('names of an account that the caller may not list stay', async () => {
  const { aws, clients } = await stand({ READER_ROLES: roleOf(OTHER) });
  const cart = live([], {
    ...{
      sequence: 7,
      instances: [{ id: idOf(2), launchedAt: 1, address: { via: 'ipv4', name: publicNameOf(2) } }],
    },
  });
  putInto(aws, 'cart.dev.example.com', encodeEntry(cart));
  const facts = await readDeployment(WANTED, clients);
  expect(facts.failures).toMatchObject([{ source: `${OTHER}/us-east-1` }]);
  await expect(printed(facts)).toMatchFileSnapshot('../../golden/plan/an-account-that-is-not-listed.txt');
});

test('keys of sign-in stay out of a plan', async () => {
  const { aws, clients } = await stand();
  putInto(aws, ':keys', 'k1 secret');
  const { current } = await readDeployment(WANTED, clients);
  expect([...current]).toEqual([]);
});

test('settings of another version are refused with the name of the function', async () => {
  const { clients } = await stand({ UPDATER_MODE: 'new' });
  await expect(readDeployment(WANTED, clients)).rejects.toThrow(
    /settings of the function edge-proxy-main-updater: .*UPDATER_MODE is "new"/,
  );
});
