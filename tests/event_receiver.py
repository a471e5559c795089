"""A receiver of security events, in a process of its own: it trusts nothing but the published keys.

What it does with a token depends on the first part of the path that it is pushed to; what follows tells tests apart.
It verifies with another library than the one that signs.
"""

import json
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from typing import Any

import jwt

from tests.patience import PATIENCE_SECONDS
from tests.processes import PROCESSES


class Receiver(BaseHTTPRequestHandler):
    keys: dict[str, Any]
    taken: list[dict[str, Any]]
    asked: Counter[str]
    ended: threading.Event

    def do_GET(self) -> None:
        """Tell what was received: the claims of each token in their order, and how often each path was asked."""
        self._answer(200, {"taken": self.taken, "asked": self.asked})

    def do_POST(self) -> None:
        token = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.asked[self.path] += 1
        match f"/{self.path.split('/')[1]}":
            case "/broken":
                self._answer(500, {})
            case "/busy":
                self._answer(429, {})
            case "/moved":
                self.send_response(307)
                self.send_header("Location", "/taken")
                self.send_header("Content-Length", "0")
                self.end_headers()
            case "/refuses":
                self._answer(400, {"err": "invalid_audience", "description": "Not\x00 for us"})
            case "/garbage":
                self.wfile.write(b"\x16\x03\x01 this is no HTTP\r\n\r\n")
            case "/dribbles":
                self._dribble()
            case "/hangs-first" if self.asked[self.path] == 1:
                self.ended.wait(PATIENCE_SECONDS)
            case "/broken-twice" if self.asked[self.path] <= 2:
                self._answer(503, {})
            case _:
                self._take(token)

    def _take(self, token: str) -> None:
        header = jwt.get_unverified_header(token)
        [key] = [one for one in self.keys["keys"] if one["kid"] == header["kid"]]
        claims = jwt.decode(
            token,
            jwt.PyJWK(key),
            algorithms=["RS256"],
            options={"verify_aud": False, "require": ["iss", "iat", "jti", "aud"]},
        )
        if header["typ"] != "secevent+jwt" or self.headers["Content-Type"] != "application/secevent+jwt":
            self._answer(400, {"err": "invalid_request"})
            return
        self.taken.append({**claims, "authorization": self.headers["Authorization"]})
        self._answer(202, None)

    def _dribble(self) -> None:
        self.wfile.write(b"HTTP/1.1 202 Accepted\r\n")
        while not self.ended.wait(0.05):
            try:
                self.wfile.write(b"X-More: of the same\r\n"[:1])
            except OSError:
                return

    def _answer(self, status: int, body: Any) -> None:
        sent = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, *_: Any) -> None:
        return


def serve(keys: dict[str, Any], pipe: Connection) -> None:
    """Serve until something is sent through *pipe*; the port goes through it first."""
    Receiver.keys, Receiver.taken, Receiver.asked, Receiver.ended = keys, [], Counter(), threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    pipe.send(server.server_port)
    pipe.recv()
    Receiver.ended.set()
    server.shutdown()


class At:
    """Where the receiver is, and what it has."""

    def __init__(self, port: int) -> None:
        self.port = port

    def path(self, name: str) -> str:
        return f"http://127.0.0.1:{self.port}/{name}"

    def _state(self) -> dict[str, Any]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        connection.request("GET", "/")
        state: dict[str, Any] = json.load(connection.getresponse())
        connection.close()
        return state

    @property
    def taken(self) -> list[dict[str, Any]]:
        return self._state()["taken"]

    def asked(self, name: str) -> int:
        return self._state()["asked"].get(f"/{name}", 0)


@contextmanager
def receiving(keys: dict[str, Any]) -> Iterator[At]:
    """Give a receiver that trusts *keys*."""
    ours, theirs = PROCESSES.Pipe()
    process = PROCESSES.Process(target=serve, args=(keys, theirs))
    process.start()
    try:
        yield At(ours.recv())
    finally:
        ours.send("end")
        process.join()


def nobody_listens() -> int:
    """Return a port of this machine that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
