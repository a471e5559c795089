"""A learning platform that others wrote (lti1p3platform), in process: it begins logins, signs launches and serves keys.

What it is to say otherwise than a platform should is given to `Platform.id_token`.
"""

import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import json
from lti1p3platform.ltiplatform import LTI1P3PlatformConfAbstract
from lti1p3platform.message_launch import MessageLaunchAbstract
from lti1p3platform.oidc_login import OIDCLoginAbstract
from lti1p3platform.registration import Registration
from lti1p3platform.request import Request as PlatformRequest

from training_app.clock import now
from training_app.db import Database
from training_app.models.lti import LinkBy, LtiPlatform, RegisteredHow
from training_app.services.lti import deployments, platforms
from training_app.services.lti.platforms import NewPlatform, PlatformSetting

LEARNER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"
INSTRUCTOR = "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"
CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
LAUNCH_ADDRESS = "http://localhost/lti/launch"
"""Of the application as Flask's test client calls it."""
HERE = "127.0.0.1"
_serial = count(1)


@dataclass(frozen=True, slots=True)
class KeyPair:
    private_pem: str
    public_pem: str

    @property
    def jwk(self) -> dict[str, Any]:
        return Registration.get_jwk(self.public_pem)

    @property
    def kid(self) -> str:
        return str(self.jwk["kid"])


@cache
def key_pair(which: int = 0) -> KeyPair:
    """Return one of a platform's key pairs, the same each time: making one takes long."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return KeyPair(private.decode(), public.decode())


class KeyServer:
    """Serves key sets over loopback; a path is asked for as often as `asked` says."""

    def __init__(self) -> None:
        self.sets: dict[str, dict[str, Any] | None] = {}
        self.asked: Counter[str] = Counter()
        served = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                served.asked[self.path] += 1
                found = served.sets.get(self.path)
                body = json.dumps(found).encode()
                self.send_response(200 if found is not None else 503)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer((HERE, 0), Handler)
        self.address = f"http://{HERE}:{self._server.server_address[1]}"

    @contextmanager
    def running(self) -> Iterator["KeyServer"]:
        thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()


class _Login(OIDCLoginAbstract):
    def set_lti_message_hint(self, **kwargs: Any) -> None:
        self._lti_message_hint = kwargs["hint"]

    def get_redirect(self, url: str) -> str:
        return url


class _Asked(PlatformRequest):
    """The tool's request to the authorization address."""

    def __init__(self, query: Mapping[str, str]) -> None:
        self._query = dict(query)

    def build_metadata(self, request: Any) -> Any:
        raise NotImplementedError

    @property
    def method(self) -> str:
        return "GET"

    @property
    def form_data(self) -> dict[str, Any]:
        return {}

    @property
    def get_data(self) -> dict[str, Any]:
        return self._query

    @property
    def content_type(self) -> str:
        return ""

    @property
    def path(self) -> str:
        return "/authorize"

    @property
    def headers(self) -> dict[str, Any]:
        return {}


class _Launch(MessageLaunchAbstract):
    def render_launch_form(self, launch_data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return launch_data


class Platform(LTI1P3PlatformConfAbstract):
    """One client of one issuer, which is registered here as `registered` says.

    :param origin: of its pages; the key set is served elsewhere.
    """

    def __init__(
        self,
        keys: KeyServer,
        *,
        issuer: str = "https://lms.academy.example",
        client_id: str | None = None,
        deployment_id: str = "1",
        launch_address: str = LAUNCH_ADDRESS,
        authorization_url: str | None = None,
    ) -> None:
        number = next(_serial)
        self.server, self.issuer, self.deployment_id = keys, issuer, deployment_id
        self.client_id = client_id or f"client-{number}"
        self.name = f"Academy {number}"
        self.launch_address = launch_address
        self.authorization_url = authorization_url or f"{issuer}/authorize"
        self.key_path = f"/keys-{number}"
        super().__init__()
        self.publish(key_pair())

    def init_platform_config(self, **kwargs: Any) -> None:
        """Nothing else is to be set up."""

    def get_registration_by_params(self, **_: Any) -> Registration:
        pair, made = key_pair(), Registration()
        made.set_iss(self.issuer).set_client_id(self.client_id).set_deployment_id(self.deployment_id)
        made.set_launch_url(self.launch_address).set_oidc_login_url("/lti/login")
        return made.set_platform_private_key(pair.private_pem).set_platform_public_key(pair.public_pem)

    @property
    def key_set_url(self) -> str:
        return self.server.address + self.key_path

    def publish(self, *pairs: KeyPair) -> None:
        """Publish these keys, and no others, from now on."""
        self.server.sets[self.key_path] = {"keys": [pair.jwk for pair in pairs]}

    # -- registered here -----------------------------------------------------------------------------------------------

    def register(
        self,
        database: Database,
        *,
        claim: str | None = None,
        approved: bool = True,
        deployed: bool = True,
        at: datetime | None = None,
    ) -> int:
        """Register it, approved and with its deployment unless said otherwise; return its id.

        :param claim: that states the service number; without one, officers sign in at the first launch.
        """
        at = at or now() - timedelta(days=1)
        setting = PlatformSetting(
            authorization_url=self.authorization_url,
            token_url=f"{self.issuer}/token",
            key_set_url=self.key_set_url,
            link_by=LinkBy.CLAIM if claim else LinkBy.SIGN_IN,
            claim=claim,
        )
        new = NewPlatform(self.name, self.issuer, self.client_id)
        with database.transaction() as session:
            made = platforms.register(session, new, setting, RegisteredHow.BY_HAND, at=at, by=None)
            if approved:
                platforms.approve(session, made, at=at, by=None)
            if deployed:
                deployments.approve(session, made, self.deployment_id, at=at, by=None)
            self.id = made.id
        return self.id

    def close(self, database: Database) -> None:
        with database.transaction() as session:
            platforms.close(session, session.get_one(LtiPlatform, self.id), at=now(), by=None)

    # -- what it sends -------------------------------------------------------------------------------------------------

    def login(self, *, hint: str = "42", message_hint: str = "activity-7", **changed: str | None) -> dict[str, str]:
        """Return the parameters with which it begins a login; those that are changed to ``None`` are left out."""
        begun = _Login({}, self)
        begun.set_lti_message_hint(hint=message_hint)
        parameters: dict[str, str | None] = dict(parse_qsl(urlsplit(begun.prepare_preflight_url(hint)).query))
        parameters |= changed
        return {name: value for name, value in parameters.items() if value is not None}

    def id_token(
        self,
        authorization: str,
        *,
        subject: str = "42",
        roles: tuple[str, ...] = (LEARNER,),
        custom: Mapping[str, str] | None = None,
        claims: Mapping[str, Any] | None = None,
        without: tuple[str, ...] = (),
        header: Mapping[str, Any] | None = None,
        signed_by: KeyPair | None = None,
        algorithm: str = "RS256",
        lives: timedelta = timedelta(minutes=5),
    ) -> str:
        """Return the token with which it answers the tool's request.

        :param authorization: the address to which the tool sent the browser.
        :param claims: beside, or in place of, what it would say; *without* those that it leaves out.
        :param header: likewise.
        """
        launch = self._launch(authorization)
        launch.set_user_data(subject, list(roles), full_name="Never Kept", email_address="never@kept.example")
        launch.set_resource_link_claim("link-1", title="Limits of face search")
        launch.set_launch_context_claim("course-1", ["CourseSection"], "AI tools in use", "AI1")
        launch.set_custom_parameters_claim(dict(custom or {}))
        said, _ = launch.get_launch_data()
        at = int(now().timestamp())
        said |= {"iat": at, "exp": at + int(lives.total_seconds())} | dict(claims or {})
        said = {name: value for name, value in said.items() if name not in without}
        pair = signed_by or key_pair()
        key = "" if algorithm == "none" else pair.private_pem
        return jwt.encode(said, key, algorithm=algorithm, headers={"kid": pair.kid} | dict(header or {}))

    def library_token(self, authorization: str, *, subject: str = "42") -> str:
        """Return the token as the library signs it, with nothing changed."""
        launch = self._launch(authorization)
        launch.set_user_data(subject, [LEARNER])
        launch.set_resource_link_claim("link-1")
        return str(launch.generate_launch_request()["id_token"])

    def _launch(self, authorization: str) -> _Launch:
        query = dict(parse_qsl(urlsplit(authorization).query))
        launch = _Launch(_Asked(query), self)
        launch._registration = self.get_registration()
        launch.validate_preflight_response(query)
        return launch


def state_of(authorization: str) -> str:
    """Return the state that the tool sent to the authorization address."""
    return dict(parse_qsl(urlsplit(authorization).query))["state"]
