import { once } from 'node:events';
import { connect, type Server } from 'node:net';
import type { Scheduler } from './scheduler.ts';

/** An address on this machine. */
export interface Endpoint {
  host: string;
  port: number;
}

/** The port that a server listens on. */
export function listeningPort(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Thrown when another program listens on the port. */
export class PortInUseError extends Error {
  override readonly name = 'PortInUseError';

  constructor(host: string, port: number) {
    super(
      `port ${port} on ${host} is in use; stop the program that listens there or choose another port with --port N`,
    );
  }
}

/** Milliseconds between two attempts to connect. */
const PAUSE_MS = 250;

/** The loopback address of a family. The local edge connects to it. */
export type Loopback = '127.0.0.1' | '::1';

/** True when something listens on a port of this machine's loopback. */
export async function isOpen(port: number, host: Loopback = '127.0.0.1'): Promise<boolean> {
  const socket = connect({ port, host });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    // Any failure means that the port is closed.
    return false;
  } finally {
    socket.destroy();
  }
}

/** How long to wait for a port, and what ends the wait early. */
export interface Wait {
  patienceMs: number;
  scheduler: Scheduler;
  /** Called before each attempt. */
  isOver?: () => boolean | Promise<boolean>;
  host?: Loopback;
}

/** Waits until something listens on the port. Resolves with false after the patience or when `isOver` says so. */
export async function waitUntilOpen(
  port: number,
  { patienceMs, scheduler, isOver = () => false, host }: Wait,
): Promise<boolean> {
  const end = scheduler.now() + patienceMs;
  for (;;) {
    if (await isOver()) return false;
    if (await isOpen(port, host)) return true;
    if (scheduler.now() >= end) return false;
    await new Promise<void>((resolve) => scheduler.after(PAUSE_MS, resolve));
  }
}

/** Explains a closed port. Apps often listen on `localhost`, which may mean only one of the loopback addresses. */
export async function describeClosed(port: number, host: Loopback = '127.0.0.1'): Promise<string> {
  if (host === '127.0.0.1' && (await isOpen(port, '::1')))
    return `the app listens only on [::1]:${port}; make it listen on 127.0.0.1 or 0.0.0.0 (many tools take --host 127.0.0.1)`;
  if (host === '::1' && (await isOpen(port)))
    return `the app listens only on 127.0.0.1:${port}; make it listen on :: or ::1 (many tools take --host ::)`;
  return `nothing listens on port ${port}`;
}
