"""Calls to the services of a platform, with a token that is asked for once and kept for as long as it holds."""

import hashlib
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from pylti1p3.exception import LtiServiceException
from pylti1p3.registration import Registration
from pylti1p3.service_connector import ServiceConnector

from training_app.errors import TrainingError
from training_app.lti.calls import CallFailed, CallRules, PlatformSession

LEEWAY_SECONDS = 60
"""A token is not used any more so long before it ends."""
LONGEST_KEPT_SECONDS = 3_600
MOST_CHARACTERS_SAID = 300


@dataclass(frozen=True, slots=True)
class Signing:
    """The key by which the platform knows us."""

    pem: str
    kid: str


@dataclass(frozen=True, slots=True)
class Client:
    """What we are to one deployment of one platform."""

    issuer: str
    client_id: str
    deployment_id: str
    token_url: str
    token_audience: str


class ServiceFailed(TrainingError):
    """A service of the platform did not do what it was asked; the text is for administrators.

    *status*: of the answer; ``None`` where there was none that can be used.
    """

    def __init__(self, text: str, status: int | None) -> None:
        super().__init__(text)
        self.status = status


class TokenRefused(ServiceFailed):
    """The platform gives us no token: our key cannot be fetched, or the registration there is off."""


class Tokens:
    """The tokens of this process.  What platform, client, deployment and scopes do not share, no token does."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: dict[str, tuple[str, float]] = {}
        self._using = threading.Lock()

    def get(self, key: str) -> str | None:
        with self._using:
            token, ends = self._kept.get(key, ("", 0.0))
            return token if token and self._clock() < ends else None

    def keep(self, key: str, token: str, seconds: float) -> None:
        holds = min(seconds, LONGEST_KEPT_SECONDS) - LEEWAY_SECONDS
        with self._using:
            if holds > 0:
                self._kept[key] = token, self._clock() + holds

    def drop(self, key: str) -> None:
        with self._using:
            self._kept.pop(key, None)


class OurRegistration(Registration):
    """The library's registration, with a key of ours whose id is known."""

    def __init__(self, client: Client, signing: Signing) -> None:
        self._kid = signing.kid
        self.set_issuer(client.issuer).set_client_id(client.client_id).set_auth_token_url(client.token_url)
        self.set_auth_audience(client.token_audience).set_tool_private_key(signing.pem)

    def get_kid(self) -> str:
        return self._kid


@dataclass(frozen=True, slots=True)
class Page:
    body: Any
    next_url: str | None


class Connector(ServiceConnector):
    """The library's connector, bounded, with tokens kept apart, and honest about what a platform answers."""

    def __init__(self, client: Client, signing: Signing, rules: CallRules, tokens: Tokens) -> None:
        super().__init__(OurRegistration(client, signing), PlatformSession(rules))
        self._client, self._tokens = client, tokens

    def _scope_key(self, scopes: Iterable[str]) -> str:
        client = self._client
        named = "\n".join([client.issuer, client.client_id, client.deployment_id, client.token_url, *sorted(scopes)])
        return hashlib.sha256(named.encode()).hexdigest()

    def _get_cached_access_token(self, scope_key: str) -> str | None:
        return self._tokens.get(scope_key)

    def _cache_access_token(self, scope_key: str, access_token: str, expires_in: float) -> None:
        self._tokens.keep(scope_key, str(access_token), float(expires_in or 0))

    def token(self, scopes: Sequence[str]) -> str:
        """Return a token for *scopes*, be it kept or asked for now.

        :raises TokenRefused: if the platform gives none;
        :raises ServiceFailed: if it cannot be asked.
        """
        try:
            return str(self.get_access_token(scopes))
        except CallFailed as error:
            raise ServiceFailed(f"Token: {error}", None) from None
        except LtiServiceException as error:
            raise TokenRefused(f"Token: {_said(error.response)}", error.response.status_code) from None
        except (KeyError, TypeError, ValueError, AttributeError):
            raise ServiceFailed("Token: the platform's answer holds none.", None) from None

    def get(self, scopes: Sequence[str], url: str, *, accept: str) -> Page:
        """Return what a service says.

        :raises ServiceFailed: if it does not answer, or with no JSON.
        """
        answer = self._call("GET", scopes, url, {"Accept": accept})
        return Page(_json(answer), _next(answer.headers.get("Link", ""), of=url))

    def post(self, scopes: Sequence[str], url: str, body: str, *, content_type: str, accept: str) -> Any:
        """Have a service take something; return what it says, ``None`` where that is nothing.

        :raises ServiceFailed: if it does not take it, or does not answer.
        """
        headers = {"Accept": accept, "Content-Type": content_type}
        answer = self._call("POST", scopes, url, headers, body)
        return _json(answer) if answer.content.strip() else None

    def send(self, scopes: Sequence[str], url: str, body: str, *, content_type: str) -> None:
        """Have a service take something, whatever it says of it.

        :raises ServiceFailed: if it does not take it, or does not answer.
        """
        self._call("POST", scopes, url, {"Accept": "application/json", "Content-Type": content_type}, body)

    def _call(
        self, method: str, scopes: Sequence[str], url: str, headers: Mapping[str, str], body: str | None = None
    ) -> requests.Response:
        answer = self._once(method, scopes, url, headers, body)
        if answer.status_code == 401:  # the token was taken back before its time, or the platform was set up anew
            self._tokens.drop(self._scope_key(scopes))
            answer = self._once(method, scopes, url, headers, body)
        if not 200 <= answer.status_code < 300:
            raise ServiceFailed(_said(answer), answer.status_code)
        return answer

    def _once(
        self, method: str, scopes: Sequence[str], url: str, headers: Mapping[str, str], body: str | None
    ) -> requests.Response:
        sent = {**headers, "Authorization": f"Bearer {self.token(scopes)}"}
        data = None if body is None else body.encode()
        try:
            return self._requests_session.request(method, url, data=data, headers=sent)
        except CallFailed as error:
            raise ServiceFailed(str(error), None) from None
        except requests.RequestException as error:
            raise ServiceFailed(type(error).__name__, None) from None


def with_path(url: str, ending: str) -> str:
    """Return the address of a part of a service: its path goes before the query that some platforms add."""
    path, mark, query = url.partition("?")
    return f"{path.rstrip('/')}/{ending}{mark}{query}"


def _json(answer: requests.Response) -> Any:
    try:
        return answer.json()
    except (ValueError, RecursionError):
        raise ServiceFailed("The answer is no JSON.", None) from None


def _next(header: str, *, of: str) -> str | None:
    """Return where the page after that at *of* is, as a ``Link`` header says; ``None`` where it says nothing readable.

    It is on the same site, or there is none: our token goes nowhere else.

    Moodle writes one for line items that no standard parser follows (RFC 8288): typographic quotes, HTML in the URL.
    """
    try:
        links = requests.utils.parse_header_links(header)
    except (ValueError, IndexError):
        return None
    found = (link.get("url") for link in links if link.get("rel", "").lower() == "next")
    return next((url for url in found if url and urlsplit(url)[:2] == urlsplit(of)[:2]), None)


def _said(answer: requests.Response) -> str:
    """Return status and words of an answer, for administrators; no page of HTML."""
    words = ""
    try:
        body = answer.json()
    except (ValueError, RecursionError):
        text = answer.text.strip()
        words = "" if text.startswith("<") else text
    else:
        words = _words_in(body)
    clean = "".join(one for one in words if one.isprintable())[:MOST_CHARACTERS_SAID]
    return f"HTTP {answer.status_code}: {clean}" if clean else f"HTTP {answer.status_code}"


def _words_in(body: object) -> str:
    if not isinstance(body, dict):
        return body if isinstance(body, str) else ""
    said = (body.get(name) for name in ("error", "error_description", "reason", "message", "detail", "title"))
    return " ".join(one for one in said if isinstance(one, str))
