"""Sign-offs before a release on the pages of the registrar, the lead and the supervisor."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from tests.services import qualified, version_life
from tests.services.session_agency import qualify_for_version
from training_app import demo
from training_app.clock import now
from training_app.models.people import Person
from training_app.models.trainers import LevelName
from training_app.rules.facts import Level


def words_in(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


@pytest.fixture
def announced(agency) -> int:
    """3.3 of the demo agency, which asks an observed sign-off of nine officers; one assessor may give it."""
    at = now()
    with agency.database.transaction() as session:
        made = version_life.prepare(session, "3.3", at=at)
        version_life.assess(session, "3.2", "3.3", Level.DIFFERENCES_OBSERVED, "sightline-3-3", at=at)
        person = session.scalars(select(Person).where(Person.service_number == "DP-4001")).one()
        qualified.qualify(session, person, level=LevelName.ASSESSOR, subject="ai")
        qualify_for_version(session, person, made, level=LevelName.ASSESSOR)
        return made.id


def in_days(days: int) -> str:
    return (now() + timedelta(days=days)).astimezone(demo.ZONE).date().isoformat()


@pytest.mark.parametrize("who", ["registrar", "lead"])
def test_who_oversees_sees_which_unit_runs_short_by_how_many(agency, announced, who):
    browser = agency.browser(who)
    assert f"/sign-offs/{announced}" in browser.get("/sign-offs").text
    page = words_in(browser.get(f"/sign-offs/{announced}?day={in_days(35)}").text)
    assert "All 9 sign-offs can be given in time" in page
    page = words_in(browser.get(f"/sign-offs/{announced}?day={in_days(7)}").text)
    assert "4 of 9 sign-offs cannot be given in time" in page
    assert re.search(r"Central district 3 of 5, 2 short", page)
    assert re.search(r"Harbour unit 2 of 4, 2 short", page)
    assert "Petra Nowak Today" in page
    assert browser.get(f"/sign-offs/{announced}?day={in_days(-1)}").status_code == 422
    assert browser.get(f"/sign-offs/{announced}?day=soon").status_code == 422


def test_the_page_of_the_release_says_whether_they_can_be_given(agency, announced):
    page = words_in(agency.browser("registrar").get(f"/registrar/versions/{announced}/release?when=now").text)
    assert "9 of 9 sign-offs cannot be given in time" in page
    page = words_in(agency.browser("oversight").get(f"/registrar/versions/{announced}/release?when=now").text)
    assert "cannot be given in time" not in page


def test_a_supervisor_sees_the_own_officers_alone(agency, announced, make_person):
    page = words_in(agency.browser("supervisor").get("/unit/sign-offs").text)
    assert "Ruben Almeida" in page
    assert "Central district 5, all in time" in page
    assert agency.browser("trainer").get("/sign-offs").status_code == 403


def test_a_version_in_use_has_no_page(agency, announced):
    with agency.database.reading() as session:
        in_use = version_life.version(session, "3.2").id
    assert agency.browser("registrar").get(f"/sign-offs/{in_use}").status_code == 404
