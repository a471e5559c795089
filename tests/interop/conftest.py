"""The product as its command serves it, on content with short quizzes, and Open edX's platform, registered with it."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from requests import Response

from tests.browser.demo_server import DemoServer
from tests.interop.forging import decoded
from tests.interop.open_edx import OpenEdx
from tests.interop.visitor import Forms, Visitor
from training_app.clock import now
from training_app.db import Database
from training_app.models.lti import LinkBy, RegisteredHow
from training_app.services.lti import deployments, platforms

NUMBERS = {"student": "DP-1002", "staff": "DP-4001"}
"""Who the platform's members are here: the first client's launches are believed to state it, the second's are not."""


@dataclass(frozen=True)
class Academy:
    """The product and a platform that know each other."""

    server: DemoServer
    platform: OpenEdx

    def begin(self, member: str = "student", visitor: Visitor | None = None, **wanted: str) -> "Launch":
        """Begin a launch, and go as far as the form with the platform's token; the product has not seen it yet.

        :param member: "student", "staff", or a guest, "guest-…", whose service number is given as *username*.
        :param wanted: what `start` in `tests/counterparts/open_edx/pages.py` takes.
        """
        visitor = visitor or Visitor()
        query = urlencode({"as": member, "username": NUMBERS.get(member), **wanted})
        form = visitor.open(f"{self.platform.origin}/start?{query}")
        assert form.status_code == 200, form.text
        return Launch(visitor, form)

    def signed_in(self, mailbox: str) -> Visitor:
        """Return the browser of somebody who signed in to the product."""
        visitor = Visitor()
        form = visitor.open(f"{self.server.origin}/sign-in")
        visitor.submit(form, identifier=f"{mailbox}@demo.example", password=self.server.password)
        return visitor


@dataclass(frozen=True)
class Launch:
    """A launch that waits for its last step: the form that the platform has the browser post to the product."""

    visitor: Visitor
    form: Response

    @property
    def token(self) -> str:
        return Forms(self.form).forms[0][1]["id_token"]

    @property
    def claims(self) -> dict[str, Any]:
        """What the token claims, whoever signed it."""
        found: dict[str, Any] = json.loads(decoded(self.token.split(".")[1]))
        return found

    def go(self, **instead: str) -> Response:
        """Post the form, with other fields *instead*; return where that leads."""
        return self.visitor.submit(self.form, **instead)


@pytest.fixture(scope="session")
def academy(
    prepared: DemoServer, folders: Iterator[Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Academy]:
    """A product and a platform for all tests: each has blocks of its own and, where something is taken, an officer."""
    with ExitStack() as running:
        yield _opened(running, prepared.copied_to(next(folders)), tmp_path_factory.mktemp("open-edx"))


def _opened(running: ExitStack, server: DemoServer, platform_data: Path) -> Academy:
    platform = OpenEdx(server.origin, platform_data)
    running.callback(platform.stop)
    platform.start()
    _register(server, platform)
    running.callback(server.stop)
    server.start()
    return Academy(server, platform)


def _register(server: DemoServer, platform: OpenEdx) -> None:
    """Register two clients: with the first, a registrar trusts the user names that the platform states."""
    linked = {"first": {"link_by": LinkBy.CLAIM, "claim": "preferred_username"}, "second": {"link_by": LinkBy.SIGN_IN}}
    known, at = platform.state(), now()
    database = Database(f"sqlite:///{server.database}")
    with database.transaction() as session:
        for name, link in linked.items():
            client = known["clients"][name]
            made = platforms.register(
                session,
                platforms.NewPlatform(f"Open edX, {name} client", known["issuer"], client["client_id"]),
                platforms.PlatformSetting(
                    client["authorization_url"],
                    client["token_url"],
                    client["key_set_url"],
                    **link,
                ),
                RegisteredHow.BY_HAND,
                at=at,
                by=None,
            )
            platforms.approve(session, made, at=at, by=None)
            deployments.approve(session, made, client["deployment_id"], at=at, by=None)
    database.dispose()
