import { Fault } from '../../../../core/schema.ts';
import type { ConciergeSettings } from '../../../../core/settings/concierge-settings.ts';
import type { Check } from '../../check.ts';
import type { Deployment } from '../../deployment.ts';
import { type Finding, failure, ok } from '../../finding.ts';

const EDGE = 'deploy the edge stack again';
const UPDATER = 'deploy the updater stack, with the same settings of sign-in as the edge stack';

/** Does the distribution run the function of sign-in, and do edge and updater agree on it? */
export const association: Check<Deployment> = {
  collect: async (_cloud, deployment) => deployment,
  evaluate: (deployment) => {
    const { signIn, distribution, distributionId, updater, updaterName } = deployment;
    const functionName = signIn?.functionName;
    if (functionName === undefined)
      return [
        failure(
          `${updaterName} has sign-in and the edge stack has not, so no app is protected by it`,
          'deploy all stacks with the same settings of sign-in',
        ),
      ];
    return [
      updater.environment['SESSION_SECRET_ARN'] === undefined
        ? failure(`${updaterName} has no sign-in, so it writes no keys, and every app answers 503`, UPDATER)
        : ok(`edge and ${updaterName} have sign-in`),
      evaluateFunctions(distribution.api?.functions ?? [], functionName, distributionId),
      ...evaluateSettings(deployment, signIn?.settings),
    ];
  },
};

function evaluateFunctions(functions: readonly string[], name: string, distributionId: string): Finding {
  const isOwn = functions.length === 1 && functions.every((each) => each.includes(`:function:${name}:`));
  return isOwn
    ? ok(`/_proxy/api/* runs ${name}`)
    : failure(
        `/_proxy/api/* of distribution ${distributionId} runs ${functions.join(', ') || 'no function'} in place of ${name}, so no viewer can sign in`,
        EDGE,
      );
}

function evaluateSettings(
  { id, baseDomain, updater }: Deployment,
  settings: ConciergeSettings | Fault | undefined,
): Finding[] {
  if (settings === undefined) return [];
  if (settings instanceof Fault)
    return [
      failure(`the function cannot read its settings, the custom headers of its origin: ${settings}`, EDGE),
    ];
  const { SESSION_SECRET_ARN, ACCESS_BUCKET, SIGN_IN_GROUPS } = updater.environment;
  const groups = [...settings.provider.groups.keys()].sort().join(',');
  const pairs: readonly [string, string, string | undefined][] = [
    ['the deployment', settings.deployment, id],
    ['the base domain', settings.apex, `https://${baseDomain}`],
    ['the secret of sessions', settings.keysArn, SESSION_SECRET_ARN],
    ['the bucket of access rules', settings.access.bucket, ACCESS_BUCKET],
    ['the groups', groups, (SIGN_IN_GROUPS ?? '').split(',').sort().join(',')],
  ];
  const wrong = pairs.filter(([, edge, home]) => home !== undefined && edge !== home);
  if (wrong.length === 0) return [ok('function and updater have the same settings')];
  return wrong.map(([what, edge, home]) =>
    failure(`${what} of the function is "${edge}", and that of the updater is "${home}"`, UPDATER),
  );
}
