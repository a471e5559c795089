"""The review of awards: an oversight person doubts what an award rests on, then upholds it or voids it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session, aliased

from training_app.errors import TrainingError
from training_app.models.certification import Award, AwardEnd, AwardReview, AwardUpholding
from training_app.models.people import Person
from training_app.models.tools import Tool, ToolVersion
from training_app.rules import versions
from training_app.rules.access import Decision, Question, decide
from training_app.rules.facts import AwardEnded, AwardEndKind, AwardKind, AwardUpheld, Facts, OfficerFacts
from training_app.rules.outlook import lasting
from training_app.services.evidence import behind
from training_app.services.locks import one_at_a_time

F = TypeVar("F", AwardReview, AwardUpholding, AwardEnd)


class Doubt(StrEnum):
    """Why an award comes under review."""

    TRAINER_NOT_QUALIFIED = "trainer-not-qualified"
    IDENTITY_DOUBTED = "identity-doubted"
    EVIDENCE_DOUBTED = "evidence-doubted"
    IRREGULAR_SITTING = "irregular-sitting"
    RECORDED_IN_ERROR = "recorded-in-error"


class Upheld(StrEnum):
    """Why an award stays as it is."""

    DOUBT_UNFOUNDED = "doubt-unfounded"
    OTHER_EVIDENCE = "other-evidence"
    """It rests on enough besides what was doubted."""


class Voided(StrEnum):
    """Why an award was never valid."""

    REQUIREMENTS_NOT_MET = "requirements-not-met"
    ANOTHER_PERSON = "another-person"
    """Somebody else took the quiz or was observed."""
    DECEPTION = "deception"
    RECORDED_IN_ERROR = "recorded-in-error"


class OwnAward(TrainingError):
    def __init__(self) -> None:
        super().__init__("This is your own award. Somebody else of the oversight body judges it.")


class OwnRecord(TrainingError):
    def __init__(self) -> None:
        super().__init__("You recorded this award yourself. Somebody else of the oversight body judges it.")


class AlreadyUnderReview(TrainingError):
    def __init__(self, review_id: int) -> None:
        super().__init__("This award is under review already.")
        self.review_id = review_id


class AlreadyVoided(TrainingError):
    def __init__(self) -> None:
        super().__init__("This award is void already. There is nothing left to review.")


class ReviewEnded(TrainingError):
    def __init__(self) -> None:
        super().__init__("This review has ended already, perhaps a moment ago. Nothing was changed.")


# -- what is done ------------------------------------------------------------------------------------------------------


def put_under_review(session: Session, award: Award, doubt: Doubt, *, at: datetime, by: Person) -> AwardReview:
    """Record that *award* is doubted: until the review ends, no answer rests on it.

    :raises OwnAward: if it is the officer's own; :raises OwnRecord: if *by* recorded it;
    :raises AlreadyUnderReview: if a review of it is open; :raises AlreadyVoided: if it is void.
    """
    _refuse_the_concerned(award, by)
    one_at_a_time(session, "person", award.officer_id)
    if _is_void(session, award.id):
        raise AlreadyVoided
    if (running := session.scalar(_OPEN.where(AwardReview.award_id == award.id))) is not None:
        raise AlreadyUnderReview(running)
    fact = AwardReview(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=by.id,
        officer_id=award.officer_id,
        award_id=award.id,
        reason_code=doubt.value,
    )
    return _added(session, fact)


def uphold(session: Session, review: AwardReview, reason: Upheld, *, at: datetime, by: Person) -> AwardUpholding:
    """End *review* in the award's favour.

    :raises OwnAward: if the award is the officer's own; :raises OwnRecord: if *by* recorded it;
    :raises ReviewEnded: if the review is not open any more.
    """
    _to_end(session, review, by)
    fact = AwardUpholding(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=by.id,
        officer_id=review.officer_id,
        review_id=review.id,
        reason_code=reason.value,
    )
    return _added(session, fact)


def void(session: Session, review: AwardReview, reason: Voided, *, at: datetime, by: Person) -> AwardEnd:
    """Void the award under *review*: it was never valid, from its own day on, as everybody knows from *at* on.

    Errors as of `uphold`.
    """
    award = _to_end(session, review, by)
    fact = AwardEnd(
        effective_at=award.effective_at,
        recorded_at=at,
        recorded_by_id=by.id,
        officer_id=review.officer_id,
        award_id=review.award_id,
        kind=AwardEndKind.VOIDED,
        reason_code=reason.value,
    )
    return _added(session, fact)


def _to_end(session: Session, review: AwardReview, by: Person) -> Award:
    """Return the award of an open review that *by* may end."""
    award = session.get_one(Award, review.award_id)
    _refuse_the_concerned(award, by)
    one_at_a_time(session, "person", review.officer_id)
    if session.scalar(_OPEN.where(AwardReview.id == review.id)) is None:
        raise ReviewEnded
    return award


def _refuse_the_concerned(award: Award, by: Person) -> None:
    if award.officer_id == by.id:
        raise OwnAward
    if award.recorded_by_id == by.id:
        raise OwnRecord


def _is_void(session: Session, award_id: int) -> bool:
    ends = select(AwardEnd.id).where(AwardEnd.award_id == award_id, AwardEnd.kind == AwardEndKind.VOIDED)
    return session.scalar(ends) is not None


def _added(session: Session, fact: F) -> F:
    session.add(fact)
    session.flush()
    return fact


# -- what is seen ------------------------------------------------------------------------------------------------------

_UPHELD = exists().where(AwardUpholding.review_id == AwardReview.id)
_VOID = exists().where(AwardEnd.award_id == AwardReview.award_id, AwardEnd.kind == AwardEndKind.VOIDED)
_OPEN: Select[int] = select(AwardReview.id).where(~_UPHELD, ~_VOID).order_by(AwardReview.id)


@dataclass(frozen=True, slots=True)
class AwardRow:
    """An award as oversight sees it: the officer by service number."""

    award_id: int
    officer: str
    tool: str
    slug: str
    version: str
    kind: AwardKind
    made_at: datetime
    ended: AwardEndKind | None
    """A void counts before a revocation."""
    review_id: int | None
    """Of the review that is open, if any."""


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A review with its award, open or ended."""

    review_id: int
    award: AwardRow
    doubt: str
    """Code of the reason."""
    opened_at: datetime
    opened_by: str
    """Service number; empty for what the installation recorded by itself."""
    is_open: bool


def open_reviews(session: Session) -> Sequence[ReviewRow]:
    """Return the reviews that nobody has ended, the oldest first."""
    return _reviews(session, _REVIEWS.where(AwardReview.id.in_(_OPEN.order_by(None))))


def review(session: Session, review_id: int) -> ReviewRow | None:
    """Return one review, or ``None``."""
    return next(iter(_reviews(session, _REVIEWS.where(AwardReview.id == review_id))), None)


def awards_of(session: Session, number: str) -> Sequence[AwardRow]:
    """Return the awards of the officer with the service number *number*, the latest first."""
    return _awards(session, _AWARDS.where(Person.service_number == number))


def award(session: Session, award_id: int) -> AwardRow | None:
    """Return one award, or ``None``."""
    return next(iter(_awards(session, _AWARDS.where(Award.id == award_id))), None)


_AWARDS = (
    select(
        Award.id.label("award_id"),
        Person.service_number.label("officer"),
        Tool.name.label("tool"),
        Tool.slug,
        ToolVersion.label.label("version"),
        Award.kind,
        Award.effective_at.label("made_at"),
    )
    .join(Person, Person.id == Award.officer_id)
    .join(ToolVersion, ToolVersion.id == Award.version_id)
    .join(Tool, Tool.id == ToolVersion.tool_id)
    .order_by(Award.effective_at.desc(), Award.id.desc())
)


def _awards(session: Session, wanted: Select[*tuple[Any, ...]]) -> list[AwardRow]:
    rows = session.execute(wanted).all()
    ids = [row.award_id for row in rows]
    ends: dict[int, AwardEndKind] = {}
    for end in session.execute(select(AwardEnd.award_id, AwardEnd.kind).where(AwardEnd.award_id.in_(ids))):
        if ends.get(end.award_id) is not AwardEndKind.VOIDED:
            ends[end.award_id] = end.kind
    running = select(AwardReview.award_id, AwardReview.id).where(AwardReview.id.in_(_OPEN.order_by(None)))
    reviews = {row.award_id: row.id for row in session.execute(running.where(AwardReview.award_id.in_(ids)))}
    return [AwardRow(**row._mapping, ended=ends.get(row.award_id), review_id=reviews.get(row.award_id)) for row in rows]


_OPENER = aliased(Person)
_REVIEWS = (
    select(
        AwardReview.id,
        AwardReview.award_id,
        AwardReview.reason_code,
        AwardReview.effective_at,
        _OPENER.service_number.label("opener"),
        (~_UPHELD & ~_VOID).label("is_open"),
    )
    .join(_OPENER, _OPENER.id == AwardReview.recorded_by_id, isouter=True)
    .order_by(AwardReview.id)
)


def _reviews(session: Session, wanted: Select[*tuple[Any, ...]]) -> list[ReviewRow]:
    rows = session.execute(wanted).all()
    concerned = _awards(session, _AWARDS.where(Award.id.in_({row.award_id for row in rows})))
    awards = {one.award_id: one for one in concerned}
    return [
        ReviewRow(
            review_id=row.id,
            award=awards[row.award_id],
            doubt=row.reason_code,
            opened_at=row.effective_at,
            opened_by=row.opener or "",
            is_open=bool(row.is_open),
        )
        for row in rows
    ]


# -- what would follow -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Foreseen:
    """The answer for one version in use today, and what it would be after either end of the review."""

    version: str
    today: Decision
    upheld: Decision
    voided: Decision


def foreseen(session: Session, found: ReviewRow, *, zone: ZoneInfo, at: datetime) -> list[Foreseen]:
    """Return what the officer would be answered at *at* if the review ended now, for every version in use.

    A version that the award is for is among them even where it is not in use.  What each single use asks to be stated,
    as the purpose of an intrusive tool, is taken as stated.
    """
    facts = behind(session, found.award.officer, found.award.slug, zone=zone)
    assert facts.tool is not None
    labels = dict.fromkeys([*versions.in_use(facts.tool, at=at), found.award.version])
    now = {"effective_at": at, "recorded_at": at}
    upheld = _with(facts, award_upholdings=AwardUpheld(**now, review=str(found.review_id)))
    ended = AwardEnded(
        effective_at=found.award.made_at, recorded_at=at, award=str(found.award.award_id), kind=AwardEndKind.VOIDED
    )
    voided = _with(facts, award_ends=ended)

    def answer(label: str, of: Facts) -> Decision:
        return lasting(decide(Question(found.award.officer, found.award.slug, label), of, at=at, known_at=at))

    return [Foreseen(label, answer(label, facts), answer(label, upheld), answer(label, voided)) for label in labels]


def _with(facts: Facts, **added: AwardUpheld | AwardEnded) -> Facts:
    """Return *facts* with one more on a timeline of the officer's."""
    officer: OfficerFacts | None = facts.officer
    assert officer is not None
    longer: dict[str, Any] = {name: (*getattr(officer, name), fact) for name, fact in added.items()}
    return replace(facts, officer=replace(officer, **longer))
