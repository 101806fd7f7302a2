// `import` of node:http also reads `http.WebSocket`, and Node then loads undici, which costs 24 ms of a cold start (Node 22).
// `require` does not.
module.exports = require('node:http');
