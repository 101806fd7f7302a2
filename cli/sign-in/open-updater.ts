import { sendOrder } from '../../local/cloud-client.ts';
import { findRunningCloud, STATE } from '../cloud/running-cloud.ts';
import type { Options, ParsedArguments } from '../command.ts';
import { selectDeployment } from '../deployment.ts';
import type { SendOrder } from './give-order.ts';

/** The options that select an updater. A deployment on AWS has to be named, so that no order reaches one by mistake. */
export const UPDATER: Options = {
  deployment: { value: 'ID', text: 'id of the deployment on AWS; without it, the local cloud' },
  region: { value: 'REGION', text: 'its home region; default AWS_REGION, else us-east-1' },
  ...STATE,
};

/** Opens the updater that a command line selects. */
export async function openUpdater(given: ParsedArguments): Promise<SendOrder> {
  const deployment = given.text('deployment');
  if (deployment === undefined) {
    const { api } = await findRunningCloud(given.text('state'));
    return (order) => sendOrder(api, order);
  }
  // Loading the SDK takes half a second.
  const { updaterOnAws } = await import('./aws-updater.ts');
  return updaterOnAws(selectDeployment(given));
}
