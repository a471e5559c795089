"""The marks of a submission: the first one, those made anew since, and which of them counts for what.

The latest mark is what a submission comes to today.  Passed is whatever any of its marks passes, from the earliest that
does on: no later mark takes that back.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from quizzes.interactions import Interaction, Response
from quizzes.mark import Result, Rulings
from quizzes.rekey import read_key
from training_app.models.rulings import ItemRuling, NewMark
from training_app.models.training import Answer, Attempt, Submission
from training_app.rules.duties import Passed
from training_app.services import content, marked_answers

#: Whether any mark of a submission passes it, for a query that selects from `Submission`.
PASSED: ColumnElement[bool] = or_(
    Submission.passed,
    exists().where(NewMark.submission_id == Submission.id, NewMark.passed).correlate(Submission),
)


@dataclass(frozen=True)
class Marks:
    """What a submission came to at first and since."""

    first: Result
    passed_first: bool
    anew: tuple[NewMark, ...] = ()
    """The earliest first."""

    @cached_property
    def latest(self) -> Result:
        return Result.from_json(self.anew[-1].result) if self.anew else self.first

    @property
    def passed(self) -> bool:
        return self.passed_first or any(one.passed for one in self.anew)

    def before(self, mark: NewMark) -> "Marks":
        """Return what there was before *mark*."""
        return Marks(self.first, self.passed_first, tuple(one for one in self.anew if one.id < mark.id))


def of(session: Session, submission: Submission) -> Marks:
    return of_all(session, [submission])[submission.id]


def of_all(session: Session, submissions: Collection[Submission]) -> dict[int, Marks]:
    """Return the marks of each of some hundred submissions at most, by the submission's id."""
    anew = made_anew(session, [one.id for one in submissions])
    return {one.id: Marks(Result.from_json(one.result), one.passed, tuple(anew.get(one.id, ()))) for one in submissions}


def made_anew(session: Session, submission_ids: Collection[int]) -> Mapping[int, Sequence[NewMark]]:
    """Return the marks that were made anew, by the submission's id, the earliest first."""
    found: dict[int, list[NewMark]] = {}
    rows = session.scalars(select(NewMark).where(NewMark.submission_id.in_(submission_ids)).order_by(NewMark.id))
    for row in rows:
        found.setdefault(row.submission_id, []).append(row)
    return found


def passes(session: Session, officer_ids: Collection[int]) -> Iterator[tuple[int, Passed]]:
    """Yield every assessment that one of these officers passed, with the officer's id: each once, at its first pass."""
    at_once = (
        select(
            Submission.officer_id,
            Submission.id,
            Submission.module,
            Attempt.effective_at.label("opened_at"),
            Submission.effective_at.label("sat_at"),
        )
        .join(Attempt, Attempt.id == Submission.attempt_id)
        .where(Submission.officer_id.in_(officer_ids))
    )
    for row in session.execute(at_once.where(Submission.passed).order_by(Submission.id)):
        yield row.officer_id, Passed(f"submission:{row.id}", row.module, row.opened_at, row.sat_at)
    first = (
        select(NewMark.submission_id, func.min(NewMark.effective_at).label("passed_at"))
        .where(NewMark.passed, NewMark.officer_id.in_(officer_ids))
        .group_by(NewMark.submission_id)
        .subquery()
    )
    anew = at_once.add_columns(first.c.passed_at).join(first, first.c.submission_id == Submission.id)
    for row in session.execute(anew.where(~Submission.passed).order_by(Submission.id)):
        yield row.officer_id, Passed(f"submission:{row.id}", row.module, row.opened_at, row.passed_at, row.sat_at)


def in_force(session: Session, revision_id: int, *, known_at: datetime | None = None) -> Rulings:
    """Return the rulings on the items of a revision that govern: of each item the latest recorded by *known_at*."""
    ruled = select(ItemRuling).where(ItemRuling.revision_id == revision_id).order_by(ItemRuling.id)
    rows = session.scalars(ruled if known_at is None else ruled.where(ItemRuling.recorded_at <= known_at)).all()
    if not rows:
        return {}
    items = content.revision(session, revision_id).bank.by_id()
    return {row.item_id: key_of(row, items[row.item_id].interaction) for row in rows}


def key_of(ruling: ItemRuling, before: Interaction) -> Interaction | None:
    """Return the key that *ruling* gives an item answered as *before*; ``None`` where it is void."""
    return None if ruling.interaction is None else read_key(before, ruling.interaction)


def counted_answers(session: Session, attempt_ids: Collection[int]) -> dict[int, dict[str, Response]]:
    """Return for each attempt what counts for each item: answered in time, or late and accepted."""
    rows = session.execute(
        select(Answer.attempt_id, Answer.item_id, Answer.options)
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .join(*marked_answers.ACCEPTANCE, isouter=True)
        .where(Answer.attempt_id.in_(attempt_ids), marked_answers.COUNTED)
        .order_by(*marked_answers.IN_ORDER)
    )
    given: dict[int, list[tuple[str, list[str]]]] = {attempt_id: [] for attempt_id in attempt_ids}
    for row in rows:
        given[row.attempt_id].append((row.item_id, row.options))
    return {attempt_id: marked_answers.held(answers) for attempt_id, answers in given.items()}


def marked_at(submission: Submission, found: Marks) -> datetime:
    """Return when the mark that stands was told."""
    return found.anew[-1].recorded_at if found.anew else submission.recorded_at
