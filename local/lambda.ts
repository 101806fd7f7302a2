import { randomUUID } from 'node:crypto';
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

interface Answer {
  id?: string;
  ready?: true;
  result?: unknown;
  error?: string;
}

/** Thrown when the function threw: what Lambda would report as a function error. */
export class FunctionError extends Error {
  override name = 'FunctionError';
}

/** One warm environment of a Lambda function on this machine: the deployed bundle in a thread with its own variables. */
export class LocalLambda {
  readonly #worker: Worker;
  readonly #waiting = new Map<string, (answer: Answer) => void>();

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', (answer: Answer) => this.#take(answer));
  }

  /** Cold start: resolves when the bundle is loaded. */
  static async start({ file, env, print }: LambdaOptions): Promise<LocalLambda> {
    const worker = new Worker(new URL('./lambda-runtime.mjs', import.meta.url), {
      env: { ...env },
      workerData: { file: pathToFileURL(file).href },
      // The loader of this process is not for the bundle, which is plain JavaScript.
      execArgv: ['--no-warnings'],
      stdout: true,
      stderr: true,
    });
    for (const stream of [worker.stdout, worker.stderr]) eachLine(stream, print);
    await new Promise<void>((resolve, reject) => {
      worker.once('error', reject);
      worker.once('message', () => resolve());
    });
    return new LocalLambda(worker);
  }

  /** One invocation. Rejects with a FunctionError when the handler threw or the environment is gone. */
  async invoke(event: unknown): Promise<unknown> {
    const id = randomUUID();
    const answer = await new Promise<Answer>((resolve) => {
      this.#waiting.set(id, resolve);
      this.#worker.once('exit', () => resolve({ id, error: 'the environment ended' }));
      this.#worker.postMessage({ id, event, context: { awsRequestId: id } });
    });
    this.#worker.removeAllListeners('exit');
    if (answer.error !== undefined) throw new FunctionError(answer.error);
    return answer.result;
  }

  /** Ends the environment at once, whatever it is doing. */
  async dispose(): Promise<void> {
    await this.#worker.terminate();
  }

  #take(answer: Answer): void {
    const id = answer.id ?? '';
    this.#waiting.get(id)?.(answer);
    this.#waiting.delete(id);
  }
}

function eachLine(stream: NodeJS.ReadableStream, print: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) print(line);
  });
}
