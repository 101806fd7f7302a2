import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { parseJson } from '../../core/json.ts';
import { InputError } from '../input.ts';
import { readStackOutputs } from '../stack-outputs.ts';
import type { SendOrder } from './give-order.ts';

/** Clients of a region. Tests pass clients of their own. */
export interface UpdaterClients {
  cloudFormation: CloudFormationClient;
  lambda: LambdaClient;
}

/** The updater of a deployment on AWS, with the credentials that the SDK finds. They need lambda:InvokeFunction on it. */
export function updaterOnAws(wanted: { deployment: string; homeRegion: string }): Promise<SendOrder> {
  const region = { region: wanted.homeRegion };
  // A second try would make a second pass.
  const lambda = new LambdaClient({ ...region, maxAttempts: 1 });
  return openUpdaterOnAws(wanted, { cloudFormation: new CloudFormationClient(region), lambda });
}

export async function openUpdaterOnAws(
  wanted: { deployment: string; homeRegion: string },
  { cloudFormation, lambda }: UpdaterClients,
): Promise<SendOrder> {
  const output = await readStackOutputs(cloudFormation, wanted);
  const FunctionName = output('UpdaterFunctionName');
  return async (order) => {
    const Payload = Buffer.from(JSON.stringify(order));
    const answer = await lambda.send(new InvokeCommand({ FunctionName, Payload }));
    const text = answer.Payload?.transformToString() ?? '';
    if (answer.FunctionError === undefined) return parseJson(text);
    throw new InputError(
      `the function ${FunctionName} failed (${answer.FunctionError}): ${text.slice(0, 300)}; its log has the reason`,
    );
  };
}
