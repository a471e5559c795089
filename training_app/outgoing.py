"""Calls that this installation makes to others: bounded in time and size, never following where they point.

Nothing of `http_proxy` and the like is read: a receiver is in the agency's own network, and what is sent is signed.
"""

import socket
import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTP_PORT, HTTPS_PORT, HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import SplitResult, urlsplit

SECONDS_FOR_EACH_STEP = 5.0
"""To connect, and for any silence afterwards."""
SECONDS_IN_ALL = 15.0
MOST_BYTES_OF_ANSWER = 4096


class Unreached(Exception):
    """No whole answer came; the text says what happened instead."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes
    """As much of it as was asked for."""


def post(url: str, body: bytes, headers: dict[str, str]) -> Answer:
    """Return the answer to a POST; see `call`."""
    return call("POST", url, body, headers)


def call(
    method: str, url: str, body: bytes | None, headers: dict[str, str], *, most_bytes: int = MOST_BYTES_OF_ANSWER
) -> Answer:
    """Return the answer to a request, with the first *most_bytes* of its body.

    :raises Unreached: if there is none within `SECONDS_IN_ALL`, or it is no HTTP.
    """
    parts = urlsplit(url)
    connection = _connection(parts.scheme, parts.hostname or "", parts.port)
    try:
        connection.connect()
    except (OSError, ValueError) as error:
        connection.close()
        raise Unreached(_described(error)) from None
    late = threading.Event()
    end = threading.Timer(SECONDS_IN_ALL, _cut, [connection.sock, late])
    end.daemon = True
    end.start()
    try:
        connection.request(method, _target(parts), body, {**headers, "Connection": "close"})
        response = connection.getresponse()
        answer = Answer(response.status, response.read(most_bytes))
    except (OSError, HTTPException, ValueError) as error:
        raise Unreached(_late() if late.is_set() else _described(error)) from None
    finally:
        end.cancel()
        connection.close()
    if late.is_set():
        raise Unreached(_late())  # what came may be half an answer, and look like a whole one
    return answer


def _target(parts: SplitResult) -> str:
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


def _connection(scheme: str, host: str, port: int | None) -> HTTPConnection:
    # The port is always said: of an address of IPv6 without one, http.client takes the last group for the port.
    if scheme == "https":
        context = ssl.create_default_context()
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return HTTPSConnection(host, port or HTTPS_PORT, timeout=SECONDS_FOR_EACH_STEP, context=context)
    return HTTPConnection(host, port or HTTP_PORT, timeout=SECONDS_FOR_EACH_STEP)


def _cut(connected: socket.socket, late: threading.Event) -> None:
    """End a call that goes on byte by byte: whoever reads then finds the connection closed."""
    late.set()
    with suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)


def _late() -> str:
    return f"No whole answer within {SECONDS_IN_ALL:g} seconds"


def _described(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
