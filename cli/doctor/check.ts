import type { Cloud } from './cloud.ts';
import type { Deployment } from './deployment.ts';
import { type CheckResult, type Finding, warning } from './finding.ts';

/** One question about a deployment: `look` asks, `judge` decides without asking anybody. */
export interface Check<Facts> {
  collect(cloud: Cloud, deployment: Deployment): Promise<Facts>;
  evaluate(facts: Facts, deployment: Deployment): Finding[];
}

/** A check whose facts are its own business. */
export type RunCheck = (cloud: Cloud, deployment: Deployment) => Promise<CheckResult>;

/** Puts a check's halves together. What `look` throws is a finding, so that it never stops the other checks. */
export function buildCheck<Facts>(name: string, { collect: look, evaluate: judge }: Check<Facts>): RunCheck {
  return async (cloud, deployment) => {
    try {
      return { check: name, findings: judge(await look(cloud, deployment), deployment) };
    } catch (error) {
      return { check: name, findings: [describeFailure(error)] };
    }
  };
}

/** Not known is not well: but whoever asks may simply lack the permission, so it is no failure of the deployment. */
function describeFailure(error: unknown): Finding {
  const told = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const remedy = /AccessDenied|UnauthorizedOperation|not authorized/i.test(told)
    ? 'allow whoever runs the doctor to read it (the AWS managed policy ReadOnlyAccess holds all that it asks), and run it again'
    : 'run it again; if it stays, ask AWS with the command line for the same thing';
  return warning(`not checked: ${told}`, remedy);
}
