import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

/** How a function is set up. */
export interface LambdaOptions {
  /** The built bundle; exports `handler`. */
  file: string;
  /** All of its environment variables: nothing of this process leaks in. */
  env: Readonly<Record<string, string>>;
  /** Takes each line that the function prints. */
  print: (line: string) => void;
}

interface WorkerAnswer {
  id: string;
  result?: unknown;
  error?: string;
}

/** Thrown when the function threw, or its environment ended: what Lambda would report as a function error. */
export class FunctionError extends Error {
  override name = 'FunctionError';
}

/**
 * A Lambda function on this machine: the deployed bundle in a thread with variables of its own. There is one
 * environment, warm until it ends; the next invocation then is a cold start.
 */
export class LocalLambda {
  readonly #options: LambdaOptions;
  #environment: Promise<Worker> | undefined;

  private constructor(options: LambdaOptions) {
    this.#options = options;
  }

  /** Cold start: resolves when the bundle is loaded, and rejects with what it threw meanwhile. */
  static async start(options: LambdaOptions): Promise<LocalLambda> {
    const lambda = new LocalLambda(options);
    await lambda.#warm();
    return lambda;
  }

  /** One invocation. Rejects with a FunctionError when the handler threw or the environment ended under it. */
  async invoke(event: unknown): Promise<unknown> {
    const worker = await this.#warm();
    const id = randomUUID();
    return new Promise((resolve, reject) => {
      const take = (answer: WorkerAnswer) => {
        if (answer.id !== id) return;
        worker.off('message', take).off('exit', end);
        if (answer.error === undefined) resolve(answer.result);
        else reject(new FunctionError(answer.error));
      };
      const end = () => reject(new FunctionError('the environment ended before it answered'));
      worker.on('message', take).on('exit', end);
      worker.postMessage({ id, event, context: { awsRequestId: id } });
    });
  }

  /** Ends the environment at once, whatever it is doing. */
  async dispose(): Promise<void> {
    // A cold start that failed has ended by itself.
    const worker = await this.#environment?.catch(() => undefined);
    await worker?.terminate();
  }

  #warm(): Promise<Worker> {
    this.#environment ??= coldStart(this.#options, () => {
      this.#environment = undefined;
    });
    return this.#environment;
  }
}

async function coldStart({ file, env, print }: LambdaOptions, onExit: () => void): Promise<Worker> {
  const worker = new Worker(new URL('./lambda-runtime.mjs', import.meta.url), {
    env: { ...env },
    workerData: { file: pathToFileURL(file).href },
    // The loader of this process is not for the bundle, which is plain JavaScript.
    execArgv: ['--no-warnings'],
    stdout: true,
    stderr: true,
  });
  for (const stream of [worker.stdout, worker.stderr]) createInterface({ input: stream }).on('line', print);
  worker.on('error', (error) => print(String(error)));
  worker.on('exit', onExit);
  await new Promise<void>((resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', () => reject(new FunctionError('the environment ended before it was ready')));
    worker.once('message', () => resolve());
  });
  return worker;
}
