import { once } from 'node:events';
import { connect, type Server } from 'node:net';
import type { Scheduler } from './scheduler.ts';

/** Where something answers on this machine. */
export interface Endpoint {
  host: string;
  port: number;
}

/** The port that a server has got. */
export function listeningPort(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Something else listens on the port. */
export class PortInUse extends Error {
  override readonly name = 'PortInUse';

  constructor(host: string, port: number) {
    super(`port ${port} on ${host} is in use: stop what listens there, or choose another with --port N`);
  }
}

/** Milliseconds between two looks at a port. */
const PAUSE_MS = 250;

/** True when something listens on a port of this machine's IPv4 loopback, where the local edge connects. */
export async function isOpen(port: number, host = '127.0.0.1'): Promise<boolean> {
  const socket = connect({ port, host });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    // Nobody listens: the one thing that this asks.
    return false;
  } finally {
    socket.destroy();
  }
}

/** How long to wait for a port, and what ends the wait early. */
export interface Wait {
  patienceMs: number;
  scheduler: Scheduler;
  /** Asked before each look. */
  isOver?: () => boolean | Promise<boolean>;
}

/** Resolves with true as soon as something listens on the port, with false when the patience or the wait is over. */
export async function waitUntilOpen(
  port: number,
  { patienceMs, scheduler, isOver = () => false }: Wait,
): Promise<boolean> {
  const end = scheduler.now() + patienceMs;
  for (;;) {
    if (await isOver()) return false;
    if (await isOpen(port)) return true;
    if (scheduler.now() >= end) return false;
    await new Promise<void>((resolve) => scheduler.after(PAUSE_MS, resolve));
  }
}

/** Why nothing answers on a port: apps often listen on `localhost`, which may be the IPv6 loopback alone. */
export async function describeClosed(port: number): Promise<string> {
  if (await isOpen(port, '::1'))
    return `it listens on [::1]:${port} alone; let it listen on 127.0.0.1 or 0.0.0.0 (for many tools --host 127.0.0.1)`;
  return `nothing listens on port ${port}`;
}
