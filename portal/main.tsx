import { render } from 'preact';
import { NavigationContext, presentAddress, startNavigation } from './address/navigation.tsx';
import { edgeTime } from './load/edge-clock.ts';
import { type Known, NOTHING, watch } from './load/watch.ts';
import { openFavourites } from './memory/favourites.ts';
import { PageContext } from './shell/page-context.ts';
import { Portal } from './shell/portal.tsx';
import { titleOf } from './shell/title.ts';
import { isLocal } from './words/links.ts';

/** The page: what it knows, and its containers. Each change shows all of it again. */
const interval = isLocal(location) ? 2_000 : 5_000;
const container = find('portal');
const announcer = find('announcer');

let known: Known = NOTHING;
const go = startNavigation(show);
const page = { favourites: openFavourites(() => localStorage, show), announce };

function find(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`index.html has no #${id}`);
  return found;
}

/** An equal text would not be read aloud again in any case. */
function announce(text: string): void {
  if (text !== '') announcer.textContent = text;
}

function show(): void {
  const around = { lastRequests: known.lastRequests, now: edgeTime(), place: location };
  const { list } = known;
  const address = presentAddress();
  if (list) document.title = titleOf(address.view, list, around);
  render(
    <PageContext.Provider value={page}>
      <NavigationContext.Provider value={{ address, go }}>
        <Portal {...{ known, around, interval }} />
      </NavigationContext.Provider>
    </PageContext.Provider>,
    container,
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
