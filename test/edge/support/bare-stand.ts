import { buildEdge } from '../../../build/edge.ts';
import { encodeEntry } from '../../../core/entry/entry.ts';
import { startEdge } from '../../../local/edge/edge-server.ts';
import type { EdgeFunction } from '../../../local/edge/function/edge-function.ts';
import { compileEdge } from '../../../local/edge/function/engine.ts';
import { serveOnLoopback } from '../../support/aws/loopback.ts';
import { live, nameOf } from './entries.ts';
import { DISTRIBUTION } from './router-case.ts';

/** The apps `a` and `b` behind one bare domain, a portal, and a record of their requests. */
export interface BareStand {
  /** The URL of the one domain. Browsers trust `localhost` like https, and accept Secure cookies from it. */
  url: string;
  /** The answers of the edge in order, as `302 /@a/x`. */
  answers: string[];
  /** Every `Cookie` header that an app received, with the app's name before it. */
  cookies: string[];
  /** Removes `Clear-Site-Data` from every answer, like a browser that does not know it. */
  ignoreClearing: boolean;
  dispose(): Promise<void>;
}

const NO_ICON = '<link rel=icon href=data:,>';
const page = (name: string) => `<!doctype html><html lang=en><title>${name}</title>${NO_ICON}<p>${name}</p>`;

/** Starts a stand on loopback. */
export async function openBareStand(): Promise<BareStand> {
  const stand = { answers: [], cookies: [], ignoreClearing: false } as Omit<BareStand, 'url' | 'dispose'>;
  const apps = { a: await startApp('a', stand.cookies), b: await startApp('b', stand.cookies) };
  const store = new Map(Object.keys(apps).map((name) => [name, encodeEntry(live(name))]));
  const router = compileEdge(buildEdge({ baseDomain: '', scheme: 'http' }), {
    read: (key) => store.get(key),
  });
  const edge = await startEdge({
    edge: () => (stand.ignoreClearing ? withoutClearing(router) : router),
    resolve: (domainName) => ({
      host: '127.0.0.1',
      port: domainName === nameOf('a') ? apps.a.port : apps.b.port,
    }),
    site(path, _request, response) {
      if (path.endsWith('.css')) response.setHeader('content-type', 'text/css').end();
      else if (path.endsWith('.js')) response.setHeader('content-type', 'text/javascript').end();
      else response.setHeader('content-type', 'text/html').end(page('portal'));
    },
    distributionDomainName: DISTRIBUTION,
    onRequest: ({ status, target }) => stand.answers.push(`${status} ${target}`),
  });
  const dispose = async () => {
    await edge.disposeServer();
    await Promise.all([apps.a.close(), apps.b.close()]);
  };
  return Object.assign(stand, { url: `http://localhost:${edge.port}`, dispose });
}

/** An app that sets an HttpOnly cookie, and has a logo that browsers may cache. */
function startApp(name: string, cookies: string[]) {
  return serveOnLoopback((request, response) => {
    if (request.headers.cookie !== undefined) cookies.push(`${name}: ${request.headers.cookie}`);
    response.setHeader('set-cookie', `of-${name}=1; Path=/; HttpOnly; Max-Age=86400`);
    if (request.url === '/logo') response.setHeader('cache-control', 'max-age=86400').end(`logo of ${name}`);
    else response.setHeader('content-type', 'text/html').end(page(name));
  });
}

function withoutClearing(router: EdgeFunction): EdgeFunction {
  return {
    async run(event) {
      const verdict = await router.run(event);
      if (verdict.kind === 'respond') delete verdict.response.headers['clear-site-data'];
      return verdict;
    },
  };
}
