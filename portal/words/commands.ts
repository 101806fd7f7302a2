import { awsMends, localMends, type MendPrinter } from '../../core/explain/names/print-mend.ts';
import { isLocal, type Place } from './links.ts';

/** The command line, as a person without an installation calls it. */
export const PROGRAM = 'npx dynamic-edge-proxy';

/** Prints the commands that make a change, for the local cloud or for AWS. */
export function mendPrinter(place: Place): MendPrinter {
  return isLocal(place) ? localMends(PROGRAM) : awsMends;
}
