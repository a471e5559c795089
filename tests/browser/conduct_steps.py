"""Work of a trainer that is in doubt, for the browser: awards that rest on it, concerns, measures, objections."""

from datetime import timedelta

from sqlalchemy import select

from tests.browser.demo_server import DemoServer
from tests.services.doubting import rests_on
from training_app import demo
from training_app.clock import now
from training_app.db import Database
from training_app.models.certification import AwardEnd
from training_app.models.people import Person
from training_app.models.trainers import TrainerQualification
from training_app.rules.civil_time import CivilInstant, first_instant
from training_app.rules.conduct import ConcernKind
from training_app.rules.trainers import MeasureKind
from training_app.services import conduct, measure_reviews, objections, trainer_measures
from training_app.services.award_reviews import Voided
from training_app.services.blast_radius import Proposal, radius
from training_app.services.trainer_measures import Why

TRAINER = "DP-4002"
SUBJECT = "intrusive-tools"
"""A field of the trainer's that no other page needs."""
SAID = "Signed for three of us without having been in the room."


def let_awards_rest_on_a_trainer(server: DemoServer, *numbers: str) -> None:
    """Let awards of the demonstration rest on signatures of the trainer's."""
    database = Database(f"sqlite:///{server.database}")
    with database.transaction() as session:
        for number in numbers:
            rests_on(session, number, trainer=TRAINER)
    database.dispose()


def conduct_of_trainers(server: DemoServer) -> dict[str, str]:
    """Let concerns wait and be handled, measures stand, awards be voided by one, and some of it be objected to."""
    database = Database(f"sqlite:///{server.database}")
    on = CivilInstant(now(), demo.ZONE)
    with database.transaction() as session:

        def person(number: str) -> Person:
            return session.scalars(select(Person).where(Person.service_number == number)).one()

        held = session.scalars(
            select(TrainerQualification).where(
                TrainerQualification.person_id == person(TRAINER).id, TrainerQualification.subject == SUBJECT
            )
        ).one()
        trainer, oversight, other = person(TRAINER), person("DP-6001"), person("DP-6002")
        for number in ("DP-1001", "DP-1010", "DP-1012"):
            rests_on(session, number, trainer=TRAINER, scope=f"subject:{SUBJECT}")
        waits = conduct.raise_concern(session, trainer, ConcernKind.UNFAIR, SAID, at=on.instant, by=person("DP-1002"))
        taken = conduct.raise_concern(
            session, trainer, ConcernKind.SIGNED_UNSEEN, SAID, at=on.instant, by=person("DP-1001")
        )
        conduct.take(session, taken, on=on, by=oversight)
        since = first_instant(on.day.replace(month=1, day=15), demo.ZONE)
        proposal = Proposal(MeasureKind.SUSPENDED, since, Why.BEING_LOOKED_AT.value, held.id)
        seen = radius(session, trainer, proposal, on=on).seen
        measure = trainer_measures.record(session, trainer, proposal, seen=seen, on=on, by=oversight)
        ids = [
            row.award.award_id
            for row in measure_reviews.rows(session, measure, by=other, at=on.instant)
            if row.award.officer in {"DP-1001", "DP-1012"}
        ]
        measure_reviews.judge(session, measure, ids, Voided.REQUIREMENTS_NOT_MET, on=on, by=other)
        void, objected = (
            session.scalars(
                select(AwardEnd).where(AwardEnd.award_id.in_(ids), AwardEnd.officer_id == person(number).id)
            ).one()
            for number in ("DP-1001", "DP-1012")
        )
        officers, _ = objections.object_to(session, objected, "I was observed.", on=on, by=person("DP-1012"))
        later = CivilInstant(on.instant + timedelta(milliseconds=1), demo.ZONE)
        narrow = Proposal(MeasureKind.REVOKED, since, Why.CONDUCT.value, held.id)
        seen = radius(session, trainer, narrow, on=later).seen
        another = trainer_measures.record(session, trainer, narrow, seen=seen, on=later, by=oversight)
        trainers, _ = objections.object_to(session, measure, "I was there.", on=on, by=trainer)
        found = {
            "case that waits": str(waits.id),
            "case taken": str(taken.id),
            "measure": str(measure.id),
            "other measure": str(another.id),
            "void": str(void.id),
            "objection to a void": str(officers.id),
            "objection to a measure": str(trainers.id),
        }
    database.dispose()
    return found
