// Completes a page of the router: since when, which instance, what happens next and how to start it, and the way to the reasons. The page
// has the same facts as programs get (application/problem+json). Without this script it still says why no app answers.

/** @typedef {{ title: string, host?: string, since?: number, instances?: string[] }} Facts */

/** @type {Record<string, string>} */
const NEXT = {
  starting: 'A new instance takes a minute or two.',
  waking: 'The instance was stopped and starts again.',
  maintenance: 'Its owner has put it aside.',
  draining: 'Viewers who used it before still reach it. Another instance may take over.',
  conflict: 'The owner of the instances can mend it.',
  expired: 'Its owner can give it a longer lease.',
  unknown: 'Its instance may have been terminated, or one of its tags may be wrong.',
  'unknown path': 'The app itself may be fine.',
};

/** What the page of a GET does. That of a form does not send the form again. @type {Record<string, string>} */
const OPENS = {
  asleep: 'This page opens the app when its instance runs.',
  starting: 'This page opens the app then.',
  waking: 'This page opens the app then.',
  maintenance: 'This page opens the app afterwards.',
};

/** Whether the page loads itself again. The script that waits says so itself. */
function opens() {
  return document.querySelector('meta[http-equiv=refresh]') !== null;
}

/** The command that starts instances: those of a local cloud are not at AWS. @param {string[]} ids */
function startCommand(ids) {
  const isLocal = /(?:^|\.)localhost$/.test(location.hostname);
  return isLocal
    ? ids.map((id) => `npx dynamic-edge-proxy start ${id}`).join(' && ')
    : `aws ec2 start-instances --instance-ids ${ids.join(' ')}`;
}

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
  // A lease ends after the entry was written.
  if (since !== undefined && title !== 'expired') {
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
    const command = element('code', startCommand(instances));
    command.className = 'command';
    line.append(command);
    yield line;
  }
  const next = [NEXT[title], opens() ? OPENS[title] : undefined].filter(Boolean).join(' ');
  if (next !== '') yield element('p', next);
}

/**
 * The address of this page. On a bare domain the host of the facts is the name of an app, which a cookie has chosen.
 *
 * @param {Facts} facts
 */
function addressOf({ host = '' }) {
  const { href, origin, hostname, pathname, search } = location;
  const isApp = host !== '' && !host.includes('.') && host !== hostname;
  const isNamed = pathname === `/@${host}` || pathname.startsWith(`/@${host}/`);
  return isApp && !isNamed ? `${origin}/@${host}${pathname}${search}` : href;
}

/**
 * The reasons are in the portal, which has the address of this page after its redirect too. It is not shown in a frame.
 *
 * @param {Facts} facts
 */
function linkToReasons(facts) {
  const why = document.querySelector('a[href^="/_proxy/#explain="]');
  if (!why) return;
  const list = element('a', 'See what is live');
  list.setAttribute('href', '/_proxy/');
  why.setAttribute('href', `/_proxy/#explain=${encodeURIComponent(addressOf(facts))}`);
  for (const link of [why, list]) link.setAttribute('target', '_top');
  why.after(' ', list);
}

function complete() {
  const told = document.querySelector('script[type="json"]');
  /** @type {Facts} */
  const facts = JSON.parse(told?.textContent ?? '{}');
  document.querySelector('h1 + p')?.after(...describe(facts));
  linkToReasons(facts);
}

// The end of the page says whether it loads itself again.
if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', complete);
else complete();
