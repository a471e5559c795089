"""Two leads in two processes who decide the same at the same time: one ruling, one mark for each quiz, one award."""

from sqlalchemy import func, select

from tests.services.after_the_quiz import LATER, Agency, items_of, new_code
from tests.services.test_seat_processes import TURNS, won_by_both
from training_app import demo
from training_app.db import Database
from training_app.models.certification import Award
from training_app.models.rulings import ItemRuling, NewMark
from training_app.models.training import Submission
from training_app.services import rulings

OFFICER = "DP-1002"


def void_the_same(database: Database, name: str, turn: int) -> None:
    """Void the item of the turn, as foreseen by who looked before the other decided."""
    with database.reading() as session:
        agency = Agency(session)
        item = _item(agency, turn)
        foreseen = rulings.dry_run(session, agency.published, item, None).digest
    with database.transaction() as session:
        agency = Agency(session)
        by = agency.lead if name == "left" else agency.person("DP-4009")
        made = rulings.rule(
            session, agency.published, item, None, "It can be read in two ways.", foreseen=foreseen, at=LATER, by=by
        )
        rulings.award(
            session, rulings.marked_as_passed(session, made), zone=demo.ZONE, new_code=lambda: f"{name}-{new_code()}",
            at=LATER,
        )  # fmt: skip


def _item(agency: Agency, turn: int) -> str:
    (submission,) = agency.session.scalars(select(Submission))
    return items_of(submission.attempt)[turn]


def test_two_leads_who_void_the_same_item_at_once_make_one_ruling_and_one_award(demo_database):
    with demo_database.transaction() as session:
        agency = Agency(session)
        agency.another_lead()
        attempt = agency.open(OFFICER)
        agency.take(OFFICER, *items_of(attempt)[:2])
        before = session.scalar(select(func.count()).select_from(Award))
    assert won_by_both(demo_database, void_the_same) == TURNS
    with demo_database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ItemRuling)) == TURNS
        assert session.scalar(select(func.count()).select_from(NewMark)) == TURNS
        made = session.scalar(select(func.count()).select_from(Award)) - before
        assert made == 2, "one for each tool that asks for the module"
