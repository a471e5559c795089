"""The registrar's caps: of the agency and of units, from now on, dropping nobody and naming who is over."""

import re
from html import unescape

import pytest
from sqlalchemy import select

from tests.views.browser import Browser
from tests.views.demo_agency import Agency
from training_app import demo
from training_app.clock import now
from training_app.models.certification import Award, AwardEnd
from training_app.models.oversight import JournalEntry
from training_app.models.people import OfficerSuspension, SeatCap, Unit, UnitSeatCap
from training_app.models.tools import Tool
from training_app.rules.access import Ground, Question
from training_app.services import access

SEATS = "/registrar/tools/sightline/seats"
HELD = 8
"""Seats of the tool that are held in the demonstration."""


@pytest.fixture
def registrar(agency) -> Browser:
    return agency.browser("registrar")


def words_in(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def caps(agency: Agency, model=SeatCap) -> int:
    return agency.count(model)


def set_cap(registrar: Browser, seats: object):
    registrar.get(f"{SEATS}/cap")
    return registrar.post(f"{SEATS}/cap", {"seats": str(seats)})


def set_unit_cap(agency: Agency, registrar: Browser, unit: str, seats: object):
    registrar.get(f"{SEATS}/unit-cap")
    return registrar.post(f"{SEATS}/unit-cap", {"unit": str(agency.id_of(Unit, name=unit)), "seats": str(seats)})


def test_the_page_counts_seats_by_unit_with_the_units_below(registrar):
    page = words_in(registrar.get(SEATS).text)
    assert f"Whole agency {HELD} of 8" in page
    assert f"{demo.CENTRAL} 5, no cap" in page
    assert f"{demo.HARBOUR} 3, no cap" in page
    assert f"Demo Police {HELD}, no cap" in page
    assert "Can still be granted 0" in page


def test_a_cap_holds_from_now_on(agency, registrar):
    answer = set_cap(registrar, 12)
    assert (answer.status_code, answer.location) == (302, SEATS)
    page = words_in(registrar.get(SEATS).text)
    assert "Whole agency: the cap is 12 from now on." in page
    assert "Can still be granted 4" in page


def test_lowering_the_cap_drops_nobody_and_names_who_is_over(agency, registrar):
    set_cap(registrar, 6)
    page = registrar.get(SEATS)
    told = words_in(page.text)
    assert f"the cap is 6 from now on. {HELD} seats are held, and the cap is 6. Nobody loses a seat by that." in told
    assert f"Whole agency {HELD} of 6, 2 over" in told
    assert told.count("Over the cap") == 2
    at = now()
    with agency.database.reading() as session:
        for number in ("DP-1003", "DP-1012"):
            question = Question(number, "sightline", "3.2")
            answer = access.answer(session, question, zone=demo.ZONE, at=at, known_at=at)
            assert Ground.NO_SEAT not in answer.grounds


def test_a_units_cap_holds_beside_the_tools(agency, registrar):
    assert set_unit_cap(agency, registrar, demo.HARBOUR, 2).status_code == 302
    page = words_in(registrar.get(SEATS).text)
    assert f"{demo.HARBOUR} 3 of 2, 1 over" in page
    assert f"More seats are held than the cap allows: {demo.HARBOUR}" in page
    assert f"Whole agency {HELD} of 8" in page
    asked = registrar.get(f"{SEATS}/unit-cap?unit={agency.id_of(Unit, name=demo.HARBOUR)}").text
    assert re.search(r"<option selected[^>]*>Harbour unit", asked)
    assert 'value="2"' in asked


def test_a_second_click_makes_one_fact(agency, registrar):
    before = caps(agency)
    set_cap(registrar, 12)
    again = set_cap(registrar, 12)
    assert again.status_code == 422
    assert words_in(again.text).count("The cap is 12 already.") == 2
    assert caps(agency) == before + 1
    set_unit_cap(agency, registrar, demo.HARBOUR, 5)
    assert set_unit_cap(agency, registrar, demo.HARBOUR, 5).status_code == 422
    assert caps(agency, UnitSeatCap) == 1


@pytest.mark.parametrize("wrong", ["", "-1", "eight", "1.5", "1000001"])
def test_what_is_no_number_of_seats_is_refused_and_kept_on_the_form(agency, registrar, wrong):
    before = caps(agency)
    for answer in (set_cap(registrar, wrong), set_unit_cap(agency, registrar, demo.HARBOUR, wrong)):
        assert answer.status_code == 422
        assert words_in(answer.text).count("Enter a whole number from 0 to 1,000,000.") == 2
        assert f'value="{wrong}"' in answer.text
    assert (caps(agency), caps(agency, UnitSeatCap)) == (before, 0)


def test_a_units_cap_needs_a_unit_that_there_is(agency, registrar):
    registrar.get(f"{SEATS}/unit-cap")
    for unit in ("", "999999", "x"):
        answer = registrar.post(f"{SEATS}/unit-cap", {"unit": unit, "seats": "3"})
        assert answer.status_code == 422
    assert caps(agency, UnitSeatCap) == 0


def test_seats_of_who_is_no_longer_certified_are_counted_and_marked(agency, registrar):
    at, registrar_id = now(), agency.person("DP-3001").id
    officer = agency.person("DP-1012")
    with agency.database.transaction() as session:
        for award in session.scalars(select(Award.id).where(Award.officer_id == officer.id)).all():
            session.add(
                AwardEnd(
                    effective_at=at,
                    recorded_at=at,
                    recorded_by_id=registrar_id,
                    officer_id=officer.id,
                    award_id=award,
                    kind="revoked",
                    reason_code="mistake",
                )
            )
    page = words_in(registrar.get(SEATS).text)
    assert "no longer certified 1; they count until a supervisor releases them" in page
    assert "To release: certification revoked" in page
    assert f"Whole agency {HELD} of 8" in page


def test_a_suspended_officers_seat_is_marked_as_policy_counts_it(agency, registrar):
    assert "Seats of suspended officers Count under the caps, by policy" in words_in(registrar.get(SEATS).text)
    assert "Suspended, seat counts" in words_in(registrar.get(SEATS).text)
    assert agency.count(OfficerSuspension) == 1


def test_who_only_reads_sees_the_seats_and_sets_no_cap(agency):
    oversight = agency.browser("oversight")
    page = oversight.get(SEATS)
    assert page.status_code == 200
    assert f'href="{SEATS}/cap"' not in page.text
    for address in (f"{SEATS}/cap", f"{SEATS}/unit-cap"):
        assert oversight.get(address).status_code == 403
        assert oversight.post(address, {"seats": "3"}).status_code == 403


def test_nobody_else_opens_the_caps(agency):
    for mailbox in ("officer", "supervisor", "evaluator", "trainer"):
        browser = agency.browser(mailbox)
        for address in (SEATS, f"{SEATS}/cap", f"{SEATS}/unit-cap"):
            assert browser.get(address).status_code == 403


def test_for_an_unknown_tool_there_is_no_page(registrar):
    for address in ("", "/cap", "/unit-cap"):
        assert registrar.get(f"/registrar/tools/nothing/seats{address}").status_code == 404


def test_a_tool_without_seats_says_so(agency, registrar):
    at = now()
    with agency.database.transaction() as session:
        session.add(
            Tool(
                effective_at=at,
                recorded_at=at,
                slug="plates",
                name="Plates",
                vendor="V",
                description="D",
                prohibition="none",
                purposes=[],
                purpose_required=False,
                max_cache_seconds=60,
            )
        )
    page = words_in(registrar.get("/registrar/tools/plates/seats").text)
    assert "None is set: any number can be granted" in page
    assert "Nobody holds a seat for this tool." in page


def test_looking_writes_nothing(agency, registrar):
    entries = agency.count(JournalEntry)
    for address in ("", "/cap", "/unit-cap"):
        assert registrar.get(f"{SEATS}{address}").status_code == 200
    assert agency.count(JournalEntry) == entries
