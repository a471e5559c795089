"""Ask whether an officer may use a tool now.  Standard library only; every example beside this file uses it.

Whatever goes wrong is a no: the server is down, slow, or answers anything but a proper yes.  Nothing is held: each
call asks, so that a release, a seat withdrawn or a suspension counts with the next one.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

PATH = "/access/v1/evaluation"
MOST_BYTES = 256 * 1024
"""No answer is longer."""


@dataclass(frozen=True)
class Gate:
    """Which server is asked, with which token, about which tool and version."""

    server: str
    token: str
    tool: str
    version: str
    understood: frozenset[str] = frozenset()
    """Obligations that the tool honours; an answer with any other is a no."""
    timeout_seconds: float = 2.0

    def __post_init__(self) -> None:
        if not self.server.startswith(("https://", "http://")):
            raise ValueError(f"no address of a server: {self.server!r}")

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Gate":
        """Return the gate that the environment describes; see ``docs/gateways.md``."""
        return cls(
            server=environ["ACCESS_SERVER"].rstrip("/"),
            token=environ["ACCESS_TOKEN"],
            tool=environ["ACCESS_TOOL"],
            version=environ["ACCESS_VERSION"],
            understood=frozenset(environ.get("ACCESS_UNDERSTOOD", "").split()),
            timeout_seconds=float(environ.get("ACCESS_TIMEOUT_SECONDS", "2")),
        )


@dataclass(frozen=True)
class Answer:
    """*sentence* and *ways_out* are to show to the officer, the codes of the *grounds* to programs."""

    allowed: bool
    sentence: str
    grounds: tuple[str, ...] = ()
    ways_out: tuple[str, ...] = ()


NO_ANSWER = Answer(False, "The right to use this tool could not be checked. Do not use it.", ("no-answer",))


class _NoRedirects(HTTPRedirectHandler):
    """The token is for the server that was named, and for no other."""

    def redirect_request(self, *_arguments: Any) -> None:
        return None


_OPENER = build_opener(_NoRedirects, ProxyHandler({}))


def ask(gate: Gate, officer: str | None, purpose: str | None = None) -> Answer:
    """Return the answer about *officer* (their service number); without one it is a no."""
    if not officer:
        return Answer(False, "Nobody is signed in.", ("officer-unknown",))
    question: dict[str, Any] = {
        "subject": {"type": "officer", "id": officer},
        "action": {"name": "use"},
        "resource": {"type": "tool", "id": gate.tool, "properties": {"version": gate.version}},
    }
    if purpose:
        question["context"] = {"purpose": purpose}
    headers = {"Authorization": f"Bearer {gate.token}", "Content-Type": "application/json"}
    request = Request(gate.server + PATH, json.dumps(question).encode(), headers)  # noqa: S310 - see __post_init__
    deadline = time.monotonic() + gate.timeout_seconds
    try:
        with _OPENER.open(request, timeout=gate.timeout_seconds) as response:
            body = b""
            while response.status == 200 and len(body) <= MOST_BYTES and time.monotonic() < deadline:
                piece = response.read1()
                if not piece:
                    return _read(gate, json.loads(body))
                body += piece
    except HTTPError as refused:
        refused.close()
    except (OSError, HTTPException, ValueError, RecursionError):
        pass
    return NO_ANSWER


def _read(gate: Gate, body: Any) -> Answer:
    """Return what *body* says; anything that is not as ``docs/api.md`` has it is no answer."""
    try:
        context, decision = body["context"], body["decision"]
        grounds = tuple(str(ground["code"]) for ground in context["grounds"])
        ways_out = tuple(str(ground["way_out"]) for ground in context["grounds"])
        unknown = set(context["obligations"]) - gate.understood
        sentence = str(context["sentence"])
    except (TypeError, KeyError):
        return NO_ANSWER
    if decision is not True or grounds:
        return Answer(False, sentence, grounds, ways_out)
    if unknown:
        return Answer(False, "This tool cannot keep the restrictions that apply here.", ("obligation-unknown",))
    return Answer(True, sentence)
