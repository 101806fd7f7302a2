import {
  CreateTagsCommand,
  EC2Client,
  RunInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
  waitUntilInstanceStopped,
} from '@aws-sdk/client-ec2';
import type { Launch } from '../world.ts';

/** The newest Amazon Linux, which EC2 finds itself (EC2 User Guide, "Reference AMIs using Systems Manager parameters"). */
const IMAGE = 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64';

/** Starts one t4g.nano. A default subnet gives it a public IPv4 name. Returns its id. */
export async function launchInstance(
  region: string,
  { group, tags, userData, subnet }: Launch,
): Promise<string> {
  const { Instances = [] } = await new EC2Client({ region }).send(
    new RunInstancesCommand({
      ImageId: IMAGE,
      InstanceType: 't4g.nano',
      MinCount: 1,
      MaxCount: 1,
      SecurityGroupIds: [group],
      ...(subnet === undefined ? {} : { SubnetId: subnet, EnablePrimaryIpv6: true }),
      MetadataOptions: { HttpTokens: 'required' },
      UserData: Buffer.from(userData).toString('base64'),
      TagSpecifications: [{ ResourceType: 'instance', Tags: pairs(tags) }],
    }),
  );
  const id = Instances[0]?.InstanceId;
  if (id === undefined) throw new Error(`RunInstances in ${region} named no instance`);
  return id;
}

export async function changeInstance(
  region: string,
  id: string,
  to: 'stop' | 'start' | 'terminate',
): Promise<void> {
  const [client, InstanceIds] = [new EC2Client({ region }), [id]];
  if (to === 'stop') await client.send(new StopInstancesCommand({ InstanceIds }));
  else if (to === 'start') await client.send(new StartInstancesCommand({ InstanceIds }));
  else await client.send(new TerminateInstancesCommand({ InstanceIds }));
}

/** Waits until EC2 allows another start of an instance. */
export async function stoppedInstance(region: string, id: string): Promise<void> {
  const waiting = { client: new EC2Client({ region }), maxWaitTime: 300, minDelay: 5, maxDelay: 5 };
  await waitUntilInstanceStopped(waiting, { InstanceIds: [id] });
}

export async function tagInstance(
  region: string,
  id: string,
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  await new EC2Client({ region }).send(new CreateTagsCommand({ Resources: [id], Tags: pairs(tags) }));
}

function pairs(tags: Readonly<Record<string, string>>) {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
