"""Whether an officer may open the next assessment, what practice keeps back, and one more attempt beyond the limit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from quizzes.admission import Admission, Sat, admission
from quizzes.paper import Paper
from training_app.errors import TrainingError
from training_app.models.people import Person
from training_app.models.rulings import FurtherAttempt, FurtherAttemptReason
from training_app.models.training import Attempt, Mode, ModuleRevision, Submission
from training_app.services import marks
from training_app.services.content import Published
from training_app.services.locks import one_at_a_time


class NotForOneself(TrainingError):
    def __init__(self) -> None:
        super().__init__("You cannot open an attempt to yourself. Another lead decides that.")


class AttemptsLeft(TrainingError):
    """The officer can open an attempt by themselves; perhaps somebody opened one more a moment ago."""

    def __init__(self) -> None:
        super().__init__("This officer has an attempt left. Nothing was changed.")


@dataclass(frozen=True, slots=True)
class _Over:
    """An assessment that is over."""

    attempt: Attempt
    sat: Sat


def _over(session: Session, officer_id: int, module: str, *, at: datetime) -> list[_Over]:
    """Return the officer's assessments of any revision of *module* that are over as of *at*, the earliest first."""
    rows = session.execute(
        select(
            Attempt,
            Submission.id.label("submission_id"),
            func.coalesce(Submission.effective_at, Attempt.closes_at).label("over_at"),
            marks.PASSED.label("passed"),
        )
        .join(ModuleRevision, ModuleRevision.id == Attempt.revision_id)
        .outerjoin(Submission, Submission.attempt_id == Attempt.id)
        .where(Attempt.officer_id == officer_id, Attempt.mode == Mode.ASSESSMENT, ModuleRevision.slug == module)
        .order_by(Attempt.id)
    )
    return [
        _Over(row[0], Sat(row.over_at, passed=bool(row.passed)))
        for row in rows
        if row.submission_id is not None or at >= row.over_at
    ]


def admission_to(session: Session, officer_id: int, published: Published, *, at: datetime) -> Admission:
    """Return what stands between the officer and the next assessment of the module, by its newest plan."""
    module = published.module.slug
    granted = session.scalars(
        select(FurtherAttempt.effective_at)
        .where(FurtherAttempt.officer_id == officer_id, FurtherAttempt.module == module)
        .order_by(FurtherAttempt.id)
    ).all()
    sat = [one.sat for one in _over(session, officer_id, module, at=at)]
    return admission(published.bank.plan, sat, granted, at=at)


def kept_back(session: Session, officer_id: int, module: str, *, at: datetime) -> frozenset[str]:
    """Return the items that practice tells nothing about: those of the officer's assessments since the last pass.

    A failed attempt reveals no key, by no way round.
    """
    over = _over(session, officer_id, module, at=at)
    passes = [number for number, one in enumerate(over, start=1) if one.sat.passed]
    since = over[passes[-1] :] if passes else over
    return frozenset(entry.item_id for one in since for entry in Paper.from_json(one.attempt.paper).items)


@dataclass(frozen=True, slots=True)
class UsedUp:
    """An officer who has used every attempt at a module."""

    officer: Person
    used: int
    last_at: datetime
    """When the latest was over."""


def used_up(session: Session, published: Published, *, at: datetime) -> list[UsedUp]:
    """Return who has used every attempt at the module, the latest first; empty where its plan sets no limit."""
    if published.bank.plan.attempts is None:
        return []
    begun_often = (
        select(Attempt.officer_id)
        .join(ModuleRevision, ModuleRevision.id == Attempt.revision_id)
        .where(Attempt.mode == Mode.ASSESSMENT, ModuleRevision.slug == published.module.slug)
        .group_by(Attempt.officer_id)
        .having(func.count() >= published.bank.plan.attempts)  # few of many, so that each can be looked at
    )
    officers = session.scalars(select(Person).where(Person.id.in_(begun_often)).order_by(Person.id))
    found = []
    for officer in officers:
        state = admission_to(session, officer.id, published, at=at)
        if state.used_up and not _has_open(session, officer.id, published.module.slug, at=at):
            last = _over(session, officer.id, published.module.slug, at=at)[-1].sat.over_at
            found.append(UsedUp(officer, state.used, last))
    return sorted(found, key=lambda one: one.last_at, reverse=True)


def _has_open(session: Session, officer_id: int, module: str, *, at: datetime) -> bool:
    """Tell whether an assessment of *module* is under way: neither submitted nor closed."""
    submitted = exists().where(Submission.attempt_id == Attempt.id).correlate(Attempt)
    one = (
        select(Attempt.id)
        .join(ModuleRevision, ModuleRevision.id == Attempt.revision_id)
        .where(
            Attempt.officer_id == officer_id,
            Attempt.mode == Mode.ASSESSMENT,
            Attempt.closes_at > at,
            ModuleRevision.slug == module,
            ~submitted,
        )
    )
    return session.scalars(one.limit(1)).first() is not None


def attempts_over(session: Session, officer_id: int, module: str, *, at: datetime) -> Sequence[tuple[Attempt, Sat]]:
    """Return the officer's assessments of *module* that are over, the latest first, for who decides on one more."""
    return [(one.attempt, one.sat) for one in reversed(_over(session, officer_id, module, at=at))]


def open_one_more(
    session: Session, officer: Person, published: Published, reason: FurtherAttemptReason, *, at: datetime, by: Person
) -> FurtherAttempt:
    """Let the officer open one more assessment of the module.

    :raises NotForOneself: if *by* is the officer.
    :raises AttemptsLeft: if the officer needs none, so that a decision sent twice opens one.
    """
    if officer.id == by.id:
        raise NotForOneself
    one_at_a_time(session, "person", officer.id)
    if not admission_to(session, officer.id, published, at=at).used_up or _has_open(
        session, officer.id, published.module.slug, at=at
    ):
        raise AttemptsLeft
    fact = FurtherAttempt(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=by.id,
        officer_id=officer.id,
        module=published.module.slug,
        reason_code=reason,
    )
    session.add(fact)
    session.flush()
    return fact
