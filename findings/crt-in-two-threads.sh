#!/usr/bin/env bash
# aws-crt 1.33.2: the native module keeps the constructors of its classes once for the process, not for each thread. Two worker threads load it, and both make credentials.
# When one thread has ended, the other cannot make any: N-API refuses, and the error names neither thread nor cause. A thread that begins later can, and then the first can again.
# In our local cloud only the updater loads the module, in a thread of its own, and its next environment begins after the end of the one before.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund aws-crt@1.33.2
cat > see.cjs <<'JS'
const { Worker, isMainThread, parentPort } = require('node:worker_threads');
if (isMainThread) main();
else {
  const { auth } = require('aws-crt');
  parentPort.on('message', () => {
    try {
      auth.AwsCredentialsProvider.newStatic('AKIDEXAMPLE', 'example');
      parentPort.postMessage('makes credentials');
    } catch (error) {
      parentPort.postMessage(error.message);
    }
  });
}
async function main() {
  const ask = (thread) =>
    new Promise((answer) => {
      thread.once('message', answer);
      thread.postMessage('make');
    });
  const first = new Worker(__filename);
  console.log(`first: ${await ask(first)}`);
  const second = new Worker(__filename);
  console.log(`second: ${await ask(second)}`);
  console.log(`first, beside the second: ${await ask(first)}`);
  await second.terminate();
  console.log(`first, after the end of the second: ${await ask(first)}`);
  const third = new Worker(__filename);
  console.log(`third: ${await ask(third)}`);
  console.log(`first, beside the third: ${await ask(first)}`);
  process.exit(0);
}
JS
node see.cjs 2>warnings | tee seen
diff - seen <<'SEEN'
first: makes credentials
second: makes credentials
first, beside the second: makes credentials
first, after the end of the second: Failed to construct class-bound object
third: makes credentials
first, beside the third: makes credentials
SEEN
