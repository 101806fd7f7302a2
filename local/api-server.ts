import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { json } from 'node:stream/consumers';
import { unpackEvents } from '../core/events/fleet-event.ts';
import { LOCAL_HEADER } from './cloud-client.ts';
import { printListedInstance } from './ec2/listed-instance.ts';
import type { LocalInstance } from './ec2/local-instance.ts';
import { KVS_PREFIX, type KvsHandler } from './kvs/kvs-server.ts';
import { SQS_PREFIX } from './lambda/sqs-server.ts';
import { listeningPort } from './ports.ts';
import { SECRETS_PREFIX } from './secrets/secrets-server.ts';
import type { Timeline } from './timeline.ts';

/** The services of the local AWS. */
export interface Services {
  ec2: RequestListener;
  s3: RequestListener;
  sqs: RequestListener;
  /** Absent without sign-in. */
  secrets?: RequestListener;
  keyValueStore: KvsHandler;
  timeline: Timeline;
  /** Reads a document that the updater has published for the portal. Undefined if it is not there. */
  published: (name: string) => string | undefined;
  /** The routers and the values of some keys of the store, without those of sign-in. */
  readEdge: (keys: readonly string[]) => object;
  /** The whole store without the keys of sign-in, and the settings of the updater about names. */
  readStore: () => object;
  /** Lists all instances. */
  list: () => readonly Readonly<LocalInstance>[];
  /** Sends an event as EventBridge would. */
  send: (event: unknown) => void;
  /** Gives the updater an order, and resolves with its answer. */
  order: (order: unknown) => Promise<unknown>;
  /** Resolves when no instance is changing and the updater has handled every event. */
  settled: () => Promise<void>;
}

/** An API server that accepts requests. */
export interface RunningApi {
  url: string;
  server: Server;
  dispose(): Promise<void>;
}

/** Starts all services of the local AWS on one loopback port. The path selects the service; EC2 and SQS receive POSTs to `/`. */
export async function startApi(services: Services): Promise<RunningApi> {
  const server = createServer((request, response) => dispatch(services, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${listeningPort(server)}`, server, dispose: () => close(server) };
}

function dispatch(services: Services, request: IncomingMessage, response: ServerResponse): void {
  const url = request.url ?? '/';
  if (url.startsWith(KVS_PREFIX)) void services.keyValueStore(request, response);
  else if (url.startsWith('/_local/'))
    void handleLocal(services, request, response).catch((error) =>
      sendJson(response, 500, { error: String(error) }),
    );
  else if (request.method === 'POST' && url === '/') dispatchPost(services, request, response);
  else services.s3(request, response);
}

/** SQS and Secrets Manager name their calls in a header, and EC2 in the body. */
function dispatchPost(
  { sqs, secrets, ec2 }: Services,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const target = String(request.headers['x-amz-target'] ?? '');
  if (target.startsWith(SQS_PREFIX)) sqs(request, response);
  else if (secrets && target.startsWith(SECRETS_PREFIX)) secrets(request, response);
  else ec2(request, response);
}

/** Serves functions that AWS has no API for: the times of changes, manual events, and waiting. Lists instances without the SDK. */
async function handleLocal(
  services: Services,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://local');
  if (!isFromCli(request)) return sendJson(response, 403, { error: 'only the CLI may call this path' });
  switch (`${request.method} ${pathname}`) {
    case 'GET /_local/changes':
      return sendJson(response, 200, services.timeline.since(Number(searchParams.get('since') ?? 0)));
    case 'GET /_local/instances':
      return sendJson(response, 200, services.list().map(printListedInstance));
    case 'GET /_local/published/routes.json':
    case 'GET /_local/published/changes.json':
    case 'GET /_local/published/status.json':
    case 'GET /_local/published/last-requests.json':
      return sendPublished(response, services.published(pathname.slice('/_local/published/'.length)));
    case 'GET /_local/edge':
      return sendJson(response, 200, services.readEdge(searchParams.getAll('key')));
    case 'GET /_local/store':
      return sendJson(response, 200, services.readStore());
    case 'GET /_local/settled':
      await services.settled();
      return sendJson(response, 200, {});
    case 'POST /_local/events':
      return await receiveEvents(services, request, response);
    case 'POST /_local/orders':
      return await receiveOrder(services, request, response);
    default:
      if (request.method === 'GET' && /^\/_local\/published\/history\/[a-z0-9._-]+\.json$/.test(pathname))
        return sendPublished(response, services.published(pathname.slice('/_local/published/'.length)));
      return sendJson(response, 404, { error: 'unknown path' });
  }
}

/**
 * Refuses web pages: they cannot set this header across origins, and a page that rebinds its own name to 127.0.0.1 sends that name
 * as the host.
 */
function isFromCli({ headers, socket }: IncomingMessage): boolean {
  return headers[LOCAL_HEADER] !== undefined && headers.host === `127.0.0.1:${socket.localPort}`;
}

async function receiveEvents(
  { send }: Services,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    for (const event of unpackEvents(await json(request))) send(event);
    sendJson(response, 202, {});
  } catch (error) {
    sendJson(response, 400, { error: String(error) });
  }
}

async function receiveOrder(
  { order }: Services,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    sendJson(response, 200, await order(await json(request)));
  } catch (error) {
    sendJson(response, 400, { error: String(error) });
  }
}

function sendPublished(response: ServerResponse, document: string | undefined): void {
  if (document === undefined) sendJson(response, 404, { error: 'not published' });
  else response.writeHead(200, { 'content-type': 'application/json' }).end(document);
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
