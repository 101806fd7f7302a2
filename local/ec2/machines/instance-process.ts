import { Buffer } from 'node:buffer';
import { join } from 'node:path';
import { lastLines } from '../../last-lines.ts';
import type { Endpoint } from '../../ports.ts';
import { Ec2Error } from '../api/ec2-error.ts';
import { startGroup } from './child-group.ts';
import { DEMO_APPS, type DemoApp, startDemoApp } from './demo-apps.ts';

/** What runs on an instance. */
export type Program =
  /** A demo app in this process, the same on every port. */
  | { kind: 'demo'; app: DemoApp }
  /** A shell script as a child process; listens on this machine's own ports. */
  | { kind: 'script'; script: string }
  /** Something that runs on this machine already. */
  | { kind: 'external' };

/** The image of an instance that stands for something already running. */
export const EXTERNAL_IMAGE = 'ami-external';

/** Bytes of user data before base64 (EC2 User Guide, "Instance user data": 16 KB). */
const USER_DATA_BYTES = 16_384;

/** Milliseconds that a script has to end by itself when its instance stops. */
const GRACE = 3_000;

/**
 * What RunInstances asks to run: user data when there is any, else what the image holds.
 * Throws an Ec2Error for an image that is not there and for user data that EC2 refuses.
 */
export function selectProgram(imageId: string, userData: string | undefined): Program {
  if (userData !== undefined) return { kind: 'script', script: decodeUserData(userData) };
  const app = DEMO_APPS.find((name) => imageId === `ami-${name}`);
  if (app !== undefined) return { kind: 'demo', app };
  if (imageId === EXTERNAL_IMAGE) return { kind: 'external' };
  const images = [...DEMO_APPS.map((name) => `ami-${name}`), EXTERNAL_IMAGE].join(', ');
  throw new Ec2Error(
    'InvalidAMIID.NotFound',
    `The image id '[${imageId}]' does not exist. Use one of ${images}, or give UserData to run.`,
  );
}

/** Where a program runs. */
export interface ProgramContext {
  instanceId: string;
  /** What a script finds in `PORT`. */
  port: string | undefined;
  /** Folder of the scripts' logs: one file an instance. */
  logFolder: string;
}

/** A program that runs. */
export interface RunningProgram {
  /** Where a service port of the instance is served on this machine. */
  address(port: number): Endpoint;
  /** The last lines that it printed; absent where no one prints. */
  printed?(): string[];
  /** Resolves with the way it ended; stays pending for one that only `stop` ends. */
  exited: Promise<string>;
  /** Resolves when nothing of it is left. */
  stop(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';

/** Starts a program; resolves when a demo app listens, or a script's shell runs. */
export async function startProgram(program: Program, context: ProgramContext): Promise<RunningProgram> {
  switch (program.kind) {
    case 'demo': {
      const { port, close } = await startDemoApp(program.app, context.instanceId);
      return { address: () => ({ host: LOOPBACK, port }), exited: forever(), stop: close };
    }
    case 'script': {
      const { exited, printed, stop } = await startScript(program.script, context);
      return { address: (port) => ({ host: LOOPBACK, port }), printed, exited, stop };
    }
    case 'external':
      return {
        address: (port) => ({ host: LOOPBACK, port }),
        exited: forever(),
        stop: () => Promise.resolve(),
      };
    default:
      return program satisfies never;
  }
}

/** On EC2 user data runs once and leaves services behind; here the script is the service, so each start runs it. */
async function startScript(script: string, { instanceId, port, logFolder }: ProgramContext) {
  const logFile = join(logFolder, `${instanceId}.log`);
  const { PORT: _inherited, ...inherited } = process.env;
  const env = port === undefined ? inherited : { ...inherited, PORT: port };
  const group = await startGroup({ script, env, logFile, graceMs: GRACE });
  const exited = group.exited.then((how) => `the script ${how}; what it printed is in ${logFile}`);
  return { exited, printed: () => lastLines(group.printed()), stop: group.stop };
}

function decodeUserData(userData: string): string {
  const compact = userData.replaceAll(/\s/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(compact) || compact.length % 4 !== 0) {
    throw new Ec2Error('InvalidUserData.Malformed', 'Invalid BASE64 encoding of user data.');
  }
  const bytes = Buffer.from(compact, 'base64');
  if (bytes.length > USER_DATA_BYTES) {
    throw new Ec2Error('InvalidParameterValue', `User data is limited to ${USER_DATA_BYTES} bytes`);
  }
  if (bytes.includes(0)) {
    throw new Ec2Error('InvalidUserData.Malformed', 'User data is a shell script here: it has no NUL byte.');
  }
  return bytes.toString('utf8');
}

function forever(): Promise<never> {
  return new Promise(() => {});
}
