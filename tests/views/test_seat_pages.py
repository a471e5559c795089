"""The supervisor's seats: own unit only, under the caps, each act once, and told in plain words."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from tests.views.browser import Browser
from tests.views.demo_agency import Agency
from training_app import demo
from training_app.clock import now
from training_app.models.oversight import JournalEntry
from training_app.models.people import (
    Person,
    SeatCap,
    SeatGrant,
    SeatRelease,
    SeatReview,
    Unit,
    UnitAssignment,
    UnitSeatCap,
)
from training_app.models.tools import Tool, ToolPolicy, ToolPurpose
from training_app.rules.access import Ground, Question
from training_app.rules.permissions import Role
from training_app.services import access

GRANT = "/unit/seats/sightline/grant"
STATED = {"purposes": ["missing-person"], "justification": "Works on the missing persons of the coast."}


@pytest.fixture
def agency(agency) -> Agency:
    set_cap(agency, 20)
    return agency


@pytest.fixture
def supervisor(agency) -> Browser:
    return agency.browser("supervisor")


@pytest.fixture
def supervisor_of(agency, make_person):
    """Sign in a supervisor of the unit with this name; of none where it is empty."""

    def sign_in(unit: str) -> Browser:
        person = make_person(Role.SUPERVISOR, Role.OFFICER)
        if unit:
            record(agency, UnitAssignment, person_id=person.id, unit_id=agency.id_of(Unit, name=unit))
        browser = Browser(agency.app)
        browser.sign_in(person)
        browser.get("/accessibility")
        browser.person = person
        return browser

    return sign_in


def record(agency: Agency, model, **columns) -> None:
    at = now()
    with agency.database.transaction() as session:
        session.add(model(**{"effective_at": at, "recorded_at": at} | columns))


def tool_id(agency: Agency) -> int:
    return agency.id_of(Tool, slug="sightline")


def set_cap(agency: Agency, seats: int, unit: str | None = None) -> None:
    if unit is None:
        record(agency, SeatCap, tool_id=tool_id(agency), seats=seats)
    else:
        record(agency, UnitSeatCap, tool_id=tool_id(agency), unit_id=agency.id_of(Unit, name=unit), seats=seats)


def ask_reviews(agency: Agency, months: int) -> None:
    """Let the tool's policy ask for reviews from now on, everything else as before."""
    with agency.database.reading() as session:
        last = session.scalars(
            select(ToolPolicy).where(ToolPolicy.tool_id == tool_id(agency)).order_by(ToolPolicy.revision.desc())
        ).first()
        kept = {
            column.key: getattr(last, column.key)
            for column in ToolPolicy.__table__.columns
            if column.key not in {"id", "effective_at", "recorded_at", "revision", "seat_review_months"}
        }
    record(agency, ToolPolicy, **kept, revision=last.revision + 1, seat_review_months=months)


def seat_of(agency: Agency, number: str) -> int:
    """Return the id of the officer's latest seat for the tool."""
    with agency.database.reading() as session:
        return session.scalars(
            select(SeatGrant.id)
            .join(Person, Person.id == SeatGrant.officer_id)
            .where(Person.service_number == number, SeatGrant.tool_id == tool_id(agency))
            .order_by(SeatGrant.id.desc())
        ).first()


def refused_for_want_of_a_seat(agency: Agency, number: str) -> bool:
    at = now()
    with agency.database.reading() as session:
        question = Question(number, "sightline", "3.2")
        return Ground.NO_SEAT in access.answer(session, question, zone=demo.ZONE, at=at, known_at=at).grounds


def words_in(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def seats_on(page, slug: str = "sightline") -> dict[str, str]:
    """Return the words of each row of the tool's held seats, by service number."""
    section = page.text.partition(f'<section class="flow" id="{slug}"')[2].partition("</section>")[0]
    body = section.partition("Seats of your unit")[2].partition("<tbody>")[2].partition("</tbody>")[0]
    rows = (words_in(row) for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL))
    return {re.search(r"[A-Z]+-\d+", row)[0]: row for row in rows}


def offered(page) -> set[str]:
    """Return the service numbers of the officers to choose from."""
    return set(re.findall(r'<option[^>]* value="([A-Z]+-\d+)"', page.text))


def test_who_holds_a_seat_is_listed_with_purposes_and_since_when(supervisor):
    rows = seats_on(supervisor.get("/unit/seats"))
    assert {"DP-1001", "DP-1003", "DP-1007"} <= set(rows)
    assert not {"DP-1005", "DP-1011"} & set(rows)
    assert "Find a missing person, Identify a suspect" in rows["DP-1003"]
    assert "12 January 2026 Not asked for" in rows["DP-1003"]


def test_the_cap_and_what_is_held_stand_in_a_sentence_and_in_a_bar(agency, supervisor):
    set_cap(agency, 3, demo.HARBOUR)
    page = words_in(supervisor.get("/unit/seats").text)
    assert "8 of 20 seats are held in the agency. 12 are free." in page
    assert "Whole agency 8 of 20" in page
    assert f"{demo.HARBOUR} 3 of 3" in page


def test_where_no_cap_is_set_the_page_says_so(agency):
    record(agency, Tool, slug="plates", name="Plates", vendor="V", description="D", prohibition="none", purposes=[],
           purpose_required=False, max_cache_seconds=60)  # fmt: skip
    page = agency.browser("supervisor").get("/unit/seats")
    section = page.text.partition('id="plates"')[2].partition("</section>")[0]
    assert "0 seats are held in the agency. No cap is set." in words_in(section)
    assert "Nobody of your unit holds a seat for this tool." in words_in(section)
    assert "<svg viewBox" not in section, "without a cap there is nothing to draw"


def test_a_prohibited_tool_offers_no_seat(agency, supervisor):
    record(agency, Tool, slug="faces", name="Faces", vendor="V", description="D", prohibition="law", purposes=[],
           purpose_required=False, max_cache_seconds=60)  # fmt: skip
    section = supervisor.get("/unit/seats").text.partition('id="faces"')[2].partition("</section>")[0]
    assert "This tool is prohibited. Nobody can be given a seat for it." in words_in(section)
    assert "/grant" not in section
    assert 'name="justification"' not in supervisor.get("/unit/seats/faces/grant").text


def test_a_supervisor_sees_and_touches_the_seats_of_the_own_unit_only(agency, supervisor_of):
    central = supervisor_of(demo.CENTRAL)
    assert set(seats_on(central.get("/unit/seats"))) == {"DP-1001", "DP-1002", "DP-1003", "DP-1004", "DP-1006"}
    assert not {"DP-1009", "DP-1010"} & offered(central.get(GRANT))
    for act in ("release", "review"):
        assert central.get(f"/unit/seats/{seat_of(agency, 'DP-1003')}/{act}").status_code == 200
        assert central.get(f"/unit/seats/{seat_of(agency, 'DP-1007')}/{act}").status_code == 404
        assert central.post(f"/unit/seats/{seat_of(agency, 'DP-1007')}/{act}").status_code == 404
    assert agency.count(SeatRelease) == 0


def test_a_supervisor_without_a_unit_is_told_so_and_can_do_nothing(agency, supervisor_of):
    lost = supervisor_of("")
    assert "You are not assigned to a unit" in words_in(lost.get("/unit/seats").text)
    assert lost.get(GRANT).status_code == 404
    assert lost.get(f"/unit/seats/{seat_of(agency, 'DP-1003')}/release").status_code == 404


def test_only_supervisors_open_the_seats(agency):
    for mailbox in ("officer", "registrar", "evaluator", "oversight"):
        browser = agency.browser(mailbox)
        for address in ("/unit/seats", GRANT, f"/unit/seats/{seat_of(agency, 'DP-1003')}/release"):
            assert browser.get(address).status_code == 403


# -- granting ----------------------------------------------------------------------------------------------------------


def test_a_granted_seat_holds_at_once(agency, supervisor):
    assert refused_for_want_of_a_seat(agency, "DP-1005")
    page = supervisor.get(f"{GRANT}?officer=DP-1005")
    assert re.search(r'<option selected[^>]* value="DP-1005"', page.text)
    answer = supervisor.post(GRANT, {"officer": "DP-1005", **STATED})
    assert (answer.status_code, answer.location) == (302, "/unit/seats")
    shown = supervisor.get("/unit/seats")
    assert "Tove Eriksen holds a seat for Sightline Face Matching from now on." in words_in(shown.text)
    assert "Find a missing person" in seats_on(shown)["DP-1005"]
    assert not refused_for_want_of_a_seat(agency, "DP-1005")


def test_who_holds_a_seat_already_is_not_offered_and_a_second_click_grants_nothing(agency, supervisor):
    assert "DP-1003" not in offered(supervisor.get(GRANT))
    supervisor.post(GRANT, {"officer": "DP-1005", **STATED})
    before = agency.count(SeatGrant)
    again = supervisor.post(GRANT, {"officer": "DP-1005", **STATED})
    assert again.status_code == 422
    assert "Who holds a seat already is not on it." in words_in(again.text)
    assert agency.count(SeatGrant) == before


def test_a_refused_grant_keeps_what_was_typed_and_says_what_to_do(agency, supervisor):
    supervisor.get(GRANT)
    set_cap(agency, 8)
    answer = supervisor.post(GRANT, {"officer": "DP-1005", **STATED})
    assert answer.status_code == 422
    told = words_in(answer.text)
    assert "8 seats are held in the agency, and the cap is 8. Release a seat that is no longer needed" in told
    assert STATED["justification"] in answer.text
    assert re.search(r'<option selected[^>]* value="DP-1005"', answer.text)
    assert re.search(r'<input checked[^>]*value="missing-person"', answer.text)


def test_where_the_cap_is_reached_there_is_no_form_but_a_way_out(agency, supervisor):
    set_cap(agency, 3, demo.HARBOUR)
    set_cap(agency, 8, "Demo Police")
    page = supervisor.get("/unit/seats")
    assert "No seat can be granted now. 8 seats are held in Demo Police, and its cap is 8." in words_in(page.text)
    assert f'href="{GRANT}"' not in page.text
    assert 'name="justification"' not in supervisor.get(GRANT).text


def test_a_cap_of_a_unit_below_stops_grants_in_that_unit_only(agency, supervisor):
    set_cap(agency, 3, demo.HARBOUR)
    supervisor.get(GRANT)
    answer = supervisor.post(GRANT, {"officer": "DP-1010", **STATED})
    assert (answer.status_code, f"3 seats are held in {demo.HARBOUR}" in words_in(answer.text)) == (422, True)
    assert supervisor.post(GRANT, {"officer": "DP-1005", **STATED}).status_code == 302


@pytest.mark.parametrize(
    ("stated", "told"),
    [
        ({"officer": ""}, "Choose the officer."),
        ({"officer": "XX-1"}, "Choose an officer from the list."),
        ({"purposes": []}, "Choose at least one purpose."),
        ({"purposes": ["spying"]}, "Choose purposes from the list only."),
        ({"justification": " "}, "Say why this officer needs the seat."),
        ({"justification": "x" * 1001}, "Say why in at most 1,000 characters."),
    ],
)
def test_what_is_missing_or_wrong_is_said_beside_its_field(agency, supervisor, stated, told):
    supervisor.get(GRANT)
    before = agency.count(SeatGrant)
    answer = supervisor.post(GRANT, {"officer": "DP-1005", **STATED} | stated)
    assert answer.status_code == 422
    assert words_in(answer.text).count(told) == 2, "in the summary and beside the field"
    assert agency.count(SeatGrant) == before


def test_a_supervisor_is_not_offered_themselves(agency, supervisor_of):
    central = supervisor_of(demo.CENTRAL)
    before = agency.count(SeatGrant)
    assert central.person.service_number not in offered(central.get(GRANT))
    assert central.post(GRANT, {"officer": central.person.service_number, **STATED}).status_code == 422
    assert agency.count(SeatGrant) == before


def test_purposes_stand_under_their_names_and_those_no_longer_permitted_are_not_offered(agency, supervisor):
    stated = {"tool_id": tool_id(agency), "cases": []}
    record(agency, ToolPurpose, **stated, code="missing-person", name="Look for the missing", permitted=True)
    record(agency, ToolPurpose, **stated, code="identify-suspect", name="Tell who it was", permitted=False)
    page = words_in(supervisor.get(GRANT).text)
    assert "Look for the missing" in page
    assert "Tell who it was" not in page


def test_for_an_unknown_tool_there_is_no_page(supervisor):
    assert supervisor.get("/unit/seats/nothing/grant").status_code == 404


# -- releasing and reviewing -------------------------------------------------------------------------------------------


def test_releasing_asks_first_says_what_follows_and_then_holds_at_once(agency, supervisor):
    address = f"/unit/seats/{seat_of(agency, 'DP-1003')}/release"
    page = words_in(supervisor.get(address).text)
    assert "Release the seat of Luca Conti?" in page
    assert "A tool may act on its last answer for up to 60 seconds more." in page
    assert agency.count(SeatRelease) == 0, "looking releases nothing"
    assert supervisor.post(address).status_code == 302
    shown = supervisor.get("/unit/seats")
    assert "The seat of Luca Conti for Sightline Face Matching is released." in words_in(shown.text)
    assert "DP-1003" not in seats_on(shown)
    assert refused_for_want_of_a_seat(agency, "DP-1003")


def test_a_second_release_is_refused_in_a_sentence(agency, supervisor):
    address = f"/unit/seats/{seat_of(agency, 'DP-1003')}/release"
    supervisor.get(address)
    supervisor.post(address)
    again = supervisor.post(address)
    assert again.status_code == 422
    assert "This seat has ended already" in words_in(again.text)
    assert "There is nothing left to release." in words_in(supervisor.get(address).text)
    assert agency.count(SeatRelease) == 1


def test_a_review_that_is_due_leads_the_page_and_carries_the_seat_on(agency, supervisor):
    at = now()
    with agency.database.transaction() as session:
        session.add(
            SeatGrant(
                effective_at=at - timedelta(days=100),
                recorded_at=at - timedelta(days=100),
                recorded_by_id=agency.person("DP-2001").id,
                officer_id=agency.person("DP-1005").id,
                tool_id=tool_id(agency),
                unit_id=agency.id_of(Unit, name=demo.CENTRAL),
                purposes=["missing-person"],
                justification="Covers for a colleague.",
            )
        )
    ask_reviews(agency, 3)
    address = f"/unit/seats/{seat_of(agency, 'DP-1005')}/review"
    page = supervisor.get("/unit/seats")
    assert "The review of Tove Eriksen's seat for Sightline Face Matching was due on" in words_in(page.text)
    assert "Review overdue" in seats_on(page)["DP-1005"]
    assert f'href="{address}"' in page.text
    asked = words_in(supervisor.get(address).text)
    assert "Does Tove Eriksen still need the seat?" in asked
    assert "Covers for a colleague." in asked
    assert supervisor.post(address).status_code == 302
    shown = supervisor.get("/unit/seats")
    assert "Tove Eriksen keeps the seat" in words_in(shown.text)
    assert "Review overdue" not in seats_on(shown)["DP-1005"]
    again = supervisor.post(address)
    assert (again.status_code, "was reviewed today already" in words_in(again.text)) == (422, True)
    assert agency.count(SeatReview) == 1


def test_a_seat_that_lapsed_without_review_is_gone_and_its_page_says_so(agency, supervisor):
    ask_reviews(agency, 3)
    assert "DP-1003" not in seats_on(supervisor.get("/unit/seats")), "granted in January and never reviewed"
    address = f"/unit/seats/{seat_of(agency, 'DP-1003')}/review"
    assert "A review revives nothing." in words_in(supervisor.get(address).text)
    assert supervisor.post(address).status_code == 422
    assert agency.count(SeatReview) == 0


def test_who_is_over_a_lowered_cap_keeps_the_seat_and_is_marked(agency, supervisor):
    set_cap(agency, 6)
    page = supervisor.get("/unit/seats")
    told = "8 seats are held, and the cap is 6. Nobody loses a seat by that."
    assert f"{told} A new seat can be granted once 3 are released." in words_in(page.text)
    rows = seats_on(page)
    assert sum("Over the cap" in row for row in rows.values()) == 2
    assert not refused_for_want_of_a_seat(agency, "DP-1012")


def test_the_seats_page_tells_nothing_of_evaluations(agency, supervisor):
    pages = [supervisor.get("/unit/seats").text, supervisor.get(GRANT).text]
    pages.append(supervisor.get(f"/unit/seats/{seat_of(agency, 'DP-1008')}/release").text)
    for page in pages:
        for secret in ("two-hours-a-day", "restriction", "cleared", "31 December 2027"):
            assert secret not in page


def test_looking_at_seats_writes_nothing(agency, supervisor):
    entries = agency.count(JournalEntry)
    seat = seat_of(agency, "DP-1003")
    for address in ("/unit/seats", GRANT, f"/unit/seats/{seat}/release", f"/unit/seats/{seat}/review"):
        assert supervisor.get(address).status_code == 200
    assert agency.count(JournalEntry) == entries
