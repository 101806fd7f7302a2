import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';
import { executablePath, FLAGS } from '../../tools/browser.ts';

/** One tab. */
export interface PlainTab {
  /** Begins to load an address. */
  open(address: string): Promise<void>;
  /** The value of an expression, or of its promise, on the page that is shown now. Undefined while a page is replaced. */
  evaluate(expression: string): Promise<unknown>;
}

/** Chromium as a person has it. */
export interface PlainChromium {
  tab: PlainTab;
  close(): Promise<void>;
}

/**
 * Starts Chromium without Playwright, which attaches DevTools to every service worker: such a worker keeps running after its
 * registration has been cleared.
 */
export async function launchPlainChromium(): Promise<PlainChromium> {
  const folder = await mkdtemp(join(tmpdir(), 'edge-proxy-chromium-'));
  const flags = [...FLAGS, '--remote-debugging-port=0', `--user-data-dir=${folder}`, 'about:blank'];
  // Debian's executable is a script that waits for the browser, so both are one group of processes.
  const child = spawn(executablePath ?? '', flags, { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  const ended = once(child, 'exit');
  let api = '';
  for await (const line of createInterface(child.stderr)) {
    api = /DevTools listening on ws:\/\/([^/]+)/.exec(line)?.[1] ?? '';
    if (api !== '') break;
  }
  child.stderr.resume();
  const answer = await fetch(`http://${api}/json/new`, { method: 'PUT' });
  const { webSocketDebuggerUrl } = (await answer.json()) as { webSocketDebuggerUrl: string };
  const socket = new WebSocket(webSocketDebuggerUrl);
  await once(socket, 'open');
  return {
    tab: tabOn(socket),
    async close() {
      socket.terminate();
      if (child.pid !== undefined) process.kill(-child.pid);
      await ended;
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

interface Reply {
  id?: number;
  result?: { result?: { value?: unknown } };
}

/** The Chrome DevTools Protocol of one page. */
function tabOn(socket: WebSocket): PlainTab {
  const waiting = new Map<number, (reply: Reply) => void>();
  socket.on('message', (data) => {
    const reply = JSON.parse(String(data)) as Reply;
    if (reply.id !== undefined) waiting.get(reply.id)?.(reply);
  });
  let last = 0;
  const call = (method: string, params: object) =>
    new Promise<Reply>((resolve) => {
      waiting.set(++last, resolve);
      socket.send(JSON.stringify({ id: last, method, params }));
    });
  return {
    open: async (url) => void (await call('Page.navigate', { url })),
    async evaluate(expression) {
      const reply = await call('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
      return reply.result?.result?.value;
    },
  };
}
