// Runs inside a LocalLambda's worker: imports the bundle once (the cold start), then answers one invocation at a time.
// Plain JavaScript, because a worker starts without the TypeScript loader of its parent.
import { parentPort, workerData } from 'node:worker_threads';

const { file, ahead } = workerData;
const machineTime = Date.now;

// The clock of the local cloud.
globalThis.Date = class extends Date {
  static now() {
    return machineTime() + ahead[0];
  }
  constructor(...given) {
    super(...(given.length > 0 ? given : [Date.now()]));
  }
};

const { handler } = await import(file);
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
