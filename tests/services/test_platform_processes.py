"""Two processes that decide at the same time: one invitation connects one platform, one client is registered once."""

from multiprocessing.synchronize import Barrier

from sqlalchemy import func, select

from tests.patience import PATIENCE_SECONDS
from tests.processes import PROCESSES
from tests.services import platform_agency, recorded
from tests.services.recorded import NOW
from training_app.db import Database
from training_app.errors import TrainingError
from training_app.models.lti import LtiDeployment, LtiPlatform, LtiPlatformApproval, LtiSeenDeployment, RegisteredHow
from training_app.services.lti import deployments, invitations, platforms

TURNS = 4
DONE = 100
"""Added to the exit status of a process that came to its end; one that failed ends with 1."""


def take_it(database: Database, name: str, turn: int) -> None:
    with database.transaction() as session:
        invitations.take(session, f"secret {turn}", at=NOW)


def register_it(database: Database, name: str, turn: int) -> None:
    with database.transaction() as session:
        new = platform_agency.new(client_id=f"client {turn}", name=f"{name} {turn}")
        platforms.register(session, new, platform_agency.SETTING, RegisteredHow.DYNAMICALLY, at=NOW, by=None)


def approve_it(database: Database, name: str, turn: int) -> None:
    with database.transaction() as session:
        platform = _platform(session, turn)
        platforms.approve(session, platform, at=NOW, by=None)
        deployments.approve(session, platform, "1", at=NOW, by=None)


def _platform(session, turn: int) -> LtiPlatform:
    return session.scalars(select(LtiPlatform).where(LtiPlatform.name == f"Platform {turn}")).one()


def take_turns(url: str, act, name: str, start: Barrier) -> None:
    """Act at the same instant as the other process, turn by turn; the exit status counts the turns won."""
    database = Database(url)
    won = 0
    for turn in range(TURNS):
        start.wait(PATIENCE_SECONDS)
        try:
            act(database, name, turn)
            won += 1
        except TrainingError:
            pass
    database.dispose()
    raise SystemExit(DONE + won)


def won_by_both(database: Database, act) -> int:
    """Return how many turns the two processes won together."""
    start = PROCESSES.Barrier(2)
    url = database.url.render_as_string(hide_password=False)
    processes = [PROCESSES.Process(target=take_turns, args=(url, act, name, start)) for name in ("left", "right")]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    codes = [process.exitcode for process in processes]
    assert all(code is not None and code >= DONE for code in codes), codes
    return sum((code or 0) - DONE for code in codes)


def rows(database: Database, model) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(model))


def test_an_invitation_that_two_use_at_once_is_one_of_theirs(database):
    with database.transaction() as session:
        registrar = recorded.person(session)
        for turn in range(TURNS):
            invitations.make(session, f"secret {turn}", at=NOW, by=registrar)
    assert won_by_both(database, take_it) == TURNS


def test_one_client_that_is_registered_twice_at_once_is_registered_once(database):
    assert won_by_both(database, register_it) == TURNS
    assert rows(database, LtiPlatform) == TURNS


def test_a_platform_that_two_approve_at_once_is_approved_once(database):
    with database.transaction() as session:
        for turn in range(TURNS):
            platform_agency.platform(session, name=f"Platform {turn}")
    assert won_by_both(database, approve_it) == TURNS
    assert (rows(database, LtiPlatformApproval), rows(database, LtiDeployment)) == (TURNS, TURNS)


def note_it(database: Database, name: str, turn: int) -> None:
    with database.transaction() as session:
        deployments.note_seen(session, _platform(session, turn).id, "1", at=NOW)


def test_a_deployment_that_comes_by_twice_at_once_is_noted_once(database):
    with database.transaction() as session:
        for turn in range(TURNS):
            platform_agency.platform(session, name=f"Platform {turn}")
    assert won_by_both(database, note_it) == 2 * TURNS
    assert rows(database, LtiSeenDeployment) == TURNS
