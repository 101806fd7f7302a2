import { DescribeManagedPrefixListsCommand, EC2Client } from '@aws-sdk/client-ec2';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { failed, type Outcome, respond } from '../respond.ts';
import { type Time, UntilAllowed } from '../until-allowed.ts';

/** What infra/fleet/cloudfront-prefix-list.ts passes. */
interface Properties {
  ServiceToken: string;
  /** Name of the prefix list. */
  ListName: string;
}

/** Where the outside comes in. */
export interface HandlerParts extends Time {
  ec2: EC2Client;
}

/** The custom resource's function: looks up the id of a prefix list in its region. */
export function handlerOf(
  parts: HandlerParts,
): (event: CloudFormationCustomResourceEvent<Properties>) => Promise<void> {
  return async (event) => {
    const name = event.ResourceProperties.ListName;
    // Nothing was made, so a deletion has nothing to ask for.
    const outcome = event.RequestType === 'Delete' ? {} : await found(parts, name);
    await respond(event, name, outcome);
  };
}

async function found({ ec2, ...time }: HandlerParts, name: string): Promise<Outcome> {
  const command = new DescribeManagedPrefixListsCommand({
    Filters: [{ Name: 'prefix-list-name', Values: [name] }],
  });
  try {
    const { PrefixLists } = await new UntilAllowed(time).ask(() => ec2.send(command));
    const id = PrefixLists?.[0]?.PrefixListId;
    if (id === undefined) return failed(`this region has no prefix list named ${name}`);
    return { data: { PrefixListId: id } };
  } catch (error) {
    return failed(error);
  }
}

/** What Lambda invokes. */
export const handler = handlerOf({
  ec2: new EC2Client({ maxAttempts: 6 }),
  now: Date.now,
  sleep: (ms) => new Promise((done) => setTimeout(done, ms)),
});
