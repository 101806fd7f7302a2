import type { Check } from '../check.ts';
import type { Store } from '../cloud.ts';
import { failure, ok } from '../finding.ts';

/** Is the store ready, and does the updater write to it? */
export const store: Check<Store> = {
  collect: (cloud, { storeName }) => cloud.store(storeName),
  evaluate: ({ arn, status }, { storeName, updater, updaterName }) => {
    const written = updater.environment['KVS_ARN'];
    return [
      status === 'READY'
        ? ok(`store ${storeName} is ready`)
        : failure(
            `store ${storeName} is ${status}`,
            status === 'PROVISIONING'
              ? 'wait a minute and run the doctor again'
              : 'delete the edge stack and deploy it again',
          ),
      written === arn
        ? ok('the updater writes to this store')
        : failure(
            `the router reads ${arn}, but ${updaterName} writes to ${written ?? 'no store'}`,
            'deploy the updater stack, which takes the ARN from the edge stack',
          ),
    ];
  },
};
