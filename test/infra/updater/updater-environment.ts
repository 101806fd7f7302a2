import type { Template } from 'aws-cdk-lib/assertions';
import { type Environment, parseEnvironment } from '../../../updater/environment.ts';
import { deployed } from '../statements.ts';

/** The variables that a template gives the updater. */
export function variablesIn(template: Template): Record<string, string> {
  const [updater] = Object.values(template.findResources('AWS::Lambda::Function')).filter(
    (each) => each['Properties'].Handler === 'index.handler',
  );
  const variables: Record<string, unknown> = updater?.['Properties'].Environment.Variables;
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, deployed(value)]));
}

/** The updater's reading of the variables. */
export function environmentIn(template: Template): Environment {
  return parseEnvironment(variablesIn(template));
}
