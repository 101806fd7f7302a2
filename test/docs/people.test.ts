import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tool } from '../support/tools/tools.ts';

const PAGE = readFileSync('docs/use/people.md', 'utf8');

/** The blocks of code in the section of a heading. */
function blocksOf(heading: string): string[] {
  const [, section = ''] = new RegExp(`^## ${heading}\\n([\\s\\S]*?)(?=^## )`, 'm').exec(PAGE) ?? [];
  return [...section.matchAll(/^```[a-z]+\n([\s\S]*?)^```/gm)].map(([, block = '']) => block);
}

const [EDGE_JS = '', EXPRESS = '', FASTIFY = '', SOCKETS = ''] = blocksOf('Express and Fastify');
const [WSGI = ''] = blocksOf('Flask and Django');
const [ASGI = ''] = blocksOf('FastAPI');

/** `app.use` of Express in three lines; what the sample calls of request and response is Node's own. */
const NODE_SERVER = `
import { createServer } from 'node:http';
import { cameThroughTheEdge } from './edge.mjs';
let check;
const app = { use: (middleware) => { check = middleware; } };
${EXPRESS}
const server = createServer((request, response) =>
  check(request, response, () => response.end(String(request.user ?? 'None'))));
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
`;

const python = tool(['python3'], 'apt-get install python3');

interface Sample {
  name: string;
  command: string | undefined;
  main: string;
  files: Readonly<Record<string, string>>;
  /** Whether the server reads \`x-proxy-user\` and \`x-proxy_user\` as one name. */
  joins: boolean;
}

const SAMPLES: readonly Sample[] = [
  {
    name: 'Express',
    command: process.execPath,
    main: 'server.mjs',
    files: { 'edge.mjs': EDGE_JS, 'server.mjs': NODE_SERVER },
    joins: false,
  },
  {
    name: 'Flask and Django',
    command: python,
    main: 'wsgi-server.py',
    files: { 'edge.py': WSGI },
    joins: true,
  },
  { name: 'FastAPI', command: python, main: 'asgi-server.py', files: { 'edge.py': ASGI }, joins: false },
];

const folders: string[] = [];
const children: ChildProcess[] = [];

/** Starts a sample with its tokens, and resolves to its port. */
async function start({ command = '', main, files }: Sample, tokens: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'sample-'));
  folders.push(folder);
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  if (main.endsWith('.py')) copyFileSync(join('test/docs/samples', main), join(folder, main));
  const env = { PATH: process.env['PATH'], PYTHONDONTWRITEBYTECODE: '1', PROXY_TOKENS: tokens };
  const child = spawn(command, [join(folder, main)], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const [line] = await once(child.stdout, 'data');
  return Number(String(line));
}

/** The answer to a request with these headers: the person as the app sees it, or a refusal. */
function askAt(port: number, headers: Readonly<Record<string, string>>): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, headers, agent: false }, (response) => {
      let text = '';
      response.on('data', (piece) => {
        text += piece;
      });
      response.on('end', () => resolve(response.statusCode === 200 ? text : `${response.statusCode}`));
    });
    sent.on('error', reject);
    sent.end();
  });
}

const OLD = 'bm90LXRoZS1yZWFs';
const NEW = 'LXRva2VuLW9mLWl0';

afterAll(() => {
  for (const child of children) child.kill();
  for (const folder of folders) rmSync(folder, { recursive: true });
});

for (const sample of SAMPLES) {
  describe.skipIf(sample.command === undefined)(`the sample for ${sample.name}`, () => {
    let port = 0;
    let portWithoutTokens = 0;
    beforeAll(async () => {
      [port, portWithoutTokens] = await Promise.all([start(sample, `${OLD}  ${NEW}`), start(sample, '')]);
    });

    test('names the person of a request that came through the edge, by the old and the new token', async () => {
      for (const token of [OLD, NEW]) {
        const headers = { 'x-proxy-token': token, 'x-proxy-user': 'alice@example.com' };
        expect(await askAt(port, headers)).toBe('alice@example.com');
      }
    });

    test('names no person on a public app', async () => {
      expect(await askAt(port, { 'x-proxy-token': NEW })).toBe('None');
    });

    test('refuses a request past the edge, however its token differs', async () => {
      const tokens = [
        '',
        'wrong',
        `${OLD}x`,
        OLD.slice(1),
        `${OLD}  ${NEW}`,
        `${OLD}, ${OLD}`,
        'é',
        'x'.repeat(4_000),
      ];
      for (const token of tokens) {
        const headers = { 'x-proxy-token': token, 'x-proxy-user': 'alice@example.com' };
        expect([token, await askAt(port, headers)]).toEqual([token, '403']);
      }
      expect(await askAt(port, { 'x-proxy-user': 'alice@example.com' })).toBe('403');
    });

    test('refuses every request if it has no tokens', async () => {
      for (const token of [undefined, '', ' ', OLD]) {
        const headers = token === undefined ? {} : { 'x-proxy-token': token };
        expect(await askAt(portWithoutTokens, { ...headers, 'x-proxy-user': 'alice' })).toBe('403');
      }
    });

    test('is not misled by a mixed spelling of the name', async () => {
      const headers = { 'x-proxy-token': NEW, 'x-proxy-user': 'bob@example.com', 'x-proxy_user': 'alice' };
      expect(await askAt(port, headers)).toBe(sample.joins ? '403' : 'bob@example.com');
    });
  });
}

test.skipIf(python === undefined)('the sample for FastAPI refuses a WebSocket past the edge', async () => {
  const [, , sample] = SAMPLES;
  if (sample === undefined) throw new Error('no sample');
  const port = await start(sample, NEW);
  expect(await askAt(port, { upgrade: 'websocket', connection: 'upgrade' })).toBe('403');
});

describe('the lines that renew a session', () => {
  const [source = ''] = blocksOf('Pages that stay open');

  /** Runs the lines once; `answers` are those of the server, in their order. */
  async function run(...answers: Response[]) {
    const asked: string[] = [];
    let reloads = 0;
    const fetchOnce = (address: string, { method = 'GET' }: RequestInit = {}) => {
      asked.push(`${method} ${address}`);
      return Promise.resolve(answers.shift() ?? Response.error());
    };
    const reload = () => {
      reloads += 1;
    };
    const make = new Function('fetch', 'location', `${source}; return fetchRenewing;`);
    const answer: Response = await make(fetchOnce, { reload })('/cart', { method: 'POST' });
    return { asked, reloads, status: answer.status };
  }

  const ended = () => new Response('', { status: 401, headers: { 'x-proxy-renew': '/_proxy/api/renew' } });
  const ok = () => new Response('');

  test('send the request again after a renewal', async () => {
    const asked = ['POST /cart', 'POST /_proxy/api/renew', 'POST /cart'];
    expect(await run(ended(), ok(), ok())).toEqual({ asked, reloads: 0, status: 200 });
  });

  test('load the page again when the session cannot be renewed', async () => {
    const asked = ['POST /cart', 'POST /_proxy/api/renew'];
    expect(await run(ended(), ended())).toEqual({ asked, reloads: 1, status: 401 });
  });

  test('leave the 401 of the app itself alone', async () => {
    const own = new Response('', { status: 401 });
    expect(await run(own)).toEqual({ asked: ['POST /cart'], reloads: 0, status: 401 });
    expect(await run(ok())).toEqual({ asked: ['POST /cart'], reloads: 0, status: 200 });
  });
});

test('a sample that no test runs is as it was when it was tried by hand', () => {
  const texts = {
    Fastify: FASTIFY,
    WebSockets: SOCKETS,
    'Next.js': blocksOf('Next.js')[0],
    Rails: blocksOf('Rails')[0],
    Go: blocksOf('Go')[0],
    'Spring Boot': blocksOf('Spring Boot')[0],
    nginx: blocksOf('nginx in front')[0],
  };
  const digests = Object.entries(texts).map(([name, text = '']) => [
    name,
    createHash('sha256').update(text).digest('hex').slice(0, 16),
  ]);
  // After a change: run the sample with and without its tokens, as the tests above do, and renew "Tried with" on the page.
  expect(Object.fromEntries(digests)).toEqual({
    Fastify: '46340157e8634002',
    WebSockets: '3b9c3aeae387c89e',
    'Next.js': 'b8cb727647a957be',
    Rails: '08f742d2d1d0ab49',
    Go: 'ce47eb124d7d57d3',
    'Spring Boot': '37095099afb24565',
    nginx: '4d6ce7369ee8a2a1',
  });
});
