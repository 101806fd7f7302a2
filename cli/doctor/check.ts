import type { Cloud } from './cloud.ts';
import type { Deployment } from './deployment.ts';
import { type CheckResult, type Finding, warning } from './finding.ts';

/** One question about a deployment. `collect` reads facts from AWS; `evaluate` is pure. */
export interface Check<Facts> {
  collect(cloud: Cloud, deployment: Deployment): Promise<Facts>;
  evaluate(facts: Facts, deployment: Deployment): Finding[];
}

/** A check that hides the type of its facts. */
export type RunCheck = (cloud: Cloud, deployment: Deployment) => Promise<CheckResult>;

/** Joins the halves of a check. An error of `collect` becomes a finding, so that the other checks still run. */
export function buildCheck<Facts>(name: string, { collect: look, evaluate: judge }: Check<Facts>): RunCheck {
  return async (cloud, deployment) => {
    try {
      return { check: name, findings: judge(await look(cloud, deployment), deployment) };
    } catch (error) {
      return { check: name, findings: [describeFailure(error)] };
    }
  };
}

/** A warning, not a failure: the caller may simply lack the permission to read. */
function describeFailure(error: unknown): Finding {
  const told = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const remedy = /AccessDenied|UnauthorizedOperation|not authorized/i.test(told)
    ? 'grant your role read access (the AWS managed policy ReadOnlyAccess is sufficient) and run the doctor again'
    : 'run the doctor again; if the error persists, try the same call with the AWS CLI';
  return warning(`not checked: ${told}`, remedy);
}
