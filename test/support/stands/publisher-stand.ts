import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { onTestFinished } from 'vitest';
import {
  makePublisherHandler,
  type PublisherProperties,
} from '../../../infra/custom-resources/publisher/handler.ts';
import type { Canaries } from '../../../infra/edge/canaries/canaries.ts';
import { functionApi } from '../aws/function-api.ts';
import { KVS_ARN } from '../aws/kvs-client.ts';
import { storeService } from './stores.ts';

/**
 * The publisher with the real SDK and signer, a stand-in for CloudFront and a local KeyValueStore. Time passes only while the
 * publisher sleeps.
 *
 * @param run returns TestFunction's answer to an event
 */
export async function publisherStand(run: Parameters<typeof functionApi>[0]) {
  const api = await functionApi(run);
  onTestFinished(() => api.close());
  const { store, client, calls } = await storeService();
  const pauses: number[] = [];
  const lines: Readonly<Record<string, unknown>>[] = [];
  // The router under test has the clock of this machine.
  let now = Date.now();
  const handler = makePublisherHandler({
    cloudFront: api.client,
    keyValueStore: client,
    now: () => now,
    sleep: async (ms) => {
      pauses.push(ms);
      now += ms;
    },
    log: (line) => lines.push(line),
  });
  /** An invocation by CloudFormation. */
  const invoke = async (
    type: 'Create' | 'Update' | 'Delete',
    canaries: Canaries,
    { utilizationLimit = 40, responseUrl = api.responseUrl, hasStore = true } = {},
  ) => {
    const properties: PublisherProperties = {
      ServiceToken: 'token',
      FunctionName: 'router',
      ...(hasStore ? { StoreArn: KVS_ARN } : {}),
      Canaries: JSON.stringify(canaries.store),
      Cases: JSON.stringify(canaries.cases),
      UtilizationLimit: String(utilizationLimit),
    };
    await handler({
      RequestType: type,
      ...(type === 'Create' ? {} : { PhysicalResourceId: 'published-before' }),
      ResponseURL: responseUrl,
      StackId: 'stack',
      RequestId: 'request',
      LogicalResourceId: 'Gate',
      ResourceType: 'Custom::GatedPublish',
      ResourceProperties: properties,
    } as CloudFormationCustomResourceEvent<PublisherProperties>);
  };
  return { api, store, storeCalls: calls, pauses, lines, invoke };
}
