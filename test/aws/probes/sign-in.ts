import { giveOrder } from '../../../cli/sign-in/give-order.ts';
import { PASS_MADE, PASS_REVOKED } from '../../../core/sign-in/order-answer.ts';
import { LABELS, type Run } from '../run.ts';
import { NAVIGATION, Visitor } from '../visitor.ts';
import type { Reply } from '../world.ts';
import type { Probe } from './probe.ts';

/** Questions to a deployment with sign-in. */
export const SIGN_IN_PROBES: readonly Probe[] = [
  {
    question: 'Does a navigation without a session lead through the function to the base domain?',
    expected:
      '302 of the router, 303 of the function with the hostname that the viewer asked, a cookie, and no-store',
    how: 'GET / of the test app as a browser, and its Location',
    async run(run) {
      const first = await run.ask(LABELS.app, '/', NAVIGATION);
      const { location = '' } = first.headers;
      const second = await run.ask(LABELS.app, location, NAVIGATION);
      const { location: next = '', 'cache-control': caching = '' } = second.headers;
      const cookie = second.cookies?.find((line) => line.startsWith('__Host-proxy-browser='));
      return {
        seen: `${first.status} to ${location}; ${second.status} to ${withoutValues(next)}, ${cookie === undefined ? 'no cookie' : 'a cookie'}, ${caching}`,
        agrees:
          first.status === 302 &&
          second.status === 303 &&
          next.startsWith(`https://${run.options.baseDomain}/_proxy/api/sign-in?`) &&
          new URL(next).searchParams.get('host') === run.to(LABELS.app).host &&
          cookie !== undefined &&
          caching.includes('no-store'),
      };
    },
  },
  {
    question: 'Do the raw and the normalised path of an endpoint never differ?',
    expected: '400 or 404 for each, and no 303 of the function',
    how: 'GET /_proxy/x/../api/start, /_proxy/api/../api/start, /_proxy/%61pi/start and /%5Fproxy/api/start of the test app',
    async run(run) {
      const paths = [
        '/_proxy/x/../api/start',
        '/_proxy/api/../api/start',
        '/_proxy/%61pi/start',
        '/%5Fproxy/api/start',
      ];
      const statuses: number[] = [];
      for (const path of paths) statuses.push((await run.ask(LABELS.app, `${path}?to=/`, NAVIGATION)).status);
      return { seen: statuses.join(', '), agrees: statuses.every((status) => [400, 404].includes(status)) };
    },
  },
  {
    question: 'Does a sign-in at the provider come to an end, and is the app told the person?',
    expected: 'the app, with x-proxy-user; it needs a provider that asks for nothing',
    how: 'GET / of the test app as a browser with cookies, at most twenty redirects',
    async run(run) {
      const { page, before } = await signIn(run);
      const { host } = new URL(page.url);
      const isThere = host === run.to(LABELS.app).host;
      const user = isThere ? toldTo(page.reply)['x-proxy-user'] : undefined;
      const { status, headers } = page.reply;
      return {
        seen: `${isThere ? 'the app' : `a page of ${host}`} after ${before.length} answers: ${status} ${headers['x-proxy-state'] ?? ''}, ${user === undefined ? 'no user' : 'a user'}`,
        agrees: status === 200 && user !== undefined,
      };
    },
  },
  {
    question: 'Does CloudFront keep Clear-Site-Data in an answer that the function makes?',
    expected: '"cache", "storage" in the picture of arrive',
    how: 'the same way with a fresh browser',
    async run(run) {
      const { before } = await signIn(run);
      const arrived = before.find(({ url }) => new URL(url).pathname.endsWith('/arrive'));
      const seen = arrived?.reply.headers['clear-site-data'] ?? 'none';
      return { seen, agrees: seen.includes('"cache"') && seen.includes('"storage"') };
    },
  },
  {
    question: 'Does a pass open the app, and for how long after it is revoked?',
    expected: '200 and the user pass:e2e; refused within two minutes',
    how: 'invoke the updater with an order for a pass, GET / with x-proxy-pass, then an order to revoke it',
    run: tryPass,
  },
];

/** Requests that are sent at once. */
const BURST = 20;

/** Asked last, because it shuts this machine out. */
export const RATE_PROBE: Probe = {
  question: 'Does the rate rule of the web ACL count the endpoints, and only them?',
  expected: '429 for an endpoint within two minutes of more than 600 requests a minute, and 401 for the app',
  how: `GET /_proxy/api/start of the test app, ${BURST} at once, until the first 429`,
  async run(run) {
    const until = run.world.now() + 120_000;
    let [asked, isLimited] = [0, false];
    while (!isLimited && run.world.now() < until) {
      run.interrupted.throwIfAborted();
      const replies = await Promise.all(
        Array.from({ length: BURST }, () => run.ask(LABELS.app, '/_proxy/api/start?to=/')),
      );
      asked += BURST;
      isLimited = replies.some(({ status }) => status === 429);
      // WAF counts with a delay of seconds. This is twice the rate that it allows.
      await run.world.sleep(1_000);
    }
    const app = await run.ask(LABELS.app);
    return {
      seen: `${isLimited ? '429' : 'no 429'} after ${asked} requests; the app ${app.status}`,
      agrees: isLimited && app.status === 401,
    };
  },
};

function signIn(run: Run) {
  return new Visitor(run).open(`https://${run.to(LABELS.app).host}/`);
}

/** The headers that the test app got. */
function toldTo(reply: Reply): Readonly<Record<string, string>> {
  if (reply.status !== 200) return {};
  const { headers }: { headers: Record<string, string> } = JSON.parse(reply.body);
  return headers;
}

/** The values of a query are random or bound to a browser, and do not belong into a page. */
function withoutValues(address: string): string {
  return URL.canParse(address) ? new URL(address).origin + new URL(address).pathname : address;
}

async function tryPass(run: Run) {
  const { world, options } = run;
  const send = await world.updater(options.deployment, options.region);
  const { host } = run.to(LABELS.app);
  const { pass, issued } = await giveOrder(send, { action: 'pass', host, for: 'e2e', days: 1 }, PASS_MADE);
  const ask = () => run.ask(LABELS.app, '/', { 'x-proxy-pass': pass });
  const opened = await waitFor(run, ask, (reply) => reply.status === 200);
  const user = toldTo(opened.reply)['x-proxy-user'];
  await giveOrder(send, { action: 'revoke', id: issued.id }, PASS_REVOKED);
  const closed = await waitFor(run, ask, (reply) => reply.status === 401);
  return {
    seen: `${opened.reply.status} after ${opened.seconds} s, user ${user ?? 'missing'}; ${closed.reply.status} ${closed.seconds} s after the order to revoke`,
    agrees: user === 'pass:e2e' && closed.reply.status === 401 && closed.seconds <= 120,
  };
}

/** Asks once a second for three minutes at most, until the answer is as wanted. */
async function waitFor(run: Run, ask: () => Promise<Reply>, wanted: (reply: Reply) => boolean) {
  const began = run.world.now();
  for (;;) {
    run.interrupted.throwIfAborted();
    const reply = await ask();
    const seconds = Math.round((run.world.now() - began) / 1_000);
    if (wanted(reply) || seconds > 180) return { reply, seconds };
    await run.world.sleep(1_000);
  }
}
