import { emptyHour, type Hour, mergeHour } from '../../../core/traffic/hour.ts';

/** The traffic of several hours. */
export function sumHours(hours: readonly { hour: Hour }[]): Hour {
  const sum = emptyHour();
  for (const { hour } of hours) mergeHour(sum, hour);
  return sum;
}
