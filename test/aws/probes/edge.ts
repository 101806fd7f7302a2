import { siteHeaders } from '../../../core/settings/site-headers.ts';
import { GREETING } from '../app.ts';
import { LABELS } from '../run.ts';
import type { Reply } from '../world.ts';
import type { Probe } from './probe.ts';

/** Questions to the live distribution, as viewers see it. */
export const EDGE_PROBES: readonly Probe[] = [
  {
    question: "At which compute utilization does CloudFront's engine run the router?",
    expected: 'no error, at most 50 % (71–100 is likely to be throttled: Developer Guide, "Test functions")',
    how: 'cloudfront TestFunction, stage LIVE, a GET of the test app',
    async run({ world, deployment, options }) {
      const host =
        options.baseDomain === '' ? deployment.distribution.domainName : appHost(options.baseDomain);
      const event = viewerRequest({ host, 'x-proxy-app': LABELS.app });
      const { utilization, error, output } = await world.testRouter(deployment.routerName, event);
      const seen = error === '' ? `${utilization} %, output of ${output.length} characters` : error;
      return { seen, agrees: error === '' && utilization <= 50 };
    },
  },
  {
    question: 'Which Host reaches an app on a port of its own?',
    expected: "the viewer's, without a port",
    how: 'GET /whoami of the test app, which listens on 3000',
    async run(run) {
      const { host = '' } = toldBy(await run.ask(LABELS.app, '/whoami'));
      return { seen: host, agrees: host === run.to(LABELS.app).host };
    },
  },
  {
    question: "Do a viewer's x-proxy-token and the origin's own get in each other's way?",
    expected: "200, and the app sees the edge's token",
    how: 'GET /whoami with x-proxy-token: forged',
    async run(run) {
      const reply = await run.ask(LABELS.app, '/whoami', { 'x-proxy-token': 'forged' });
      const token = reply.status === 200 ? (toldBy(reply)['x-proxy-token'] ?? 'none') : '';
      const seen = `${reply.status}, token ${token === 'forged' || token === 'none' ? token : `of ${token.length} characters`}`;
      return { seen, agrees: reply.status === 200 && token !== 'forged' && token !== 'none' };
    },
  },
  {
    question: 'Does the custom header of the placeholder reach an origin that the router chooses?',
    expected: 'x-forwarded-proto: https at the app, whatever the viewer sends',
    how: 'GET /whoami with x-forwarded-proto: http',
    async run(run) {
      const reply = await run.ask(LABELS.app, '/whoami', { 'x-forwarded-proto': 'http' });
      const proto = reply.status === 200 ? (toldBy(reply)['x-forwarded-proto'] ?? 'none') : '';
      return { seen: `${reply.status}, ${proto}`, agrees: proto === 'https' };
    },
  },
  {
    question: "Does the router run on a WebSocket's request, and does its origin apply?",
    expected: `the app's first message, "${GREETING}"`,
    how: 'a WebSocket to /ws of the test app',
    async run(run) {
      const seen = await run.world.webSocket(run.edge, run.to(LABELS.app, '/ws'));
      return { seen, agrees: seen === GREETING };
    },
  },
  {
    question: 'Is Host understood in capitals and with a trailing dot?',
    expected: '200 for both',
    how: 'GET / with Host in capitals, and with a dot behind it',
    async run(run) {
      const to = run.to(LABELS.app);
      const replies = [
        await run.world.ask(run.edge, { ...to, host: to.host.toUpperCase() }),
        await run.world.ask(run.edge, { ...to, host: `${to.host}.` }),
      ];
      const statuses = replies.map(({ status }) => status);
      return {
        seen: `${statuses[0]} in capitals, ${statuses[1]} with a dot`,
        agrees: statuses.every((status) => status === 200),
      };
    },
  },
  {
    question: 'Is the query kept byte for byte in redirects?',
    expected: 'a Location that ends in /x?a=%2F&a=2&b',
    how: `GET /@${LABELS.app}/x?a=%2F&a=2&b, as a browser navigates`,
    async run({ world, edge, options }) {
      const reply = await world.ask(edge, {
        host: options.baseDomain || edge,
        path: `/@${LABELS.app}/x?a=%2F&a=2&b`,
        headers: { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
      });
      const location = reply.headers['location'] ?? '';
      return {
        seen: `${reply.status} ${location}`,
        agrees: reply.status === 302 && location.endsWith('/x?a=%2F&a=2&b'),
      };
    },
  },
  {
    question: 'Is a dead port answered by our page, and is that never cached?',
    expected: '502 or 504 with our page, and 200 at once after the app listens',
    how: `GET / of ${LABELS.dead}, then /listen of the app, then again`,
    async run(run) {
      const dead = await run.ask(LABELS.dead, '/', { accept: 'text/html' });
      await run.ask(LABELS.app, '/listen');
      const opened = run.world.now();
      const seconds = await run.until('the late port', opened, ({ status }) => status === 200, LABELS.dead);
      const ours = /instance/i.test(dead.body);
      const page = ours ? 'our page' : 'another page';
      return {
        seen: `${dead.status} with ${page}, 200 after ${seconds.toFixed(1)} s`,
        // One poll may come before the app has opened its port.
        agrees: (dead.status === 502 || dead.status === 504) && ours && seconds < 2,
      };
    },
  },
  {
    question: 'Does the function at viewer response leave alone what the router itself answers?',
    expected:
      "404 with the policy of the notice, not that of our own pages: CloudFront's guide excludes it for Lambda@Edge",
    how: `GET /_proxy/none of the test app's host`,
    named: true,
    async run(run) {
      const { status, headers } = await run.ask(LABELS.app, '/_proxy/none');
      const policy = headers['content-security-policy'] ?? 'no policy';
      return {
        seen: `${status}, ${policy}`,
        agrees: status === 404 && !policy.startsWith("script-src 'self'"),
      };
    },
  },
  {
    question: 'Do our own pages get their headers from the function at viewer response, a 304 too?',
    expected: 'each header that the local portal has, with 200 and with 304: so an open portal costs little',
    how: 'GET /_proxy/portal.js, and again with its ETag in If-None-Match',
    async run({ world, edge, options }) {
      const page = { host: options.baseDomain || edge, path: '/_proxy/portal.js' };
      const first = await world.ask(edge, page);
      const { etag = '' } = first.headers;
      const again = await world.ask(edge, { ...page, headers: { 'if-none-match': etag } });
      const missing = [first, again].map(({ headers }) =>
        HEADERS.filter((name) => headers[name] === undefined),
      );
      const seen = [first, again].map(
        ({ status }, i) => `${status} without ${missing[i]?.join(', ') || 'none'}`,
      );
      return { seen: seen.join('; '), agrees: missing.flat().length === 0 && again.status === 304 };
    },
  },
  {
    question: 'Does a missing page get no headers from it, since CloudFront does not run it for 404?',
    expected: '404 without content-security-policy',
    how: 'GET /_proxy/nothing.html',
    async run({ world, edge, options }) {
      const path = '/_proxy/nothing.html';
      const { status, headers } = await world.ask(edge, { host: options.baseDomain || edge, path });
      const policy = headers['content-security-policy'];
      return { seen: `${status}, ${policy ?? 'no policy'}`, agrees: status === 404 && policy === undefined };
    },
  },
  {
    question: 'How long until an edge serves a change, and does it flap between old and new?',
    expected: '20–45 s from the change of a tag, then the new value only',
    how: 'tag proxy:maintenance=on, ask until 503 maintenance, twenty times more, and back',
    async run(run) {
      const { world, options } = run;
      const instance = run.instanceOf(LABELS.app);
      const changed = world.now();
      await world.tag(options.region, instance, { 'proxy:maintenance': 'on' });
      const seconds = await run.until('maintenance', changed, isState('maintenance'));
      let old = 0;
      for (let asked = 0; asked < 20; asked += 1) {
        if (!isState('maintenance')(await run.ask(LABELS.app))) old += 1;
        await world.sleep(POLL_MS);
      }
      await world.tag(options.region, instance, { 'proxy:maintenance': 'off' });
      await run.until('the end of maintenance', world.now(), ({ status }) => status === 200);
      return {
        seen: `${seconds.toFixed(1)} s at one edge; ${old} of 20 answers after it were old`,
        agrees: seconds <= 45 && old === 0,
      };
    },
  },
  {
    question: "Does the portal's list come through?",
    expected: '200, and the test app in it',
    how: 'GET /_proxy/routes.json',
    async run({ world, edge, options }) {
      const reply = await world.ask(edge, { host: options.baseDomain || edge, path: '/_proxy/routes.json' });
      return {
        seen: `${reply.status}, ${reply.body.length} characters`,
        agrees: reply.status === 200 && reply.body.includes(LABELS.app),
      };
    },
  },
  {
    question: 'Can a viewer change what S3 answers?',
    expected: 'no: application/json, whatever the query asks for',
    how: 'GET /_proxy/routes.json?response-content-type=text/html',
    async run({ world, edge, options }) {
      const path = '/_proxy/routes.json?response-content-type=text/html';
      const { status, headers } = await world.ask(edge, { host: options.baseDomain || edge, path });
      const type = headers['content-type'] ?? 'no type';
      return { seen: `${status}, ${type}`, agrees: status === 200 && type.startsWith('application/json') };
    },
  },
];

/** Headers of our own pages; their values do not matter here. */
const HEADERS = Object.keys(siteHeaders(''));

const POLL_MS = 500;

/** Whether the router says that a name is in a state. */
export function isState(state: string): (reply: Reply) => boolean {
  return ({ headers }) => headers['x-proxy-state'] === state;
}

/** The headers that the test app saw. */
function toldBy({ status, body }: Reply): Record<string, string> {
  if (status !== 200) throw new Error(`the test app answered ${status}: ${body.slice(0, 200)}`);
  return (JSON.parse(body) as { headers: Record<string, string> }).headers;
}

function appHost(baseDomain: string): string {
  return `${LABELS.app}.${baseDomain}`;
}

/** A GET as CloudFront shows it to a function (Developer Guide, "Event structure"). */
function viewerRequest(headers: Readonly<Record<string, string>>) {
  return {
    version: '1.0',
    context: { eventType: 'viewer-request' },
    viewer: { ip: '198.51.100.1' },
    request: {
      method: 'GET',
      uri: '/',
      querystring: {},
      cookies: {},
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, { value }])),
    },
  };
}
