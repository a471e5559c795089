"""The registry as it is read: who is qualified for what, since when, by whom, on what, and what each may do now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.models.people import Person
from training_app.models.tools import Tool, ToolVersion
from training_app.models.trainers import ContinuingEducation, TrainerQualification, TrainerQualificationSignature
from training_app.rules import qualifying, versions
from training_app.rules import trainers as rule
from training_app.rules.civil_time import CivilInstant, days_after, in_force
from training_app.rules.qualifying import AgainstRenewal
from training_app.rules.trainers import (
    Act,
    Condition,
    Interest,
    Matter,
    Measure,
    MeasureKind,
    Qualification,
    QualificationLevel,
    Scope,
    TrainerFacts,
)
from training_app.services import gather, trainer_acts, trainer_facts
from training_app.services.people import NOT_ERASED
from training_app.services.second_signatures import names_of

SOON_DAYS = 90
"""A qualification that runs out within so many days is shown as one to renew."""


class State(StrEnum):
    """Of a qualification, the worst last."""

    IN_FORCE = "in-force"
    RUNS_OUT = "runs-out"
    WAITS = "waits"
    """For its second signature."""
    RUN_OUT = "run-out"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Held:
    """One qualification as it stands."""

    id: int
    scope: Scope
    level: QualificationLevel
    through: date
    special: bool
    version: str | None
    granted_at: datetime
    signers: tuple[str, ...]
    """Names of who signed, the first signer first."""
    evidence: Sequence[Mapping[str, Any]]
    state: State
    measure: Measure | None
    against_renewal: AgainstRenewal | None
    """Why it cannot be carried on; ``None``: it can, on what was done since."""
    renews: int | None
    first_signer: int | None


@dataclass(frozen=True, slots=True)
class TrainerRow:
    """A trainer as the registry shows one."""

    person_id: int
    number: str
    name: str
    held: tuple[Held, ...]
    """By scope, of each scope the newest first."""
    facts: TrainerFacts
    declared_through: date | None

    @property
    def standing(self) -> tuple[Held, ...]:
        """For each scope the qualification that says most today: one that runs before one that does not."""
        best: dict[Scope, Held] = {}
        for one in self.held:
            there = best.get(one.scope)
            if there is None or _weight(one) > _weight(there):
                best[one.scope] = one
        return tuple(best.values())


def _weight(one: Held) -> tuple[bool, bool, int, date]:
    runs = one.state in {State.IN_FORCE, State.RUNS_OUT}
    return runs, one.state is not State.WAITS, int(one.level), one.through


def registry(session: Session, *, on: CivilInstant) -> list[TrainerRow]:
    """Return everybody who was ever qualified, or is about to be, by name; those who were erased left out."""
    people = select(TrainerQualification.person_id).distinct()
    return _rows(session, session.scalars(select(Person).where(Person.id.in_(people), NOT_ERASED)).all(), on=on)


def trainer(session: Session, person: Person, *, on: CivilInstant) -> TrainerRow:
    """Return one person as the registry shows one; without qualifications where there never were any."""
    return _rows(session, [person], on=on)[0]


def waiting(session: Session, *, on: CivilInstant) -> list[tuple[TrainerRow, Held]]:
    """Return the special qualifications that wait for their second signature, the oldest first."""
    found = [(row, one) for row in registry(session, on=on) for one in row.held if one.state is State.WAITS]
    return sorted(found, key=lambda pair: pair[1].id)


def _rows(session: Session, people: Sequence[Person], *, on: CivilInstant) -> list[TrainerRow]:
    facts = trainer_facts.of_all(session, [one.id for one in people])
    held = _held(session, facts, on=on)
    rows = [
        TrainerRow(
            person_id=one.id,
            number=one.service_number,
            name=one.name,
            held=tuple(held.get(one.id, ())),
            facts=facts[one.id],
            declared_through=rule.declared_through(facts[one.id], trainer_acts.ETHICS_TEXT, on=on),
        )
        for one in people
    ]
    return sorted(rows, key=lambda row: (row.name, row.number))


def _held(session: Session, facts: Mapping[int, TrainerFacts], *, on: CivilInstant) -> dict[int, list[Held]]:
    rows = session.execute(
        select(TrainerQualification, TrainerQualificationSignature, Tool.slug, ToolVersion.label)
        .join(
            TrainerQualificationSignature,
            TrainerQualificationSignature.qualification_id == TrainerQualification.id,
            isouter=True,
        )
        .join(Tool, Tool.id == TrainerQualification.tool_id, isouter=True)
        .join(ToolVersion, ToolVersion.id == TrainerQualification.version_id, isouter=True)
        .where(TrainerQualification.person_id.in_(facts))
        .order_by(TrainerQualification.id.desc())
    ).all()
    signers = {row[0].recorded_by_id for row in rows} | {row[1].recorded_by_id for row in rows if row[1]}
    names = names_of(session, signers)
    found: dict[int, list[Held]] = {}
    for granted, signature, slug, label in rows:
        known = next((one for one in facts[granted.person_id].qualifications if one.id == str(granted.id)), None)
        measure = rule.measure_against(known, facts[granted.person_id], on=on) if known else None
        signed = [names.get(one.recorded_by_id, "") for one in (granted, signature) if one is not None]
        found.setdefault(granted.person_id, []).append(
            Held(
                id=granted.id,
                scope=Scope(subject=granted.subject, tool=slug),
                level=trainer_facts.LEVELS[granted.level],
                through=granted.through,
                special=granted.special,
                version=label,
                granted_at=(signature or granted).effective_at,
                signers=tuple(name for name in signed if name),
                evidence=granted.evidence,
                state=_state(known, granted.through, measure, on=on),
                measure=measure,
                against_renewal=qualifying.against_renewal(facts[granted.person_id], str(granted.id), on=on),
                renews=granted.renews_id,
                first_signer=granted.recorded_by_id,
            )
        )
    return {person: sorted(held, key=lambda one: str(one.scope)) for person, held in found.items()}


def _state(known: Qualification | None, through: date, measure: Measure | None, *, on: CivilInstant) -> State:
    if measure is not None:
        return State.REVOKED if measure.kind is MeasureKind.REVOKED else State.SUSPENDED
    if not in_force(through, on=on):
        return State.RUN_OUT
    if known is None:
        return State.WAITS
    return State.RUNS_OUT if through <= days_after(on.day, SOON_DAYS) else State.IN_FORCE


# -- what each may do --------------------------------------------------------------------------------------------------

#: What is asked about a tool, and about a subject area.
ON_TOOLS = (Act.WRITE, Act.TEACH, Act.PUBLISH, Act.SIGN_OFF, Act.QUALIFY)
ON_SUBJECTS = (Act.WRITE, Act.REVIEW, Act.TEACH, Act.RATE, Act.PUBLISH, Act.HEAR_APPEAL, Act.DECLINE_WISH, Act.QUALIFY)


@dataclass(frozen=True, slots=True)
class MayDo:
    """What keeps a trainer from one act in one scope; nothing: the act is allowed."""

    act: Act
    unmet: tuple[Condition, ...]


def may_do(session: Session, row: TrainerRow, scope: Scope, *, on: CivilInstant) -> list[MayDo]:
    """Return for each act in *scope*, on the tool's version in use, what the trainer lacks for it."""
    matter = matter_of(session, scope, on=on)
    own = trainer_acts.with_own(session, matter, row.person_id, on=on)
    qualified_by = trainer_facts.qualified_by(session)
    return [
        MayDo(
            act,
            rule.unmet(act, row.facts, own, text_version=trainer_acts.ETHICS_TEXT, qualified_by=qualified_by, on=on),
        )
        for act in (ON_TOOLS if scope.tool else ON_SUBJECTS)
    ]


def matter_of(session: Session, scope: Scope, *, on: CivilInstant) -> Matter:
    """Return what an act in *scope* is about, of a tool on the version in use that was released last."""
    if scope.tool is None:
        return Matter(scope=scope)
    vendors = session.scalars(select(Tool.vendor).where(Tool.slug == scope.tool))
    tool = gather.tool(session, scope.tool)
    label = versions.newest_in_use(tool, at=on.instant) if tool else None
    return Matter(scope=scope, version=label, vendors=frozenset(vendors))


@dataclass(frozen=True, slots=True)
class MyTrainers:
    """Who may teach an officer on a tool, and who may assess them, by name."""

    tool: str
    version: str | None
    instructors: tuple[str, ...]
    assessors: tuple[str, ...]


def for_officer(session: Session, person_id: int, *, on: CivilInstant) -> list[MyTrainers]:
    """Return for each tool in use who may teach and who may assess this officer now; tools by name."""
    found: list[MyTrainers] = []
    tools = gather.tools(session)
    for tool in session.scalars(select(Tool).order_by(Tool.name)):
        label = versions.newest_in_use(tools[tool.slug], at=on.instant)
        if label is None:
            continue
        version = session.scalars(
            select(ToolVersion).where(ToolVersion.tool_id == tool.id, ToolVersion.label == label)
        ).one()
        matter = trainer_acts.of_tool(session, tool, version, person_id, persons=[person_id], on=on)
        teaching = trainer_acts.who_may(session, Act.TEACH, replace(matter, persons=frozenset()), on=on)
        assessing = trainer_acts.who_may(session, Act.SIGN_OFF, matter, on=on)
        names = names_of(session, {*teaching, *assessing})
        found.append(MyTrainers(tool.name, label, _sorted(names, teaching), _sorted(names, assessing)))
    return found


def _sorted(names: Mapping[int | None, str], ids: Iterable[int]) -> tuple[str, ...]:
    return tuple(sorted(names[one] for one in ids if one in names))


def education(session: Session, person_id: int) -> Sequence[ContinuingEducation]:
    """Return the continuing education of a trainer, the latest first."""
    return session.scalars(
        select(ContinuingEducation)
        .where(ContinuingEducation.person_id == person_id)
        .order_by(ContinuingEducation.held_on.desc(), ContinuingEducation.id.desc())
    ).all()


def interests(row: TrainerRow, *, on: CivilInstant) -> tuple[Interest, ...]:
    return rule.interests(row.facts, on=on)


def vendors(session: Session) -> list[str]:
    """Return the vendors of all tools, by name."""
    return sorted(set(session.scalars(select(Tool.vendor).distinct())))
