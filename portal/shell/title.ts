import type { RoutesFile } from '../../core/journal/routes-file.ts';
import type { Milliseconds } from '../../core/wire/brands.ts';
import { hostnameOfName, type View } from '../address/address.ts';
import { printCount } from '../words/counts.ts';
import { type Place, splitHostname } from '../words/links.ts';
import { describeState, stateNow } from '../words/states.ts';

/** The title of the page in tabs and in the browser's history. */
export function titleOf(
  view: View,
  list: RoutesFile,
  { now, place }: { now: Milliseconds; place: Place },
): string {
  return `${subjectOf(view, list, now)} · ${list.baseDomain || place.hostname}`;
}

function subjectOf(view: View, { routes, baseDomain }: RoutesFile, now: Milliseconds): string {
  switch (view.on) {
    case 'app': {
      const hostname = hostnameOfName(view.name, baseDomain);
      const route = routes.find((each) => each.hostname === hostname);
      const words = route === undefined ? 'no app' : describeState(stateNow(route, now)).words.toLowerCase();
      return `${splitHostname(hostname, baseDomain).label}: ${words}`;
    }
    case 'explain':
      return 'Explain an address';
    case 'oncall':
      return 'On call';
    default:
      return `${printCount(routes.filter((route) => stateNow(route, now) === 'live').length)} live`;
  }
}
