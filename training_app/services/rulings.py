"""What is decided on items after officers were tested with them: void, or another key; and every attempt marked anew.

A ruling adds marks and takes none away.  Who passes by the new mark passes from then on.  Who would not pass any more
is listed and keeps what was awarded, until somebody ends the award by name.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from quizzes.interactions import Interaction
from quizzes.mark import Result, Rulings, mark_anew
from quizzes.paper import Paper
from quizzes.rekey import KeyFault, key_fault, key_json
from training_app.errors import TrainingError
from training_app.models.people import Person
from training_app.models.rulings import ItemRuling, ItemRulingKind, NewMark
from training_app.models.training import Attempt, Mode, ModuleRevision, Submission
from training_app.services import certification, marks
from training_app.services.content import Published
from training_app.services.locks import one_at_a_time

RUN = 500
"""So many submissions are read, marked and written at once."""
AWARDS_AT_ONCE = 50
"""So many officers' awards are made in one transaction: each takes a lock of its own on PostgreSQL, and on SQLite
nobody else writes meanwhile."""


class UnfitKey(TrainingError):
    """What was given is no other key for the item."""

    def __init__(self, fault: KeyFault) -> None:
        super().__init__(f"This is no other key for the item: {fault}.")
        self.fault = fault


class ForeseenChanged(TrainingError):
    """Since the dry run was shown, somebody submitted or another ruling was made."""

    def __init__(self) -> None:
        super().__init__("Who would be concerned has changed since this was shown. Look again, then decide.")


class AlreadyRuled(TrainingError):
    """The same holds already: it was decided a moment ago, or the other window was faster."""

    def __init__(self, ruling_id: int) -> None:
        super().__init__("This holds for the item already. Nothing was changed.")
        self.ruling_id = ruling_id


class OwnMark(TrainingError):
    """Nobody marks their own submission anew."""

    def __init__(self) -> None:
        super().__init__("A quiz of your own would be marked anew by this. Another lead decides it.")


class UnknownItem(TrainingError):
    def __init__(self) -> None:
        super().__init__("This revision has no such item.")


# -- what it would do --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Effect:
    """What a ruling does to one submission."""

    submission_id: int
    officer_id: int
    module: str
    before: Result
    """By the mark that stands."""
    after: Result
    passed_before: bool
    """By any mark."""

    @property
    def now_passes(self) -> bool:
        return self.after.passed and not self.passed_before

    @property
    def would_fail(self) -> bool:
        """Whether the new mark is no pass where there was one; nothing is taken away by it."""
        return self.passed_before and not self.after.passed


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a ruling would do, shown before anybody decides."""

    effects: tuple[Effect, ...]
    """Of every assessment whose points or outcome change, the earliest first."""
    concerned: int
    """Assessments that had the item on their paper."""

    @property
    def now_pass(self) -> tuple[Effect, ...]:
        return tuple(one for one in self.effects if one.now_passes)

    @property
    def would_fail(self) -> tuple[Effect, ...]:
        return tuple(one for one in self.effects if one.would_fail)

    @property
    def points_only(self) -> tuple[Effect, ...]:
        return tuple(one for one in self.effects if not one.now_passes and not one.would_fail)

    @property
    def digest(self) -> str:
        """SHA-256, in hexadecimal, of what was shown; the ruling keeps it."""
        shown = [
            (one.submission_id, str(one.after.points), one.after.of, one.after.passed, one.passed_before)
            for one in self.effects
        ]
        return hashlib.sha256(json.dumps([self.concerned, shown]).encode()).hexdigest()


def dry_run(session: Session, published: Published, item_id: str, interaction: Interaction | None) -> DryRun:
    """Return what it would do to void the item (``None``) or to mark it by *interaction*.

    :raises UnknownItem: if the revision has no such item; :raises UnfitKey: if *interaction* is no other key for it.
    :raises AlreadyRuled: if that is what the ruling in force says.
    """
    in_force = marks.in_force(session, published.revision.id)
    _refuse_what_changes_nothing(session, published, item_id, interaction, in_force)
    rulings: Rulings = {**in_force, item_id: interaction}
    effects: list[Effect] = []
    concerned = 0
    for run in _runs(session, published.revision.id):
        with_item = [row for row in run if any(entry["item"] == item_id for entry in row.paper["items"])]
        concerned += len(with_item)
        effects.extend(_effects(session, published, with_item, rulings))
    return DryRun(tuple(effects), concerned)


def _refuse_what_changes_nothing(
    session: Session, published: Published, item_id: str, interaction: Interaction | None, in_force: Rulings
) -> None:
    item = published.bank.by_id().get(item_id)
    if item is None:
        raise UnknownItem
    if item_id in in_force and in_force[item_id] == interaction:
        governing = session.scalar(
            select(func.max(ItemRuling.id)).where(
                ItemRuling.revision_id == published.revision.id, ItemRuling.item_id == item_id
            )
        )
        raise AlreadyRuled(governing or 0)
    if interaction is None:
        return
    fault = key_fault(item.interaction, interaction)
    if fault is KeyFault.SAME_KEY and item_id in in_force:
        return  # the first key is given back
    if fault is not None:
        raise UnfitKey(fault)


def _runs(session: Session, revision_id: int) -> Iterator[Sequence[Row[*tuple[Any, ...]]]]:
    """Yield the submitted assessments of a revision in runs, the earliest first."""
    columns = (
        select(
            Submission.id,
            Submission.officer_id,
            Submission.module,
            Submission.result,
            Submission.passed,
            Submission.attempt_id,
            Attempt.paper,
        )
        .join(Attempt, Attempt.id == Submission.attempt_id)
        .where(Attempt.revision_id == revision_id, Attempt.mode == Mode.ASSESSMENT)
        .order_by(Submission.id)
        .limit(RUN)
    )
    last = 0
    while run := session.execute(columns.where(Submission.id > last)).all():
        yield run
        last = run[-1].id


def _effects(
    session: Session, published: Published, run: Sequence[Row[*tuple[Any, ...]]], rulings: Rulings
) -> Iterator[Effect]:
    """Yield what changes for the submissions of *run*."""
    answers = marks.counted_answers(session, [row.attempt_id for row in run])
    anew = marks.made_anew(session, [row.id for row in run])
    for row in run:
        found = marks.Marks(Result.from_json(row.result), row.passed, tuple(anew.get(row.id, ())))
        after = mark_anew(Paper.from_json(row.paper), published.bank, answers[row.attempt_id], rulings)
        before = found.latest
        if (before.points, before.of, before.passed) != (after.points, after.of, after.passed):
            yield Effect(row.id, row.officer_id, row.module, before, after, found.passed)


# -- what is decided ---------------------------------------------------------------------------------------------------


def rule(
    session: Session,
    published: Published,
    item_id: str,
    interaction: Interaction | None,
    reason: str,
    *,
    foreseen: str,
    at: datetime,
    by: Person,
) -> ItemRuling:
    """Record the ruling and a new mark for every submission that it changes; `award` makes what is earned by them.

    :param foreseen: the digest of the dry run that *by* was shown.
    :raises ForeseenChanged: if it would do something else by now.
    :raises OwnMark: if a submission of *by* is among those that it changes.
    :raises AlreadyRuled: :raises UnfitKey: :raises UnknownItem: as `dry_run`.
    """
    one_at_a_time(session, "revision", published.revision.id)
    run = dry_run(session, published, item_id, interaction)
    if run.digest != foreseen:
        raise ForeseenChanged
    if any(one.officer_id == by.id for one in run.effects):
        raise OwnMark
    ruling = ItemRuling(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=by.id,
        revision_id=published.revision.id,
        item_id=item_id,
        kind=ItemRulingKind.VOIDED if interaction is None else ItemRulingKind.REKEYED,
        interaction=None if interaction is None else key_json(interaction),
        reason=reason,
        foreseen=foreseen,
    )
    session.add(ruling)
    session.flush()
    for first in range(0, len(run.effects), RUN):
        session.add_all(_new_mark(one, ruling) for one in run.effects[first : first + RUN])
        session.flush()
    return ruling


def _new_mark(effect: Effect, ruling: ItemRuling) -> NewMark:
    return NewMark(
        effective_at=ruling.effective_at,
        recorded_at=ruling.recorded_at,
        recorded_by_id=ruling.recorded_by_id,
        officer_id=effect.officer_id,
        submission_id=effect.submission_id,
        ruling_id=ruling.id,
        acceptance_id=None,
        module=effect.module,
        result=effect.after.to_json(),
        passed=effect.after.passed,
    )


def marked_as_passed(session: Session, ruling: ItemRuling) -> list[int]:
    """Return the ids of the officers whom a mark by *ruling* passes, by number."""
    rows = session.scalars(select(NewMark.officer_id).where(NewMark.ruling_id == ruling.id, NewMark.passed).distinct())
    return sorted(rows)


def award(
    session: Session, officer_ids: Sequence[int], *, zone: ZoneInfo, new_code: Callable[[], str], at: datetime
) -> None:
    """Make the awards that these officers have earned by now; doing so twice is doing it once.

    :param officer_ids: in the order of their numbers, `AWARDS_AT_ONCE` at most.
    """
    for officer_id in officer_ids:
        officer = session.get_one(Person, officer_id)
        certification.award_what_is_due(session, officer, at=at, zone=zone, new_code=new_code, recorded_at=at)


# -- what is seen ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RevisionInUse:
    """A revision that officers were tested with."""

    revision: ModuleRevision
    assessments: int
    """How many were submitted."""
    rulings: int


def revisions_in_use(session: Session) -> list[RevisionInUse]:
    """Return every revision with a submitted assessment, by module, the latest revision first."""
    submitted = _submitted().subquery()
    ruled = select(ItemRuling.revision_id, func.count().label("rulings")).group_by(ItemRuling.revision_id).subquery()
    rows = session.execute(
        select(ModuleRevision, submitted.c.assessments, func.coalesce(ruled.c.rulings, 0))
        .join(submitted, submitted.c.revision_id == ModuleRevision.id)
        .join(ruled, ruled.c.revision_id == ModuleRevision.id, isouter=True)
        .order_by(ModuleRevision.slug, ModuleRevision.id.desc())
    )
    return [RevisionInUse(*row) for row in rows]


def submitted_assessments(session: Session, revision_id: int) -> int:
    """Return how many assessments of a revision were submitted."""
    of_it = _submitted().where(Attempt.revision_id == revision_id)
    return sum(row.assessments for row in session.execute(of_it))


def _submitted() -> Select[*tuple[Any, ...]]:
    return (
        select(Attempt.revision_id, func.count().label("assessments"))
        .join(Submission, Submission.attempt_id == Attempt.id)
        .where(Attempt.mode == Mode.ASSESSMENT)
        .group_by(Attempt.revision_id)
    )


def rulings(session: Session, revision_id: int | None = None) -> Sequence[ItemRuling]:
    """Return every ruling on an item, of one revision or of all, the latest first."""
    wanted = select(ItemRuling).order_by(ItemRuling.id.desc())
    if revision_id is not None:
        wanted = wanted.where(ItemRuling.revision_id == revision_id)
    return session.scalars(wanted).all()
