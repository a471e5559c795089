"""A WSGI middleware: only who may use the tool reaches it.  Copy this file and ``access_question.py``."""

from collections.abc import Callable, Iterable
from typing import Any

from access_question import Gate, ask


class WsgiGate:
    """Stand in front of *tool*; *officer_of* returns the service number of who is signed in, from the environment.

    Never read it from what the browser sends: ``REMOTE_USER`` is set by the server that has signed the officer in.
    """

    def __init__(
        self,
        tool: Callable[..., Iterable[bytes]],
        gate: Gate,
        officer_of: Callable[[dict[str, Any]], str | None] = lambda environ: environ.get("REMOTE_USER"),
    ) -> None:
        self.tool, self.gate, self.officer_of = tool, gate, officer_of

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        answer = ask(self.gate, self.officer_of(environ), environ.get("HTTP_X_PURPOSE"))
        if answer.allowed:
            return self.tool(environ, start_response)
        body = "\n".join([answer.sentence, *answer.ways_out]).encode()
        headers = [
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
        ]
        start_response("403 Forbidden", headers)
        return [body]
