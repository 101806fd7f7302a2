import { Buffer } from 'node:buffer';
import { join } from 'node:path';
import { lastLines } from '../../last-lines.ts';
import type { Endpoint } from '../../ports.ts';
import { Ec2Error } from '../api/ec2-error.ts';
import { startGroup } from './child-group.ts';
import { DEMO_APPS, type DemoApp, startDemoApp } from './demo-apps.ts';

/** The program of an instance. */
export type Program =
  /** A demo app in this process, which answers on every port. */
  | { kind: 'demo'; app: DemoApp }
  /** A shell script as a child process, which listens on ports of this machine. */
  | { kind: 'script'; script: string }
  /** A server that already runs on this machine. */
  | { kind: 'external' };

/** The image of an instance that stands for a running server. */
export const EXTERNAL_IMAGE = 'ami-external';

/** Bytes of user data before base64 (EC2 User Guide, "Instance user data": 16 KB). */
const USER_DATA_BYTES = 16_384;

/** Milliseconds that a script has to end when its instance stops. */
const GRACE = 3_000;

/** The program of RunInstances: its user data, or else the image. Throws an Ec2Error for an unknown image or invalid user data. */
export function selectProgram(imageId: string, userData: string | undefined): Program {
  if (userData !== undefined) return { kind: 'script', script: decodeUserData(userData) };
  const app = DEMO_APPS.find((name) => imageId === `ami-${name}`);
  if (app !== undefined) return { kind: 'demo', app };
  if (imageId === EXTERNAL_IMAGE) return { kind: 'external' };
  const images = [...DEMO_APPS.map((name) => `ami-${name}`), EXTERNAL_IMAGE].join(', ');
  throw new Ec2Error(
    'InvalidAMIID.NotFound',
    `The image id '[${imageId}]' does not exist. Use one of ${images}, or pass a script as UserData.`,
  );
}

/** The context of a program. */
export interface ProgramContext {
  instanceId: string;
  /** The value of `PORT` for a script. */
  port: string | undefined;
  /** Folder of the scripts' logs, one file for each instance. */
  logFolder: string;
}

/** A running program. */
export interface RunningProgram {
  /** Where a service port of the instance is served on this machine. */
  address(port: number): Endpoint;
  /** The last lines of its output. Absent for a program without output. */
  printed?(): string[];
  /** Resolves with how it ended. Never resolves for a program that only `stop` ends. */
  exited: Promise<string>;
  /** Ends the program completely. */
  stop(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';

/** Starts a program. Resolves when the demo app listens or the script's shell runs. */
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

/** On EC2, user data runs once and installs services. Here the script is the service, so each start runs it. */
async function startScript(script: string, { instanceId, port, logFolder }: ProgramContext) {
  const logFile = join(logFolder, `${instanceId}.log`);
  const { PORT: _inherited, ...inherited } = process.env;
  const env = port === undefined ? inherited : { ...inherited, PORT: port };
  const group = await startGroup({ script, env, logFile, graceMs: GRACE });
  const exited = group.exited.then((how) => `the command ${how}; its output is in ${logFile}`);
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
    throw new Ec2Error('InvalidUserData.Malformed', 'User data must be a shell script without NUL bytes.');
  }
  return bytes.toString('utf8');
}

function forever(): Promise<never> {
  return new Promise(() => {});
}
