"""Statements on their way to the record store: one at a time, each under its own id, so that none is there twice."""

import base64
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from training_app import outgoing
from training_app.rules.retries import Outcome
from training_app.rules.xapi import API_VERSION, same
from training_app.services.learning_records.noticing import CHANNEL, STORE
from training_app.services.outbox import Claimed

logger = logging.getLogger(__name__)

MOST_BYTES_OF_STATEMENT = 64 * 1024
MAY_BE_TAKEN_LATER = frozenset({408, 425, 429})
NOT_LET_IN = frozenset({401, 403})


class UnusableCredentials(Exception):
    """The file does not hold a name and a password; the text says so."""


@dataclass(frozen=True, slots=True)
class Store:
    """Where statements are sent."""

    name: str = STORE


class RecordStore:
    """The channel of the outbox that sends statements.

    :param endpoint: address of the store, up to and without ``/statements``.
    :param credentials: file with ``name:password``; read for each statement, so that it may be changed meanwhile.
    """

    name = CHANNEL

    def __init__(self, endpoint: str, credentials: Path) -> None:
        self._endpoint, self._credentials = endpoint, credentials

    def destinations(self, session: Session, *, at: datetime) -> Sequence[Store]:
        """Return the store; it can always be sent to."""
        return [Store()]

    def send(self, store: Store, message: Claimed) -> tuple[Outcome, str]:
        """Send one statement; return how that ended and, if not well, what happened."""
        address = f"{self._endpoint}/statements?statementId={message.payload['id']}"
        try:
            headers = self._headers()
            body = json.dumps(message.payload, ensure_ascii=False).encode()
            answer = outgoing.send("PUT", address, body, {**headers, "Content-Type": "application/json"})
            if answer.status == 409:
                return _conflict(message.payload, self._kept(address, headers))
        except (UnusableCredentials, outgoing.Unreached) as error:
            return Outcome.UNREACHED, str(error)
        if answer.status in NOT_LET_IN:
            logger.error("the record store does not let us in: look at TRAINING_XAPI_CREDENTIALS_FILE")
        return judged(answer.status)

    def _kept(self, address: str, headers: dict[str, str]) -> outgoing.Answer:
        return outgoing.send("GET", address, None, headers, most_bytes=MOST_BYTES_OF_STATEMENT)

    def _headers(self) -> dict[str, str]:
        try:
            name, colon, password = self._credentials.read_text("utf-8").strip().partition(":")
        except (OSError, ValueError) as error:
            raise UnusableCredentials(f"The credentials cannot be read: {error}") from None
        if not (name and colon and password) or "\n" in password:
            raise UnusableCredentials("The file of the credentials does not hold one line, name:password")
        secret = base64.b64encode(f"{name}:{password}".encode()).decode("ascii")
        return {"Authorization": f"Basic {secret}", "X-Experience-API-Version": API_VERSION}


def judged(status: int) -> tuple[Outcome, str]:
    """Return what an answer to a PUT means.

    Who is not let in is told nothing of the statement: it waits, and with it all that come after it.
    """
    if status in (200, 204):
        return Outcome.TAKEN, ""
    refused = 400 <= status < 500 and status not in MAY_BE_TAKEN_LATER | NOT_LET_IN
    return (Outcome.REFUSED if refused else Outcome.UNREACHED), f"HTTP {status}"


def _conflict(ours: dict[str, Any], kept: outgoing.Answer) -> tuple[Outcome, str]:
    """Return what it means that the store has a statement with the id of ours, by the one that it has."""
    if kept.status != 200:
        return Outcome.UNREACHED, f"HTTP 409, and {kept.status} when asked for the statement that is there"
    try:
        theirs = json.loads(kept.body)
    except (ValueError, RecursionError):
        theirs = None
    match theirs:
        case {"statements": [dict(alone)]}:  # some stores give even one that is asked for by its id in a list
            theirs = alone
    if isinstance(theirs, dict) and same(ours, theirs):
        return Outcome.TAKEN, ""
    return Outcome.REFUSED, "HTTP 409: the store has another statement with this id"
