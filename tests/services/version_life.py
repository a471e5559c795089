"""The demo agency's face matching tool with versions brought on, as two registrars would, for tests of their life."""

from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.rules.factories import local
from training_app import demo
from training_app.models.people import Person
from training_app.models.tools import Tool, ToolVersion, VersionFact
from training_app.rules.access import Decision, Question
from training_app.rules.facts import Level, Prohibition
from training_app.services import access, assessments, cards, forecasts, releases, requirements
from training_app.services.assessments import Verdict

NOW = local("2026-11-22 12:00")
ROOT = Path(__file__).parents[2]
MODULES = {"full": ["ai-limits"], "renewal": ["ai-limits"]}


def person(session: Session, number: str) -> Person:
    return session.scalars(select(Person).where(Person.service_number == number)).one()


def registrars(session: Session) -> tuple[Person, Person]:
    return person(session, "DP-3001"), person(session, "DP-3002")


def version(session: Session, label: str) -> ToolVersion:
    named = select(ToolVersion).join(Tool).where(Tool.slug == "sightline", ToolVersion.label == label)
    return session.scalars(named).one()


def ask(session: Session, number: str, label: str, *, at: datetime = NOW) -> Decision:
    return access.answer(session, Question(number, "sightline", label), zone=demo.ZONE, at=at, known_at=at)


def assess(
    session: Session,
    start: str,
    end: str,
    level: Level | None,
    *modules: str,
    at: datetime = NOW,
    grace_days: int = 0,
) -> None:
    """Assess an edge and sign it, as two registrars."""
    first, second = registrars(session)
    verdict = Verdict(level, grace_days, modules, "What changed.", "It is safe." if grace_days else None)
    edge = version(session, start), version(session, end)
    written = assessments.assess(session, *edge, verdict, at=at, by=first)
    assessments.sign_assessment(session, written, reason="Agreed.", at=at, by=second, zone=demo.ZONE)


def prepare(session: Session, label: str, *, replaces: str = "3.2", at: datetime = NOW) -> ToolVersion:
    """Register and announce a version, with everything signed except the ways to it."""
    first, second = registrars(session)
    before = version(session, replaces)
    new = releases.NewVersion(label, before.id, "Night camera input.", "Press Stop.", Prohibition.NONE)
    made = releases.register_version(session, before.tool, new, at=at, by=first)
    asked = requirements.propose_requirements(session, made, **MODULES, at=at, by=first)
    requirements.sign_requirements(session, asked, at=at, by=second)
    waived = cards.waive(session, made, "A trial.", at=at, by=first)
    cards.sign_waiver(session, waived, "Agreed.", at=at, by=second)
    releases.announce(session, made, at=at, by=first)
    return made


def release(
    session: Session, made: ToolVersion, *, effective_at: datetime, at: datetime = NOW, by: str = "DP-3001"
) -> VersionFact:
    """Release on the forecast as it is."""
    seen = forecasts.forecast(session, made, release_at=effective_at, at=at, zone=demo.ZONE).digest
    terms = {"seen": seen, "foreseen": seen, "zone": demo.ZONE}
    return releases.release(session, made, effective_at=effective_at, at=at, by=person(session, by), **terms)
