"""What nginx's ``auth_request`` asks: answers 204 where the officer in X-Officer may use the tool, else 403.

Needs ``access_question.py`` beside it, and ACCESS_SERVER, ACCESS_TOKEN, ACCESS_TOOL and ACCESS_VERSION in the
environment.  It believes X-Officer: it listens on this machine only, for nginx, which sets it.
"""

import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from access_question import Gate, ask

GATE = Gate.from_environment(os.environ)


class Check(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 10

    def do_GET(self) -> None:
        answer = ask(GATE, self.headers.get("X-Officer"), self.headers.get("X-Purpose"))
        self.send_response(204 if answer.allowed else 403)
        self.send_header("X-Access-Grounds", " ".join(answer.grounds))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Write no log: who asked what is on record with the server."""


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Check).serve_forever()
