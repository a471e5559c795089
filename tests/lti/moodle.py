"""A stand-in for a learning platform that behaves as Moodle 4.5 does as a platform of LTI, over loopback HTTP.

Each peculiarity of its services that a tool must live with is here: the query in service addresses, the ``Accept`` that
it insists on, tokens as ``text/html``, 200 in place of 204, 409 within one second, 400 for who is not enrolled, a
``Link`` header that nobody can follow.  It trusts nothing but the tool's published keys.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt

from tests.patience import PATIENCE_SECONDS

SERVICES = "/mod/lti/services.php"
ITEMS_TYPE = "application/vnd.ims.lis.v2.lineitemcontainer+json"
QUERY = "type_id=1"


class Moodle:
    """What the platform knows, and what was asked of it."""

    def __init__(self) -> None:
        self.keys: dict[str, Any] = {"keys": []}
        self.audience = ""
        """What the assertion must be for; empty: the token's address."""
        self.client_id = "moodle-client"
        self.enrolled: set[str] = set()
        self.items: dict[int, dict[str, Any]] = {}
        self.scores: dict[tuple[int, str], list[dict[str, Any]]] = {}
        """Every score that was taken, by column and account, the oldest first."""
        self.members: list[dict[str, Any]] = []
        self.tokens: dict[str, set[str]] = {}
        self.token_requests: list[dict[str, str]] = []
        self.expires_in = 3_600
        self.calls: list[tuple[str, str, int]] = []
        """Method, path with query, and status of each answer of a service."""
        self.down = False
        self.token_page: str | None = None
        """An error page that the token service answers with, as where it cannot fetch the tool's keys."""
        self.forget_tokens_once = False
        self.after_next_score: threading.Event | None = None
        """Where set: the next score is taken, and its answer waits for this."""
        self.score_taken = threading.Event()
        self.status_of_score = 200
        self.broken_links = False
        self.changes = threading.Lock()

    # -- what tests look at ------------------------------------------------------------------------------------------

    def grade(self, item: int, user: str) -> float | None:
        """Return what the grade book shows; a score that is not fully graded, or has no points, clears it."""
        told = self.scores.get((item, user), [])
        if not told or told[-1]["gradingProgress"] != "FullyGraded" or "scoreGiven" not in told[-1]:
            return None
        score = told[-1]
        most = self.items[item]["scoreMaximum"]
        return min(score["scoreGiven"] * most / score["scoreMaximum"], most)

    def asked(self, method: str, ending: str) -> list[int]:
        """Return the statuses of the answers to calls whose path ends so."""
        return [
            status for called, path, status in self.calls if called == method and urlsplit(path).path.endswith(ending)
        ]

    # -- its services ------------------------------------------------------------------------------------------------

    def token(self, form: dict[str, str], here: str) -> tuple[int, str, str]:
        self.token_requests.append(form)
        if self.token_page is not None:
            return 404, "text/html", self.token_page
        assertion = form["client_assertion"]
        kid = jwt.get_unverified_header(assertion).get("kid")
        key = next((one for one in self.keys["keys"] if one["kid"] == kid), None)
        if key is None or form["grant_type"] != "client_credentials":
            return 400, "text/html", json.dumps({"error": "invalid_client"})
        try:
            claims = jwt.decode(
                assertion, jwt.PyJWK(key), algorithms=["RS256"], audience=self.audience or here,
                options={"require": ["iss", "sub", "aud", "iat", "exp", "jti"]},
            )  # fmt: skip
        except jwt.InvalidTokenError as error:
            return 400, "text/html", json.dumps({"error": str(error)})
        if claims["iss"] != self.client_id or claims["sub"] != self.client_id:
            return 400, "text/html", json.dumps({"error": "unauthorized_client"})
        token = f"{len(self.token_requests):032x}"
        self.tokens[token] = set(form["scope"].split())
        said = {"access_token": token, "token_type": "Bearer", "expires_in": self.expires_in, "scope": form["scope"]}
        return 200, "text/html", json.dumps(said)

    def put_score(self, item: int, score: dict[str, Any]) -> tuple[int, str]:
        for needed in ("timestamp", "activityProgress", "gradingProgress", "userId"):
            if needed not in score:
                return 400, f"Missing {needed}"
        if score["userId"] not in self.enrolled:
            return 400, "User is not enrolled"
        stated = _seconds(score["timestamp"])
        with self.changes:
            told = self.scores.setdefault((item, score["userId"]), [])
            if told and stated <= _seconds(told[-1]["timestamp"]):
                return 409, "Refusing score with an earlier or equal timestamp"
            told.append(score)
        return self.status_of_score, ""

    def results(self, item: int, user: str | None) -> list[dict[str, Any]]:
        found = []
        for of, subject in self.scores:
            if of == item and user in {None, subject}:
                grade = self.grade(item, subject)
                shown = (
                    {} if grade is None else {"resultScore": grade, "resultMaximum": self.items[item]["scoreMaximum"]}
                )
                found.append({"id": f"{item}/{subject}", "userId": subject, **shown})
        return found


def _seconds(stated: str) -> int:
    return int(datetime.fromisoformat(stated).timestamp())


class _Handler(BaseHTTPRequestHandler):
    moodle: Moodle
    origin: str

    def do_GET(self) -> None:
        self._serve("GET")

    def do_POST(self) -> None:
        self._serve("POST")

    def _serve(self, method: str) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        if self.moodle.down:
            self._answer(503, "text/plain", "Down for maintenance")
            return
        parts = urlsplit(self.path)
        if parts.path == "/mod/lti/token.php":
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._answer(*self.moodle.token(form, f"{self.origin}{parts.path}"))
            return
        status, kind, said, headers = self._service(method, parts.path, parse_qs(parts.query), body)
        self.moodle.calls.append((method, self.path, status))
        self._answer(status, kind, said, headers)

    def _service(
        self, method: str, path: str, query: dict[str, list[str]], body: str
    ) -> tuple[int, str, str, dict[str, str]]:
        moodle = self.moodle
        scopes = moodle.tokens.get((self.headers["Authorization"] or "").removeprefix("Bearer "))
        if moodle.forget_tokens_once:
            moodle.forget_tokens_once, scopes = False, None
        if scopes is None:
            return 401, "text/html", json.dumps({"reason": "Unauthorized"}), {}
        if path.startswith(f"{SERVICES}/CourseSection"):
            return self._members(query)
        if query.get("type_id") != ["1"] or not path.startswith(f"{SERVICES}/2/lineitems"):
            return 404, "text/html", "No such service", {}
        rest = path.removeprefix(f"{SERVICES}/2/lineitems").strip("/").split("/")
        if rest == [""]:
            return self._line_items(method, query, body)
        return self._column(method, int(rest[0]), rest[1:], query, body, scopes)

    def _column(
        self, method: str, item: int, rest: list[str], query: dict[str, list[str]], body: str, scopes: set[str]
    ) -> tuple[int, str, str, dict[str, str]]:
        moodle = self.moodle
        if item not in moodle.items:
            return 404, "text/html", "No such column", {}
        if rest == ["lineitem", "scores"] and method == "POST":
            if not any(scope.endswith("/score") for scope in scopes):
                return 403, "text/html", "", {}
            status, said = moodle.put_score(item, json.loads(body))
            if status == 200 and moodle.after_next_score is not None:
                gate, moodle.after_next_score = moodle.after_next_score, None
                moodle.score_taken.set()
                gate.wait(PATIENCE_SECONDS)
            return status, "text/html", said, {}
        if rest == ["lineitem", "results"]:
            found = moodle.results(item, query.get("user_id", [None])[0])
            return 200, "application/vnd.ims.lis.v2.resultcontainer+json", json.dumps(found), {}
        return 404, "text/html", "No such service", {}

    def _line_items(self, method: str, query: dict[str, list[str]], body: str) -> tuple[int, str, str, dict[str, str]]:
        moodle = self.moodle
        if method == "POST":
            new = json.loads(body)
            number = max(moodle.items, default=10) + 1
            moodle.items[number] = new | {"id": f"{self.origin}{SERVICES}/2/lineitems/{number}/lineitem?{QUERY}"}
            return 201, "application/vnd.ims.lis.v2.lineitem+json", json.dumps(moodle.items[number]), {}
        if self.headers["Accept"] != ITEMS_TYPE:
            return 400, "text/html", "Unacceptable", {}
        wanted = query.get("resource_id")
        found = [one for one in moodle.items.values() if not wanted or one.get("resourceId") == wanted[0]]
        next_page = f"{self.origin}{SERVICES}/2/lineitems?{QUERY}&amp;limit=1&amp;from=1"
        links = {"Link": f"<{next_page}>; rel=\N{LEFT DOUBLE QUOTATION MARK}next\N{RIGHT DOUBLE QUOTATION MARK}"}
        return 200, ITEMS_TYPE, json.dumps(found), links if moodle.broken_links or "limit" in query else {}

    def _members(self, query: dict[str, list[str]]) -> tuple[int, str, str, dict[str, str]]:
        moodle = self.moodle
        first, limit = int(query.get("from", ["0"])[0]), int(query.get("limit", ["0"])[0])
        members = moodle.members[first : first + limit] if limit else moodle.members
        said = {"id": self.path, "context": {"id": "7", "title": "Course"}, "members": members}
        links = {}
        if limit and first + limit < len(moodle.members):
            there = f"{self.origin}{urlsplit(self.path).path}?limit={limit}&from={first + limit}"
            links = {"Link": f'<{there}>; rel="next"'}
        return 200, "application/vnd.ims.lti-nrps.v2.membershipcontainer+json", json.dumps(said), links

    def _answer(self, status: int, kind: str, said: str, headers: dict[str, str] | None = None) -> None:
        sent = said.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in (headers or {}).items():
            self.wfile.flush()
            self._headers_buffer.append(f"{name}: {value}\r\n".encode())
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, *_: Any) -> None:
        return


@contextmanager
def serving() -> Iterator[tuple[Moodle, str]]:
    """Give a platform and its origin, for as long as it is open."""
    moodle = Moodle()
    handler = type("Handler", (_Handler,), {"moodle": moodle})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    handler.origin = f"http://127.0.0.1:{server.server_port}"  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield moodle, handler.origin  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
