import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { LocalClock } from './local-clock.ts';

/** The settings of a function. */
export interface LambdaOptions {
  /** The built bundle, which exports `handler`; or a function that builds it, called once, at the first cold start. */
  file: string | (() => Promise<string>);
  /** All of its environment variables. It inherits none from this process. */
  env: Readonly<Record<string, string>>;
  /** Receives each line that the function prints. */
  print: (line: string) => void;
  /** Default: that of this machine. */
  clock?: LocalClock;
}

interface WorkerAnswer {
  id: string;
  result?: unknown;
  error?: string;
}

/** Thrown when the function threw or its environment ended. Lambda reports both as a function error. */
export class FunctionError extends Error {
  override name = 'FunctionError';
}

/**
 * A Lambda function on this machine: the deployed bundle in a thread with its own variables. It has one environment, which stays
 * warm until it ends. The next invocation is then a cold start.
 */
export class LocalLambda {
  readonly #options: LambdaOptions;
  #file: Promise<string> | undefined;
  #environment: Promise<Worker> | undefined;

  constructor(options: LambdaOptions) {
    this.#options = options;
  }

  /** Performs a cold start, unless the environment is warm. Rejects with the error that the bundle threw while it loaded. */
  async warm(): Promise<void> {
    await this.#findEnvironment();
  }

  /** Invokes the function. Rejects with a FunctionError if the handler threw or the environment ended. */
  async invoke(event: unknown): Promise<unknown> {
    const worker = await this.#findEnvironment();
    const id = randomUUID();
    return new Promise((resolve, reject) => {
      const take = (answer: WorkerAnswer) => {
        if (answer.id !== id) return;
        worker.off('message', take).off('exit', end);
        if (answer.error === undefined) resolve(answer.result);
        else reject(new FunctionError(answer.error));
      };
      const end = () => reject(new FunctionError('the Lambda environment ended before it answered'));
      worker.on('message', take).on('exit', end);
      worker.postMessage({ id, event, context: { awsRequestId: id } });
    });
  }

  /** Ends the environment at once. */
  async dispose(): Promise<void> {
    // A failed cold start has ended by itself.
    const worker = await this.#environment?.catch(() => undefined);
    await worker?.terminate();
  }

  #findEnvironment(): Promise<Worker> {
    this.#environment ??= this.#startCold();
    return this.#environment;
  }

  async #startCold(): Promise<Worker> {
    const { file } = this.#options;
    this.#file ??= typeof file === 'string' ? Promise.resolve(file) : file();
    const onExit = () => {
      this.#environment = undefined;
    };
    return coldStart({ ...this.#options, file: await this.#file, onExit });
  }
}

interface ColdStart extends LambdaOptions {
  file: string;
  onExit: () => void;
}

async function coldStart({ file, env, print, clock = new LocalClock(), onExit }: ColdStart): Promise<Worker> {
  const worker = new Worker(new URL('./lambda-runtime.mjs', import.meta.url), {
    env: { ...env },
    workerData: { file: pathToFileURL(file).href, ahead: clock.ahead },
    // The bundle is plain JavaScript and does not need the loader of this process.
    execArgv: ['--no-warnings'],
    stdout: true,
    stderr: true,
  });
  for (const stream of [worker.stdout, worker.stderr]) createInterface({ input: stream }).on('line', print);
  worker.on('error', (error) => print(String(error)));
  worker.on('exit', onExit);
  await new Promise<void>((resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', () => reject(new FunctionError('the Lambda environment ended before it was ready')));
    worker.once('message', () => resolve());
  });
  return worker;
}
