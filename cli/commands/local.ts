import { join } from 'node:path';
import { buildConcierge } from '../../build/concierge.ts';
import { buildChanged } from '../../build/functions.ts';
import { buildTraffic } from '../../build/traffic.ts';
import { buildUpdater } from '../../build/updater.ts';
import { type ClaimRule, ClaimRulesError, parseClaimRules } from '../../core/settings/claim-rules.ts';
import { type LocalCloud, startLocalCloud } from '../../local/cloud.ts';
import type { LaunchRequest } from '../../local/ec2/local-instance.ts';
import { formatRequest, styled } from '../../local/edge/request-log.ts';
import { OWN_COMMAND } from '../../local/own-command.ts';
import { describeChange, formatState, STATE } from '../cloud/running-cloud.ts';
import { type Command, type Terminal, UsageError } from '../command.ts';
import { PROGRAM } from './help.ts';

const DEMOS = ['hello', 'chat', 'clock'] as const;

/** Apps below it are of one site, and keep their cookies without TLS. */
const SIGN_IN_DOMAIN = 'dev.localhost';

/** `npm start`: runs the whole system on this machine. */
export const local: Command = {
  name: 'local',
  summary: 'Run the whole system on this machine, with three demo apps.',
  options: {
    port: {
      value: 'N',
      text: 'port of the edge; 0 picks a free port',
      fallback: '8080',
      range: [0, 65_535],
    },
    'sign-in': { text: `let people sign in, on names below ${SIGN_IN_DOMAIN}; adds the demo app vault` },
    claims: {
      value: 'JSON',
      text: 'rules for names, as the setting claims; with --sign-in they open names to everybody',
    },
    bare: { text: 'use no base domain; /@NAME/ selects an app' },
    propagation: { value: 'TIME', text: 'delay between store and edge, such as 30s', fallback: '200ms' },
    'no-demo': { text: 'start without the three demo apps' },
    ...STATE,
  },
  meant: ([first = '']) =>
    /^\d+$/.test(first) ? `--port ${first} (npm start -- --port ${first})` : undefined,
  async run(given, terminal) {
    const port = given.number('port');
    const propagation = parseDuration(given.value('propagation'));
    const end = watchForEnd();
    const ended = new Promise((resolve) => end.addEventListener('abort', resolve, { once: true }));
    void ended.then(() => terminal.out('\nstopping …'));
    const isBare = given.flag('bare');
    const signsIn = given.flag('sign-in');
    if (isBare && signsIn)
      throw new UsageError(
        '--sign-in and --bare exclude each other: without a base domain one session would open all apps; leave one of them out',
      );
    const claims = parseClaims(given.text('claims'));
    const demos = given.flag('no-demo') ? [] : [...DEMOS, ...(signsIn ? ['vault'] : [])];
    const starting = startLocalCloud({
      updaterFile: (folder) => buildIn(folder, buildUpdater),
      accessLogs: { trafficFile: (folder) => buildIn(folder, buildTraffic) },
      stateFolder: given.value('state'),
      port,
      baseDomain: isBare ? '' : signsIn ? SIGN_IN_DOMAIN : 'localhost',
      ...(signsIn ? { signIn: { conciergeFile: (folder) => buildIn(folder, buildConcierge) } } : {}),
      ...(claims ? { claims } : {}),
      propagation,
      launched: demos.map(launchOf),
      onRequest: (record) => terminal.out(formatRequest(record, terminal.colour)),
      onChange: (change) => end.aborted || terminal.out(describeChange(change)),
      onTrouble: (message) => end.aborted || terminal.err(`! ${message}`),
    });
    const cloud = await unlessEnded(starting, end);
    if (cloud === undefined) return 0;
    try {
      await Promise.race([waitForApps(cloud, propagation), ended]);
      if (!end.aborted) printGreeting(cloud, demos, formatState(given), terminal);
      await ended;
    } finally {
      await cloud.dispose();
    }
    return 0;
  },
};

/**
 * Waits for the start. Returns undefined if the session ended first: Ctrl-C also ends child processes such as the compiler,
 * and their failure is expected then. A signal that arrived while the compiler blocked this thread is delivered two turns later.
 */
async function unlessEnded<T>(starting: Promise<T>, end: AbortSignal): Promise<T | undefined> {
  try {
    return await starting;
  } catch (error) {
    for (const _turn of [1, 2]) await new Promise((resolve) => setImmediate(resolve));
    if (end.aborted) return undefined;
    throw error;
  }
}

async function buildIn(folder: string, build: typeof buildTraffic): Promise<string> {
  await buildChanged({ [folder]: build });
  return join(folder, 'index.mjs');
}

/** A second signal within this many milliseconds is the same Ctrl-C: npm forwards the one that the terminal already sent to all. */
const ONE_KEYPRESS_MS = 1_000;

/** Aborts at the first Ctrl-C or SIGTERM, or when the reader of the output is gone. A later signal exits at once. */
function watchForEnd(): AbortSignal {
  const session = new AbortController();
  let first = Number.POSITIVE_INFINITY;
  const hear = () => {
    // Exit handlers still end the processes of the instances.
    if (Date.now() - first > ONE_KEYPRESS_MS) process.exit(130);
    first = Math.min(first, Date.now());
    session.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, hear);
  process.stdout.once('error', () => session.abort());
  return session.signal;
}

/** Milliseconds that the greeting waits for the edge at most. With a long --propagation it is printed before the apps answer. */
const LONGEST_WAIT_MS = 1_000;

function launchOf(app: string): LaunchRequest {
  const access = app === 'vault' ? [{ key: 'proxy:access', value: 'group:devs' }] : [];
  const tags = [{ key: 'proxy:host', value: app }, ...access];
  const tagSpecifications = [{ resourceType: 'instance', tags }];
  return { imageId: `ami-${app}`, minCount: 1, maxCount: 1, tagSpecifications };
}

/** Waits until the launched apps answer. */
async function waitForApps(cloud: LocalCloud, propagation: number): Promise<void> {
  await cloud.settled();
  await new Promise((resolve) => setTimeout(resolve, Math.min(propagation, LONGEST_WAIT_MS)));
}

function printGreeting(
  { url, port, baseDomain, issuer }: LocalCloud,
  demos: readonly string[],
  state: string,
  { out, colour }: Terminal,
): void {
  const bold = (text: string) => styled('bold', text, colour);
  const app = (name: string) =>
    baseDomain === '' ? `${url}/@${name}/` : `http://${name}.${baseDomain}:${port}/`;
  out('');
  out(`${bold('dynamic-edge-proxy')} is running on this machine, without an AWS account.`);
  out(`  portal   ${bold(`${url}/`)}`);
  for (const demo of demos) out(`  ${demo.padEnd(7)}  ${app(demo)}`);
  if (issuer !== undefined) {
    out('All of them ask you to sign in, and no password is needed:');
    out('  alice    is in the group devs, and may open vault');
    out('  bob      is in no group, and may not');
    out(`  The provider runs at ${issuer}`);
  }
  out('Try this in a second terminal:');
  out(`  npx ${PROGRAM} launch --host shop --image ami-hello${state}`);
  out(`  npx ${PROGRAM} stop shop${state}     (then start and terminate)`);
  out('Or launch your own app from its folder:');
  out(`  ${OWN_COMMAND} launch --host mine --port 3000${state} -- node server.js`);
  out('Each line below is one request or change. Press Ctrl-C to stop.');
  out('');
}

function parseDuration(text: string): number {
  const found = /^(\d{1,6})(ms|s)$/.exec(text);
  if (found) return Number(found[1]) * (found[2] === 's' ? 1000 : 1);
  throw new UsageError(`--propagation is "${text}"; expected a duration such as 200ms or 30s`);
}

/** @throws UsageError for rules that a deployment would refuse */
function parseClaims(text: string | undefined): ClaimRule[] | undefined {
  if (text === undefined) return undefined;
  try {
    return parseClaimRules(text);
  } catch (error) {
    if (error instanceof ClaimRulesError) throw new UsageError(`--${error.message}`, { cause: error });
    throw error;
  }
}
