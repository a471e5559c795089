"""Awards that a measure against a trainer puts under review: three branches of the statement, and rows into rows.

The statement joins what awards rest on with the measures against whoever did it; `rules.doubts` says of each pair
whether it is a doubt.  What comes of it are rows like those of reviews that a person opened, and of their upholdings.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, select
from sqlalchemy.types import Integer

from training_app.models.certification import AwardBasis, AwardReview, AwardUpholding
from training_app.models.tools import Tool
from training_app.models.trainers import TrainerMeasure, TrainerQualification
from training_app.rules.doubts import BasisKind, Doubting, TrainersAct, doubts, parts_doubted, review_id
from training_app.services.gather.padded import Columns, instant, padded
from training_app.services.gather.tool_rows import table

Kept = Sequence[Any]
Who = Callable[[ColumnElement[int]], ColumnElement[bool]]
Rows = tuple[list[Kept], list[Kept]]
"""Of one officer: what measures may doubt, and what ended a doubt."""

_CONTENT, _MARKS = 1, 2
_BASIS, _MEASURE = table(AwardBasis), table(TrainerMeasure)
_END, _ANY = _MEASURE.alias("reinstatement"), _MEASURE.alias("any_measure")
_REVIEW, _UPHOLDING = table(AwardReview), table(AwardUpholding)
_QUALIFICATION, _TOOL = table(TrainerQualification), table(Tool)

SCOPE_OF_MEASURE = case(
    (_QUALIFICATION.c.subject.is_not(None), "subject:" + _QUALIFICATION.c.subject), else_="tool:" + _TOOL.c.slug
)
"""As `rules.trainers.Scope` writes it; empty of a measure against every qualification."""


def _measured(who: Who) -> ColumnElement[bool]:
    """Tell what of *who* rests on somebody against whom there is a measure; looked up for those few people alone."""
    return and_(who(_BASIS.c.officer_id), _BASIS.c.trainer_id.in_(select(_ANY.c.person_id)))


def doubted(kind: int, columns: Columns, who: Who) -> Select[Any]:
    """Return the branch with each act that awards rest on beside each measure against whoever did it."""
    parts = case((_MEASURE.c.doubts_content, _CONTENT), else_=0) + case((_MEASURE.c.doubts_marks, _MARKS), else_=0)
    given = {
        "owner": _BASIS.c.officer_id,
        "id": _BASIS.c.id,
        "effective_at": _MEASURE.c.effective_at,
        "recorded_at": _MEASURE.c.recorded_at,
        "ref": _BASIS.c.award_id,
        "base": _MEASURE.c.id,
        "policy": parts.cast(Integer),
        "since": _BASIS.c.done_at,
        "code": _BASIS.c.act,
        "text": _BASIS.c.scope,
        "evidence": SCOPE_OF_MEASURE,
    }
    source = (
        _BASIS.join(_MEASURE, _MEASURE.c.person_id == _BASIS.c.trainer_id)
        .outerjoin(_QUALIFICATION, _QUALIFICATION.c.id == _MEASURE.c.qualification_id)
        .outerjoin(_TOOL, _TOOL.c.id == _QUALIFICATION.c.tool_id)
    )
    branch = select(*padded(kind, columns, given)).select_from(source)
    return branch.where(_measured(who), _MEASURE.c.ends_id.is_(None))


def reinstated(kind: int, columns: Columns, who: Who) -> Select[Any]:
    """Return the branch with the reinstatements that end such a measure, for everything that it doubted."""
    given = {
        "owner": _BASIS.c.officer_id,
        "id": _END.c.id,
        "effective_at": _END.c.effective_at,
        "recorded_at": _END.c.recorded_at,
        "base": _END.c.ends_id,
    }
    source = _BASIS.join(_END, _END.c.person_id == _BASIS.c.trainer_id)
    branch = select(*padded(kind, columns, given)).select_from(source).distinct()
    return branch.where(_measured(who), _END.c.ends_id.is_not(None))


def upheld(kind: int, columns: Columns, who: Who) -> Select[Any]:
    """Return the branch with the awards that oversight upheld under a measure."""
    given = {
        "owner": _UPHOLDING.c.officer_id,
        "id": _UPHOLDING.c.id,
        "effective_at": _UPHOLDING.c.effective_at,
        "recorded_at": _UPHOLDING.c.recorded_at,
        "ref": _REVIEW.c.award_id,
        "base": _REVIEW.c.measure_id,
    }
    source = _UPHOLDING.join(_REVIEW, _REVIEW.c.id == _UPHOLDING.c.review_id)
    branch = select(*padded(kind, columns, given)).select_from(source)
    return branch.where(who(_UPHOLDING.c.officer_id), _REVIEW.c.measure_id.is_not(None))


def derived(pairs: list[Kept], ends: list[Kept], *, kinds: tuple[int, int], columns: Columns) -> Rows:
    """Return rows of reviews and of upholdings, of one officer, in a fixed order.

    :param kinds: the numbers of the two kinds.
    """
    place = {name: number for number, name in enumerate(columns, start=1)}
    width = len(columns) + 1

    def kept(kind: int, like: Kept, **given: object) -> Kept:
        values: list[object] = [None] * width
        values[0] = kind
        for name in ("owner", "effective_at", "recorded_at"):
            values[place[name]] = like[place[name]]
        for name, value in given.items():
            values[place[name]] = value
        return tuple(values)

    def reviews() -> Iterator[tuple[tuple[int, int], Kept]]:
        for row in pairs:
            if _doubts(row, place):
                measure, award = row[place["base"]], row[place["ref"]]
                at = {"effective_at": row[place["recorded_at"]]}
                yield (measure, award), kept(kinds[0], row, **at, id=review_id(measure, award), ref=award)

    found = dict(sorted(dict(reviews()).items()))
    ended = [
        kept(kinds[1], row, id=row[place["id"]], ref=review_id(measure, award))
        for row in sorted(ends, key=lambda row: (row[place["recorded_at"]], row[place["id"]]))
        for measure, award in found
        if row[place["base"]] == measure and row[place["ref"]] in (None, award)
    ]
    return list(found.values()), ended


def _doubts(row: Kept, place: dict[str, int]) -> bool:
    parts = row[place["policy"]]
    measure = Doubting(
        since=instant(row[place["effective_at"]]),
        until=instant(row[place["recorded_at"]]),
        scope=row[place["evidence"]],
        parts=parts_doubted(content=bool(parts & _CONTENT), marks=bool(parts & _MARKS)),
    )
    act = TrainersAct(BasisKind(row[place["code"]]), instant(row[place["since"]]), row[place["text"]])
    return doubts(measure, act)
