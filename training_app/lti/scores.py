"""The channel of the outbox by which platforms are told scores (Assignment and Grade Services 2.0).

Before a score is sent its time is kept, and afterwards what the platform took: whoever dies in between leaves a doubt,
and the next looks at what the platform has before sending anything again.
"""

import json
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from training_app.lti.calls import CallFailed, CallRules
from training_app.lti.connector import Client, Connector, ServiceFailed, Signing, TokenRefused, Tokens, with_path
from training_app.rules.lti_grades import SCORE_MAXIMUM, Score, is_there
from training_app.rules.retries import Outcome
from training_app.services.lti import grades, sending
from training_app.services.lti.platforms import Registered
from training_app.services.lti.sending import GradeTo
from training_app.services.outbox import Claimed

SCORE_TYPE = "application/vnd.ims.lis.v1.score+json"
RESULTS_TYPE = "application/vnd.ims.lis.v2.resultcontainer+json"
ITEM_TYPE = "application/vnd.ims.lis.v2.lineitem+json"
ITEMS_TYPE = "application/vnd.ims.lis.v2.lineitemcontainer+json"
"""Moodle answers 400 to any other ``Accept``."""

REST = timedelta(seconds=30)
"""A platform that does not answer is left alone so long, whatever waits for it."""
MOST_PAGES = 2
"""Whoever heeds what is asked for answers with one; all calls together must end before `outbox.CLAIM` does."""
LATER = frozenset({401, 403, 408, 409, 425, 429})
"""Statuses that say nothing of the score itself."""
GONE = frozenset({404, 410})

Transaction = Callable[[], AbstractContextManager[Session]]


def client_of(platform: Registered, deployment_id: str) -> Client:
    return Client(platform.issuer, platform.client_id, deployment_id, platform.token_url, platform.token_audience)


class Scores:
    """Sends scores.

    :param transaction: gives one to write in;
    :param signing: gives the key by which platforms know us.
    """

    name = grades.CHANNEL

    def __init__(
        self,
        transaction: Transaction,
        rules: CallRules,
        signing: Callable[[], Signing],
        tokens: Tokens,
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self._transaction, self._rules, self._signing, self._tokens = transaction, rules, signing, tokens
        self._now = clock
        self._rests: dict[int, datetime] = {}

    def destinations(self, session: Session, *, at: datetime) -> Sequence[GradeTo]:
        """Return the grades that can be sent now, for each platform a few; see `sending.waiting`."""
        resting = frozenset(platform for platform, until in list(self._rests.items()) if until > at)
        return sending.waiting(session, at=at, resting=resting)

    def send(self, to: GradeTo, message: Claimed) -> tuple[Outcome, str]:
        """Tell the platform one score; return how that ended and, if not well, what it said."""
        try:
            return self._send(to, message.payload)
        except ServiceFailed as error:
            if error.status is None or error.status >= 500:
                self._rests[to.platform.id] = self._now() + REST
            elif to.coupled_url is None and error.status in GONE:
                with self._transaction() as session:
                    sending.forget_column(session, to.placement_id, to.resource_id)
            return _judged(error), str(error)
        except CallFailed as error:
            return Outcome.UNREACHED, str(error)

    def _send(self, to: GradeTo, score: Score) -> tuple[Outcome, str]:
        with self._transaction() as session:
            begun = sending.begin(session, to.grade_id, score)
        if begun.there:
            return Outcome.TAKEN, ""
        service = Service(to, self._connector(to))
        url = to.coupled_url or self._column(to, service)
        if not url:
            return Outcome.UNREACHED, "Another process is asking the platform for the column."
        if begun.doubt and self._has(service, url, to, score):
            return Outcome.TAKEN, ""
        with self._transaction() as session:
            stated = sending.stamped(session, to.grade_id, at=self._now())
        if stated is None:
            return Outcome.UNREACHED, "Something was sent in this very second."
        try:
            service.put(url, {**score, "userId": to.subject, "timestamp": f"{stated:%Y-%m-%dT%H:%M:%S}Z"})
        except ServiceFailed as error:
            if error.status == 409 and self._has(service, url, to, score):
                return Outcome.TAKEN, ""
            raise
        self._taken(to, score)
        return Outcome.TAKEN, ""

    def _has(self, service: "Service", url: str, to: GradeTo, score: Score) -> bool:
        """Tell whether the platform has *score*, and record it then; where we may not look, it is taken not to."""
        if grades.RESULTS not in to.scopes or not is_there(score, service.results(url), to.subject):
            return False
        self._taken(to, score)
        return True

    def _taken(self, to: GradeTo, score: Score) -> None:
        with self._transaction() as session:
            sending.taken(session, to.grade_id, score, at=self._now())

    def _column(self, to: GradeTo, service: "Service") -> str:
        """Return where the column is that stands for what is graded; found or made, if it is for us to ask."""
        with self._transaction() as session:
            found = sending.column(session, to.placement_id, to.resource_id, at=self._now())
            label = sending.label_of(session, to.resource_id)
        if found.url or not found.ours_to_ask:
            return found.url
        url = None
        try:
            url = service.find_column() or service.make_column(label)
        finally:
            with self._transaction() as session:
                sending.column_found(session, to.placement_id, to.resource_id, url, at=self._now())
        return url

    def _connector(self, to: GradeTo) -> Connector:
        return Connector(client_of(to.platform, to.deployment_id), self._signing(), self._rules, self._tokens)


class Service:
    """The service of one platform, for one grade."""

    def __init__(self, to: GradeTo, connector: Connector) -> None:
        self._to, self._connector = to, connector

    def put(self, url: str, score: Score) -> None:
        """Send a score; 200, 201 and 204 are all the platform's word that it has it."""
        body = json.dumps(dict(score))
        self._connector.send(self._to.scopes, with_path(url, "scores"), body, content_type=SCORE_TYPE)

    def results(self, url: str) -> list[object]:
        """Return the results of a column, of our account where the platform heeds that."""
        asked = with_path(url, "results")
        return self._pages(_with(asked, user_id=self._to.subject), accept=RESULTS_TYPE)

    def find_column(self) -> str | None:
        """Return the address of a column that was made before for what is graded; of two the first."""
        url = self._to.line_items_url or ""
        for item in self._pages(_with(url, resource_id=self._to.resource_id), accept=ITEMS_TYPE):
            if not isinstance(item, dict) or item.get("resourceId") != self._to.resource_id:
                continue
            if item.get("resourceLinkId") in {None, self._to.resource_link_id} and isinstance(item.get("id"), str):
                return str(item["id"])
        return None

    def make_column(self, label: str) -> str:
        """Have the platform make a column, tied to the link; return its address.

        :raises ServiceFailed: if it makes none.
        """
        item = {
            "label": label,
            "scoreMaximum": SCORE_MAXIMUM,
            "resourceId": self._to.resource_id,
            "resourceLinkId": self._to.resource_link_id,
            "tag": self._to.resource_id.partition("/")[0],
        }
        made = self._connector.post(
            self._to.scopes, self._to.line_items_url or "", json.dumps(item), content_type=ITEM_TYPE, accept=ITEM_TYPE
        )
        if not isinstance(made, dict) or not isinstance(made.get("id"), str):
            raise ServiceFailed("The platform made a column and did not say where it is.", None)
        return str(made["id"])

    def _pages(self, url: str, *, accept: str) -> list[object]:
        found: list[object] = []
        next_url: str | None = url
        for _ in range(MOST_PAGES):
            if next_url is None:
                break
            page = self._connector.get(self._to.scopes, next_url, accept=accept)
            found += page.body if isinstance(page.body, list) else []
            next_url = page.next_url
        return found


def _with(url: str, **parameters: Any) -> str:
    return f"{url}{'&' if '?' in url else '?'}{urlencode(parameters)}"


def _judged(error: ServiceFailed) -> Outcome:
    """Return what a failure says of the score: refused is what the platform will not take later either."""
    if isinstance(error, TokenRefused) or error.status is None or error.status in LATER or error.status >= 500:
        return Outcome.UNREACHED
    return Outcome.REFUSED
