"""What came after a quiz, as its officer sees it: marks made anew with their reason, late answers, and appeals."""

from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from quizzes.mark import Result
from quizzes.paper import Paper
from training_app import wording
from training_app.models.rulings import ItemRuling, ItemRulingKind, LateAcceptance, NewMark
from training_app.models.training import Mode
from training_app.rules.civil_time import in_force
from training_app.services import appeals
from training_app.services.appeals import AppealRow
from training_app.services.sittings import Outcome, Sitting
from training_app.views.desk import Reader
from training_app.views.module_page import points
from training_app.wording.rulings import LATENESS, OUTCOMES


@dataclass(frozen=True, slots=True)
class MarkShown:
    """One mark of a quiz that was marked more than once."""

    when: str
    title: str
    score: str
    passed: bool
    why: str
    """Empty for the first."""


@dataclass(frozen=True, slots=True)
class AppealShown:
    href: str
    about: str
    made: str
    state: str
    reason: str
    """What the assessor wrote with the decision; empty while there is none."""


def shown(session: Session, found: Sitting, outcome: Outcome, reader: Reader) -> dict[str, Any]:
    """Return what the page with a result says beside the result."""
    if found.attempt.mode is not Mode.ASSESSMENT:
        return {"marks": [], "appeals": [], "appeal_by": "", "appeal_over": ""}
    last_day = appeals.last_day(outcome.submission, outcome.marks, on=reader.on)
    open_still = in_force(last_day, on=reader.on)
    made = appeals.of_submission(session, outcome.submission)
    return {
        "marks": _marks(session, found, outcome, reader),
        "appeals": [appeal_shown(row, reader) for row in made],
        "appeal_by": wording.civil(last_day) if open_still else "",
        "appeal_over": "" if open_still else wording.civil(last_day),
    }


def _marks(session: Session, found: Sitting, outcome: Outcome, reader: Reader) -> list[MarkShown]:
    """Return every mark, the first one first; empty where there is only that."""
    if not outcome.marks.anew:
        return []
    first = outcome.marks.first
    return [
        MarkShown(
            reader.day(outcome.submission.recorded_at), _("First mark"), score(first), outcome.marks.passed_first, ""
        ),
        *(_anew(session, found, one, reader) for one in outcome.marks.anew),
    ]


def _anew(session: Session, found: Sitting, mark: NewMark, reader: Reader) -> MarkShown:
    result = Result.from_json(mark.result)
    when = reader.day(mark.recorded_at)
    if mark.acceptance_id is not None:
        acceptance = session.get_one(LateAcceptance, mark.acceptance_id)
        why = LATENESS.get(acceptance.reason_code, acceptance.reason_code)  # type: ignore[call-overload]
        return MarkShown(when, _("Late answers count"), score(result), mark.passed, str(why))
    ruling = session.get_one(ItemRuling, mark.ruling_id)
    return MarkShown(when, _ruled(found, ruling), score(result), mark.passed, ruling.reason)


def _ruled(found: Sitting, ruling: ItemRuling) -> str:
    """Say what was decided.

    Which question has another key is not said: with the points it would tell what is right.
    """
    if ruling.kind is ItemRulingKind.REKEYED:
        return _("A question was given another key")
    paper = Paper.from_json(found.attempt.paper)
    number = next((place for place, one in enumerate(paper.items, 1) if one.item_id == ruling.item_id), 0)
    return _("Question %(number)s counts for nobody", number=number)


def score(result: Result) -> str:
    return _("%(points)s of %(of)s points", points=points(result.points), of=result.of)


def appeal_shown(row: AppealRow, reader: Reader) -> AppealShown:
    return AppealShown(
        href=url_for("appeals.thread", appeal_id=row.appeal.id),
        about=about(row),
        made=reader.day(row.appeal.recorded_at),
        state=str(OUTCOMES[row.decision.outcome]) if row.decision else _("Not decided yet"),
        reason=row.decision.reason if row.decision else "",
    )


def about(row: AppealRow) -> str:
    return _("Question %(number)s", number=row.number) if row.number else _("The whole mark")
