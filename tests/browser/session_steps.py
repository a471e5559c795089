"""Training sessions in every state, and who may hold them, for pages to show."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.browser.demo_server import DemoServer
from training_app import demo
from training_app.clock import now
from training_app.db import Database
from training_app.models.people import Person
from training_app.models.tools import Tool, ToolVersion
from training_app.models.trainers import (
    EthicsDeclaration,
    LevelName,
    TrainerQualification,
    TrainerQualificationSignature,
)
from training_app.rules.civil_time import CivilInstant
from training_app.rules.training_sessions import Plan, Presence, SessionKind
from training_app.services import attendance, calendar_feeds, training_sessions
from training_app.services.trainer_acts import ETHICS_TEXT
from training_app.services.training_sessions import NewSession, Subject


def person(session: Session, number: str) -> Person:
    return session.scalars(select(Person).where(Person.service_number == number)).one()


def qualify(session: Session, number: str, level: LevelName = LevelName.ASSESSOR) -> Person:
    """Let a trainer of the demonstration teach AI and, by special qualification, assess on Sightline's 3.2."""
    found, at = person(session, number), now() - timedelta(days=1)
    stamp = {"effective_at": at, "recorded_at": at}
    first, second = person(session, "DP-3001"), person(session, "DP-3002")
    tool = session.scalars(select(Tool).where(Tool.slug == "sightline")).one()
    given = {"person_id": found.id, "level": level, "through": date(2099, 12, 31), "evidence": []}
    subject = TrainerQualification(**stamp, **given, recorded_by_id=first.id, subject="ai", special=False)
    version = session.scalars(
        select(ToolVersion).where(ToolVersion.tool_id == tool.id, ToolVersion.label == "3.2")
    ).one()
    special = TrainerQualification(
        **stamp, **given, recorded_by_id=first.id, tool_id=tool.id, version_id=version.id, special=True
    )
    session.add_all([subject, special])
    session.flush()
    declared = {"text_version": ETHICS_TEXT, "text_digest": "", "language": "en"}
    session.add_all(
        [
            TrainerQualificationSignature(
                **stamp, recorded_by_id=second.id, person_id=found.id, qualification_id=special.id, author_id=first.id
            ),
            EthicsDeclaration(**stamp, **declared, recorded_by_id=found.id, person_id=found.id),
        ]
    )
    session.flush()
    return found


def plan(session: Session, instructor: Person, title: str, start: datetime, *, capacity: int = 2) -> int:
    """Plan a session of two hours on `ai-limits`, an hour before it begins where that has passed."""
    terms = Plan(
        starts_at=start,
        ends_at=start + timedelta(hours=2),
        place="Training centre, room 4",
        capacity=capacity,
        instructor=instructor.id,
    )
    new = NewSession(SessionKind.CLASSROOM, title, Subject(module="ai-limits"), terms)
    on = CivilInstant(min(now(), start - timedelta(hours=1)), demo.ZONE)
    return training_sessions.plan(session, new, uid=f"uid of {title}", on=on, by=instructor).id


def bring_on(server: DemoServer) -> dict[str, str]:
    """One to come, full and moved, with an officer who waits; one that began, with attendance; one called off."""
    database, at = Database(f"sqlite:///{server.database}"), now()
    with database.transaction() as session:
        instructor = qualify(session, "DP-4001")
        to_come = plan(session, instructor, "Limits of AI, with cases", at + timedelta(days=9), capacity=2)
        begun = plan(session, instructor, "Limits of AI in the morning", at - timedelta(minutes=5), capacity=9)
        called_off = plan(session, instructor, "Limits of AI at night", at + timedelta(days=12))
        for number in ("DP-1003", "DP-1001", "DP-1002"):
            training_sessions.join(session, to_come, person(session, number), at=at)
            training_sessions.join(session, begun, person(session, number), at=at - timedelta(minutes=30))
        training_sessions.join(session, called_off, person(session, "DP-1002"), at=at)
        on, by = CivilInstant(at, demo.ZONE), {"by": instructor, "overseeing": False}
        moved = Plan(
            starts_at=at + timedelta(days=10),
            ends_at=at + timedelta(days=10, hours=2),
            place="Training centre, hall",
            capacity=2,
            instructor=instructor.id,
        )
        training_sessions.change(session, to_come, moved, "The room is being painted.", on=on, **by)
        training_sessions.cancel(session, called_off, "Too few joined.", at=at, **by)
        there = {person(session, "DP-1001").id: Presence.PRESENT}
        attendance.record(session, begun, there, on=on, **by)
        left = {person(session, "DP-1001").id: Presence.LEFT_EARLY}
        attendance.record(session, begun, left, reason="Was called to duty.", on=on, **by)
        calendar_feeds.make(session, person(session, "DP-1001"), "0" * 64, at=at)
    database.dispose()
    return {"session to come": str(to_come), "session begun": str(begun), "session called off": str(called_off)}
