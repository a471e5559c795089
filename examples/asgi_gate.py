"""An ASGI middleware: only who may use the tool reaches it.  Copy this file and ``access_question.py``."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from access_question import Gate, ask

Messages = Callable[..., Awaitable[Any]]


class AsgiGate:
    """Stand in front of *tool*; *officer_of* returns the service number of who is signed in, from the scope.

    A connection that stays open, as a web socket, is checked as it opens: close it when an event says to ask again
    (``docs/events.md``).
    """

    def __init__(self, tool: Messages, gate: Gate, officer_of: Callable[[dict[str, Any]], str | None]) -> None:
        self.tool, self.gate, self.officer_of = tool, gate, officer_of

    async def __call__(self, scope: dict[str, Any], receive: Messages, send: Messages) -> None:
        if scope["type"] == "lifespan":
            return await self.tool(scope, receive, send)
        purpose = dict(scope["headers"]).get(b"x-purpose", b"").decode("latin-1")
        answer = await asyncio.to_thread(ask, self.gate, self.officer_of(scope), purpose)
        if answer.allowed:
            return await self.tool(scope, receive, send)
        if scope["type"] != "http":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return None
        headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
        await send({"type": "http.response.start", "status": 403, "headers": headers})
        body = "\n".join([answer.sentence, *answer.ways_out]).encode()
        await send({"type": "http.response.body", "body": body})
        return None
