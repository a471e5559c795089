"""Calls to learning platforms: what the library sends through `requests` goes the way of all calls of this product.

Bounded in time and size, never following where an answer points, and only to public addresses unless the operators have
named the host (``TRAINING_LTI_PRIVATE_HOSTS``).
"""

import ipaddress
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from training_app import outgoing
from training_app.errors import TrainingError

MOST_BYTES = 4 * 1024 * 1024
"""A roster of 10,000 members is half of that."""
MOST_CHARACTERS_OF_URL = 2_000
AGENT = "training-app"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class CallFailed(TrainingError):
    """A platform was not called, or gave no answer that can be used; the text, for administrators, says why."""


@dataclass(frozen=True, slots=True)
class CallRules:
    """Which addresses may be called.  Platforms name them, so that they must not be free to choose."""

    private_hosts: frozenset[str] = frozenset()
    """Names and addresses, in lower case, that may be in a private network; on loopback http will do for them."""

    def check(self, url: str) -> None:
        """Accept an address.

        :raises CallFailed: unless it is https, without a user and a fragment; http counts on the loopback interface for
            a host that is named.
        """
        try:
            parts = urlsplit(url)
            host, _ = (parts.hostname or "").lower(), parts.port
        except ValueError:
            raise CallFailed("It is no URL.") from None
        if len(url) > MOST_CHARACTERS_OF_URL or any(character <= " " or character > "~" for character in url):
            raise CallFailed("It holds a character that no URL has, or is too long.")
        plain = parts.scheme == "http" and host in LOOPBACK and host in self.private_hosts
        if not host or (parts.scheme != "https" and not plain):
            raise CallFailed("It must begin with https://.")
        if parts.username is not None or parts.password is not None or parts.fragment:
            raise CallFailed("It must have neither a user nor a fragment.")

    def allows(self, host: str, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
        return host in self.private_hosts or outgoing.is_public(address)


class PlatformSession(requests.Session):
    """A session of `requests` for calls to one platform.

    Every call raises `CallFailed` where no whole answer came, and for answers that point elsewhere.
    """

    def __init__(self, rules: CallRules) -> None:
        super().__init__()
        self.trust_env = False  # no proxy, no .netrc and no certificates that the environment names
        self.headers.update({"User-Agent": AGENT, "Accept-Encoding": "identity"})
        for scheme in ("https://", "http://"):
            self.mount(scheme, _Outgoing(rules))


class _Outgoing(BaseAdapter):
    def __init__(self, rules: CallRules) -> None:
        super().__init__()
        self._rules = rules

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        url = request.url or ""
        self._rules.check(url)
        body = request.body.encode() if isinstance(request.body, str) else request.body
        try:
            answer = outgoing.send(
                request.method or "GET",
                url,
                body,
                dict(request.headers),
                most_bytes=MOST_BYTES,
                allowed=self._rules.allows,
            )
        except outgoing.Unreached as error:
            raise CallFailed(str(error)) from None
        if 300 <= answer.status < 400:
            raise CallFailed(f"HTTP {answer.status}: it points elsewhere, and that is not followed.")
        if answer.cut:
            raise CallFailed(f"The answer is longer than {MOST_BYTES} bytes.")
        return _response(request, answer)

    def close(self) -> None:
        """Each call has a connection of its own."""


def _response(request: requests.PreparedRequest, answer: outgoing.Answer) -> requests.Response:
    made = requests.Response()
    made.status_code = answer.status
    made.headers = CaseInsensitiveDict(answer.headers)
    made.encoding = requests.utils.get_encoding_from_headers(made.headers)
    made.raw = BytesIO(answer.body)
    made.url, made.request = request.url or "", request
    return made
