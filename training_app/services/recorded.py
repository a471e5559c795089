"""Decisions and searches on record: found again, and decided again from what was known then; people by number only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, String, and_, cast, exists, func, or_, select
from sqlalchemy.orm import Session

from training_app.models.clients import Client
from training_app.models.erasures import PersonErased
from training_app.models.people import Person
from training_app.models.recorded import RecordedDecision, RecordedSearch
from training_app.rules.access import Decision, decide
from training_app.rules.access_documents import question_from
from training_app.rules.evidence import facts_digest
from training_app.services import gather
from training_app.services.machine_questions import NO_TOOL
from training_app.services.rule_version import rule_version


@dataclass(frozen=True, slots=True)
class Sought:
    """Which decisions are looked for; what is empty is not asked for."""

    officer: str = ""
    """Service number, as it is recorded."""
    tool: str = ""
    version: str = ""
    client_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    """Exclusive."""
    allowed: bool | None = None
    ground: str = ""


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """One recorded decision, with what was asked and what was told."""

    id: int
    at: datetime
    client: str
    question: Mapping[str, Any]
    allowed: bool
    grounds: Sequence[str]
    answer: Mapping[str, Any]
    within_reach: bool
    facts_digest: str | None
    """Empty, as is the rule's, where it was recorded before these were kept."""
    rule_version: str | None
    erased: bool
    """Whether the officer was erased since: it cannot be answered again."""


_ASKED_BY = or_(
    RecordedDecision.client_id == Client.id,
    and_(RecordedDecision.gateway_id.is_not(None), RecordedDecision.gateway_id == Client.gateway_id),
)
_DECISION = (
    select(
        RecordedDecision.id,
        RecordedDecision.effective_at.label("at"),
        Client.name.label("client"),
        RecordedDecision.question,
        RecordedDecision.allowed,
        RecordedDecision.grounds,
        RecordedDecision.answer,
        func.coalesce(RecordedDecision.within_reach, True).label("within_reach"),
        RecordedDecision.facts_digest,
        RecordedDecision.rule_version,
        exists().where(PersonErased.person_id == RecordedDecision.officer_id).label("erased"),
    )
    .select_from(RecordedDecision)
    .join(Client, _ASKED_BY)
)


def decisions(session: Session, sought: Sought, *, page: int, size: int) -> Sequence[DecisionRow]:
    """Return one page of the decisions that are *sought*, the latest first; pages count from 1."""
    found = _that_are(sought, _DECISION).order_by(RecordedDecision.id.desc()).limit(size).offset((page - 1) * size)
    return [DecisionRow(**row._mapping) for row in session.execute(found)]


def count_decisions(session: Session, sought: Sought) -> int:
    counted = select(func.count()).select_from(RecordedDecision)
    if sought.client_id is not None:
        counted = counted.join(Client, _ASKED_BY)
    return session.scalar(_that_are(sought, counted)) or 0


def decision(session: Session, decision_id: int) -> DecisionRow | None:
    """Return the recorded decision with *decision_id*, or ``None``."""
    row = session.execute(_DECISION.where(RecordedDecision.id == decision_id)).one_or_none()
    return None if row is None else DecisionRow(**row._mapping)


def _that_are(sought: Sought, query: Select[Any]) -> Select[Any]:
    return query.where(*_conditions(sought))


def _conditions(sought: Sought) -> list[ColumnElement[bool]]:
    record, found = RecordedDecision, list[ColumnElement[bool]]()
    if sought.officer:
        known = select(Person.id).where(Person.service_number == sought.officer).scalar_subquery()
        unknown = and_(record.officer_id.is_(None), record.question["officer"].as_string() == sought.officer)
        found.append(or_(record.officer_id == known, unknown))
    for name in ("tool", "version"):
        if wanted := getattr(sought, name):
            column: Any = getattr(record, name)
            # What was recorded before these columns were has them in its question alone.
            before = and_(record.facts_digest.is_(None), record.question[name].as_string() == wanted)
            found.append(or_(column == wanted, before))
    if sought.client_id is not None:
        found.append(Client.id == sought.client_id)
    if sought.since is not None:
        found.append(record.effective_at >= sought.since)
    if sought.until is not None:
        found.append(record.effective_at < sought.until)
    if sought.allowed is not None:
        found.append(record.allowed.is_(sought.allowed))
    if sought.ground:
        found.append(cast(record.grounds, String).contains(f'"{sought.ground}"', autoescape=True))
    return found


# -- decided again -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Replay:
    """The same question answered again from what was recorded at its instant."""

    decision: Decision
    same: bool
    """Answer and grounds."""
    same_facts: bool | None
    """``None`` where the record names none, because it is from before they were kept."""
    same_rule: bool | None

    @property
    def allowed(self) -> bool:
        return self.decision.allowed

    @property
    def grounds(self) -> tuple[str, ...]:
        return tuple(ground.value for ground in self.decision.grounds)


def replay(session: Session, recorded: DecisionRow, *, zone: ZoneInfo) -> Replay:
    """Answer the question of *recorded* again, as of its instant and as known then, and compare."""
    question = question_from(recorded.question)
    slug = question.tool if recorded.within_reach else NO_TOOL
    facts = gather.question(session, number=question.officer, slug=slug, zone=zone)
    again = decide(question, facts, at=recorded.at, known_at=recorded.at)
    grounds = tuple(ground.value for ground in again.grounds)
    digest = facts_digest(facts, known_at=recorded.at) if recorded.facts_digest else None
    return Replay(
        again,
        same=(again.allowed, grounds) == (recorded.allowed, tuple(recorded.grounds)),
        same_facts=None if digest is None else digest == recorded.facts_digest,
        same_rule=None if recorded.rule_version is None else recorded.rule_version == rule_version(),
    )


# -- searches ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SearchRow:
    id: int
    at: datetime
    client: str
    kind: str
    question: Mapping[str, Any]
    found: int
    continued: bool


def searches(session: Session, *, page: int, size: int) -> Sequence[SearchRow]:
    """Return one page of the recorded searches, the latest first; pages count from 1."""
    rows = session.execute(
        select(
            RecordedSearch.id,
            RecordedSearch.effective_at.label("at"),
            Client.name.label("client"),
            RecordedSearch.kind,
            RecordedSearch.question,
            RecordedSearch.found,
            RecordedSearch.continued,
        )
        .join(Client, Client.id == RecordedSearch.client_id)
        .order_by(RecordedSearch.id.desc())
        .limit(size)
        .offset((page - 1) * size)
    )
    return [SearchRow(**row._mapping) for row in rows]


def count_searches(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(RecordedSearch)) or 0
