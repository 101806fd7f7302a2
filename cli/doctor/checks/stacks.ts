import type { Check } from '../check.ts';
import type { Deployment } from '../deployment.ts';
import { failure, ok, warning } from '../finding.ts';

/** Are both stacks, the distribution and the updater in a working state? */
export const stacks: Check<Deployment> = {
  collect: async (_cloud, deployment) => deployment,
  evaluate: ({ stacks: both, distribution, distributionId, updater, updaterName }) => [
    ...both.map(({ name, status }) => {
      if (/^(?:CREATE|UPDATE|IMPORT)_COMPLETE$/.test(status)) return ok(`${name} is ${status}`);
      if (status.endsWith('_IN_PROGRESS'))
        return warning(`${name} is ${status}`, 'wait until the deployment ends');
      const remedy =
        'find the cause in the stack\'s events, then see "What a failed deployment leaves" in docs/operate/upgrade.md';
      return status === 'UPDATE_ROLLBACK_COMPLETE'
        ? warning(`${name} is ${status}: the last deployment failed, and the previous one is active`, remedy)
        : failure(`${name} is ${status}`, remedy);
    }),
    distribution.enabled
      ? distribution.status === 'Deployed'
        ? ok(`distribution ${distributionId} is deployed at ${distribution.domainName}`)
        : warning(
            `distribution ${distributionId} is ${distribution.status}`,
            'wait some minutes until all edges have the change',
          )
      : failure(
          `distribution ${distributionId} is disabled`,
          'enable it in the console or deploy the edge stack',
        ),
    updater.state === 'Active'
      ? ok(`updater ${updaterName} is active`)
      : failure(`updater ${updaterName} is ${updater.state}`, 'deploy the updater stack again'),
  ],
};
