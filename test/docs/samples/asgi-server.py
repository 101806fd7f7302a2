"""Serves the sample for FastAPI: each request becomes a scope of ASGI, and an upgrade a WebSocket's. The app answers with the person."""
import asyncio
from http.server import BaseHTTPRequestHandler, HTTPServer

from edge import EdgePerson


async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        return await send({"type": "lifespan.startup.complete"})
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(scope["state"]["user"]).encode()})


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        names = [(name.lower().encode("latin-1"), text.encode("latin-1")) for name, text in self.headers.items()]
        kind = "websocket" if self.headers["upgrade"] else "http"
        sent = []

        async def send(message):
            sent.append(message)

        asyncio.run(EdgePerson(app)({"type": kind, "headers": names}, None, send))
        # A server answers 403 to a WebSocket that is closed before it is accepted, and 500 to messages of the wrong kind.
        expected = {"http": "http.response.start", "websocket": "websocket.close"}[kind]
        status = sent[0].get("status", 403) if sent[0]["type"] == expected else 500
        self.send_response(status)
        self.end_headers()
        self.wfile.write(sent[-1].get("body", b""))

    def log_message(self, *given):
        pass


started = []


async def start(message):
    started.append(message["type"])


asyncio.run(EdgePerson(app)({"type": "lifespan"}, None, start))
assert started == ["lifespan.startup.complete"]
server = HTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
