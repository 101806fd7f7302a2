import { render } from 'preact';
import { NavigationContext, presentAddress, startNavigation } from './address/navigation.tsx';
import { type Known, NOTHING, watch } from './load/watch.ts';
import { Portal } from './shell/portal.tsx';
import { countStates } from './shell/summary.tsx';
import { isLocal } from './words/links.ts';

/** The page: what it knows, and its container. Each change shows all of it again. */
const interval = isLocal(location) ? 2_000 : 5_000;
const container = document.getElementById('portal');
if (container === null) throw new Error('index.html has no #portal');

let known: Known = NOTHING;
let announcement = '';
const go = startNavigation(show);

function announce(text: string): void {
  if (text === '') return;
  announcement = text;
  show();
}

function show(): void {
  const around = { lastRequests: known.lastRequests, now: Date.now(), place: location };
  const { list } = known;
  if (list)
    document.title = `${countStates(list, around.now).get('live')} live · ${list.baseDomain || location.hostname}`;
  render(
    <NavigationContext.Provider value={{ address: presentAddress(), go }}>
      <Portal {...{ known, around, interval, announcement, announce }} />
    </NavigationContext.Provider>,
    container as HTMLElement,
  );
}

show();
await watch({
  interval,
  announce,
  onKnown(latest) {
    known = latest;
    show();
  },
});
