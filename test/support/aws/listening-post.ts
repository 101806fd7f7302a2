import { EventEmitter, once } from 'node:events';
import { onTestFinished } from 'vitest';
import { serveOnLoopback } from './loopback.ts';

/** The report of a child process. */
export interface Report {
  text: string;
  /** Resolves when the process has ended; it keeps its connection open until then. */
  gone: Promise<void>;
  /** Answers the process, which then exits. */
  dismiss(): void;
}

/** A server that receives reports from child processes, so that no test has to poll. */
export interface ListeningPost {
  /** JavaScript that reports the value of an expression. It is for `node -e`, so it has no double quotes. */
  report(expression: string): string;
  /** Resolves with the next report. Call it once at a time. */
  next(): Promise<Report>;
}

/** Opens a listening post on 127.0.0.1; it is closed after the test. */
export async function openListeningPost(): Promise<ListeningPost> {
  const reports = new EventEmitter();
  const server = await serveOnLoopback((request, response) => {
    const text = decodeURIComponent(request.url?.slice(1) ?? '');
    const gone = new Promise<void>((resolve) => request.socket.on('close', () => resolve()));
    reports.emit('report', { text, gone, dismiss: () => response.end() } satisfies Report);
  });
  onTestFinished(() => server.close());
  return {
    report: (expression) =>
      `require('http').get('${server.url}/' + encodeURIComponent(${expression})).on('response', () => process.exit())`,
    next: async () => {
      const [report] = await once(reports, 'report');
      return report;
    },
  };
}

/** A shell command that runs JavaScript in the same Node. The code has no double quotes. */
export function nodeCommand(code: string): string {
  return `"${process.execPath}" -e "${code}"`;
}
