"""The supervisor's desk: the unit's own officers, every ground with its way out, and the answer that the tool gets."""

import re
from contextlib import contextmanager
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import event, select

from tests.views.conftest import Browser
from tests.views.demo_agency import Agency, load_agency
from training_app import demo, wording
from training_app.clock import now
from training_app.models.oversight import JournalEntry
from training_app.models.people import AccountChange, AccountFact, Person, RoleAssignment, Unit, UnitAssignment
from training_app.rules.access import Question
from training_app.rules.permissions import Role
from training_app.services import access


@pytest.fixture
def agency(make_app) -> Agency:
    return load_agency(make_app)


@pytest.fixture
def supervisor(agency) -> Browser:
    return agency.browser("supervisor")


@pytest.fixture
def supervisor_of(agency, make_person):
    """Sign in a supervisor of the unit with this name; of none where it is empty."""

    def sign_in(unit: str) -> Browser:
        person = make_person(Role.SUPERVISOR)
        if unit:
            assign(agency, person, unit)
        browser = Browser(agency.app)
        browser.sign_in(person)
        return browser

    return sign_in


def assign(agency: Agency, person: Person, unit: str) -> None:
    at = now()
    with agency.database.transaction() as session:
        place = session.scalars(select(Unit.id).where(Unit.name == unit)).one()
        session.add(UnitAssignment(effective_at=at, recorded_at=at, person_id=person.id, unit_id=place))


def words_in(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def rows_on(page) -> dict[str, list[str]]:
    """Return the words of the matrix's cells by service number."""
    body = page.text.partition("matrix")[2].partition("<tbody>")[2].partition("</tbody>")[0]
    rows = {}
    for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL):
        head, *cells = re.split(r"</th>|</td>", row)
        rows[re.search(r"[A-Z]+-\d+", head)[0]] = [words_in(cell) for cell in cells[:-1]]
    return rows


@contextmanager
def statements(agency: Agency):
    """Count the statements sent to the database."""
    sent: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        sent.append(statement)

    event.listen(agency.app.extensions["database"].engine, "before_cursor_execute", note)
    yield sent
    event.remove(agency.app.extensions["database"].engine, "before_cursor_execute", note)


def test_the_matrix_says_for_everybody_what_the_tool_is_answered(agency, supervisor):
    at = now()
    shown = rows_on(supervisor.get("/unit"))
    assert sorted(shown) == sorted(officer.number for officer in demo.OFFICERS)
    with agency.database.reading() as session, agency.app.test_request_context():
        for number, cells in shown.items():
            questions = (Question(number, "sightline", label) for label in ("3.1", "3.2"))
            asked = [access.answer(session, one, zone=demo.ZONE, at=at, known_at=at) for one in questions]
            assert cells == [wording.badge(decision.badge).label for decision in asked], number


def test_the_promised_answers_stand_in_the_matrix(supervisor):
    shown = rows_on(supervisor.get("/unit"))
    assert shown["DP-1001"] == ["Certified", "Update training missing"]
    assert shown["DP-1002"] == ["Not certified", "Not certified"]
    assert shown["DP-1003"] == ["Certified", "Certified"]
    assert shown["DP-1006"] == ["Suspended", "Suspended"]
    assert shown["DP-1007"] == ["Version not covered", "Certified"]


def test_every_cell_leads_to_the_answer_on_the_officers_page(supervisor):
    page = supervisor.get("/unit")
    (link,) = re.findall(r'href="(/unit/officers/DP-1001#[^"]+3\.2)"', page.text)
    path, _hash, place = link.partition("#")
    assert f'id="{place}"' in supervisor.get(path).text


def test_every_ground_is_given_with_its_way_out(agency, supervisor):
    shown = words_in(supervisor.get("/unit/officers/DP-1011").text)
    assert "Zofia Kowalska may not use Sightline Face Matching 3.2 now." in shown
    at = now()
    with agency.database.reading() as session, agency.app.test_request_context():
        question = Question("DP-1011", "sightline", "3.2")
        told = wording.grounds(access.answer(session, question, zone=demo.ZONE, at=at, known_at=at), zone=demo.ZONE)
    assert [ground.code for ground in told] == ["never-certified", "evaluation-not-in-force", "no-seat"]
    for ground in told:
        assert shown.count(f"{ground.sentence} {ground.way_out}") == 2, "once for each version in use"


def test_an_allow_is_shown_with_validity_last_day_and_seat(supervisor):
    shown = words_in(supervisor.get("/unit/officers/DP-1003").text)
    assert "Luca Conti may use Sightline Face Matching 3.2 now. Nothing known changes this before" in shown
    assert "Certification In force Last day 10 February 2028 Seat Held since 12 January 2026" in shown


@pytest.mark.parametrize("number", ["DP-1004", "DP-1008"])
def test_of_an_evaluation_no_more_is_told_than_its_ground(supervisor, number):
    pages = [supervisor.get("/unit").text, supervisor.get(f"/unit/officers/{number}").text]
    told = "No psychological evaluation is in force." in pages[1]
    assert told is (number == "DP-1004")
    for page in pages:
        for secret in ("two-hours-a-day", "restriction", "September 2026", "cleared", "31 December 2027"):
            assert secret not in page


def test_a_supervisor_sees_the_units_below_their_own(supervisor):
    page = supervisor.get("/unit")
    assert "Demo Police, 12 officers" in words_in(page.text)
    assert supervisor.get("/unit/officers/DP-1001").status_code == 200
    assert supervisor.get("/unit/officers/DP-1007").status_code == 200


def test_officers_of_another_unit_are_not_found(supervisor_of):
    harbour = supervisor_of(demo.HARBOUR)
    assert {"DP-1007", "DP-1012"} <= set(rows_on(harbour.get("/unit")))
    assert not {"DP-1001", "DP-1006"} & set(rows_on(harbour.get("/unit")))
    assert harbour.get("/unit/officers/DP-1007").status_code == 200
    assert harbour.get("/unit/officers/DP-1001").status_code == 404
    assert harbour.get("/unit/officers/XX-1").status_code == 404


def test_a_transfer_takes_the_officer_along(agency, supervisor_of):
    harbour, central = supervisor_of(demo.HARBOUR), supervisor_of(demo.CENTRAL)
    assign(agency, agency.person("DP-1003"), demo.HARBOUR)
    assert central.get("/unit/officers/DP-1003").status_code == 404
    assert "DP-1003" not in rows_on(central.get("/unit"))
    assert rows_on(harbour.get("/unit"))["DP-1003"] == ["On hold", "On hold"], "the seat stayed behind"


def test_an_officer_whose_account_is_closed_leaves_the_matrix(agency, supervisor):
    at = now()
    with agency.database.transaction() as session:
        closed = AccountFact(
            effective_at=at, recorded_at=at, person_id=agency.person("DP-1003").id, change=AccountChange.CLOSED
        )
        session.add(closed)
    assert "DP-1003" not in rows_on(supervisor.get("/unit"))
    assert "The officer's account is closed." in words_in(supervisor.get("/unit/officers/DP-1003").text)


def test_who_lost_the_role_and_has_a_seat_is_still_listed(agency, supervisor):
    at, registrar = now(), agency.person("DP-3001")
    with agency.database.transaction() as session:
        for number in ("DP-1003", "DP-1011"):
            stamp = {"effective_at": at, "recorded_at": at, "recorded_by_id": registrar.id}
            person = agency.person(number)
            session.add(RoleAssignment(**stamp, person_id=person.id, role=Role.OFFICER, granted=False))
    shown = rows_on(supervisor.get("/unit"))
    assert shown["DP-1003"] == ["Certified", "Certified"], "the tool would still be told to allow"
    assert "DP-1011" not in shown


def test_staff_without_seat_or_award_are_no_officers(agency, supervisor):
    assign(agency, agency.person("DP-3001"), demo.CENTRAL)
    assert "DP-3001" not in rows_on(supervisor.get("/unit"))


def test_the_list_can_be_narrowed_to_who_needs_attention(supervisor):
    page = supervisor.get("/unit?show=attention")
    assert sorted(rows_on(page)) == ["DP-1001", "DP-1004", "DP-1005", "DP-1006", "DP-1008", "DP-1010"]
    assert "6 need attention." in words_in(page.text)


def test_the_list_can_be_narrowed_to_a_unit_and_a_tool(supervisor):
    harbour = supervisor.get(f"/unit?unit={demo.HARBOUR.replace(' ', '+')}&tool=sightline")
    assert sorted(rows_on(harbour)) == ["DP-1007", "DP-1008", "DP-1009", "DP-1010", "DP-1011", "DP-1012"]
    everybody = supervisor.get("/unit?unit=Nowhere&tool=nothing&show=none")
    assert len(rows_on(everybody)) == 12, "what is not known leaves out nobody"


def test_the_figures_count_every_answer_once(supervisor):
    page = supervisor.get("/unit")
    bars = words_in(page.text.partition("Answers by state")[2])
    counts = [int(figure) for figure in re.findall(r"(\d+) of 24", bars)]
    assert sum(counts) == 24
    assert "Suspended 2 of 24" in bars
    assert "Certified 6 of 24" in bars


def test_a_supervisor_without_a_unit_is_told_so(supervisor_of):
    lost = supervisor_of("")
    page = lost.get("/unit")
    assert page.status_code == 200
    assert "You are not assigned to a unit" in words_in(page.text)
    assert lost.get("/unit/officers/DP-1001").status_code == 404


def test_only_supervisors_see_a_unit(agency):
    for mailbox in ("officer", "registrar", "evaluator", "oversight"):
        browser = agency.browser(mailbox)
        assert browser.get("/unit").status_code == 403
        assert browser.get("/unit/officers/DP-1001").status_code == 403


def test_the_matrix_asks_the_database_as_often_for_many_officers_as_for_few(agency, supervisor):
    with statements(agency) as few:
        assert supervisor.get("/unit").status_code == 200
    at = now() - timedelta(days=1)
    with agency.database.transaction() as session:
        unit = session.scalars(select(Unit.id).where(Unit.name == demo.CENTRAL)).one()
        stamp = {"effective_at": at, "recorded_at": at}
        people = [Person(**stamp, service_number=f"NP-{n}", name=f"New Officer {n}", email=None) for n in range(60)]
        session.add_all(people)
        session.flush()
        for person in people:
            session.add(AccountFact(**stamp, person_id=person.id, change=AccountChange.OPENED))
            session.add(RoleAssignment(**stamp, person_id=person.id, role=Role.OFFICER, granted=True))
            session.add(UnitAssignment(**stamp, person_id=person.id, unit_id=unit))
    with statements(agency) as many:
        assert len(rows_on(supervisor.get("/unit"))) == 72
    assert len(many) == len(few)


def test_looking_writes_nothing(agency, supervisor):
    entries = agency.count(JournalEntry)
    supervisor.get("/unit?show=attention")
    supervisor.get("/unit/officers/DP-1001")
    assert agency.count(JournalEntry) == entries
