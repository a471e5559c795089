"""Two processes that decide at the same time: one invitation connects one platform, one client is registered once."""

from sqlalchemy import select

from tests.services import platform_agency, recorded
from tests.services.contested import TURNS, rows, won_by_both
from tests.services.recorded import NOW
from training_app.db import Database
from training_app.models.lti import LtiDeployment, LtiPlatform, LtiPlatformApproval, LtiSeenDeployment, RegisteredHow
from training_app.services.lti import deployments, invitations, platforms


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
