"""The demo agency: fixed people, three tools, and answers that anyone can check (`docs/demo.md`).

Loaded only in demo mode; `is_present` lets the product refuse to start outside it with a demo account or token.
`load` is what most tests begin with; `load_overviews` and `load_traffic_unit` add what only some pages need, and change
no answer about it.
"""

from sqlalchemy.orm import Session

from training_app.demo.agency import PUBLISHED_AT, ZONE, Loader
from training_app.demo.cards import load as load_cards
from training_app.demo.former import load as load_former
from training_app.demo.incidents import load as load_incidents
from training_app.demo.lockpick import load as load_lockpick
from training_app.demo.marks import TOKEN, OtherPeople, curl_example, digest_of, is_present, refuse_other_people
from training_app.demo.oversight import load as load_oversight
from training_app.demo.overviews import load as load_overviews
from training_app.demo.people import CENTRAL, HARBOUR, MAIL_DOMAIN, OFFICERS, STAFF, Officer, Staff, accounts
from training_app.demo.portrait_sorter import load as load_portrait_sorter
from training_app.demo.practice import load as load_practice
from training_app.demo.rectifications import load as load_rectifications
from training_app.demo.reports import load as load_reports
from training_app.demo.traffic_unit import load as load_traffic_unit
from training_app.demo.trainers import load as load_trainers

__all__ = [
    "CENTRAL", "HARBOUR", "MAIL_DOMAIN", "OFFICERS", "PUBLISHED_AT", "STAFF", "TOKEN", "ZONE", "Officer", "OtherPeople",
    "Staff", "accounts", "curl_example", "digest_of", "is_present", "load", "load_overviews",
    "load_traffic_unit", "refuse_other_people",
]  # fmt: skip


def load(session: Session, *, password_hash: str) -> bool:
    """Load the demo agency, unless it is there; return whether it was loaded.

    The starter content must be loaded before.  Everything is dated as `docs/demo.md` says, whatever today is.

    :raises OtherPeople: if the database holds anybody else.
    """
    refuse_other_people(session)
    if is_present(session):
        return False
    loader = Loader(session, password_hash)
    loader.load()
    load_lockpick(loader)
    load_portrait_sorter(loader)
    load_cards(loader)
    load_trainers(loader)
    load_practice(loader)
    load_reports(loader)
    load_incidents(loader)
    load_oversight(loader)
    load_rectifications(loader)
    load_former(loader)
    return True
