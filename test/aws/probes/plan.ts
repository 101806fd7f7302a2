import { subscribeCommand } from '../../../infra/pricing-plan/subscribe-command.ts';
import type { Run } from '../run.ts';
import type { Probe } from './probe.ts';

/** Where the plans of CloudFront are managed. */
const PLANS = ['pricing-plan-manager', '--region', 'us-east-1', '--output', 'json'];

/**
 * Asks whether the plan takes the distribution. A subscription with approval by hand is checked like any other, but bills nothing
 * and can be cancelled at once. The distribution has a web ACL, so with the setting `plan` it would be the same.
 */
export const PLAN_PROBE: Probe = {
  question: "Does CloudFront's plan Pro take the distribution, its web ACL and its store?",
  expected: 'PENDING_APPROVAL: nothing is billed before the approval',
  how: 'aws pricing-plan-manager create-subscription --approval-mode MANUAL, and cancel-subscription at the end',
  async run(run) {
    const { subscription }: Answer = JSON.parse(await run.world.aws(subscribing(run)));
    const { arn, status } = subscription;
    run.ledger.add({
      what: `subscription ${arn}`,
      byHand: `aws pricing-plan-manager list-subscriptions --region us-east-1, then cancel-subscription --arn ${arn} --if-match ETAG`,
      remove: () => cancel(run, arn),
    });
    return { seen: status, agrees: status === 'PENDING_APPROVAL' };
  },
};

interface Answer {
  subscription: { arn: string; status: string };
  eTag: string;
}

/** The command of the output PlanCommand, without billing. */
function subscribing({ deployment }: Run): string[] {
  const { distribution, distributionId, updater } = deployment;
  const store = updater.environment['KVS_ARN'] ?? '';
  const distributionArn = store.replace(/:key-value-store\/.*$/, `:distribution/${distributionId}`);
  const command = subscribeCommand('pro', [distributionArn, distribution.webAclArn ?? '', store]);
  const [, ...args] = command.replace('IMMEDIATE', 'MANUAL').split(' ');
  return [...args, '--output', 'json'];
}

/** The version changes while CloudFront applies a change, so it is read again. */
async function cancel({ world }: Run, arn: string): Promise<void> {
  const { eTag }: Answer = JSON.parse(await world.aws([...PLANS, 'get-subscription', '--arn', arn]));
  await world.aws([...PLANS, 'cancel-subscription', '--arn', arn, '--if-match', eTag]);
}
