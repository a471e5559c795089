"""A tool behind the ASGI example, for a server to load; who is signed in stands in a header that a test sends."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "examples"))

from access_question import Gate
from asgi_gate import AsgiGate


async def tool(scope, receive, send):
    if scope["type"] == "lifespan":
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})
        return
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"the tool"})


def officer_of(scope):
    return dict(scope["headers"]).get(b"x-officer", b"").decode("latin-1")


app = AsgiGate(tool, Gate.from_environment(os.environ), officer_of)
