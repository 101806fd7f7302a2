"""Serves the sample for Flask and Django by Python's own server. The app answers with the person."""
from wsgiref.simple_server import WSGIRequestHandler, make_server

from edge import EdgePerson


def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(environ["edge.user"]).encode()]


class Quiet(WSGIRequestHandler):
    def log_message(self, *given):
        pass


server = make_server("127.0.0.1", 0, EdgePerson(app), handler_class=Quiet)
print(server.server_port, flush=True)
server.serve_forever()
