"""Observed practice on the demo agency: its assessor observes an officer, and the officer signs."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.services.version_life import NOW, person, version
from training_app import demo
from training_app.models.observed_practice import Checklist, Observation, ObservedPractice
from training_app.models.people import Person
from training_app.models.trainers import (
    EthicsDeclaration,
    LevelName,
    TrainerQualification,
    TrainerQualificationSignature,
)
from training_app.rules.civil_time import CivilInstant
from training_app.rules.observed_practice import Outcome
from training_app.services import checklists, observations, signed_practice
from training_app.services.trainer_acts import ETHICS_TEXT

ASSESSOR, AUTHOR, LEAD = "DP-4002", "DP-4001", "DP-4003"
OFFICER = "DP-1001"
"""Certified on 3.1 only."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def on(at=NOW) -> CivilInstant:
    return CivilInstant(at, demo.ZONE)


def also_assesses(session: Session, number: str, label: str = "3.2") -> Person:
    """Qualify somebody specially as an assessor on the version, as two registrars do, and let them declare."""
    who, found = person(session, number), version(session, label)
    stamp = {"effective_at": NOW - DAY, "recorded_at": NOW - DAY}
    granted = TrainerQualification(
        **stamp, recorded_by_id=person(session, "DP-3001").id, person_id=who.id, tool_id=found.tool_id,
        version_id=found.id, level=LevelName.ASSESSOR, through=(NOW + 300 * DAY).date(), special=True, evidence=[],
    )  # fmt: skip
    session.add(granted)
    session.flush()
    session.add_all(
        [
            TrainerQualificationSignature(
                **stamp, recorded_by_id=person(session, "DP-3002").id, person_id=who.id, qualification_id=granted.id,
                author_id=granted.recorded_by_id,
            ),
            EthicsDeclaration(
                **stamp, recorded_by_id=who.id, person_id=who.id, text_version=ETHICS_TEXT, text_digest="",
                language="en",
            ),
        ]
    )  # fmt: skip
    session.flush()
    return who


def begun(session: Session, *, officer: str = OFFICER, by: str = ASSESSOR, at=NOW) -> Observation:
    return observations.begin(
        session, person(session, officer), version(session, "3.2"), on=on(at), by=person(session, by)
    )


def tick_all(session: Session, found: Observation, outcome: Outcome = Outcome.MET, *, at=NOW) -> None:
    for one in checklists.behaviours_of(session.get_one(Checklist, found.checklist_id)):
        observations.tick(session, found, one.id, outcome, "", sequence=None, on=on(at))


def observed(
    session: Session, *, officer: str = OFFICER, by: str = ASSESSOR, last: Outcome = Outcome.MET, at=NOW
) -> ObservedPractice:
    """Return what an assessor signed: everything met, but for the last behaviour where *last* says otherwise."""
    found = begun(session, officer=officer, by=by, at=at)
    tick_all(session, found, at=at)
    final = checklists.behaviours_of(session.get_one(Checklist, found.checklist_id))[-1].id
    observations.tick(session, found, final, last, "", sequence=None, on=on(at))
    return signed(session, found, by=by, at=at)


def signed(session: Session, found: Observation, *, by: str = ASSESSOR, at=NOW) -> ObservedPractice:
    """Sign what is ticked, as it is shown now."""
    shown = observations.seen_in(session, found)
    return observations.sign(session, found, shown, on=on(at), by=person(session, by))


def countersigned(session: Session, practice: ObservedPractice, *, agreed: bool = True, at=NOW) -> None:
    officer = session.scalars(select(Person).where(Person.id == practice.officer_id)).one()
    signed_practice.countersign(session, practice, agreed=agreed, reason="It was not so.", at=at, by=officer)
