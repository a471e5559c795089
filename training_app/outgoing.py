"""Calls that this installation makes to others: bounded in time and size, never following where they point.

Nothing of `http_proxy` and the like is read: a receiver is in the agency's own network, and what is sent is signed.
"""

import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTP_PORT, HTTPS_PORT, HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

SECONDS_FOR_EACH_STEP = 5.0
"""To connect, and for any silence afterwards."""
SECONDS_IN_ALL = 15.0
MOST_BYTES_OF_ANSWER = 4096

Allowed = Callable[[str, ipaddress.IPv4Address | ipaddress.IPv6Address], bool]
"""Whether a host may be called at one of the addresses that its name stands for."""


class Unreached(Exception):
    """No whole answer came; the text says what happened instead."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes
    """As much of it as was asked for."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""
    cut: bool = False
    """Whether there was more of the body."""


def at_any_address(_host: str, _address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    return True


def is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Return whether an address is one of the internet, wherever it stands inside another kind of address."""
    if isinstance(address, ipaddress.IPv6Address):
        if any(address in one for one in _OF_A_SITE):
            return False
        inside = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        if address in _TRANSLATED:
            inside.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        if any(one is not None and not is_public(one) for one in inside):
            return False
        if address.ipv4_mapped is not None:
            return True
    return address.is_global and not address.is_multicast


_OF_A_SITE = tuple(ipaddress.IPv6Network(one) for one in ("fec0::/10", "64:ff9b:1::/48", "::/96"))
"""Addresses of a site (RFC 3879), of its own translation (RFC 8215), and of IPv4 as it once was written (RFC 4291)."""
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
"""Addresses of IPv4, for hosts that have IPv6 alone (RFC 6052)."""


def post(url: str, body: bytes, headers: dict[str, str]) -> Answer:
    """Return the answer to a POST; see `send`."""
    return send("POST", url, body, headers)


def send(
    method: str,
    url: str,
    body: bytes | None,
    headers: Mapping[str, str],
    *,
    most_bytes: int = MOST_BYTES_OF_ANSWER,
    allowed: Allowed = at_any_address,
) -> Answer:
    """Return the answer to one request.

    :param most_bytes: what is read of the answer's body.
    :param allowed: asked of every address that the host's name stands for, before any of them is called.
    :raises Unreached: if there is no answer within `SECONDS_IN_ALL`, it is no HTTP, or an address is not allowed.
    """
    parts = urlsplit(url)
    try:
        connection = _connection(parts.scheme, parts.hostname or "", parts.port, allowed)
        connection.connect()
    except (OSError, ValueError) as error:
        raise Unreached(_described(error)) from None
    late = threading.Event()
    end = threading.Timer(SECONDS_IN_ALL, _cut, [connection.sock, late])
    end.daemon = True
    end.start()
    asked = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request(method, asked, body, {**headers, "Connection": "close"})
        response = connection.getresponse()
        read = response.read(most_bytes + 1)
        found = {name.lower(): response.getheader(name) or "" for name, _ in response.getheaders()}
        answer = Answer(response.status, read[:most_bytes], found, cut=len(read) > most_bytes)
    except (OSError, HTTPException, ValueError) as error:
        raise Unreached(_late() if late.is_set() else _described(error)) from None
    finally:
        end.cancel()
        connection.close()
    if late.is_set():
        raise Unreached(_late())  # what came may be half an answer, and look like a whole one
    return answer


def _connection(scheme: str, host: str, port: int | None, allowed: Allowed = at_any_address) -> HTTPConnection:
    # The port is always said: of an address of IPv6 without one, http.client takes the last group for the port.
    if scheme == "https":
        return _ConnectionOverTls(host, port or HTTPS_PORT, allowed)
    return _PlainConnection(host, port or HTTP_PORT, allowed)


class _PlainConnection(HTTPConnection):
    def __init__(self, host: str, port: int, allowed: Allowed) -> None:
        super().__init__(host, port, timeout=SECONDS_FOR_EACH_STEP)
        self._allowed = allowed

    def connect(self) -> None:
        self.sock = _opened(self.host, self.port, self._allowed)


class _ConnectionOverTls(HTTPSConnection):
    def __init__(self, host: str, port: int, allowed: Allowed) -> None:
        self._tls = ssl.create_default_context()
        self._tls.minimum_version = ssl.TLSVersion.TLSv1_2
        super().__init__(host, port, timeout=SECONDS_FOR_EACH_STEP, context=self._tls)
        self._allowed = allowed

    def connect(self) -> None:
        plain = _opened(self.host, self.port, self._allowed)
        try:
            self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)
        except (OSError, ValueError):
            plain.close()
            raise


def _opened(host: str, port: int, allowed: Allowed) -> socket.socket:
    """Return a connection to one of the host's addresses; they are looked up once, so that none comes in after it."""
    found = [info[4][0] for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    addresses = [str(one).partition("%")[0] for one in dict.fromkeys(found)]
    for one in addresses:
        if not allowed(host.lower(), ipaddress.ip_address(one)):
            raise OSError(f"{host} is at {one}, which may not be called")
    fault: OSError | None = None
    for one in addresses:
        try:
            return socket.create_connection((one, port), timeout=SECONDS_FOR_EACH_STEP)
        except OSError as error:
            fault = error
    raise fault or OSError(f"{host} has no address")


def _cut(connected: socket.socket, late: threading.Event) -> None:
    """End a call that goes on byte by byte: whoever reads then finds the connection closed."""
    late.set()
    with suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)


def _late() -> str:
    return f"No whole answer within {SECONDS_IN_ALL:g} seconds"


def _described(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
