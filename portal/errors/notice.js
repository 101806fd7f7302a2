// Completes a page of the router: since when, which instance, what happens next and how to start it, and the way to the reasons. The page
// has the same facts as programs get (application/problem+json). Without this script it still says why no app answers.

/** @typedef {{ title: string, since?: number, instances?: string[] }} Facts */

/** @type {Record<string, string>} */
const NEXT = {
  asleep: 'This page opens the app when its instance runs.',
  starting: 'A new instance takes a minute or two. This page opens the app then.',
  waking: 'The instance was stopped and starts again. This page opens the app then.',
  maintenance: 'Its owner has put it aside. This page opens the app afterwards.',
  draining: 'Viewers who used it before still reach it. Another instance may take over.',
  conflict: 'The owner of the instances can mend it.',
  expired: 'Its owner can give it a longer lease.',
  unknown: 'Its instance may have been terminated, or one of its tags may be wrong.',
  'unknown path': 'The app itself may be fine.',
};

/** @param {string} name @param {string} text */
function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

/** @param {number} time @param {number} now both in epoch milliseconds */
function describeAge(time, now) {
  const minutes = Math.round((time - now) / 60_000);
  const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
  if (minutes > -60) return relative.format(minutes, 'minute');
  return minutes > -2880
    ? relative.format(Math.round(minutes / 60), 'hour')
    : relative.format(Math.round(minutes / 1440), 'day');
}

/** @param {Facts} facts */
function* describe({ title, since, instances = [] }) {
  if (since !== undefined) {
    const line = element('p', 'Since ');
    const at = new Date(since * 1000);
    const time = element('time', at.toLocaleString());
    time.setAttribute('datetime', at.toISOString());
    line.append(time, `, ${describeAge(at.getTime(), Date.now())}.`);
    yield line;
  }
  if (instances.length > 0) {
    const line = element('p', instances.length === 1 ? 'Its instance: ' : 'Its instances: ');
    for (const [at, id] of instances.entries()) line.append(at === 0 ? '' : ', ', element('code', id));
    yield line;
  }
  if (instances.length > 0 && title === 'asleep') {
    const line = element('p', 'Start it: ');
    line.append(element('code', `aws ec2 start-instances --instance-ids ${instances.join(' ')}`));
    yield line;
  }
  const next = NEXT[title];
  if (next !== undefined) yield element('p', next);
}

/** The reasons are in the portal, which has the address of this page after its redirect too. */
function linkToReasons() {
  const why = document.querySelector('a[href^="/_proxy/#explain="]');
  if (!why) return;
  why.setAttribute('href', `/_proxy/#explain=${encodeURIComponent(location.href)}`);
  const list = element('a', 'See what is live');
  list.setAttribute('href', '/_proxy/');
  why.after(' ', list);
}

const told = document.querySelector('script[type="json"]');
document.querySelector('h1 + p')?.after(...describe(JSON.parse(told?.textContent ?? '{}')));
linkToReasons();
