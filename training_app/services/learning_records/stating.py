"""From facts, by their kind and id, to the statements that are made of them."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from quizzes.mark import Result
from training_app.models.certification import Award, AwardEnd
from training_app.models.rulings import NewMark
from training_app.models.tools import Tool, ToolVersion
from training_app.models.training import Attempt, Mode, Submission
from training_app.rules import xapi
from training_app.rules.facts import AwardEndKind
from training_app.rules.xapi import Certified, Learner, Sat, Statement
from training_app.services import content
from training_app.services.learning_records.accounts import names_of

IDS_AT_ONCE = 1_000

Recorded = tuple[datetime, Statement]
"""When the fact was recorded, with a statement of it."""


def statements(session: Session, facts: Sequence[tuple[str, int]], *, home: str) -> Iterator[Recorded]:
    """Yield what is stated of *facts*, each given as its table and its id, in the order in which such things happen.

    Of practice nothing, and of a mark made anew only that it passes: a worse one takes nothing away.
    """
    by_kind: dict[str, list[int]] = defaultdict(list)
    for kind, fact_id in facts:
        by_kind[kind].append(fact_id)
    for kind, of_them in _STATING.items():
        ids = sorted(by_kind[kind])
        for start in range(0, len(ids), IDS_AT_ONCE):
            yield from of_them(session, ids[start : start + IDS_AT_ONCE], home)


def _attempts(session: Session, ids: Sequence[int], home: str) -> Iterator[Recorded]:
    rows = session.scalars(select(Attempt).where(Attempt.id.in_(ids), _ASSESSED).order_by(Attempt.id)).all()
    learners = _learners(session, [row.officer_id for row in rows], home)
    for row in rows:
        yield row.recorded_at, xapi.begun(learners[row.officer_id], _sat(session, row), at=row.effective_at)


def _submissions(session: Session, ids: Sequence[int], home: str) -> Iterator[Recorded]:
    rows = session.execute(
        select(Submission, Attempt)
        .join(Attempt, Attempt.id == Submission.attempt_id)
        .where(Submission.id.in_(ids), _ASSESSED)
        .order_by(Submission.id)
    ).all()
    learners = _learners(session, [row.officer_id for row, _ in rows], home)
    for row, attempt in rows:
        learner, sat, at = learners[row.officer_id], _sat(session, attempt), row.effective_at
        took = row.effective_at - attempt.effective_at
        yield row.recorded_at, xapi.completed(learner, sat, submission=row.id, took=took, at=at)
        share, fact = Result.from_json(row.result).share, f"submission:{row.id}"
        yield row.recorded_at, xapi.marked(learner, sat, fact=fact, passed=row.passed, share=share, at=at)


def _new_marks(session: Session, ids: Sequence[int], home: str) -> Iterator[Recorded]:
    rows = session.execute(
        select(NewMark, Attempt)
        .join(Submission, Submission.id == NewMark.submission_id)
        .join(Attempt, Attempt.id == Submission.attempt_id)
        .where(NewMark.id.in_(ids), NewMark.passed, _ASSESSED)
        .order_by(NewMark.id)
    ).all()
    learners = _learners(session, [row.officer_id for row, _ in rows], home)
    for row, attempt in rows:
        learner, sat, share = learners[row.officer_id], _sat(session, attempt), Result.from_json(row.result).share
        fact = f"new_mark:{row.id}"
        stated = xapi.marked(learner, sat, fact=fact, passed=True, share=share, at=row.effective_at)
        yield row.recorded_at, stated


def _awards(session: Session, ids: Sequence[int], home: str) -> Iterator[Recorded]:
    rows = session.execute(_WITH_VERSION.where(Award.id.in_(ids)).order_by(Award.id)).all()
    learners = _learners(session, [row[0].officer_id for row in rows], home)
    for award, version, tool in rows:
        learner = learners[award.officer_id]
        yield award.recorded_at, xapi.satisfied(learner, _certified(award, version, tool), at=award.effective_at)


def _award_ends(session: Session, ids: Sequence[int], home: str) -> Iterator[Recorded]:
    rows = session.execute(
        _WITH_VERSION.add_columns(AwardEnd)
        .join(AwardEnd, AwardEnd.award_id == Award.id)
        .where(AwardEnd.id.in_(ids))
        .order_by(AwardEnd.id)
    ).all()
    learners = _learners(session, [row[0].officer_id for row in rows], home)
    for award, version, tool, end in rows:
        stated = xapi.voided if end.kind is AwardEndKind.VOIDED else xapi.revoked
        learner, certified = learners[award.officer_id], _certified(award, version, tool)
        yield end.recorded_at, stated(learner, certified, end=end.id, at=end.effective_at)


_ASSESSED = Attempt.mode == Mode.ASSESSMENT
_WITH_VERSION: Select[Award, ToolVersion, Tool] = (
    select(Award, ToolVersion, Tool)
    .join(ToolVersion, ToolVersion.id == Award.version_id)
    .join(Tool, Tool.id == ToolVersion.tool_id)
)
#: By the table of the fact, in the order in which an officer meets them.
_STATING: Mapping[str, Callable[[Session, Sequence[int], str], Iterator[Recorded]]] = {
    Attempt.__tablename__: _attempts,
    Submission.__tablename__: _submissions,
    NewMark.__tablename__: _new_marks,
    Award.__tablename__: _awards,
    AwardEnd.__tablename__: _award_ends,
}
STATED = frozenset(_STATING)
"""Tables of the facts that are stated."""


def _learners(session: Session, people: Sequence[int], home: str) -> dict[int, Learner]:
    return {person: Learner(home=home, name=name) for person, name in names_of(session, set(people)).items()}


def _sat(session: Session, attempt: Attempt) -> Sat:
    published = content.revision(session, attempt.revision_id)
    return Sat(
        attempt=attempt.id,
        module=published.module.slug,
        revision=published.revision.digest,
        titles=published.module.title,
        language=attempt.language,
    )


def _certified(award: Award, version: ToolVersion, tool: Tool) -> Certified:
    return Certified(award=award.id, tool=tool.slug, name=tool.name, version=version.label, kind=award.kind.value)
