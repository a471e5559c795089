"""Suspending and reinstating from the officer's page: at once, own unit only, never oneself, each act once."""

import re
from html import unescape

import pytest

from tests.views.browser import Browser
from tests.views.demo_agency import Agency
from training_app import demo
from training_app.clock import now
from training_app.models.oversight import JournalEntry
from training_app.models.people import OfficerReinstatement, OfficerSuspension, Unit, UnitAssignment
from training_app.rules.access import Ground, Question
from training_app.rules.permissions import Role
from training_app.services import access

SUSPEND = "/unit/officers/DP-1003/suspend"
FROM_ALL = {"scope": "*", "reason": "inquiry-open"}
FROM_ONE = {"scope": "sightline", "reason": "not-on-duty"}


@pytest.fixture
def supervisor(agency) -> Browser:
    return agency.browser("supervisor")


@pytest.fixture
def supervisor_of(agency, make_person):
    """Sign in a supervisor of the unit with this name."""

    def sign_in(unit: str) -> Browser:
        person, at = make_person(Role.SUPERVISOR, Role.OFFICER), now()
        with agency.database.transaction() as session:
            place = agency.id_of(Unit, name=unit)
            session.add(UnitAssignment(effective_at=at, recorded_at=at, person_id=person.id, unit_id=place))
        browser = Browser(agency.app)
        browser.sign_in(person)
        browser.get("/accessibility")
        browser.person = person
        return browser

    return sign_in


def words_in(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def told_suspended(agency: Agency, number: str) -> bool:
    at = now()
    with agency.database.reading() as session:
        question = Question(number, "sightline", "3.2")
        return Ground.SUSPENDED in access.answer(session, question, zone=demo.ZONE, at=at, known_at=at).grounds


def latest_of(agency: Agency, number: str) -> int:
    """Return the id of the officer's only suspension."""
    return agency.id_of(OfficerSuspension, officer_id=agency.person(number).id)


def end_of(agency: Agency, number: str) -> str:
    return f"/unit/officers/{number}/suspensions/{latest_of(agency, number)}/reinstate"


@pytest.mark.parametrize(("stated", "told"), [(FROM_ALL, "every tool"), (FROM_ONE, "Sightline Face Matching")])
def test_a_suspension_holds_at_once_and_is_said_on_the_officers_page(agency, supervisor, stated, told):
    assert not told_suspended(agency, "DP-1003")
    supervisor.get(SUSPEND)
    answer = supervisor.post(SUSPEND, stated)
    assert (answer.status_code, answer.location) == (302, "/unit/officers/DP-1003")
    assert f"Luca Conti is suspended from {told} from now on." in words_in(
        supervisor.get("/unit/officers/DP-1003").text
    )
    assert told_suspended(agency, "DP-1003")


def test_the_page_says_what_follows_from_when_and_who_is_told_what(supervisor):
    page = words_in(supervisor.get(SUSPEND).text)
    for told in (
        "From now on. A tool may act on its last answer for up to 60 seconds more.",
        "That the officer is suspended. Not why.",
        "Their page says that they are suspended and to ask you. It gives no reason.",
        "It never ends by itself.",
    ):
        assert told in page


def test_there_is_nowhere_to_write_about_health_or_findings(agency, supervisor):
    for address in (SUSPEND, end_of(agency, "DP-1006")):
        page = supervisor.get(address).text
        assert "<textarea" not in page
        assert 'type="text"' not in page


def test_a_second_click_suspends_nobody_twice(agency, supervisor):
    supervisor.get(SUSPEND)
    supervisor.post(SUSPEND, FROM_ALL)
    again = supervisor.post(SUSPEND, FROM_ALL)
    assert again.status_code == 422
    assert words_in(again.text).count("suspended from every tool already. End that suspension first, or leave it.") == 2
    assert agency.count(OfficerSuspension) == 2, "this one and the demonstration's own"


def test_a_standing_suspension_is_shown_with_the_way_to_end_it(agency, supervisor):
    page = supervisor.get("/unit/officers/DP-1006/suspend")
    assert "From every tool, since 10 November 2026" in words_in(page.text)
    assert "An inquiry is open." in words_in(page.text)
    assert f'href="{end_of(agency, "DP-1006")}"' in page.text


@pytest.mark.parametrize(
    ("stated", "told"),
    [
        ({"scope": "nothing"}, "Choose every tool, or one from the list."),
        ({"reason": "ill"}, "Choose the reason from the list."),
        ({"reason": ""}, "Choose the reason"),
    ],
)
def test_only_what_is_on_the_lists_can_be_chosen(agency, supervisor, stated, told):
    supervisor.get(SUSPEND)
    answer = supervisor.post(SUSPEND, FROM_ALL | stated)
    assert (answer.status_code, told in words_in(answer.text)) == (422, True)
    assert agency.count(OfficerSuspension) == 1


def test_the_tool_that_an_address_names_is_chosen_already(supervisor):
    page = supervisor.get(f"{SUSPEND}?tool=sightline").text
    assert re.search(r'<input checked[^>]*value="sightline"', page)


def test_reinstating_ends_it_at_once(agency, supervisor):
    address = end_of(agency, "DP-1006")
    asked = words_in(supervisor.get(address).text)
    assert "Reinstate Anna Fischer" in asked
    assert "Mara Claes" in asked
    assert agency.count(OfficerReinstatement) == 0, "looking ends nothing"
    answer = supervisor.post(address, {"reason": "inquiry-closed"})
    assert (answer.status_code, answer.location) == (302, "/unit/officers/DP-1006")
    assert not told_suspended(agency, "DP-1006")
    again = supervisor.post(address, {"reason": "inquiry-closed"})
    assert (again.status_code, "This suspension has ended already" in words_in(again.text)) == (422, True)
    assert "There is nothing left to end." in words_in(supervisor.get(address).text)
    assert agency.count(OfficerReinstatement) == 1


def test_a_reinstatement_needs_its_reason(agency, supervisor):
    address = end_of(agency, "DP-1006")
    supervisor.get(address)
    answer = supervisor.post(address)
    assert (answer.status_code, words_in(answer.text).count("Choose the reason")) == (422, 2)
    assert agency.count(OfficerReinstatement) == 0


def test_who_stays_suspended_from_another_tool_is_not_promised_access(agency, supervisor):
    address = end_of(agency, "DP-1006")
    supervisor.get("/unit/officers/DP-1006/suspend")
    supervisor.post("/unit/officers/DP-1006/suspend", FROM_ONE)
    told = words_in(supervisor.get(address).text)
    assert "The officer stays suspended from: Sightline Face Matching." in told
    supervisor.post(address, {"reason": "inquiry-closed"})
    assert told_suspended(agency, "DP-1006")


def test_officers_of_another_unit_are_not_found(agency, supervisor_of):
    harbour = supervisor_of(demo.HARBOUR)
    addresses = (SUSPEND, end_of(agency, "DP-1006"), "/unit/officers/XX-1/suspend")
    for address in addresses:
        assert harbour.get(address).status_code == 404
        assert harbour.post(address, FROM_ALL).status_code == 404
    assert harbour.get("/unit/officers/DP-1007/suspend").status_code == 200
    assert (agency.count(OfficerSuspension), agency.count(OfficerReinstatement)) == (1, 0)


def test_a_suspension_is_found_under_its_own_officer_only(agency, supervisor):
    address = end_of(agency, "DP-1006").replace("DP-1006", "DP-1003")
    assert supervisor.get(address).status_code == 404
    assert supervisor.post(address, {"reason": "mistake"}).status_code == 404


def test_nobody_suspends_themselves(agency, supervisor_of):
    central = supervisor_of(demo.CENTRAL)
    own = f"/unit/officers/{central.person.service_number}/suspend"
    assert "This is you" in words_in(central.get(own).text)
    answer = central.post(own, FROM_ALL)
    assert (answer.status_code, "You cannot decide this about yourself." in words_in(answer.text)) == (422, True)
    assert agency.count(OfficerSuspension) == 1


def test_only_supervisors_suspend(agency):
    for mailbox in ("officer", "registrar", "evaluator", "oversight"):
        browser = agency.browser(mailbox)
        assert browser.get(SUSPEND).status_code == 403
        assert browser.post(SUSPEND, FROM_ALL).status_code == 403
    assert agency.count(OfficerSuspension) == 1


def test_looking_suspends_nobody(agency, supervisor):
    entries = agency.count(JournalEntry)
    for address in (SUSPEND, end_of(agency, "DP-1006")):
        assert supervisor.get(address).status_code == 200
    assert agency.count(JournalEntry) == entries
