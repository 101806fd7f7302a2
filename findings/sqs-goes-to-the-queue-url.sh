#!/usr/bin/env bash
# @aws-sdk/client-sqs 3.1169.0 sends a request to the host of its QueueUrl although AWS_ENDPOINT_URL_SQS names another endpoint, with a warning on the
# console. `useQueueUrlAsEndpoint: false`, or an endpoint in the code, turns it off. A stand-in whose queue URLs name another host would be passed by; the
# local cloud gives both the same server.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @aws-sdk/client-sqs@3.1169.0
cat > send.mjs <<'JS'
import { createServer } from 'node:http';
import { once } from 'node:events';
import { ChangeMessageVisibilityCommand, SQSClient } from '@aws-sdk/client-sqs';

const serve = async (name, heard) => {
  const server = createServer((_, response) => { heard.push(name); response.setHeader('content-type', 'application/x-amz-json-1.0').end('{}'); });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
};
console.warn = () => console.log('a warning');
for (const useQueueUrlAsEndpoint of [undefined, false]) {
  const heard = [];
  const [endpoint, queue] = [await serve('the endpoint', heard), await serve("the queue URL's host", heard)];
  const url = (server) => `http://127.0.0.1:${server.address().port}`;
  process.env.AWS_ENDPOINT_URL_SQS = url(endpoint);
  const client = new SQSClient({ region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' }, ...(useQueueUrlAsEndpoint === false ? { useQueueUrlAsEndpoint } : {}) });
  await client.send(new ChangeMessageVisibilityCommand({ QueueUrl: `${url(queue)}/111122223333/fleet.fifo`, ReceiptHandle: 'r', VisibilityTimeout: 5 }));
  console.log(`useQueueUrlAsEndpoint ${useQueueUrlAsEndpoint}:`, heard.join());
  for (const server of [endpoint, queue]) { server.closeAllConnections(); server.close(); }
}
JS
node send.mjs | tee seen
diff seen - <<'END' || { echo 'the request goes elsewhere now'; exit 1; }
a warning
useQueueUrlAsEndpoint undefined: the queue URL's host
useQueueUrlAsEndpoint false: the endpoint
END
