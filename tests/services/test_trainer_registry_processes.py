"""Two processes that grant at once, as two servers on one database do: no cycle closes, nothing is renewed twice."""

from datetime import date

from sqlalchemy import func, select

from tests.services import qualified, recorded
from tests.services.recorded import NOW, ZONE
from tests.services.test_seat_processes import TURNS, won_by_both
from training_app.db import Database
from training_app.models.people import Person
from training_app.models.trainers import TrainerQualification
from training_app.rules.civil_time import CivilInstant
from training_app.rules.qualifying import EvidenceKind
from training_app.rules.trainers import QualificationLevel, Scope
from training_app.services import trainer_registry
from training_app.services.trainer_registry import Asked, Evidence

ON = CivilInstant(NOW, ZONE)
ASKED = Asked(
    Scope(subject="ai"),
    QualificationLevel.AUTHOR,
    date(2028, 3, 1),
    (Evidence(EvidenceKind.TRAINER_COURSE, "submission:1"), Evidence(EvidenceKind.EXPERIENCE, "Five years")),
)


def _person(session, number: str) -> Person:
    return session.scalars(select(Person).where(Person.service_number == number)).one()


def qualify_the_other(database: Database, name: str, turn: int) -> None:
    """Qualify, as one lead of the turn's two, the other."""
    mine, other = (f"L-{turn}", f"R-{turn}") if name == "left" else (f"R-{turn}", f"L-{turn}")
    with database.transaction() as session:
        trainer_registry.qualify(session, _person(session, other), ASKED, on=ON, by=_person(session, mine))


def renew_it(database: Database, name: str, turn: int) -> None:
    """Renew the turn's trainer, as a lead of this process's own and through a day of its own."""
    with database.transaction() as session:
        trainer = _person(session, f"T-{turn}")
        held = session.scalars(
            select(TrainerQualification)
            .where(TrainerQualification.person_id == trainer.id)
            .order_by(TrainerQualification.id)
        ).first()
        through = date(2028, 1, 1) if name == "left" else date(2028, 1, 2)
        trainer_registry.renew(session, held, through, (), on=ON, by=_person(session, f"{name}-lead"))


def granted(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(TrainerQualification))


def test_two_leads_who_qualify_each_other_at_once_close_no_cycle(database):
    with database.transaction() as session:
        first = recorded.person(session)
        for turn in range(TURNS):
            for side in "LR":
                qualified.trainer(session, subject="ai", by=first, service_number=f"{side}-{turn}")
    assert won_by_both(database, qualify_the_other) == TURNS
    assert granted(database) == 3 * TURNS


def test_a_qualification_that_two_leads_renew_at_once_is_renewed_once(database):
    with database.transaction() as session:
        for name in ("left", "right"):
            qualified.trainer(session, subject="ai", service_number=f"{name}-lead")
        for turn in range(TURNS):
            trainer = qualified.trainer(session, subject="ai", service_number=f"T-{turn}")
            qualified.made_current(session, trainer)
    assert won_by_both(database, renew_it) == TURNS
    assert granted(database) == 2 + 2 * TURNS
