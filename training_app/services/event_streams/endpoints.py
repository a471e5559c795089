"""Where this installation lets itself be sent to: only hosts that its operators named, and only over TLS."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from training_app.errors import TrainingError

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
MOST_CHARACTERS = 500


class EndpointRefused(TrainingError):
    """Events cannot be pushed there; the text, for programs, says why."""


@dataclass(frozen=True, slots=True)
class PushRules:
    """To which receivers events may be pushed.  A client names the address, so that it must not be free to choose."""

    hosts: frozenset[str]
    """Names and addresses, in lower case; empty: nothing is pushed."""
    plain_on_loopback: bool
    """Whether http will do on this machine: for the demonstration and for tests."""

    @property
    def push(self) -> bool:
        return bool(self.hosts)

    def check(self, endpoint: str) -> None:
        """Accept an endpoint.

        :raises EndpointRefused: unless it is an address of https, without a user, a query or a fragment, on a host that
            is named; http counts on the loopback interface where that is allowed.
        """
        try:
            parts = urlsplit(endpoint)
            host, _ = (parts.hostname or "").lower(), parts.port
        except ValueError:
            raise EndpointRefused("delivery.endpoint_url is no URL.") from None
        if any(character <= " " or character > "~" for character in endpoint) or len(endpoint) > MOST_CHARACTERS:
            raise EndpointRefused("delivery.endpoint_url holds a character that no URL has, or is too long.")
        plain = parts.scheme == "http" and host in LOOPBACK and self.plain_on_loopback
        if parts.scheme != "https" and not plain:
            raise EndpointRefused("delivery.endpoint_url must begin with https://.")
        if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
            raise EndpointRefused("delivery.endpoint_url must have no user, no query and no fragment.")
        if host not in self.hosts:
            raise EndpointRefused("The operators of this installation have not named this host as a receiver.")
