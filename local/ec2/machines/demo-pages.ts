import type { IncomingHttpHeaders } from 'node:http';
import { escapeHtml } from '../../../core/html.ts';

/** The facts of a request that a demo app shows. `/whoami` answers them as JSON. */
export interface DemoRequest {
  instanceId: string;
  /** As received. Empty without one. */
  hostHeader: string;
  /** The request target as received, with its query. */
  path: string;
  headers: IncomingHttpHeaders;
}

/** A page with a greeting and the received headers. */
export function helloPage(received: DemoRequest): string {
  const rows = Object.entries(received.headers).map(
    ([name, value]) =>
      `<tr><th scope="row">${escapeHtml(name)}</th><td>${escapeHtml(String(value))}</td></tr>`,
  );
  const main = `
    <h1>Hello from <b>${escapeHtml(hostName(received))}</b></h1>
    <p>You requested <code>${escapeHtml(received.path)}</code>, and the edge sent the request to instance
      <code>${escapeHtml(received.instanceId)}</code> with these headers:</p>
    <div class="card">
      <table aria-label="Request headers"><thead><tr><th scope="col">Header</th><th scope="col">Value</th></tr></thead>
      <tbody>${rows.join('')}</tbody></table>
    </div>`;
  return page(received, 'Hello', main);
}

/** A chat over a WebSocket. */
export function chatPage(received: DemoRequest): string {
  const main = `
    <h1>Chat on <b>${escapeHtml(hostName(received))}</b></h1>
    <p>Open this page in two windows. A message from one appears in both. <span id="status" role="status">Connecting …</span></p>
    <ol class="card log" id="log" role="log" aria-label="Messages"></ol>
    <form id="form">
      <label for="text">Message</label>
      <div class="row"><input id="text" autocomplete="off" maxlength="500" required><button>Send</button></div>
    </form>
    <noscript><p>The chat needs JavaScript.</p></noscript>`;
  return page(received, 'Chat', main, CHAT_SCRIPT);
}

/** A clock over server-sent events. */
export function clockPage(received: DemoRequest): string {
  const main = `
    <h1>Clock of <b>${escapeHtml(hostName(received))}</b></h1>
    <div class="card face"><time id="time" role="timer">--:--:--</time><span id="date">UTC</span></div>
    <p>Each second is one server-sent event. <span id="status" role="status">Connecting …</span></p>
    <noscript><p>The clock needs JavaScript.</p></noscript>`;
  return page(received, 'Clock', main, CLOCK_SCRIPT);
}

/** The headers about the person who has signed in, and their meaning. */
const TOLD = [
  ['x-proxy-user', 'name of the person or program'],
  ['x-proxy-subject', 'id of the account, for your database'],
  ['x-proxy-until', 'end of the session in seconds since 1970'],
] as const;

/** The edge's headers about the person. Without sign-in there are none. */
export function vaultPage(received: DemoRequest): string {
  const told = TOLD.map(([name, meaning]) => ({ name, meaning, value: received.headers[name] }));
  const rows = told.map(
    ({ name, meaning, value = 'not sent' }) =>
      `<tr><th scope="row">${name}</th><td>${escapeHtml(String(value))}<br><small>${meaning}${describeEnd(name, String(value))}</small></td></tr>`,
  );
  const user = received.headers['x-proxy-user'];
  const greeting =
    user === undefined ? 'The edge names no person' : `Welcome, <b>${escapeHtml(String(user))}</b>`;
  const main = `
    <h1>${greeting}</h1>
    <p>The edge has signed you in, and tells this app who you are with these headers. An app must also check
      <code>x-proxy-token</code>, because every customer of CloudFront can send it the others.</p>
    <div class="card">
      <table aria-label="Person"><thead><tr><th scope="col">Header</th><th scope="col">Value</th></tr></thead>
      <tbody>${rows.join('')}</tbody></table>
    </div>
    <form class="after" method="post" action="/_proxy/api/sign-out"><button>Sign out</button></form>`;
  return page(received, 'Vault', main);
}

/** The end of the session as people read it. */
function describeEnd(name: string, value: string): string {
  if (name !== 'x-proxy-until' || !/^\d{1,10}$/.test(value)) return '';
  return `: ${new Date(Number(value) * 1_000).toISOString().slice(11, 16)} UTC`;
}

function hostName(received: DemoRequest): string {
  return received.hostHeader.replace(/:\d+$/, '') || 'an instance without a name';
}

function page(received: DemoRequest, title: string, main: string, script?: string): string {
  return `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>${title} · ${escapeHtml(hostName(received))}</title>
  <style>${STYLE}</style>
</head>
<body>
  <main>${main}
  </main>
  <footer>Served by instance <code>${escapeHtml(received.instanceId)}</code></footer>${
    script === undefined ? '' : `\n  <script>${script}</script>`
  }
</body>
</html>
`;
}

const STYLE = `
  :root { --ink: #1c2230; --soft: #5a6478; --paper: #f4f6fa; --card: #fff; --line: #dde2ec; --accent: #3b5bdb; --on-accent: #fff }
  @media (prefers-color-scheme: dark) {
    :root { --ink: #e8ebf2; --soft: #a3adc0; --paper: #12151d; --card: #1b202b; --line: #2f3747; --accent: #91a7ff; --on-accent: #12151d }
  }
  * { box-sizing: border-box }
  body { margin: 0; min-height: 100vh; display: flex; flex-direction: column; align-items: center; padding: 6vh 1.25rem 1.5rem;
    background: var(--paper); color: var(--ink); font: 1.0625rem/1.55 system-ui, sans-serif }
  main { width: 100%; max-width: 44rem; flex: 1 }
  h1 { margin: 0 0 .5rem; font-size: clamp(1.6rem, 6vw, 2.5rem); line-height: 1.15; letter-spacing: -.02em; overflow-wrap: anywhere }
  h1 b { color: var(--accent) }
  p { color: var(--soft); margin: 0 0 1.5rem }
  code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere }
  .card { background: var(--card); border: 1px solid var(--line); border-radius: 14px }
  table { width: 100%; border-collapse: collapse; font-size: .9375rem }
  th, td { padding: .6rem 1rem; text-align: left; vertical-align: top; border-top: 1px solid var(--line) }
  thead th { border-top: 0; color: var(--soft); font-weight: 500 }
  tbody th { font-weight: 600; white-space: nowrap }
  td { font-family: ui-monospace, monospace; overflow-wrap: anywhere; min-width: 14rem }
  @media (max-width: 36rem) {
    thead { display: none }
    th, td { display: block; min-width: 0 }
    td { border-top: 0; padding-top: 0 }
    tbody tr:first-child th { border-top: 0 }
  }
  .face { display: grid; place-items: center; gap: .25rem; padding: 12vh 1rem; margin: 1.5rem 0 }
  .face time { font-size: clamp(3rem, 17vw, 7rem); line-height: 1; font-weight: 650; letter-spacing: -.03em; font-variant-numeric: tabular-nums }
  .face span { color: var(--soft) }
  .log { list-style: none; margin: 0 0 1rem; padding: 1rem; height: 45vh; overflow-y: auto }
  .log li { width: fit-content; max-width: 100%; margin: 0 0 .5rem; padding: .35rem .8rem; border-radius: 12px; background: var(--paper); overflow-wrap: anywhere }
  .after { margin-top: 1.5rem }
  label { display: block; margin-bottom: .35rem; color: var(--soft); font-size: .9375rem }
  .row { display: flex; gap: .6rem }
  input { flex: 1; min-width: 0 }
  input, button { font: inherit; padding: .65rem 1rem; border-radius: 10px; border: 1px solid var(--line); background: var(--card); color: inherit }
  button { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600; cursor: pointer }
  :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
  footer { margin-top: 2.5rem; color: var(--soft); font-size: .875rem }
`;

const CHAT_SCRIPT = `
  const [log, form, text, status] = ['log', 'form', 'text', 'status'].map((id) => document.getElementById(id));
  let socket;
  function connect() {
    socket = new WebSocket(location.href.replace(/^http/, 'ws').replace(/#.*/, ''));
    socket.onopen = () => { status.textContent = 'Connected.'; };
    socket.onclose = () => { status.textContent = 'Connection lost, reconnecting …'; setTimeout(connect, 1000); };
    socket.onmessage = ({ data }) => {
      const line = document.createElement('li');
      line.textContent = data;
      log.append(line);
      log.scrollTop = log.scrollHeight;
    };
  }
  form.onsubmit = (event) => {
    event.preventDefault();
    if (socket.readyState !== WebSocket.OPEN) return;
    socket.send(text.value);
    form.reset();
  };
  connect();
`;

const CLOCK_SCRIPT = `
  const [time, date, status] = ['time', 'date', 'status'].map((id) => document.getElementById(id));
  const source = new EventSource(location.href);
  source.onopen = () => { status.textContent = 'Connected.'; };
  source.onerror = () => { status.textContent = 'Connection lost, reconnecting …'; };
  source.onmessage = ({ data }) => {
    time.textContent = data.slice(11, 19);
    date.textContent = data.slice(0, 10) + ' UTC';
  };
`;
