"""A tool behind the WSGI example, served on the port that the command line names; who is signed in: see `asgi_tool`."""

import os
import sys
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

sys.path.insert(0, str(Path(__file__).parents[2] / "examples"))

from access_question import Gate
from wsgi_gate import WsgiGate


def tool(_environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"the tool"]


class Quiet(WSGIRequestHandler):
    def log_message(self, *_arguments):
        """Say nothing."""


def officer_of(environ):
    return environ.get("HTTP_X_OFFICER")


if __name__ == "__main__":
    app = WsgiGate(tool, Gate.from_environment(os.environ), officer_of)
    make_server("127.0.0.1", int(sys.argv[1]), app, handler_class=Quiet).serve_forever()
