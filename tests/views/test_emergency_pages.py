"""Emergency access on the pages: asked for, confirmed by somebody else, seen at once, ended by either."""

import re
from html import unescape

import pytest

from tests.views.browser import Browser
from tests.views.demo_agency import Agency
from training_app import demo
from training_app.clock import now
from training_app.models.emergencies import EmergencyEnd, EmergencyGrant, EmergencyRequest, EmergencySetting
from training_app.models.tools import Tool, ToolVersion
from training_app.rules.access import Question
from training_app.rules.permissions import Role
from training_app.services import access

SETTING = "/registrar/tools/sightline/emergency"
ON = {"on": "on", "minutes": "60", "reason": "Night shifts without a registrar."}
ASKED = {"danger": "life", "words": "", "minutes": "30"}


def words_in(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


@pytest.fixture
def switched_on(agency) -> Agency:
    registrar = agency.browser("registrar")
    assert "Off, as for every tool at first." in words_in(registrar.get(SETTING).text)
    assert registrar.post(SETTING, ON).status_code == 303
    return agency


@pytest.fixture
def officer(switched_on) -> Browser:
    return switched_on.browser("officer1")


def address_of(agency: Agency) -> str:
    tool = agency.id_of(Tool, slug="sightline")
    return f"/tools/sightline/versions/{agency.id_of(ToolVersion, tool_id=tool, label='3.2')}/emergency"


def may_use(agency: Agency) -> bool:
    at = now()
    with agency.database.reading() as session:
        question = Question("DP-1001", "sightline", "3.2")
        return access.answer(session, question, zone=demo.ZONE, at=at, known_at=at).allowed


def ask(agency: Agency, officer: Browser) -> str:
    """Ask as the form has it; return the address of the officer's page about it."""
    officer.get(address_of(agency))
    answer = officer.post(address_of(agency), ASKED)
    assert answer.status_code == 303, words_in(answer.text)
    return answer.location


def theirs(agency: Agency) -> str:
    return f"/emergencies/{agency.id_of(EmergencyRequest)}"


def test_an_officer_asks_a_supervisor_confirms_and_both_pages_say_so(switched_on, officer):
    supervisor = switched_on.browser("supervisor")
    assert address_of(switched_on) in officer.get("/tools/sightline").text
    mine = ask(switched_on, officer)
    assert "Not yet: a supervisor must confirm it." in words_in(officer.get(mine).text)
    seen = words_in(supervisor.get("/unit").text)
    assert "Emergency access 1 request waits to be confirmed." in seen
    assert not may_use(switched_on)
    supervisor.get(theirs(switched_on))
    assert supervisor.post(f"{theirs(switched_on)}/confirm", {}).status_code == 303
    assert may_use(switched_on)
    assert "1 emergency runs now." in words_in(switched_on.browser("oversight").get("/oversight/journal").text)
    assert "You may use it until" in words_in(officer.get(mine).text)
    page = words_in(officer.get("/tools/sightline").text)
    assert "You may use Sightline Face Matching 3.2 now, in this emergency only." in page
    page = words_in(officer.get("/tools").text)
    assert "You may use it in an emergency for now." in page
    assert "Version 3.2 Emergency use Until" in page
    assert "Emergency use" in words_in(supervisor.get("/unit").text)
    officer.get(mine)
    assert officer.post(f"{mine}/end", {}).status_code == 303
    assert not may_use(switched_on)
    assert "runs now" not in words_in(supervisor.get("/unit").text)


def test_a_supervisor_refuses_or_ends_it(switched_on, officer):
    supervisor = switched_on.browser("supervisor")
    for confirmed in (False, True):
        ask(switched_on, officer)
        with switched_on.database.reading() as session:
            address = f"/emergencies/{session.query(EmergencyRequest).count()}"
        supervisor.get(address)
        if confirmed:
            supervisor.post(f"{address}/confirm", {})
            assert may_use(switched_on)
        supervisor.post(f"{address}/end", {})
        assert not may_use(switched_on)
    assert [switched_on.count(kind) for kind in (EmergencyGrant, EmergencyEnd)] == [1, 2]


def test_twice_clicked_is_once_done(switched_on, officer):
    supervisor = switched_on.browser("supervisor")
    assert ask(switched_on, officer) == ask(switched_on, officer)
    supervisor.get(theirs(switched_on))
    for _ in range(2):
        supervisor.post(f"{theirs(switched_on)}/confirm", {})
    assert [switched_on.count(kind) for kind in (EmergencyRequest, EmergencyGrant)] == [1, 1]


@pytest.mark.parametrize(
    ("stated", "told"),
    [
        ({"danger": ""}, "Choose the danger."),
        ({"danger": "boredom"}, "Choose the danger from the list."),
        ({"danger": "other"}, "Name the danger in a few words."),
        ({"words": "x" * 121}, "Use at most 120 characters."),
        ({"minutes": "120"}, "Choose for how long from the list."),
        ({"minutes": "-5"}, "Choose for how long from the list."),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_recorded(switched_on, officer, stated, told):
    officer.get(address_of(switched_on))
    answer = officer.post(address_of(switched_on), ASKED | stated)
    assert (answer.status_code, told in words_in(answer.text)) == (422, True)
    assert switched_on.count(EmergencyRequest) == 0


def test_where_it_is_off_or_would_not_help_there_is_nothing_to_fill_in(agency):
    officer = agency.browser("officer1")
    assert "emergency" not in officer.get("/tools/sightline").text
    assert "This tool has no emergency access" in words_in(officer.get(address_of(agency)).text)
    registrar = agency.browser("registrar")
    registrar.get(SETTING)
    registrar.post(SETTING, ON)
    beginner = agency.browser("officer")
    page = beginner.get(address_of(agency)).text
    assert "Something stands in the way that no emergency lifts." in words_in(page)
    assert 'name="danger"' not in page
    beginner.post(address_of(agency), ASKED)
    assert agency.count(EmergencyRequest) == 0


def test_nobody_sees_or_ends_the_emergency_of_another_officer(switched_on, officer):
    mine = ask(switched_on, officer)
    other = switched_on.browser("officer")
    other.get("/tools")
    assert other.get(mine).status_code == 404
    assert other.post(f"{mine}/end", {}).status_code == 404
    assert other.get("/emergencies").status_code == 403


def test_oversight_reads_and_does_not_confirm(switched_on, officer):
    ask(switched_on, officer)
    oversight = switched_on.browser("oversight")
    page = oversight.get(theirs(switched_on)).text
    assert "Danger to a life" in words_in(page)
    assert "/confirm" not in page
    assert oversight.post(f"{theirs(switched_on)}/confirm", {}).status_code == 403
    assert switched_on.count(EmergencyGrant) == 0


def test_a_supervisor_who_is_also_the_officer_asks_another(switched_on, make_person):
    both = make_person(Role.OFFICER, Role.SUPERVISOR)
    at = now()
    with switched_on.database.transaction() as session:
        version = session.get_one(ToolVersion, int(address_of(switched_on).split("/")[4]))
        asked = EmergencyRequest(
            effective_at=at, recorded_at=at, recorded_by_id=both.id, officer_id=both.id, version_id=version.id,
            danger="life", words="", minutes=30,
        )  # fmt: skip
        session.add(asked)
    browser = Browser(switched_on.app)
    browser.sign_in(both)
    page = words_in(browser.get(theirs(switched_on)).text)
    assert "Nobody confirms their own emergency. Ask another supervisor." in page
    browser.post(f"{theirs(switched_on)}/confirm", {})
    assert switched_on.count(EmergencyGrant) == 0


@pytest.mark.parametrize(
    ("stated", "told"),
    [
        ({"on": ""}, "Choose on or off."),
        ({"minutes": ""}, "Say for how many minutes at most."),
        ({"minutes": "241"}, "Enter a whole number of minutes from 1 to 240."),
        ({"minutes": "soon"}, "Enter a whole number of minutes from 1 to 240."),
        ({"reason": " "}, "Say why."),
    ],
)
def test_a_setting_says_for_how_long_and_why(agency, stated, told):
    registrar = agency.browser("registrar")
    registrar.get(SETTING)
    answer = registrar.post(SETTING, ON | stated)
    assert (answer.status_code, told in words_in(answer.text)) == (422, True)
    assert agency.count(EmergencySetting) == 0


def test_switching_it_off_is_said_with_what_was_set_before(switched_on):
    registrar = switched_on.browser("registrar")
    registrar.get(SETTING)
    assert registrar.post(SETTING, {"on": "off", "reason": "No longer needed."}).status_code == 303
    page = words_in(registrar.get(SETTING).text)
    assert "On, for 60 minutes at most Night shifts without a registrar." in page
    again = registrar.post(SETTING, {"on": "off", "reason": "Again."})
    assert (again.status_code, "That is set already." in words_in(again.text)) == (422, True)
    assert "Used in an emergency" not in switched_on.browser("oversight").get("/public/tools/sightline").text
