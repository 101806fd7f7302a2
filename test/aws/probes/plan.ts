import type { Run } from '../run.ts';
import type { Probe } from './probe.ts';

/** Where the plans of CloudFront are managed. */
const PLANS = ['pricing-plan-manager', '--region', 'us-east-1', '--output', 'json'];

/**
 * Asks whether the plan takes the distribution. A subscription with approval by hand is checked like any other, but bills nothing
 * and can be cancelled at once.
 *
 * @param file outputs of the stacks
 */
export function planProbe(file: string): Probe {
  return {
    question: "Does CloudFront's plan Pro take the distribution, its web ACL and its store?",
    expected: 'PENDING_APPROVAL: nothing is billed before the approval',
    how: 'the command of the output PlanCommand with --approval-mode MANUAL, then cancel-subscription',
    async run(run) {
      const { subscription } = await subscribe(run, file);
      const { arn, status } = subscription;
      run.ledger.add({
        what: `subscription ${arn}`,
        byHand: `aws pricing-plan-manager list-subscriptions --region us-east-1, then cancel-subscription --arn ${arn} --if-match ETAG`,
        remove: () => cancel(run, arn),
      });
      return { seen: status, agrees: status === 'PENDING_APPROVAL' };
    },
  };
}

interface Subscription {
  subscription: { arn: string; status: string };
  eTag: string;
}

async function subscribe({ world }: Run, file: string): Promise<Subscription> {
  const outputs = Object.values(await world.outputs(file)).flatMap((each) => Object.entries(each));
  const command = outputs.find(([name]) => name === 'PlanCommand')?.[1];
  if (command === undefined) throw new Error(`${file} has no PlanCommand`);
  const [, ...args] = command.replace('IMMEDIATE', 'MANUAL').split(' ');
  return JSON.parse(await world.aws([...args, '--output', 'json']));
}

/** The version changes while CloudFront applies a change, so it is read again. */
async function cancel({ world }: Run, arn: string): Promise<void> {
  const { eTag }: Subscription = JSON.parse(await world.aws([...PLANS, 'get-subscription', '--arn', arn]));
  await world.aws([...PLANS, 'cancel-subscription', '--arn', arn, '--if-match', eTag]);
}
