"""The supervisor's desk: the unit's own officers, every ground with its way out, and the answer that the tool gets."""

import csv
import io
import re
from contextlib import contextmanager
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import event, select

from tests.views.browser import Browser
from tests.views.demo_agency import Agency
from training_app import demo, wording
from training_app.clock import now
from training_app.models.oversight import JournalEntry
from training_app.models.people import AccountChange, AccountFact, Person, RoleAssignment, Unit, UnitAssignment
from training_app.rules.access import Badge, Question
from training_app.rules.permissions import Role
from training_app.services import access
from training_app.wording import supervisor as to_supervisor


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
    """Return the badges in the matrix's cells by service number, in the order of the rows."""
    body = page.text.partition("table matrix")[2].partition("<tbody>")[2].partition("</tbody>")[0]
    rows = {}
    for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL):
        cells = re.findall(r'<td class="version[^"]*">(.*?)</td>', row, re.DOTALL)
        rows[re.search(r"[A-Z]+-\d+", words_in(row.partition("</th>")[0]))[0]] = [
            words_in(cell.partition('<span class="note">')[0]) for cell in cells
        ]
    return rows


def lines_of(page) -> list[list[str]]:
    """Return the cells of a file in CSV, line by line; the first is the heading."""
    assert page.mimetype == "text/csv"
    return list(csv.reader(io.StringIO(page.text.removeprefix("\ufeff"))))


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
    shown = rows_on(supervisor.get("/unit?tool=sightline"))
    assert sorted(shown) == sorted(officer.number for officer in demo.OFFICERS)
    with agency.database.reading() as session, agency.app.test_request_context():
        for number, cells in shown.items():
            questions = (Question(number, "sightline", label) for label in ("3.1", "3.2"))
            asked = [access.answer(session, one, zone=demo.ZONE, at=at, known_at=at) for one in questions]
            assert cells == [wording.badge(decision.badge).label for decision in asked], number


def test_the_promised_answers_stand_in_the_matrix(supervisor):
    shown = rows_on(supervisor.get("/unit?tool=sightline"))
    assert shown["DP-1001"] == ["Certified", "Update training missing"]
    assert shown["DP-1002"] == ["Not certified", "Not certified"]
    assert shown["DP-1003"] == ["Certified", "Certified"]
    assert shown["DP-1006"] == ["Suspended", "Suspended"]
    assert shown["DP-1007"] == ["Version not covered", "Certified"]


def test_every_cell_leads_to_the_answer_on_the_officers_page(supervisor):
    page = supervisor.get("/unit?tool=sightline")
    (link,) = re.findall(r'href="(/unit/officers/DP-1001#[^"]+3\.2)"', page.text)
    path, _hash, place = link.partition("#")
    assert f'id="{place}"' in supervisor.get(path).text


def test_every_ground_is_given_with_its_way_out(agency, supervisor):
    shown = words_in(supervisor.get("/unit/officers/DP-1011").text)
    assert "Zofia Kowalska may not use Sightline Face Matching 3.2 now." in shown
    at = now()
    with agency.database.reading() as session, agency.app.test_request_context():
        question = Question("DP-1011", "sightline", "3.2")
        answer = access.answer(session, question, zone=demo.ZONE, at=at, known_at=at)
        told = to_supervisor.grounds(answer, zone=demo.ZONE)
        sentences = [ground.sentence for ground in wording.grounds(answer, zone=demo.ZONE)]
    assert [ground.code for ground in told] == ["never-certified", "evaluation-not-in-force", "no-seat"]
    assert [ground.sentence for ground in told] == sentences, "why is the same for everybody, the way out is not"
    page = supervisor.get("/unit/officers/DP-1011").text
    sections = re.findall(r'<section class="flow" id="sightline-[^"]+".*?</section>', page, re.DOTALL)
    assert len(sections) == 2, "one for each version in use"
    for section in sections:
        for ground in told:
            assert f"{ground.sentence} {ground.way_out}" in words_in(section)


def test_an_allow_is_shown_with_validity_last_day_and_seat(supervisor):
    shown = words_in(supervisor.get("/unit/officers/DP-1003").text)
    assert "Luca Conti may use Sightline Face Matching 3.2 now. Nothing known changes this before" in shown
    assert "Certification In force Last day 10 February 2028 Seat Held since 12 January 2026" in shown


@pytest.mark.parametrize("number", ["DP-1004", "DP-1008"])
def test_of_an_evaluation_no_more_is_told_than_its_ground(supervisor, number):
    pages = [supervisor.get("/unit?tool=sightline").text, supervisor.get(f"/unit/officers/{number}").text]
    told = "No psychological evaluation is in force." in pages[1]
    assert told is (number == "DP-1004")
    for page in pages:
        for secret in ("two-hours-a-day", "restriction", "September 2026", "cleared", "31 December 2027"):
            assert secret not in page


def test_a_supervisor_sees_the_units_below_their_own(supervisor):
    page = supervisor.get("/unit?tool=sightline")
    assert "Demo Police, 12 officers" in words_in(page.text)
    assert supervisor.get("/unit/officers/DP-1001").status_code == 200
    assert supervisor.get("/unit/officers/DP-1007").status_code == 200


def test_officers_of_another_unit_are_not_found(supervisor_of):
    harbour = supervisor_of(demo.HARBOUR)
    assert {"DP-1007", "DP-1012"} <= set(rows_on(harbour.get("/unit?tool=sightline")))
    assert not {"DP-1001", "DP-1006"} & set(rows_on(harbour.get("/unit?tool=sightline")))
    assert harbour.get("/unit/officers/DP-1007").status_code == 200
    assert harbour.get("/unit/officers/DP-1001").status_code == 404
    assert harbour.get("/unit/officers/XX-1").status_code == 404


def test_a_transfer_takes_the_officer_along(agency, supervisor_of):
    harbour, central = supervisor_of(demo.HARBOUR), supervisor_of(demo.CENTRAL)
    assign(agency, agency.person("DP-1003"), demo.HARBOUR)
    assert central.get("/unit/officers/DP-1003").status_code == 404
    assert "DP-1003" not in rows_on(central.get("/unit?tool=sightline"))
    assert rows_on(harbour.get("/unit?tool=sightline"))["DP-1003"] == ["On hold", "On hold"], "the seat stayed behind"


def test_an_officer_whose_account_is_closed_leaves_the_matrix(agency, supervisor):
    at = now()
    with agency.database.transaction() as session:
        closed = AccountFact(
            effective_at=at, recorded_at=at, person_id=agency.person("DP-1003").id, change=AccountChange.CLOSED
        )
        session.add(closed)
    assert "DP-1003" not in rows_on(supervisor.get("/unit?tool=sightline"))
    assert "The officer's account is closed." in words_in(supervisor.get("/unit/officers/DP-1003").text)


def test_who_lost_the_role_and_has_a_seat_is_still_listed(agency, supervisor):
    at, registrar = now(), agency.person("DP-3001")
    with agency.database.transaction() as session:
        for number in ("DP-1003", "DP-1011"):
            stamp = {"effective_at": at, "recorded_at": at, "recorded_by_id": registrar.id}
            person = agency.person(number)
            session.add(RoleAssignment(**stamp, person_id=person.id, role=Role.OFFICER, granted=False))
    shown = rows_on(supervisor.get("/unit?tool=sightline"))
    assert shown["DP-1003"] == ["Certified", "Certified"], "the tool would still be told to allow"
    assert "DP-1011" not in shown


def test_staff_without_seat_or_award_are_no_officers(agency, supervisor):
    assign(agency, agency.person("DP-3001"), demo.CENTRAL)
    assert "DP-3001" not in rows_on(supervisor.get("/unit?tool=sightline"))


def test_the_list_can_be_narrowed_to_who_needs_attention(supervisor):
    page = supervisor.get("/unit?show=attention")
    assert sorted(rows_on(page)) == ["DP-1001", "DP-1004", "DP-1005", "DP-1006", "DP-1008", "DP-1010"]
    assert "6 need attention." in words_in(page.text)


def test_the_list_can_be_narrowed_to_a_unit_and_a_tool(supervisor):
    harbour = supervisor.get(f"/unit?unit={demo.HARBOUR.replace(' ', '+')}&tool=sightline")
    assert sorted(rows_on(harbour)) == ["DP-1007", "DP-1008", "DP-1009", "DP-1010", "DP-1011", "DP-1012"]
    everybody = supervisor.get("/unit?unit=Nowhere&tool=nothing&show=none")
    assert len(rows_on(everybody)) == 12, "what is not known leaves out nobody"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("luca", ["DP-1003"]),
        ("conti+LUCA", ["DP-1003"]),
        ("dp-100", [f"DP-100{n}" for n in range(1, 10)]),
        ("nobody", []),
        ("%3Cscript%3E", []),
    ],
)
def test_officers_are_found_by_a_part_of_name_or_number(supervisor, asked, found):
    page = supervisor.get(f"/unit?tool=sightline&named={asked}")
    assert sorted(rows_on(page)) == found
    assert "<script>" not in page.text.partition("<main")[2]
    assert ("No officer of your unit has this" in words_in(page.text)) is (not found)


def test_the_rows_are_in_the_order_asked_for(supervisor):
    def numbers(query: str) -> list[str]:
        return list(rows_on(supervisor.get(f"/unit?tool=sightline&{query}")))

    by_name = numbers("sort=name")
    assert by_name[:3] == ["DP-1006", "DP-1009", "DP-1008"], "Anna, Dana, Ivan"
    assert numbers("sort=name&order=descending") == by_name[::-1]
    assert numbers("sort=number") == sorted(by_name)
    assert numbers("sort=nonsense&order=up") == by_name
    units = numbers("sort=unit")
    assert [one in {"DP-1001", "DP-1002", "DP-1003", "DP-1004", "DP-1005", "DP-1006"} for one in units] == (
        [True] * 6 + [False] * 6
    )
    assert numbers("sort=state")[0] == "DP-1006", "suspended is the gravest of all here"
    by_version = rows_on(supervisor.get("/unit?tool=sightline&sort=sightline:3.1"))
    gravity = [badge.value for badge in Badge]
    labels = {wording_of(badge): badge.value for badge in Badge}
    ranks = [gravity.index(labels[cells[0]]) for cells in by_version.values()]
    assert ranks == sorted(ranks)


def wording_of(badge: Badge) -> str:
    return str(wording.BADGES[badge])


def test_headings_sort_by_links_that_keep_the_filter_and_say_their_state(supervisor):
    page = supervisor.get("/unit?tool=sightline&show=attention&page=7&sort=number").text
    head = page.partition("<thead>")[2].partition("</thead>")[0]
    assert re.findall(r'aria-sort="(\w+)"', head) == ["ascending"]
    links = [unescape(link) for link in re.findall(r'href="([^"]+)"', head)]
    assert "/unit?tool=sightline&show=attention&sort=number&order=descending" in links
    assert "/unit?tool=sightline&show=attention&sort=sightline%3A3.2" in links


def test_a_column_stands_under_its_tool(supervisor):
    head = supervisor.get("/unit").text.partition("<thead>")[2].partition("</thead>")[0]
    groups = re.findall(r'scope="colgroup" colspan="(\d+)"[^>]*>([^<]+)<', head)
    assert groups == [("1", "Lockpick Device Extraction"), ("2", "Sightline Face Matching")]


def test_a_tool_that_asks_a_purpose_at_each_use_is_shown_as_if_one_were_stated(supervisor):
    shown = rows_on(supervisor.get("/unit?tool=lockpick"))
    assert shown["DP-1003"] == ["Certified"]
    page = words_in(supervisor.get("/unit/officers/DP-1003").text)
    assert "may use Lockpick Device Extraction 5.0 now, for a purpose that is stated at each use." in page


def test_on_hold_says_in_the_cell_what_holds_the_officer_up(supervisor):
    cells = words_in(supervisor.get("/unit?tool=sightline").text.partition("<tbody>")[2].partition("</tbody>")[0])
    assert "DP-1004 Central district On hold No evaluation On hold No evaluation" in cells
    assert "DP-1010 Harbour unit On hold No seat On hold No seat" in cells


def test_the_figures_count_every_answer_once(supervisor):
    page = supervisor.get("/unit?tool=sightline")
    bars = words_in(page.text.partition("Answers by state")[2])
    counts = [int(figure) for figure in re.findall(r"(\d+) of 24", bars)]
    assert sum(counts) == 24
    assert "Suspended 2 of 24" in bars
    assert "Certified 6 of 24" in bars


def test_a_supervisor_without_a_unit_is_told_so(supervisor_of):
    lost = supervisor_of("")
    page = lost.get("/unit?tool=sightline")
    assert page.status_code == 200
    assert "You are not assigned to a unit" in words_in(page.text)
    assert lost.get("/unit/officers/DP-1001").status_code == 404


def test_only_supervisors_see_a_unit(agency):
    for mailbox in ("officer", "registrar", "evaluator", "oversight"):
        browser = agency.browser(mailbox)
        assert browser.get("/unit?tool=sightline").status_code == 403
        assert browser.get("/unit/officers/DP-1001").status_code == 403


def enlist(agency: Agency, count: int, name: str = "New Officer") -> None:
    """Let officers join the central district who have nothing yet."""
    at = now() - timedelta(days=1)
    with agency.database.transaction() as session:
        unit = session.scalars(select(Unit.id).where(Unit.name == demo.CENTRAL)).one()
        stamp = {"effective_at": at, "recorded_at": at}
        people = [Person(**stamp, service_number=f"NP-{n}", name=name, email=None) for n in range(count)]
        session.add_all(people)
        session.flush()
        for person in people:
            session.add(AccountFact(**stamp, person_id=person.id, change=AccountChange.OPENED))
            session.add(RoleAssignment(**stamp, person_id=person.id, role=Role.OFFICER, granted=True))
            session.add(UnitAssignment(**stamp, person_id=person.id, unit_id=unit))


@pytest.mark.parametrize("address", ["/unit", "/unit/who-may-use", "/unit/losing-access", "/unit/digest"])
def test_the_database_is_asked_as_often_for_many_officers_as_for_few(agency, supervisor, address):
    with statements(agency) as few:
        assert supervisor.get(address).status_code == 200
    enlist(agency, 60)
    with statements(agency) as many:
        assert "72 officers" in words_in(supervisor.get(address).text) or address == "/unit/losing-access"
    assert len(many) == len(few)


def test_a_long_unit_comes_in_pages_and_its_figures_and_its_file_count_everybody(agency, supervisor):
    enlist(agency, 130)
    page = supervisor.get("/unit?tool=sightline&sort=number&order=descending")
    assert len(rows_on(page)) == 100
    assert "142 officers" in words_in(page.text)
    assert "Not certified 264 of 284" in words_in(page.text), "two for each of 132, whatever page they are on"
    rest = rows_on(supervisor.get("/unit?tool=sightline&sort=number&order=descending&page=2"))
    assert len(rest) == 42
    assert list(rest)[-1] == "DP-1001"
    assert len(lines_of(supervisor.get("/unit/matrix.csv?tool=sightline&page=2"))) == 143


def test_the_matrix_as_a_file_is_the_matrix(supervisor):
    header, *lines = lines_of(supervisor.get("/unit/matrix.csv?tool=sightline&show=attention&sort=number"))
    assert header == ["Service number", "Name", "Unit", "Sightline Face Matching 3.1", "Sightline Face Matching 3.2"]
    assert [line[0] for line in lines] == ["DP-1001", "DP-1004", "DP-1005", "DP-1006", "DP-1008", "DP-1010"]
    assert lines[0] == ["DP-1001", "Ruben Almeida", "Central district", "Certified", "Update training missing"]


def test_a_name_that_a_spreadsheet_would_run_is_made_harmless_in_the_file(agency, supervisor):
    enlist(agency, 1, name="=HYPERLINK(0)")
    lines = lines_of(supervisor.get("/unit/matrix.csv?sort=number&order=descending"))
    assert lines[1][:2] == ["NP-0", "'=HYPERLINK(0)"]


def test_what_is_for_the_supervisor_to_do_has_its_page_and_nobody_decides_about_themselves(agency, supervisor):
    page = supervisor.get("/unit/officers/DP-1005").text
    assert 'href="/unit/seats/sightline/grant?officer=DP-1005"' in page
    assert 'href="/unit/officers/DP-1005/suspend?tool=sightline"' in page
    suspended = supervisor.get("/unit/officers/DP-1006").text
    assert re.search(r'href="/unit/officers/DP-1006/suspensions/\d+/reinstate"', suspended)
    assert "An inquiry is open" in words_in(suspended)
    assert "/suspend" not in suspended.replace("/suspensions/", "/"), "every use is stopped already"
    own = supervisor.get("/unit/officers/DP-2001").text
    assert "/grant" not in own
    assert "/suspend" not in own


def test_looking_writes_nothing(agency, supervisor):
    entries = agency.count(JournalEntry)
    supervisor.get("/unit?show=attention")
    supervisor.get("/unit/officers/DP-1001")
    assert agency.count(JournalEntry) == entries
