"""A trainer of the demo agency, what awards rest on of theirs, and measures against them."""

from datetime import date, datetime

from sqlalchemy import select

from tests.rules.factories import local
from training_app import demo
from training_app.models.certification import Award, AwardBasis
from training_app.models.people import Person
from training_app.models.tools import Tool
from training_app.models.trainers import LevelName, TrainerMeasure, TrainerQualification
from training_app.rules.access import Ground, Question
from training_app.rules.doubts import BasisKind
from training_app.rules.trainers import MeasureKind
from training_app.services import access

NOW = local("2026-11-22 12:00")
TRAINER, RECORDER = "DP-2001", "DP-3001"


def person(session, number) -> Person:
    return session.scalars(select(Person).where(Person.service_number == number)).one()


def award_of(session, number="DP-1003") -> Award:
    """The officer's first award: full, for 3.1."""
    wanted = select(Award).join(Person, Person.id == Award.officer_id).where(Person.service_number == number)
    return session.scalars(wanted.order_by(Award.id)).first()


def rests_on(session, number="DP-1003", **given) -> AwardBasis:
    award = given.pop("award", None) or award_of(session, number)
    row = AwardBasis(
        award_id=award.id,
        officer_id=award.officer_id,
        trainer_id=person(session, given.pop("trainer", TRAINER)).id,
        act=given.pop("kind", BasisKind.SIGNED_OFF),
        done_at=given.pop("done_at", local("2026-06-01 09:00")),
        scope=given.pop("scope", "tool:sightline"),
        reference="sign-off:1",
    )
    assert not given
    session.add(row)
    session.flush()
    return row


def measure(session, **given) -> TrainerMeasure:
    at: datetime = given.pop("at", NOW)
    kind = given.get("kind", MeasureKind.REVOKED)
    row = TrainerMeasure(
        **{
            "effective_at": at if kind is MeasureKind.REINSTATED else local("2026-01-01"),
            "recorded_at": at,
            "recorded_by_id": person(session, given.pop("by", RECORDER)).id,
            "person_id": person(session, given.pop("trainer", TRAINER)).id,
            "kind": kind,
            "reason_code": "conduct",
            "doubts_content": False,
            "doubts_marks": False,
            **given,
        }
    )
    if row.ends_id is not None:
        row.ended_recorder_id = session.get_one(TrainerMeasure, row.ends_id).recorded_by_id
    session.add(row)
    session.flush()
    return row


def last_measure(session) -> TrainerMeasure:
    return session.scalars(select(TrainerMeasure).order_by(TrainerMeasure.id.desc())).first()


def qualification(session, *, subject=None, tool=None, trainer=TRAINER, level=LevelName.LEAD) -> TrainerQualification:
    tool_id = None if tool is None else session.scalars(select(Tool.id).where(Tool.slug == tool)).one()
    at = local("2026-01-01")
    row = TrainerQualification(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=person(session, RECORDER).id,
        person_id=person(session, trainer).id,
        subject=subject,
        tool_id=tool_id,
        level=level,
        through=date(2028, 1, 1),
        special=False,
        evidence=[],
    )
    session.add(row)
    session.flush()
    return row


def grounds(session, number="DP-1003", label="3.2", *, at=NOW, known_at=None) -> tuple[Ground, ...]:
    question = Question(number, "sightline", label)
    return access.answer(session, question, zone=demo.ZONE, at=at, known_at=known_at or max(at, NOW)).grounds
