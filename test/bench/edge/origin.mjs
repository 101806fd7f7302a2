// The origin of the local-edge bench. Prints its port. It answers one kilobyte to each request head and does nothing else, so
// that the load on the machine is the proxy's. Plain JavaScript: it needs no loader.
import { createServer } from 'node:net';

const ANSWER = Buffer.from(
  `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 1024\r\n\r\n${'x'.repeat(1024)}`,
);

const server = createServer((socket) => {
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes) => {
    const requests = bytes.toString('latin1').split('\r\n\r\n').length - 1;
    for (let i = 0; i < requests; i++) socket.write(ANSWER);
  });
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
