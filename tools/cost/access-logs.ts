import { PRICES } from '../../infra/monitoring/prices.ts';
import type { Item } from './bill.ts';
import { ASSUMED, HOURS, type Usage } from './usage.ts';

/** Log files of a month. */
export const LOG_FILES = ASSUMED.logFilesPerHour * HOURS;

/** Access logs and the function that counts them (traffic/), its invocations apart. */
export function logItems({ requests }: Usage): Item[] {
  const publications = ASSUMED.publicationsPerHour * HOURS;
  return [
    { what: 'Access logs: delivery to S3', quantity: requests, price: PRICES.loggedRequests },
    {
      what: 'Access logs: files, day files, traffic, last requests',
      quantity: 3 * LOG_FILES + publications,
      price: PRICES.s3Writes,
    },
    { what: 'Access logs: reads of the four', quantity: 4 * LOG_FILES, price: PRICES.s3Reads },
    { what: 'Access logs: an event for each file', quantity: LOG_FILES, price: PRICES.objectEvents },
    {
      what: 'Access logs: storage for 30 days',
      quantity: (requests * ASSUMED.logBytesPerRequest) / 1e9,
      price: PRICES.s3Storage,
    },
  ];
}
