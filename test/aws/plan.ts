import type { Options } from './options.ts';
import { stepsOf, undoingOf } from './steps/steps.ts';

/** The steps of a run, for people. */
export function planOf(options: Options): string[] {
  const steps = stepsOf(options).flatMap(({ what, how }, index) => [
    `${index + 1}. ${what}`,
    ...how.map((line) => `     ${line}`),
  ]);
  return [
    ...steps,
    `${stepsOf(options).length + 1}. at the end, and after a failure or Ctrl-C, last made first gone`,
    ...undoingOf(options).map((line) => `     ${line}`),
  ];
}
