"""The registrar's record of one officer, as a registrar works with it."""

import re
from datetime import timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from tests.passwords import PASSWORD
from tests.views.browser import Browser
from tests.views.demo_agency import Agency
from training_app.clock import now
from training_app.models.certification import Award, AwardEnd
from training_app.models.people import (
    AccountFact,
    OfficerSuspension,
    PersonCorrection,
    RetrainingOrder,
    Unit,
    UnitAssignment,
)
from training_app.models.tools import Tool, ToolVersion
from training_app.rules.access import Question
from training_app.services import access, accounts

RECORD = "/registrar/people/DP-1003"


@pytest.fixture
def registrar(agency) -> Browser:
    return agency.browser("registrar")


def words_in(response) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.text.partition("<main")[2])).split())


def full_award(agency: Agency, number: str) -> int:
    officer = agency.person(number).id
    sightline = select(ToolVersion.id).join(Tool, Tool.id == ToolVersion.tool_id).where(Tool.slug == "sightline")
    with agency.database.reading() as session:
        found = select(func.min(Award.id)).where(Award.officer_id == officer, Award.kind == "full")
        return session.scalar(found.where(Award.version_id.in_(sightline)))


def allowed(agency: Agency, number: str) -> bool:
    at, zone = now(), ZoneInfo(agency.app.extensions["config"].agency_zone)
    with agency.database.reading() as session:
        question = Question(number, "sightline", "3.1", purpose="missing-person")
        return access.answer(session, question, zone=zone, at=at, known_at=at).allowed


@pytest.mark.parametrize("mailbox", ["officer", "supervisor", "evaluator", "oversight", "trainer"])
def test_only_registrars_open_the_record(agency, mailbox):
    browser = agency.browser(mailbox)
    assert browser.get("/registrar/people").status_code == 403
    assert browser.get(RECORD).status_code == 403
    assert browser.post(f"{RECORD}/account", {"change": "close"}).status_code == 403


def test_people_are_found_by_a_part_of_their_name(registrar):
    found = registrar.get("/registrar/people?words=conti")
    assert "Luca Conti" in found.text
    assert "Julie Bakker" not in found.text
    assert "Nobody is found" in registrar.get("/registrar/people?words=zzz").text


def test_the_record_shows_badge_sentence_and_certificates_of_each_tool(registrar):
    page = words_in(registrar.get(RECORD))
    assert "Luca Conti may use Sightline Face Matching 3.1 now." in page
    assert "Certified" in page
    assert "10 February 2026" in page


def test_of_an_evaluation_the_record_tells_its_ground_and_no_outcome(agency, registrar):
    page = words_in(registrar.get("/registrar/people/DP-1008"))
    assert "two-hours" not in page
    assert "At most two hours" not in page
    lapsed = words_in(registrar.get("/registrar/people/DP-1004")).casefold()
    assert "evaluation" in lapsed
    assert not {"cleared", "pending", "restricted"} & set(re.findall(r"[a-z]+", lapsed))


def test_a_suspension_is_shown(agency, registrar):
    assert "Suspended From every tool, since" in words_in(registrar.get("/registrar/people/DP-1006"))
    assert agency.count(OfficerSuspension) > 0


def test_an_account_is_closed_after_a_page_that_says_what_follows_and_opened_again(agency, registrar):
    officer = agency.browser("officer1")
    number = "DP-1001"
    before = agency.count(AccountFact)
    assert "every tool is told" in registrar.get(f"/registrar/people/{number}/account").text
    assert registrar.post(f"/registrar/people/{number}/account", {"change": "close"}).status_code == 302
    assert registrar.post(f"/registrar/people/{number}/account", {"change": "close"}).status_code == 302
    assert agency.count(AccountFact) == before + 1
    assert officer.get("/tools").status_code == 302
    registrar.get(f"/registrar/people/{number}/account")
    registrar.post(f"/registrar/people/{number}/account", {"change": "open"})
    assert agency.count(AccountFact) == before + 2
    assert officer.get("/tools").status_code == 302, "the session of before stays ended"
    officer.sign_in(agency.person(number))
    assert officer.get("/tools").status_code == 200


def test_a_transfer_moves_the_officer_and_says_that_seats_end(agency, registrar):
    assert "Seats that were granted in the unit before end" in registrar.get(f"{RECORD}/unit").text
    harbour, before = agency.id_of(Unit, name="Harbour unit"), agency.count(UnitAssignment)
    assert registrar.post(f"{RECORD}/unit", {"unit": str(harbour), "reason": "changed"}).status_code == 302
    assert agency.count(UnitAssignment) == before + 1
    assert "Harbour unit" in words_in(registrar.get(RECORD))
    assert not allowed(agency, "DP-1003")


def test_a_corrected_name_and_address_hold_for_every_page_and_for_signing_in(agency, registrar):
    told = {"name": "Ruben Almeida-Smit", "email": "Ruben.Smit@demo.example", "reason": "recorded-wrongly"}
    assert registrar.post("/registrar/people/DP-1001/name", told).status_code == 302
    browser = Browser(agency.app)
    browser.get("/sign-in")
    browser.post("/sign-in", {"identifier": "ruben.smit@demo.example", "password": PASSWORD})
    assert browser.signed_in_as() == "Ruben Almeida-Smit"
    supervisor = agency.browser("supervisor")
    assert "Ruben Almeida-Smit" in supervisor.get("/unit").text


def test_an_address_of_somebody_else_comes_back_to_the_form_with_what_was_typed(agency, registrar):
    told = {"name": "Ruben A.", "email": "officer@demo.example", "reason": "changed"}
    answer = registrar.post("/registrar/people/DP-1001/name", told)
    assert answer.status_code == 422
    assert "Somebody else has, or once had, the address officer@demo.example." in words_in(answer)
    assert 'value="Ruben A."' in answer.text
    assert agency.count(PersonCorrection) == 0


def test_a_certificate_is_revoked_once_and_the_tool_is_refused_from_then_on(agency, registrar):
    award = full_award(agency, "DP-1003")
    path = f"{RECORD}/certificates/{award}/revoke"
    assert allowed(agency, "DP-1003")
    assert "until the whole course is passed again" in registrar.get(path).text
    assert registrar.post(path, {"reason": "misuse"}).status_code == 302
    assert registrar.post(path, {"reason": "conduct"}).status_code == 302
    assert agency.count(AwardEnd) == 1
    assert not allowed(agency, "DP-1003")
    assert "Revoked on" in words_in(registrar.get(RECORD))


def test_a_certificate_is_revoked_with_a_reason_and_at_its_holders_address_only(agency, registrar):
    award = full_award(agency, "DP-1003")
    registrar.get(f"{RECORD}/certificates/{award}/revoke")
    assert registrar.post(f"{RECORD}/certificates/{award}/revoke", {}).status_code == 422
    assert registrar.get(f"/registrar/people/DP-1002/certificates/{award}/revoke").status_code == 404
    assert agency.count(AwardEnd) == 0


def test_ordered_retraining_is_one_order_and_makes_the_tool_due(agency, registrar):
    due = (now() + timedelta(days=30)).date().isoformat()
    told = {"tool": "every-tool", "modules": ["ai-limits"], "due": due, "reason": "incident"}
    for _ in range(2):
        assert registrar.post(f"{RECORD}/retraining", told).status_code == 302
    assert agency.count(RetrainingOrder) == 1
    page = words_in(registrar.get(RECORD))
    assert "After an incident" in page
    assert "Outstanding" in page
    assert allowed(agency, "DP-1003"), "through the last day the officer may go on"


@pytest.mark.parametrize(
    ("number", "tool"),
    [
        pytest.param("DP-1002", "every-tool", id="never-certified-on-any"),
        pytest.param("DP-1001", "lockpick", id="certified-on-another"),
    ],
)
def test_an_order_that_no_certificate_could_meet_is_outstanding(agency, registrar, number, tool):
    due = (now() + timedelta(days=30)).date().isoformat()
    with agency.database.reading() as session:
        named = session.scalar(select(Tool.id).where(Tool.slug == tool)) or tool
    told = {"tool": str(named), "modules": ["ai-limits"], "due": due, "reason": "incident"}
    assert registrar.post(f"/registrar/people/{number}/retraining", told).status_code == 302
    page = words_in(registrar.get(f"/registrar/people/{number}"))
    assert "Outstanding" in page
    assert "Done" not in page


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        pytest.param({"modules": []}, "Choose at least one module.", id="no-module"),
        pytest.param({"due": "2020-01-01"}, "That day has passed.", id="passed"),
        pytest.param({"due": "9999-01-01"}, "The last day is within 2 years.", id="too-far"),
        pytest.param({"tool": ""}, "Choose a tool, or every tool.", id="no-tool"),
        pytest.param({"reason": ""}, "Choose why it is ordered.", id="no-reason"),
    ],
)
def test_an_order_that_is_not_in_order_comes_back(agency, registrar, changed, said):
    due = (now() + timedelta(days=30)).date().isoformat()
    told = {"tool": "every-tool", "modules": ["ai-limits"], "due": due, "reason": "incident"} | changed
    registrar.get(f"{RECORD}/retraining")
    answer = registrar.post(f"{RECORD}/retraining", told)
    assert answer.status_code == 422
    assert said in words_in(answer)
    assert agency.count(RetrainingOrder) == 0


def test_registrars_change_nothing_of_their_own(agency, registrar):
    with agency.database.reading() as session:
        own = accounts.find(session, "registrar@demo.example").service_number
    before = [agency.count(kind) for kind in (AccountFact, UnitAssignment, PersonCorrection, RetrainingOrder)]
    harbour, due = agency.id_of(Unit, name="Harbour unit"), (now() + timedelta(days=30)).date().isoformat()
    told = {
        "account": {"change": "close"},
        "unit": {"unit": str(harbour)},
        "name": {"name": "Somebody Else", "email": ""},
        "retraining": {"tool": "every-tool", "modules": ["ai-limits"], "due": due, "reason": "audit"},
    }
    for page, form in told.items():
        registrar.get(f"/registrar/people/{own}/{page}")
        assert registrar.post(f"/registrar/people/{own}/{page}", form).status_code == 422
    assert [agency.count(kind) for kind in (AccountFact, UnitAssignment, PersonCorrection, RetrainingOrder)] == before
    assert "/retraining" not in registrar.get(f"/registrar/people/{own}").text


def test_nobody_has_the_record_of_nobody(registrar):
    assert registrar.get("/registrar/people/XX-1").status_code == 404


def test_the_record_of_who_may_use_an_intrusive_tool_takes_a_purpose_as_stated(registrar):
    page = words_in(registrar.get("/registrar/people/DP-1003"))
    assert "Luca Conti may use Lockpick Device Extraction 5.0 now, for a purpose that is stated at each use." in page
    assert "none was stated" not in page
