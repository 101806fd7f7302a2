import { execFile, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CloudFrontClient, DescribeFunctionCommand, TestFunctionCommand } from '@aws-sdk/client-cloudfront';
import { DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { awsCloud } from '../../../cli/doctor/aws.ts';
import { findDeployment } from '../../../cli/doctor/deployment.ts';
import { runChecks } from '../../../cli/doctor/examine.ts';
import { updaterOnAws } from '../../../cli/sign-in/aws-updater.ts';
import type { World } from '../world.ts';
import { objectsIn, removeBuckets } from './real-buckets.ts';
import { changeInstance, launchInstance, stoppedInstance, tagInstance } from './real-instances.ts';
import { ipv6Of, makeIpv6Vpc, removeIpv6Vpc, resolveIpv6 } from './real-ipv6.ts';
import { etagOf, writeKeys } from './real-store.ts';
import { askEdge, greetingOf, visitPage } from './real-viewer.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** AWS, with the credentials that the SDK and the CDK find. */
export function realWorld(): World {
  const cloud = awsCloud();
  return {
    now: Date.now,
    sleep: (milliseconds) => new Promise((done) => setTimeout(done, milliseconds)),
    say: (line) => console.log(line),
    cdk,
    aws: async (args) => (await promisify(execFile)('aws', args)).stdout,
    outputs: async (file) => JSON.parse(await readFile(`${ROOT}${file}`, 'utf8')),
    ownAddress,
    defaultVpc,
    makeIpv6Vpc,
    removeIpv6Vpc,
    ipv6Of,
    resolve: resolveIpv6,
    launch: launchInstance,
    change: changeInstance,
    stopped: stoppedInstance,
    tag: tagInstance,
    deployment: (deployment, homeRegion) => findDeployment(cloud, { deployment, homeRegion }),
    async complaints(deployment) {
      const examined = await runChecks(cloud, deployment);
      return examined.flatMap(({ check, findings }) =>
        findings.filter(({ level }) => level !== 'ok').map(({ message }) => `${check}  ${message}`),
      );
    },
    ask: askEdge,
    visit: visitPage,
    updater: (deployment, homeRegion) => updaterOnAws({ deployment, homeRegion }),
    webSocket: greetingOf,
    testRouter,
    invoke,
    etag: etagOf,
    write: writeKeys,
    objects: objectsIn,
    removeBuckets,
  };
}

/**
 * Runs in a process group of its own, so that Ctrl-C does not stop it: a partial deployment is harder to remove than a whole
 * one.
 */
function cdk(args: readonly string[]): Promise<void> {
  const child = spawn('npx', ['cdk', ...args], { cwd: ROOT, stdio: 'inherit', detached: true });
  return new Promise((done, failed) => {
    child.once('error', failed);
    child.once('exit', (code) =>
      code === 0 ? done() : failed(new Error(`npx cdk ${args[0]} ended with ${code}; its output says why`)),
    );
  });
}

const WHO_AM_I = 'https://checkip.amazonaws.com/';

async function ownAddress(): Promise<string> {
  try {
    const response = await fetch(WHO_AM_I);
    return (await response.text()).trim();
  } catch (cause) {
    throw new Error(`${WHO_AM_I} does not answer, which knows the address that the deployment is to admit`, {
      cause,
    });
  }
}

async function defaultVpc(region: string): Promise<string> {
  const filter = { Filters: [{ Name: 'is-default', Values: ['true'] }] };
  const { Vpcs = [] } = await new EC2Client({ region }).send(new DescribeVpcsCommand(filter));
  const id = Vpcs[0]?.VpcId;
  if (id !== undefined) return id;
  throw new Error(`${region} has no default VPC; make one (aws ec2 create-default-vpc), or pass --region`);
}

async function testRouter(name: string, event: unknown) {
  const client = new CloudFrontClient({ region: 'us-east-1' });
  const { ETag } = await client.send(new DescribeFunctionCommand({ Name: name, Stage: 'LIVE' }));
  const { TestResult } = await client.send(
    new TestFunctionCommand({
      Name: name,
      Stage: 'LIVE',
      IfMatch: ETag,
      EventObject: Buffer.from(JSON.stringify(event)),
    }),
  );
  return {
    utilization: Number(TestResult?.ComputeUtilization ?? Number.NaN),
    error: TestResult?.FunctionErrorMessage ?? '',
    output: TestResult?.FunctionOutput ?? '',
  };
}

async function invoke(region: string, name: string): Promise<string> {
  const command = new InvokeCommand({ FunctionName: name, Payload: Buffer.from('{"Records":[]}') });
  const { FunctionError, Payload = new Uint8Array() } = await new LambdaClient({ region }).send(command);
  const answer = Buffer.from(Payload).toString('utf8');
  return FunctionError === undefined ? answer : `${FunctionError}: ${answer}`;
}
