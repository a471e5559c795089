"""What is decided on items after officers were tested with them: void, or another key; and every attempt marked anew.

A ruling adds marks and takes none away.  Who passes by the new mark passes from then on.  Who would not pass any more
is listed and keeps what was awarded, until somebody ends the award by name.
"""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses.errors import ContentError
from courses.fields import Fields
from quizzes.errors import UnfitResponse
from quizzes.interaction_fields import interaction_json, read_interaction
from quizzes.interactions import Interaction
from quizzes.item import Item
from quizzes.mark import Result, Rulings, mark_anew
from quizzes.paper import Paper
from training_app.errors import TrainingError
from training_app.models.authoring import ReviewRequest, ReviewVerdict
from training_app.models.people import Person
from training_app.models.rulings import ItemRuling, ItemRulingKind, NewMark
from training_app.models.training import Attempt, Mode, ModuleRevision, Submission
from training_app.services import content, training
from training_app.services.content import Published
from training_app.services.locks import one_at_a_time


class UnfitKey(TrainingError):
    """The new key does not fit the item, or what officers answered."""


class ForeseenChanged(TrainingError):
    """Since the dry run was shown, somebody submitted or another ruling was made."""

    def __init__(self) -> None:
        super().__init__("Who would be concerned has changed since this was shown. Look again, then decide.")


@dataclass(frozen=True, slots=True)
class Effect:
    """What a ruling does to one submission."""

    submission: Submission
    before: Result
    """By the marks that stand."""
    after: Result
    passed_before: bool

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
    def digest(self) -> str:
        """SHA-256, in hexadecimal, of what was shown; the ruling keeps it."""
        shown = [
            (one.submission.id, str(one.after.points), one.after.of, one.after.passed, one.passed_before)
            for one in self.effects
        ]
        return hashlib.sha256(json.dumps([self.concerned, shown]).encode()).hexdigest()


def in_force(session: Session, revision_id: int) -> Rulings:
    """Return the rulings on the items of a revision that govern: of each item the latest."""
    published = content.revision(session, revision_id)
    items = published.bank.by_id()
    rows = session.scalars(select(ItemRuling).where(ItemRuling.revision_id == revision_id).order_by(ItemRuling.id))
    return {
        row.item_id: None if row.interaction is None else _interaction(items[row.item_id], row.interaction)
        for row in rows
    }


def of_revision(session: Session, revision_id: int) -> Sequence[ItemRuling]:
    """Return every ruling on an item of a revision, the latest first."""
    return session.scalars(
        select(ItemRuling).where(ItemRuling.revision_id == revision_id).order_by(ItemRuling.id.desc())
    ).all()


def rekeyed(item: Item, written: Mapping[str, object]) -> Interaction:
    """Return *item*'s interaction with another key.

    :param written: the interaction's fields as in ``bank.toml``.
    :raises UnfitKey: if it is not of the item's kind, or has other options.
    """
    try:
        changed = _interaction(item, written)
    except ContentError as error:
        raise UnfitKey(f"This key does not fit the item: {error}") from error
    if changed.shuffled != item.interaction.shuffled or changed.key == item.interaction.key:
        raise UnfitKey("Give the item another key, and leave its options as officers saw them.")
    return changed


def _interaction(item: Item, written: Mapping[str, object]) -> Interaction:
    faults: list[ContentError] = []
    found = read_interaction(Fields(written, file="key", faults=faults, place=f"item '{item.id}'"), item.kind)
    if faults:
        raise faults[0]
    return found


def dry_run(session: Session, published: Published, item_id: str, interaction: Interaction | None) -> DryRun:
    """Return what it would do to void the item (``None``) or to mark it by *interaction*.

    :raises UnfitKey: if what an officer answered cannot be an answer to *interaction*.
    """
    rulings = {**in_force(session, published.revision.id), item_id: interaction}
    submitted = [(one, Paper.from_json(one.attempt.paper)) for one in _submissions(session, published.revision.id)]
    with_item = [(one, paper) for one, paper in submitted if any(entry.item_id == item_id for entry in paper.items)]
    standing = latest_marks(session, [submission.id for submission, _paper in with_item])
    effects = []
    for submission, paper in with_item:
        held = training.answers(session, submission.attempt)
        try:
            after = mark_anew(paper, published.bank, held, rulings)
        except UnfitResponse as error:
            raise UnfitKey("An officer answered what this key would not allow as an answer.") from error
        before, passed = standing.get(submission.id, (training.result_of(submission), submission.passed))
        if (before.points, before.of, before.passed) != (after.points, after.of, after.passed):
            effects.append(Effect(submission, before, after, passed))
    return DryRun(tuple(effects), len(with_item))


def _submissions(session: Session, revision_id: int) -> Sequence[Submission]:
    return session.scalars(
        select(Submission)
        .join(Attempt, Attempt.id == Submission.attempt_id)
        .where(Attempt.revision_id == revision_id, Attempt.mode == Mode.ASSESSMENT)
        .order_by(Submission.id)
    ).all()


def latest_marks(session: Session, submission_ids: Collection[int]) -> dict[int, tuple[Result, bool]]:
    """Return, for each submission that was marked anew, its latest result and whether it ever passed."""
    found: dict[int, tuple[Result, bool]] = {}
    passed_first = select(Submission.passed).where(Submission.id == NewMark.submission_id).scalar_subquery()
    rows = session.execute(
        select(NewMark, passed_first).where(NewMark.submission_id.in_(submission_ids)).order_by(NewMark.id)
    )
    for row, first in rows:
        _result, passed = found.get(row.submission_id, (None, first))
        found[row.submission_id] = (Result.from_json(row.result), passed or row.passed)
    return found


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
    """Record the ruling and a new mark for every submission that it changes.

    :param foreseen: the digest of the dry run that *by* was shown.
    :raises ForeseenChanged: if it would do something else by now.
    :raises UnfitKey: as `dry_run`.
    """
    one_at_a_time(session, "revision", published.revision.id)
    run = dry_run(session, published, item_id, interaction)
    if run.digest != foreseen:
        raise ForeseenChanged
    ruling = ItemRuling(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=by.id,
        revision_id=published.revision.id,
        item_id=item_id,
        kind=ItemRulingKind.VOIDED if interaction is None else ItemRulingKind.REKEYED,
        interaction=None if interaction is None else interaction_json(interaction),
        reason=reason,
        foreseen=foreseen,
    )
    session.add(ruling)
    session.flush()
    session.add_all(_new_mark(one, ruling, at=at, by=by) for one in run.effects)
    session.flush()
    return ruling


def _new_mark(effect: Effect, ruling: ItemRuling, *, at: datetime, by: Person) -> NewMark:
    return NewMark(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=by.id,
        officer_id=effect.submission.officer_id,
        submission_id=effect.submission.id,
        ruling_id=ruling.id,
        acceptance_id=None,
        module=effect.submission.module,
        result=effect.after.to_json(),
        passed=effect.after.passed,
    )


def hands_in(session: Session, revision: ModuleRevision) -> frozenset[int]:
    """Return the ids of who wrote, reviewed or ruled on *revision*: none of them judges an appeal against it."""
    requests = session.execute(
        select(ReviewRequest.author_ids, ReviewVerdict.recorded_by_id)
        .join(ReviewVerdict, ReviewVerdict.request_id == ReviewRequest.id)
        .where(ReviewVerdict.revision_id == revision.id)
    )
    ruled = session.scalars(select(ItemRuling.recorded_by_id).where(ItemRuling.revision_id == revision.id))
    hands = {person for authors, reviewer in requests for person in (*authors, reviewer)}
    return frozenset(person for person in {*hands, *ruled} if person is not None)


def in_use(session: Session, revision_id: int) -> int:
    """Return how many assessments of a revision were submitted."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Submission)
            .join(Attempt, Attempt.id == Submission.attempt_id)
            .where(Attempt.revision_id == revision_id, Attempt.mode == Mode.ASSESSMENT)
        )
        or 0
    )
