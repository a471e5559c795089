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
        "resource": {"type": "tool", "id": "sightline", "properties": {"version": version}},
    }
    request = Request(
        f"{server.origin}/access/v1/evaluation",
        data=json.dumps(question).encode(),
        headers={"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"},
    )
    with urlopen(request) as response:
        return json.load(response)


def verdict(server: DemoServer, officer: str, version: str) -> str:
    """Return ``allow``, or ``deny`` with the code of every ground."""
    told = answer(server, officer, version)
    grounds = [ground["code"] for ground in told["context"]["grounds"]]
    return "allow" if told["decision"] else f"deny: {' '.join(grounds)}"
