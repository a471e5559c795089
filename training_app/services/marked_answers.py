"""Which answers of an attempt are marked, and the digest that its submission keeps of them."""

import hashlib
import json
from collections.abc import Iterable, Mapping

from sqlalchemy import ColumnElement, or_

from quizzes.interactions import Response
from training_app.models.rulings import LateAcceptance
from training_app.models.training import Answer, Attempt

#: What came before the deadline; a query that says this joins answer and attempt, or names the attempt.
IN_TIME: ColumnElement[bool] = Answer.received_at < Attempt.closes_at

#: What counts once late answers were accepted: what came before the deadline, and what had come by the decision.
#: A query that says this joins answer, attempt and, by an outer join, `ACCEPTANCE`.
COUNTED: ColumnElement[bool] = or_(IN_TIME, Answer.received_at <= LateAcceptance.effective_at)
ACCEPTANCE = (LateAcceptance, LateAcceptance.attempt_id == Attempt.id)

#: In this order the last answer of an item is the one that holds.
IN_ORDER = (Answer.sequence, Answer.id)


def held(rows: Iterable[tuple[str, Iterable[str]]]) -> dict[str, Response]:
    """Return what holds for each item, from the item and options of every answer in time, in their order.

    An answer that was taken back leaves its item blank.
    """
    latest = {item: Response(options) for item, options in rows}
    return {item: response for item, response in latest.items() if response}


def digest_of(marked: Mapping[str, Response]) -> str:
    """Return the SHA-256, in hexadecimal, of the canonical JSON of the answers that were marked."""
    chosen = {item: sorted(response) for item, response in marked.items()}
    return hashlib.sha256(json.dumps(chosen, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
