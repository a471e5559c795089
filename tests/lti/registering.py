"""A stand-in for a learning platform that registers tools: its answers have the shapes of Moodle's, or of Canvas's.

Shapes: Moodle 4.5 (mod/lti, openid-configuration.php and openid-registration.php), Canvas's developer documentation.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from tests.patience import PATIENCE_SECONDS
from training_app.lti.calls import MOST_BYTES
from training_app.rules.lti_registration import PLATFORM, TOOL

TOKEN = "a-registration-token"
CONFIGURATION = "/mod/lti/openid-configuration.php"
REGISTRATION = "/mod/lti/openid-registration.php"
AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"


@dataclass
class Platform:
    """What the stand-in answers, and what it was sent."""

    address: str
    like: str = "moodle"
    configuration: dict[str, Any] = field(default_factory=dict)
    """Members that replace those of the shape; one that is ``None`` is left out."""
    answer: dict[str, Any] | None = None
    """In place of what it answers to a registration."""
    statuses: dict[str, int] = field(default_factory=dict)
    """By path, where it is not the usual one."""
    asked: list[tuple[str, str, str | None]] = field(default_factory=list)
    """Method, path and authorization of each call."""
    registered: list[dict[str, Any]] = field(default_factory=list)
    holds: str = ""
    """A path that is answered only once `let_go` is set."""
    asked_to_hold: threading.Event = field(default_factory=threading.Event)
    let_go: threading.Event = field(default_factory=threading.Event)
    huge: bool = False
    moved: bool = False
    page: str = ""
    """Of its administration, at ``/admin``."""
    raw: bytes | None = None
    """In place of the configuration."""

    @property
    def configuration_url(self) -> str:
        return self.address + CONFIGURATION

    def opened(self, given: dict[str, str]) -> dict[str, str]:
        """Return the parameters with which the platform's page opens an address that had those *given*."""
        sent = {"openid_configuration": self.configuration_url, "registration_token": TOKEN, **given}
        return {name: value for name, value in sent.items() if value}

    def configured(self) -> dict[str, Any]:
        shape = _canvas(self.address) if self.like == "canvas" else _moodle(self.address)
        merged = shape | self.configuration
        return {name: value for name, value in merged.items() if value is not None}

    def take(self, sent: dict[str, Any], authorization: str | None) -> tuple[int, dict[str, Any]]:
        """Return what the platform answers to a registration; each token serves once."""
        if authorization != f"Bearer {TOKEN}" or self.registered:
            return 401, {"error": "token_already_used"}
        fault = _fault(sent)
        if fault:
            return 400, {"error": fault}
        self.registered.append(sent)
        if self.answer is not None:
            return 200, self.answer
        answer = {**sent, "client_id": "Gf4Wq8ZbT2mKx1P"}
        if self.like == "canvas":
            return 201, {**answer, "client_id": "10000000000001"}
        return 200, {**answer, TOOL: {**sent[TOOL], "deployment_id": "7"}}


def _fault(sent: dict[str, Any]) -> str | None:
    """Return what Moodle would miss in a registration."""
    tool = sent.get(TOOL, {})
    host = urlsplit(tool.get("target_link_uri", "")).netloc
    checks = {
        "response_types": "id_token" in sent.get("response_types", []),
        "initiate_login_uri": bool(sent.get("initiate_login_uri")),
        "redirect_uris": isinstance(sent.get("redirect_uris"), list) and bool(sent["redirect_uris"]),
        "client_name": bool(sent.get("client_name")),
        "jwks_uri": bool(sent.get("jwks_uri")),
        "token_endpoint_auth_method": sent.get("token_endpoint_auth_method") == "private_key_jwt",
        "application_type": sent.get("application_type", "web") == "web",
        "domain": bool(host) and tool.get("domain") == host,
    }
    return next((name for name, holds in checks.items() if not holds), None)


def _moodle(address: str) -> dict[str, Any]:
    scopes = ["lineitem", "lineitem.readonly", "result.readonly", "score"]
    return {
        "issuer": address,
        "token_endpoint": f"{address}/mod/lti/token.php",
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
        "jwks_uri": f"{address}/mod/lti/certs.php",
        "authorization_endpoint": f"{address}/mod/lti/auth.php",
        "registration_endpoint": address + REGISTRATION,
        "scopes_supported": [
            "https://purl.imsglobal.org/spec/lti-bo/scope/basicoutcome",
            *(AGS + scope for scope in scopes),
            "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly",
            "https://purl.imsglobal.org/spec/lti-ts/scope/toolsetting",
            "openid",
        ],
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public", "pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "claims_supported": ["sub", "iss", "name", "given_name", "family_name", "email"],
        PLATFORM: {
            "product_family_code": "moodle",
            "version": "4.5.6 (Build: 20250811)",
            "messages_supported": [
                {"type": "LtiResourceLinkRequest"},
                {"type": "LtiDeepLinkingRequest", "placements": ["ContentArea"]},
            ],
            "variables": ["basic-lti-launch-request", "Person.sourcedId", "User.username", "Context.id"],
        },
    }


def _canvas(address: str) -> dict[str, Any]:
    host = urlsplit(address).netloc
    return _moodle(address) | {
        "authorization_endpoint": f"{address}/api/lti/authorize_redirect",
        "token_endpoint": f"{address}/login/oauth2/token",
        "jwks_uri": f"{address}/api/lti/security/jwks",
        "authorization_server": host,
        PLATFORM: {
            "product_family_code": "canvas",
            "version": "vCloud",
            "messages_supported": [
                {"type": "LtiResourceLinkRequest", "placements": ["account_navigation", "link_selection"]},
                {"type": "LtiDeepLinkingRequest", "placements": ["assignment_selection", "link_selection"]},
            ],
            "variables": ["ResourceLink.id", "Canvas.environment.test"],
            "https://canvas.instructure.com/lti/account_name": "Test Academy",
        },
    }


class _Handler(BaseHTTPRequestHandler):
    platform: Platform

    def do_GET(self) -> None:
        path = self._noted()
        if path == "/admin":
            self._send(200, self.platform.page.encode(), {"Content-Type": "text/html; charset=utf-8"})
        elif path == "/elsewhere":
            self._answer(200, self.platform.configured())
        elif path != CONFIGURATION:
            self._answer(404, {})
        elif self.platform.moved:
            self._send(302, b"", {"Location": "/elsewhere"})
        elif self.platform.huge:
            self._send(200, b" " * (MOST_BYTES + 1), {})
        elif self.platform.raw is not None:
            self._send(200, self.platform.raw, {})
        elif self.platform.like == "canvas" and self.headers["Authorization"] != f"Bearer {TOKEN}":
            self._answer(401, {})
        else:
            self._answer(200, self.platform.configured())

    def do_POST(self) -> None:
        path = self._noted()
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if path in self.platform.statuses:
            self._answer(self.platform.statuses[path], {"error": "refused"})
        else:
            self._answer(*self.platform.take(sent, self.headers["Authorization"]))

    def _noted(self) -> str:
        path = self.path.partition("?")[0]
        self.platform.asked.append((self.command, path, self.headers["Authorization"]))
        if path == self.platform.holds:
            self.platform.asked_to_hold.set()
            self.platform.let_go.wait(PATIENCE_SECONDS)
        return path

    def _answer(self, status: int, document: dict[str, Any]) -> None:
        self._send(status, json.dumps(document).encode(), {"Content-Type": "application/json"})

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(host: str = "127.0.0.1") -> Iterator[Platform]:
    """Give a platform that answers on loopback, under the name *host*."""
    platform = Platform("")
    handler = type("Handler", (_Handler,), {"platform": platform})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        platform.address = f"http://{host}:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield platform
        finally:
            platform.let_go.set()
            server.shutdown()
