import { countEach, type NjsCase, runInNjs } from '../../support/tools/njs.ts';
import { thousands } from '../report.ts';
import { withFolder } from '../with-folder.ts';
import { buildPeer, downloadPeer, NAMESPACE, PEER } from './peer-code.ts';
import { DO_NOTHING, type Tools } from './router.ts';
import { DOMAIN, eventFor } from './router-cases.ts';

/** The cost of one request in SST's router. */
export interface PeerRow {
  name: string;
  /** Routes of the router, each with a host of its own. */
  routes: number;
  reads: number;
  /** Instructions of njs, less those of a do-nothing function. */
  instructions: number;
}

const SIZES = [10, 200, 900] as const;
/** Bytes of a part of the list (SST, `pkg/server/resource/aws-kv-routes-update.go`, `chunkSize`). */
const PART = 1_000;
const HOSTS = { first: 'app-000000', last: 'shop', unknown: 'nobody' } as const;
const REQUESTS = [
  ['the host of the first route', HOSTS.first],
  ['the host of the last route', HOSTS.last],
  ['unknown host', HOSTS.unknown],
] as const;

/** Measures SST's router with our request and our kind of hosts. Undefined, with a reason on standard error, without the registry. */
export async function benchPeer(tools: Tools): Promise<{ bytes: number; rows: PeerRow[] } | undefined> {
  try {
    const code = await withFolder(async (folder) => buildPeer(downloadPeer(folder)));
    return { bytes: Buffer.byteLength(code), rows: SIZES.flatMap((routes) => rowsOf(tools, code, routes)) };
  } catch (error) {
    console.error(`SST not measured: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

function rowsOf(tools: Tools, code: string, routes: number): PeerRow[] {
  const kvs = peerStore(routes);
  return REQUESTS.map(([name, host]) => {
    const one: NjsCase = { kvs, event: eventFor({ host }) };
    const [result] = runInNjs(tools.njs, code, [one]);
    const isRouted = result?.ok === true && result.origin !== undefined;
    if (result === undefined || isRouted === (host === HOSTS.unknown))
      throw new Error(`SST, ${routes} routes, ${name}: ${JSON.stringify(result)}`);
    const [measured, floor] = [code, DO_NOTHING].map(
      (each) => countEach(tools, each, [one])[0]?.instructions ?? Number.NaN,
    );
    return { name, routes, reads: result.reads, instructions: (measured ?? 0) - (floor ?? 0) };
  });
}

/** The store of a router with that many routes, one host and one URL each; the last one is the host that we ask for. */
export function peerStore(routes: number): Record<string, string> {
  const hosts = Array.from({ length: routes - 1 }, (_, n) => `app-${String(n).padStart(6, '0')}`).concat(
    HOSTS.last,
  );
  const namespaces = hosts.map((_, n) => n.toString(16).padStart(4, '0'));
  const list = JSON.stringify(
    hosts.map((host, n) => `url,${namespaces[n]},${`${host}.${DOMAIN}`.replaceAll('.', '\\.')},/`),
  );
  const metadata = namespaces.map((each) => [
    `${each}:metadata`,
    JSON.stringify({ host: 'ec2-203-0-113-100.eu-west-1.compute.amazonaws.com', origin: {} }),
  ]);
  return { ...Object.fromEntries(metadata), ...partsOf(list) };
}

/** A list that is longer than a value may be is cut into parts. */
function partsOf(list: string): Record<string, string> {
  const key = `${NAMESPACE}:routes`;
  if (list.length <= PART) return { [key]: list };
  const parts = Math.ceil(list.length / PART);
  const cut = Array.from({ length: parts }, (_, n) => [`${key}:${n}`, list.slice(n * PART, (n + 1) * PART)]);
  return { [key]: JSON.stringify({ parts }), ...Object.fromEntries(cut) };
}

export function peerPart({ bytes, rows }: { bytes: number; rows: readonly PeerRow[] }): string {
  return [
    `The router of [SST](https://www.npmjs.com/package/${PEER.package}/v/${PEER.version}) ${PEER.version}, for comparison, with the request and the hosts of the table above. The bench downloads the pinned package and`,
    'builds the function from the sources in it, for a router with a domain. Each route has a host of its own, no wildcard, the path `/` and a URL. SST keeps',
    'all routes in one list and reads all of it on each request; a wildcard in the list costs more, because each request makes a regular expression of it. Its function',
    `has ${thousands(bytes)} bytes. Instructions of the second request of a process, less those of the function that returns the request at once.`,
    '',
    '| request | routes | store reads | instructions |',
    '| --- | ---: | ---: | ---: |',
    ...rows.map(
      ({ name, routes, reads, instructions }) =>
        `| ${[name, routes, reads, thousands(instructions)].join(' | ')} |`,
    ),
  ].join('\n');
}
