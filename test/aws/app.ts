/** The first port of the test app. It is not 80, so that a port in the Host header shows. */
export const APP_PORT = 3000;

/** A port that the app opens only after `GET /listen`. */
export const LATE_PORT = 3001;

/** The first message of its WebSocket. */
export const GREETING = 'hello from the instance';

/**
 * The test app as a start script of Amazon Linux, which has Python. It reports the request, and knows enough of WebSocket (RFC
 * 6455 §4.2.2, §5.2) to send a greeting. It is a service, so that it runs again after a restart of the instance.
 */
export const USER_DATA = `#!/bin/bash
cat >/opt/app.py <<'PYTHON'
import base64, hashlib, json, socket, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class App(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def do_GET(self):
        if self.headers.get('sec-websocket-key'):
            return self.greet()
        if self.path == '/listen':
            threading.Thread(target=serve, args=(${LATE_PORT},), daemon=True).start()
        told = {'path': self.path, 'peer': self.client_address[0], 'headers': {k.lower(): v for k, v in self.headers.items()}}
        body = json.dumps(told).encode()
        self.send_response(200)
        self.send_header('content-type', 'application/json')
        self.send_header('content-length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def greet(self):
        key = self.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
        self.send_response(101)
        self.send_header('upgrade', 'websocket')
        self.send_header('connection', 'upgrade')
        self.send_header('sec-websocket-accept', base64.b64encode(hashlib.sha1(key.encode()).digest()).decode())
        self.end_headers()
        text = b'${GREETING}'
        self.wfile.write(bytes([0x81, len(text)]) + text)
        self.wfile.flush()
        self.rfile.read(1)
        self.close_connection = True

class Server(ThreadingHTTPServer):
    address_family = socket.AF_INET6

def serve(port):
    # Both families: Linux takes IPv4 on :: too.
    Server(('::', port), App).serve_forever()

serve(${APP_PORT})
PYTHON
cat >/etc/systemd/system/app.service <<'UNIT'
[Service]
ExecStart=/usr/bin/python3 /opt/app.py
Restart=always
[Install]
WantedBy=multi-user.target
UNIT
systemctl daemon-reload
systemctl enable --now app
`;
