"""What an answer rests on, to be given again elsewhere; and an answer as it was known then and as it is known now."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.people import Person
from training_app.rules.access import Decision, Question, decide
from training_app.rules.erasure import is_erased
from training_app.rules.evidence import Origin, to_text
from training_app.rules.facts import Facts
from training_app.rules.hindsight import Hindsight, hindsight
from training_app.services import gather
from training_app.services.evaluations import OfficerUnknown
from training_app.services.journal import PersonIsErased


class ToolUnknown(TrainingError):
    def __init__(self, slug: str) -> None:
        super().__init__(f"No tool is registered under the name {slug}.")
        self.slug = slug


class VersionUnknown(TrainingError):
    def __init__(self, tool: str, label: str, registered: list[str]) -> None:
        super().__init__(f"{tool} has no version {label}. Registered: {', '.join(registered) or 'none'}.")
        self.tool, self.label, self.registered = tool, label, registered


@dataclass(frozen=True, slots=True)
class AsOf:
    """One question about an instant, answered twice."""

    then: Decision
    """From what was recorded by that instant."""
    now: Decision
    """From what is recorded by now, for the same instant."""
    late: Hindsight

    @property
    def same(self) -> bool:
        def told(decision: Decision) -> tuple[object, ...]:
            return decision.grounds, decision.badge, decision.standing and decision.standing.last_day

        return told(self.then) == told(self.now)


def number_of(session: Session, typed: str) -> str:
    """Return the service number that was *typed*, as it is recorded.

    :raises OfficerUnknown: if nobody has it; :raises PersonIsErased: if it stands in place of an erased person's.
    """
    number = typed.strip()
    found = session.scalars(
        select(Person.service_number)
        .where(Person.service_number.in_({number, number.upper()}))
        .order_by(Person.service_number)
    ).first()
    if found is None:
        raise OfficerUnknown(number)
    if is_erased(found):
        raise PersonIsErased
    return found


def behind(session: Session, number: str, slug: str, *, zone: ZoneInfo) -> Facts:
    """Return all facts that answers about the officer *number* and the tool *slug* rest on.

    :raises OfficerUnknown: if nobody has that number; :raises ToolUnknown: if there is no such tool.
    """
    facts = gather.question(session, number=number, slug=slug, zone=zone)
    if facts.officer is None:
        raise OfficerUnknown(number)
    if facts.tool is None:
        raise ToolUnknown(slug)
    return facts


def export(session: Session, number: str, slug: str, *, zone: ZoneInfo, at: datetime) -> str:
    """Return the evidence document about an officer and a tool, with everything that is recorded by *at*.

    It holds the outcomes of evaluations, because the answer needs them: hand it to nobody but registrars and oversight.

    :raises OfficerUnknown: if nobody has that number; :raises ToolUnknown: if there is no such tool.
    """
    number = number_of(session, number)
    return to_text(behind(session, number, slug, zone=zone), Origin(number, slug, at))


def as_of(session: Session, question: Question, *, zone: ZoneInfo, at: datetime, known_at: datetime) -> AsOf:
    """Answer *question* about the instant *at*, as it was known then and as it is known at *known_at*.

    :raises OfficerUnknown: if nobody has that number; :raises ToolUnknown: if there is no such tool;
    :raises VersionUnknown: if it never had such a version.
    """
    facts = behind(session, question.officer, question.tool, zone=zone)
    registered = [version.label for version in facts.tool.versions] if facts.tool else []
    if question.version not in registered:
        raise VersionUnknown(question.tool, question.version or "", registered)
    return AsOf(
        then=decide(question, facts, at=at, known_at=min(at, known_at)),
        now=decide(question, facts, at=at, known_at=known_at),
        late=hindsight(facts, at=at, known_at=known_at),
    )
