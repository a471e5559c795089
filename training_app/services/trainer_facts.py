"""What is recorded about trainers, as the rule in `training_app.rules.trainers` reads it."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.models.base import Fact
from training_app.models.tools import Tool, ToolVersion
from training_app.models.trainers import (
    DeclaredInterest,
    DeclaredInterestEnd,
    EthicsDeclaration,
    LevelName,
    TrainerMeasure,
    TrainerQualification,
    TrainerQualificationSignature,
)
from training_app.rules import facts as known
from training_app.rules import trainers as rule
from training_app.rules.trainers import QualificationLevel, Scope, TrainerFacts
from training_app.services import taught

M = TypeVar("M", TrainerMeasure, EthicsDeclaration, DeclaredInterest, DeclaredInterestEnd)

LEVELS: Mapping[LevelName, QualificationLevel] = {name: QualificationLevel[name.name] for name in LevelName}
LEVEL_NAMES: Mapping[QualificationLevel, LevelName] = {level: name for name, level in LEVELS.items()}


def of(session: Session, person_id: int) -> TrainerFacts:
    """Return what is recorded about one person as a trainer; who was never qualified has empty facts."""
    return of_all(session, [person_id])[person_id]


def everybody(session: Session) -> list[TrainerFacts]:
    """Return the facts of everybody who was ever qualified, by the ids of the persons."""
    ids = session.scalars(select(TrainerQualification.person_id).distinct().order_by(TrainerQualification.person_id))
    return list(of_all(session, ids.all()).values())


def qualified_by(session: Session) -> dict[str, frozenset[str]]:
    """Return who ever qualified whom, as ids; whoever signed counts, also where the signature came to nothing."""
    found: dict[str, set[str]] = {}
    for model in (TrainerQualification, TrainerQualificationSignature):
        for row in session.execute(select(model.person_id, model.recorded_by_id)):
            if row.recorded_by_id is not None:
                found.setdefault(str(row.person_id), set()).add(str(row.recorded_by_id))
    return {person: frozenset(by) for person, by in found.items()}


def scope_of(session: Session, granted: TrainerQualification) -> Scope:
    """Return what a qualification is for."""
    slug = None if granted.tool_id is None else session.get_one(Tool, granted.tool_id).slug
    return Scope(subject=granted.subject, tool=slug)


def of_all(session: Session, people: Collection[int]) -> dict[int, TrainerFacts]:
    """Return what is recorded about each of *people* as a trainer; a fixed number of statements."""
    session.flush()
    given: dict[int, dict[str, list[Any]]] = {person: {} for person in people}

    def put(name: str, rows: Iterable[tuple[int, known.Fact]]) -> None:
        for person, fact in rows:
            given[person].setdefault(name, []).append(fact)

    put("qualifications", _qualifications(session, people))
    put("measures", _measures(session, people))
    put("declarations", _declarations(session, people))
    put("interests", _interests(session, people))
    put("interest_ends", _interest_ends(session, people))
    put("taught", taught.of(session, people))
    return {person: TrainerFacts(person=str(person), **_as_tuples(held)) for person, held in given.items()}


def _as_tuples(held: Mapping[str, list[Any]]) -> dict[str, Any]:
    return {name: tuple(facts) for name, facts in held.items()}


def _when(row: Fact) -> dict[str, datetime]:
    return {"effective_at": row.effective_at, "recorded_at": row.recorded_at}


def _qualifications(session: Session, people: Collection[int]) -> Iterator[tuple[int, known.Fact]]:
    rows = session.execute(
        select(TrainerQualification, TrainerQualificationSignature, Tool.slug, ToolVersion.label)
        .join(
            TrainerQualificationSignature,
            TrainerQualificationSignature.qualification_id == TrainerQualification.id,
            isouter=True,
        )
        .join(Tool, Tool.id == TrainerQualification.tool_id, isouter=True)
        .join(ToolVersion, ToolVersion.id == TrainerQualification.version_id, isouter=True)
        .where(TrainerQualification.person_id.in_(people))
        .order_by(TrainerQualification.id)
    )
    for row in rows:
        granted: TrainerQualification = row[0]
        signature: TrainerQualificationSignature | None = row[1]
        if granted.special and signature is None:
            continue  # it waits for its second signature
        by = {str(one.recorded_by_id) for one in (granted, signature) if one is not None and one.recorded_by_id}
        yield (
            granted.person_id,
            rule.Qualification(
                **_when(signature or granted),
                id=str(granted.id),
                scope=Scope(subject=granted.subject, tool=row.slug),
                level=LEVELS[granted.level],
                through=granted.through,
                by=frozenset(by),
                special=granted.special,
                version=row.label,
            ),
        )


def _measures(session: Session, people: Collection[int]) -> Iterator[tuple[int, known.Fact]]:
    for row in _rows(session, TrainerMeasure, people):
        named = None if row.qualification_id is None else str(row.qualification_id)
        ends = None if row.ends_id is None else str(row.ends_id)
        yield row.person_id, rule.Measure(**_when(row), id=str(row.id), kind=row.kind, qualification=named, ends=ends)


def _declarations(session: Session, people: Collection[int]) -> Iterator[tuple[int, known.Fact]]:
    for row in _rows(session, EthicsDeclaration, people):
        yield row.person_id, rule.Declared(**_when(row), text_version=row.text_version)


def _interests(session: Session, people: Collection[int]) -> Iterator[tuple[int, known.Fact]]:
    for row in _rows(session, DeclaredInterest, people):
        yield row.person_id, rule.Interest(**_when(row), id=str(row.id), kind=row.kind, vendor=row.vendor)


def _interest_ends(session: Session, people: Collection[int]) -> Iterator[tuple[int, known.Fact]]:
    for row in _rows(session, DeclaredInterestEnd, people):
        yield row.person_id, rule.InterestEnded(**_when(row), interest=str(row.interest_id))


def _rows(session: Session, model: type[M], people: Collection[int]) -> Iterator[M]:
    return iter(session.scalars(select(model).where(model.person_id.in_(people)).order_by(model.id)))
