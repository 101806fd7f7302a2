// Runs inside a LocalLambda's worker: imports the bundle once (the cold start), then answers one invocation at a time.
// Plain JavaScript, because a worker starts without the TypeScript loader of its parent.
import { parentPort, workerData } from 'node:worker_threads';

const { handler } = await import(workerData.file);
parentPort.on('message', async ({ id, event, context }) => {
  try {
    parentPort.postMessage({ id, result: await handler(event, context) });
  } catch (error) {
    parentPort.postMessage({
      id,
      error: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    });
  }
});
parentPort.postMessage({ ready: true });
