"""A tool that asks the access question over HTTP, as the demonstration's gateway does."""

import json
from typing import Any
from urllib.request import Request, urlopen

from tests.browser.demo_server import DemoServer

TOKEN = "demo-tool-token"


def answer(server: DemoServer, officer: str, version: str) -> dict[str, Any]:
    """Return the answer to whether the officer with this service number may use this version now."""
    question = {
        "subject": {"type": "officer", "id": officer},
        "action": {"name": "use"},
        "resource": sightline(version),
    }
    return sent(server, "/access/v1/evaluation", question)


def sightline(version: str) -> dict[str, Any]:
    return {"type": "tool", "id": "sightline", "properties": {"version": version}}


def sent(server: DemoServer, address: str, body: dict[str, Any]) -> dict[str, Any]:
    """Post to an address of programs, and return what it answers."""
    request = Request(
        f"{server.origin}{address}",
        data=json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"},
    )
    with urlopen(request) as response:
        return json.load(response)


def verdict(server: DemoServer, officer: str, version: str) -> str:
    """Return ``allow``, or ``deny`` with the code of every ground."""
    told = answer(server, officer, version)
    grounds = [ground["code"] for ground in told["context"]["grounds"]]
    return "allow" if told["decision"] else f"deny: {' '.join(grounds)}"
