"""The supervisor's lists: who may use one version, who loses access and why, and the week."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from flask_babel import force_locale

from tests.views.browser import Browser
from tests.views.demo_agency import Agency
from tests.views.test_supervisor_pages import assign, lines_of, words_in
from training_app import demo, wording
from training_app.clock import now
from training_app.models.oversight import JournalEntry
from training_app.models.people import Evaluation, OfficerSuspension, Person, SeatGrant, SeatRelease
from training_app.models.tools import Tool
from training_app.rules.facts import EvaluationOutcome
from training_app.rules.permissions import Role

ZONE = ZoneInfo("Europe/Brussels")
SIGHTLINE = "tool=sightline&version=3.2"


@pytest.fixture
def agency(agency) -> Agency:
    """The demo agency, but that DP-1008 was cleared again: nobody loses access unless a test says so."""
    at = now()
    restricted = {"outcome": EvaluationOutcome.RESTRICTED, "restriction": "two-hours-a-day"}
    with agency.database.transaction() as session:
        stamp = {"effective_at": at, "recorded_at": at, "recorded_by_id": agency.person("DP-5001").id}
        through = at.astimezone(ZONE).date() + timedelta(days=1000)
        session.add(Evaluation(**stamp, **restricted, officer_id=agency.person("DP-1008").id, through=through))
    return agency


@pytest.fixture
def supervisor(agency) -> Browser:
    return agency.browser("supervisor")


@pytest.fixture
def lapsing(agency):
    """Let an officer's evaluation run out so many days from today; return the first day without one."""

    def record(number: str, days: int):
        at, evaluator = now(), agency.person("DP-5001")
        through = at.astimezone(ZONE).date() + timedelta(days=days)
        with agency.database.transaction() as session:
            stamp = {"effective_at": at, "recorded_at": at, "recorded_by_id": evaluator.id}
            officer = agency.person(number).id
            cleared = EvaluationOutcome.CLEARED
            session.add(Evaluation(**stamp, officer_id=officer, outcome=cleared, through=through, restriction=None))
        return through + timedelta(days=1)

    return record


def on_page(day, agency: Agency) -> str:
    with agency.app.test_request_context(), force_locale("en"):
        return wording.civil(day)


def names_on(page) -> list[str]:
    """Return the service numbers in the page's main part, in order."""
    return re.findall(r"DP-\d{4}", words_in(page.text.partition("<main")[2]))


# -- who may use one version -------------------------------------------------------------------------------------------


def test_who_may_use_a_version_stands_first_and_who_may_not_has_the_reason(supervisor):
    page = supervisor.get(f"/unit/who-may-use?{SIGHTLINE}")
    shown = words_in(page.text)
    assert "3 of 12 officers may use Sightline Face Matching 3.2 now." in shown
    assert names_on(page)[:3] == ["DP-1003", "DP-1007", "DP-1012"]
    assert (
        "Zofia Kowalska DP-1011 Harbour unit Not certified There has been no certification on this tool yet." in shown
    )


def test_the_list_can_be_narrowed_to_who_may_and_to_who_may_not(supervisor):
    assert names_on(supervisor.get(f"/unit/who-may-use?{SIGHTLINE}&show=may")) == ["DP-1003", "DP-1007", "DP-1012"]
    assert len(names_on(supervisor.get(f"/unit/who-may-use?{SIGHTLINE}&show=may-not"))) == 9


def test_another_version_has_another_answer(supervisor):
    older = supervisor.get("/unit/who-may-use?tool=sightline&version=3.1&show=may")
    assert names_on(older) == ["DP-1008", "DP-1003", "DP-1001"], "by name as it is written"


def test_an_address_that_names_no_tool_or_version_shows_the_newest_of_a_tool_that_there_is(supervisor):
    shown = words_in(supervisor.get("/unit/who-may-use?tool=sightline&version=9&purpose=fun&show=x").text)
    assert "may use Sightline Face Matching 3.2 now." in shown


def test_who_holds_a_seat_for_other_purposes_may_not_use_it_for_this_one(agency, supervisor):
    at, by, officer = now(), agency.person("DP-2001"), agency.person("DP-1012").id
    tool = agency.id_of(Tool, slug="sightline")
    seat = agency.id_of(SeatGrant, officer_id=officer, tool_id=tool)
    with agency.database.transaction() as session:
        stamp = {"effective_at": at, "recorded_at": at, "recorded_by_id": by.id, "officer_id": officer}
        unit = session.get_one(SeatGrant, seat).unit_id
        narrow = {"tool_id": tool, "unit_id": unit, "purposes": ["missing-person"], "justification": "Searches only."}
        session.add_all([SeatRelease(**stamp, seat_id=seat), SeatGrant(**stamp, **narrow)])
    url = f"/unit/who-may-use?{SIGHTLINE}&show=may&purpose="
    assert names_on(supervisor.get(f"{url}missing-person")) == ["DP-1003", "DP-1007", "DP-1012"]
    assert names_on(supervisor.get(f"{url}identify-suspect")) == ["DP-1003", "DP-1007"]
    assert names_on(supervisor.get(url)) == ["DP-1003", "DP-1007", "DP-1012"]


def test_what_is_asked_at_each_use_keeps_nobody_off_the_list_and_is_said(supervisor):
    page = supervisor.get("/unit/who-may-use?tool=lockpick")
    shown = words_in(page.text)
    assert "This tool asks for a purpose at each use." in shown
    assert "3 of 12 officers may use Lockpick Device Extraction" in shown


def test_the_list_as_a_file_is_the_list(supervisor):
    lines = lines_of(supervisor.get(f"/unit/who-may-use.csv?{SIGHTLINE}"))
    assert lines[0][:5] == ["Service number", "Name", "Unit", "Tool", "Version"]
    assert [line[0] for line in lines[1:4]] == ["DP-1003", "DP-1007", "DP-1012"]
    assert lines[1][6:9] == ["yes", "Certified", "2028-02-10"]
    assert len(lines) == 13


# -- who loses access --------------------------------------------------------------------------------------------------


def test_who_loses_access_is_listed_by_day_with_why_and_what_to_do(agency, supervisor, lapsing):
    day = lapsing("DP-1012", 20)
    page = supervisor.get("/unit/losing-access")
    shown = words_in(page.text)
    assert "1 officer loses access to a version in use by" in shown
    assert f"Sightline Face Matching 3.2, from the first instant of {on_page(day, agency)}" in shown.replace(
        "Lockpick Device Extraction 5.0; ", ""
    )
    assert "No psychological evaluation will be in force." in shown
    assert "The officer asks the evaluation service for an appointment before then." in shown
    assert f'<time datetime="{day.isoformat()}">' in page.text


@pytest.mark.parametrize(("days", "listed"), [(30, []), (60, ["DP-1012"]), (90, ["DP-1012"])])
def test_the_horizon_is_in_civil_days_and_inclusive(supervisor, lapsing, days, listed):
    lapsing("DP-1012", 59)
    page = supervisor.get(f"/unit/losing-access?days={days}")
    assert sorted(set(names_on(page))) == listed


def test_each_horizon_says_how_many_it_holds_and_an_empty_one_who_comes_first(agency, supervisor, lapsing):
    """The demonstration's own loss on a fixed day would be counted too, so every clearance is set."""
    lapsing("DP-1008", 900)
    day = lapsing("DP-1012", 40)
    shown = words_in(supervisor.get("/unit/losing-access?days=30").text)
    assert "30 days (0 officers ) 60 days (1 officer ) 90 days (1 officer )" in shown
    assert f"The first to come is on {on_page(day, agency)}." in shown
    assert "The first to come" not in supervisor.get("/unit/losing-access?days=60").text


def test_the_day_after_the_horizon_is_not_looked_at(supervisor, lapsing):
    lapsing("DP-1012", 30)
    assert names_on(supervisor.get("/unit/losing-access?days=30")) == []


def test_the_picture_counts_each_officer_once_a_week_and_has_its_table(supervisor, lapsing):
    lapsing("DP-1012", 9)
    lapsing("DP-1003", 10)
    page = supervisor.get("/unit/losing-access?days=30")
    picture = page.text.partition('class="histogram"')[2].partition("</figure>")[0]
    assert re.findall(r"<text [^>]*text-anchor[^>]*>(\d+)</text>", picture) == ["2"]
    cells = re.findall(r'<td class="num">(\d+)</td>', picture)
    assert cells == ["0", "2", "0", "0", "0"], "five times seven days, the last of them shorter"


def test_nobody_of_another_unit_is_listed(agency, make_person, lapsing):
    lapsing("DP-1012", 9)
    person = make_person(Role.SUPERVISOR)
    assign(agency, person, demo.CENTRAL)
    browser = Browser(agency.app)
    browser.sign_in(person)
    assert names_on(browser.get("/unit/losing-access?days=90")) == []
    assert lines_of(browser.get("/unit/losing-access.csv?days=90"))[1:] == []
    assert "DP-1012" not in browser.get(f"/unit/who-may-use?{SIGHTLINE}").text
    assert "DP-1012" not in browser.get("/unit/digest").text
    assert "DP-1012" not in browser.get("/unit/matrix.csv").text


def test_the_losses_as_a_file_have_one_line_for_each_version(supervisor, lapsing):
    day = lapsing("DP-1008", 5)
    lines = lines_of(supervisor.get("/unit/losing-access.csv?days=30"))
    assert lines[1:] == [
        [
            "DP-1008", "Ivan Horvat", "Harbour unit", "Sightline Face Matching", "3.1", lines[1][5],
            "No psychological evaluation will be in force.",
            "The officer asks the evaluation service for an appointment before then.",
        ]
    ]  # fmt: skip
    assert lines[1][5].startswith(f"{day.isoformat()}T00:00+")


def test_what_comes_next_stands_on_the_officers_page(agency, supervisor, lapsing):
    day = lapsing("DP-1003", 40)
    shown = words_in(supervisor.get("/unit/officers/DP-1003").text)
    assert f"{on_page(day, agency)} May no longer use Sightline Face Matching 3.1" in shown
    assert f"{on_page(day, agency)} May no longer use Sightline Face Matching 3.2" in shown


# -- the week ----------------------------------------------------------------------------------------------------------


def test_the_digest_names_who_lost_access_this_week_and_who_will(agency, supervisor, lapsing):
    lapsing("DP-1012", 12)
    at, by = now() - timedelta(days=2), agency.person("DP-2001")
    with agency.database.transaction() as session:
        stamp = {"effective_at": at, "recorded_at": at, "recorded_by_id": by.id}
        session.add(
            OfficerSuspension(**stamp, officer_id=agency.person("DP-1003").id, tool_id=None, reason_code="inquiry-open")
        )
    shown = words_in(supervisor.get("/unit/digest").text)
    lost = shown.partition("Lost access this week")[2].partition("Lose access in the next 30 days")[0]
    assert "Luca Conti DP-1003 Sightline Face Matching 3.1" in lost
    assert "Luca Conti DP-1003 Sightline Face Matching 3.2" in lost
    assert "The officer is suspended from using this tool." in lost
    losing = shown.partition("Lose access in the next 30 days")[2].partition("Update training missing")[0]
    assert "Paul Leclerc DP-1012" in losing
    overdue = shown.partition("Update training missing")[2]
    assert "Ruben Almeida DP-1001" in overdue
    assert "Ivan Horvat DP-1008" in overdue


def test_a_week_that_is_over_reads_as_it_did_then(agency, supervisor):
    before = supervisor.get("/unit/digest?through=2026-11-08").text
    with agency.database.transaction() as session:
        at, by = now(), agency.person("DP-2001")
        stamp = {"effective_at": at, "recorded_at": at, "recorded_by_id": by.id}
        for number in ("DP-1003", "DP-1007", "DP-1012"):
            officer = session.get_one(Person, agency.person(number).id)
            session.add(OfficerSuspension(**stamp, officer_id=officer.id, tool_id=None, reason_code="inquiry-open"))
    after = supervisor.get("/unit/digest?through=2026-11-08")
    assert words_in(after.text) == words_in(before)
    shown = words_in(after.text)
    assert "2 November 2026 to 8 November 2026" in shown
    lost = shown.partition("Lost access this week")[2].partition("Lose access")[0]
    assert lost.strip() == "Nobody.", "who lacks training for a version never could use it"


def test_a_day_that_is_not_over_or_no_day_shows_the_week_up_to_now(supervisor):
    current = words_in(supervisor.get("/unit/digest").text)
    for asked in ("2999-01-01", "yesterday", ""):
        assert words_in(supervisor.get(f"/unit/digest?through={asked}").text) == current


# -- for all of them ---------------------------------------------------------------------------------------------------

ADDRESSES = (
    "/unit/matrix.csv", "/unit/who-may-use", "/unit/who-may-use.csv", "/unit/losing-access", "/unit/losing-access.csv",
    "/unit/digest",
)  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_only_supervisors_open_it_and_one_without_a_unit_is_told_so(agency, make_person, address):
    for mailbox in ("officer", "evaluator"):
        assert agency.browser(mailbox).get(address).status_code == 403
    lost = Browser(agency.app)
    lost.sign_in(make_person(Role.SUPERVISOR))
    page = lost.get(address)
    assert page.status_code == 200
    assert "You are not assigned to a unit" in words_in(page.text)


def test_no_list_tells_more_of_an_evaluation_than_its_ground(supervisor, lapsing):
    lapsing("DP-1008", 9)
    for address in (*ADDRESSES, "/unit/officers/DP-1008"):
        text = supervisor.get(address).text
        for secret in ("two-hours-a-day", "restriction", "cleared", "not-cleared"):
            assert secret not in text, (address, secret)


def test_looking_at_the_lists_writes_nothing(agency, supervisor):
    entries = agency.count(JournalEntry)
    for address in ADDRESSES:
        assert supervisor.get(address).status_code == 200
    assert agency.count(JournalEntry) == entries
