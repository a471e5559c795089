"""The commands on people whose records are past their time, and on what nobody needs any more."""

from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from tests.services import erased
from tests.services.recorded import JOURNAL_KEY as KEY
from training_app.cli import main
from training_app.clock import now
from training_app.demo.people import FORMER_NUMBER
from training_app.models.browser_session import BrowserSession, SignInAttempt
from training_app.models.incidents import IncidentSending
from training_app.models.people import Person
from training_app.rules.erasure import ErasureReason
from training_app.rules.incidents import Sending
from training_app.services import erasures, journal


@pytest.fixture
def database(demo_sqlite, tmp_path, monkeypatch):
    with demo_sqlite() as given:
        (tmp_path / "journal.pem").touch()
        monkeypatch.setenv("TRAINING_DATA", str(tmp_path))
        monkeypatch.setenv("TRAINING_DATABASE_URL", given.url.render_as_string(hide_password=False))
        monkeypatch.setenv("TRAINING_SECRET_KEY", "x" * 40)
        monkeypatch.setenv("TRAINING_AGENCY_ZONE", "Europe/Brussels")
        monkeypatch.setenv("TRAINING_JOURNAL_KEY_FILE", str(tmp_path / "journal.pem"))
        yield given


def run(*arguments: str):
    return CliRunner().invoke(main, list(arguments))


def test_who_is_due_is_listed_and_erased_once_two_have_signed(database):
    assert (
        f"{FORMER_NUMBER}  last record 2019-08-30, kept through 2025-08-30" in run("people", "due-for-erasure").output
    )
    refused = run("people", "erase", FORMER_NUMBER)
    assert refused.exit_code == 1
    assert "An erasure needs two signatures" in refused.output
    with database.transaction() as session:
        person = erased.person(session, FORMER_NUMBER)
        first, second = erased.person(session, "DP-3001"), erased.person(session, "DP-3002")
        told = {"years": 6, "on": erased.on(now())}
        order = erasures.order(session, person, ErasureReason.RETENTION_OVER, **told, by=first)
        erasures.sign(session, order, **told, by=second)
        person_id = person.id
    done = run("people", "erase", "--ordered")
    assert done.exit_code == 0
    assert "1 erased." in done.output
    assert "account_fact, 2 rows" in done.output
    assert "0 erased." in run("people", "erase", "--ordered").output
    assert "Nobody here has the service number" in run("people", "erase", FORMER_NUMBER).output
    assert "0 due." in run("people", "due-for-erasure").output
    with database.reading() as session:
        assert session.get_one(Person, person_id).service_number == f"erased-{person_id}"
        assert journal.verify(session, KEY.public_key()).faults == ()


def test_a_number_or_everybody_is_named(database):
    assert run("people", "erase").exit_code == 2
    assert run("people", "erase", "--ordered", FORMER_NUMBER).exit_code == 2


def test_what_nobody_needs_any_more_goes_and_the_rest_stays(database):
    at = now()
    with database.transaction() as session:
        officer = erased.person(session, "DP-1001")
        for hours in (1, 100):
            begun = at - timedelta(hours=hours)
            session.add(
                BrowserSession(
                    token_digest=str(hours), person_id=officer.id, epoch=0, data={}, browser="", created_at=begun,
                    seen_at=begun,
                )
            )  # fmt: skip
        for days in (1, 40):
            session.add(
                SignInAttempt(account_digest="a", address_digest="b", at=at - timedelta(days=days), succeeded=True)
            )
        for hours in (1, 25):
            session.add(IncidentSending(kind=Sending.REPORT, address_digest="b", at=at - timedelta(hours=hours)))
    told = run("records", "prune")
    assert told.exit_code == 0
    assert "sign-in: 1 deleted." in told.output
    assert "sign-in-attempts: 1 deleted." in told.output
    assert "incident-limits: 1 deleted." in told.output
    with database.reading() as session:
        for kind in (BrowserSession, SignInAttempt, IncidentSending):
            assert session.scalar(select(func.count()).select_from(kind)) == 1


def test_the_policy_is_printed_with_the_times_of_the_installation(database, monkeypatch):
    monkeypatch.setenv("TRAINING_PERSON_RETENTION_YEARS", "8")
    assert "8 years after the last record" in run("retention").output
    monkeypatch.setenv("TRAINING_PERSON_RETENTION_YEARS", "2")
    assert "at least 3" in run("retention").output
