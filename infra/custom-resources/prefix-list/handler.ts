import { DescribeManagedPrefixListsCommand, EC2Client } from '@aws-sdk/client-ec2';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { failedOutcome, type ResourceOutcome, resourceIdOf, sendResponse } from '../respond.ts';
import { type Time, UntilAllowed } from '../until-allowed.ts';

/** Properties that infra/fleet/cloudfront-prefix-lists.ts passes. */
interface PrefixListProperties {
  ServiceToken: string;
  /** Name of the prefix list. */
  ListName: string;
}

/** Client and clock, which tests replace. */
export interface PrefixListParts extends Time {
  ec2: EC2Client;
}

/** The custom resource's function: looks up the id of a prefix list in its region. */
export function makePrefixListHandler(
  parts: PrefixListParts,
): (event: CloudFormationCustomResourceEvent<PrefixListProperties>) => Promise<void> {
  return async (event) => {
    const name = event.ResourceProperties.ListName;
    // Nothing was created, so a deletion needs no call.
    const outcome = event.RequestType === 'Delete' ? {} : await findPrefixList(parts, name);
    await sendResponse(event, resourceIdOf(event, name), outcome);
  };
}

async function findPrefixList({ ec2, ...time }: PrefixListParts, name: string): Promise<ResourceOutcome> {
  const command = new DescribeManagedPrefixListsCommand({
    Filters: [{ Name: 'prefix-list-name', Values: [name] }],
  });
  try {
    const { PrefixLists } = await new UntilAllowed(time).call(() => ec2.send(command));
    const id = PrefixLists?.[0]?.PrefixListId;
    if (id === undefined) return failedOutcome(describeAbsence(name, await ec2.config.region()));
    return { data: { PrefixListId: id } };
  } catch (error) {
    return failedOutcome(error);
  }
}

function describeAbsence(name: string, region: string): string {
  return `${region} has no prefix list named ${name}, which the security groups of originVpcIds need; leave the VPCs of ${region} out of originVpcIds, and admit CloudFront in groups of your own`;
}

/** Lambda's entry point. */
export const handler = makePrefixListHandler({
  ec2: new EC2Client({ maxAttempts: 6 }),
  now: Date.now,
  sleep: (ms) => new Promise((done) => setTimeout(done, ms)),
});
