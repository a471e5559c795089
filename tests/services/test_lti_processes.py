"""Two processes that take one state, or one code, at the same time: one of them is served."""

from datetime import timedelta
from multiprocessing.synchronize import Barrier

import pytest
from sqlalchemy import func, select

from tests.patience import PATIENCE_SECONDS
from tests.processes import PROCESSES
from tests.services import platform_agency
from tests.services.recorded import NOW
from training_app.db import Database
from training_app.models.lti import LinkBy, LtiLink
from training_app.models.people import Person
from training_app.services.lti import launches, links
from training_app.services.lti.links import LinkedToAnother

TURNS = 8
SERVED = 100
"""Added to the exit status of a process that came to its end; one that failed ends with 1."""


@pytest.fixture
def platform_id(database):
    """A platform with logins and launches that each may be taken once."""
    with database.transaction() as session:
        platform = platform_agency.platform(session)
        for turn in range(TURNS):
            launches.begin_login(
                session, platform.id, {}, state=f"state-{turn}", nonce=f"nonce-{turn}", browser="browser", at=NOW
            )
            launches.record_launch(
                session,
                f"code-{turn}",
                platform_id=platform.id,
                deployment_id="1",
                subject="42",
                message_type="LtiResourceLinkRequest",
                claims={},
                at=NOW,
            )
        for number in ("O-1", "O-2"):
            session.add(Person(service_number=number, name=number, effective_at=NOW, recorded_at=NOW))
        return platform.id


def take_state(database: Database, name: str, turn: int, platform_id: int) -> bool:
    with database.transaction() as session:
        return launches.take_login(session, f"state-{turn}", at=NOW + timedelta(minutes=1))


def take_code(database: Database, name: str, turn: int, platform_id: int) -> bool:
    with database.transaction() as session:
        return launches.take_launch(session, f"code-{turn}", at=NOW + timedelta(minutes=1)) is not None


def change_or_take(database: Database, name: str, turn: int, platform_id: int) -> bool:
    """Let one window ask to link the account while another goes on with the same code."""
    with database.transaction() as session:
        if name == "left":
            return launches.change_code(session, f"code-{turn}", f"new-{turn}", at=NOW + timedelta(minutes=1))
        return launches.take_launch(session, f"code-{turn}", at=NOW + timedelta(minutes=1)) is not None


def link_account(database: Database, name: str, turn: int, platform_id: int) -> bool:
    with database.transaction() as session:
        person = session.scalars(select(Person).where(Person.service_number == f"O-{1 + (name == 'left')}")).one()
        try:
            links.link(session, platform_id, f"account-{turn}", person, how=LinkBy.SIGN_IN, at=NOW, by=person)
        except LinkedToAnother:
            return False
    return True


def _run(url: str, act, name: str, platform_id: int, start: Barrier) -> None:
    database = Database(url)
    served = 0
    for turn in range(TURNS):
        start.wait(PATIENCE_SECONDS)
        served += act(database, name, turn, platform_id)
    database.dispose()
    raise SystemExit(SERVED + served)


@pytest.mark.parametrize("act", [take_state, take_code, change_or_take, link_account])
def test_of_two_processes_one_is_served(database, platform_id, act):
    start = PROCESSES.Barrier(2)
    url = database.url.render_as_string(hide_password=False)
    both = [PROCESSES.Process(target=_run, args=(url, act, name, platform_id, start)) for name in ("left", "right")]
    for process in both:
        process.start()
    for process in both:
        process.join(PATIENCE_SECONDS)
    assert sum(process.exitcode - SERVED for process in both) == TURNS
    if act is link_account:
        with database.reading() as session:
            assert session.scalar(select(func.count()).select_from(LtiLink)) == TURNS
