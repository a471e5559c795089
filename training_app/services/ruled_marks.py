"""What a ruling did: every submission that it marked anew, and what rests on those that would not pass any more."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from quizzes.mark import Result
from training_app.models.certification import Award, AwardEnd
from training_app.models.people import Person
from training_app.models.rulings import ItemRuling, NewMark
from training_app.models.tools import Tool, ToolVersion
from training_app.models.training import Submission
from training_app.services import marks


@dataclass(frozen=True, slots=True)
class Resting:
    """An award that nobody has ended and that rests on a submission."""

    award_id: int
    tool: str
    version: str


@dataclass(frozen=True, slots=True)
class RuledMark:
    """A submission that a ruling marked anew."""

    officer: str
    """Service number."""
    officer_id: int
    submission_id: int
    before: Result
    after: Result
    passed_before: bool
    awards: tuple[Resting, ...]

    @property
    def now_passes(self) -> bool:
        return self.after.passed and not self.passed_before

    @property
    def would_fail(self) -> bool:
        return self.passed_before and not self.after.passed


@dataclass(frozen=True, slots=True)
class Counts:
    """How many submissions a ruling marked anew."""

    now_pass: int
    would_fail: int
    points_only: int

    @property
    def all(self) -> int:
        return self.now_pass + self.would_fail + self.points_only


_EARLIER = aliased(NewMark)
_PASSED_BEFORE = or_(
    Submission.passed,
    exists().where(_EARLIER.submission_id == NewMark.submission_id, _EARLIER.id < NewMark.id, _EARLIER.passed),
)
_WOULD_FAIL = and_(_PASSED_BEFORE, ~NewMark.passed)
_NOW_PASSES = and_(~_PASSED_BEFORE, NewMark.passed)


def counts(session: Session, ruling_ids: Collection[int]) -> Mapping[int, Counts]:
    """Return how many submissions each ruling marked anew, by its id; a ruling that changed no mark is missing."""
    rows = session.execute(
        select(NewMark.ruling_id, _NOW_PASSES.label("passes"), _WOULD_FAIL.label("fails"), func.count().label("many"))
        .join(Submission, Submission.id == NewMark.submission_id)
        .where(NewMark.ruling_id.in_(ruling_ids))
        .group_by(NewMark.ruling_id, "passes", "fails")
    ).all()
    found: dict[int, Counter[str]] = {}
    for row in rows:
        kind = "now_pass" if row.passes else "would_fail" if row.fails else "points_only"
        found.setdefault(row.ruling_id, Counter())[kind] += row.many
    return {
        ruling_id: Counts(one["now_pass"], one["would_fail"], one["points_only"]) for ruling_id, one in found.items()
    }


def page_of(session: Session, ruling: ItemRuling, *, first: int, size: int) -> list[RuledMark]:
    """Return *size* of the submissions that *ruling* marked anew, from the one at *first* (from 0) on.

    Those that would not pass any more come first, then those that pass now, each by service number.
    """
    rows = session.execute(
        select(NewMark, Submission, Person.service_number)
        .join(Submission, Submission.id == NewMark.submission_id)
        .join(Person, Person.id == NewMark.officer_id)
        .where(NewMark.ruling_id == ruling.id)
        .order_by(_WOULD_FAIL.desc(), _NOW_PASSES.desc(), Person.service_number, NewMark.id)
        .offset(first)
        .limit(size)
    ).all()
    found = marks.of_all(session, [row.Submission for row in rows])
    resting = _resting(session, {row.NewMark.officer_id for row in rows})
    return [_ruled(row.NewMark, row.service_number, found[row.Submission.id], resting) for row in rows]


def _ruled(mark: NewMark, number: str, found: marks.Marks, resting: Mapping[str, list[Resting]]) -> RuledMark:
    before = found.before(mark)
    after = Result.from_json(mark.result)
    awards = resting.get(f"submission:{mark.submission_id}", []) if before.passed and not mark.passed else []
    return RuledMark(number, mark.officer_id, mark.submission_id, before.latest, after, before.passed, tuple(awards))


def _resting(session: Session, officer_ids: Collection[int]) -> dict[str, list[Resting]]:
    """Return the awards of these officers that nothing has ended, by each proof that they rest on."""
    ended = exists().where(AwardEnd.award_id == Award.id)
    rows = session.execute(
        select(Award, Tool.name, ToolVersion.label)
        .join(ToolVersion, ToolVersion.id == Award.version_id)
        .join(Tool, Tool.id == ToolVersion.tool_id)
        .where(Award.officer_id.in_(officer_ids), ~ended)
        .order_by(Award.id)
    )
    found: dict[str, list[Resting]] = {}
    for row in rows:
        for proof in row.Award.evidence.get("met_by", ()):
            found.setdefault(proof, []).append(Resting(row.Award.id, row.name, row.label))
    return found
