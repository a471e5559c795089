"""Registering a tool, and the cards: written by registrars, read by everybody who is signed in."""

import re

import pytest

from tests.views.demo_agency import Agency
from tests.views.test_registrar_pages import CARD, Desk, next_step, words_on
from training_app.models.oversight import JournalEntry
from training_app.models.people import SeatCap
from training_app.models.tools import (
    Tool,
    ToolCard,
    ToolPolicy,
    ToolPurpose,
    ToolVersion,
    VersionCard,
    VersionCardWaiver,
    VersionCardWaiverSignature,
)

REGISTER = "/registrar/register-tool"
QUESTIONS = (
    "manipulates", "scores", "predicts", "scrapes", "reads_emotions", "deduces", "identifies_live", "makes_images",
    "categorises",
)  # fmt: skip
ALL_NO = dict.fromkeys(QUESTIONS, "no")
NAMED = {"name": "Voice Notes", "slug": "", "vendor": "A vendor", "description": "Writes down what is said."}
CARD_OF_TOOL = {
    "purpose": "To have interviews in writing.",
    "legal_basis": "Police Act, section 12.",
    "risk_class": "high",
    "personal_data": "Voices of people who are heard.",
    "special_categories": "none",
    "overridden_by": "The officer who hears.",
    "overridden_how": "Delete the text and write it by hand.",
}
TERMS = {
    "intrusive": "no",
    "purposes-0-name": "Write down an interview",
    "purposes-0-code": "interview",
    "seats": "20",
    "seat_review_months": "3",
    "evaluation": "yes",
    "validity_months": "24",
    "window_months": "3",
    "renewal_basis": "last-day",
    "fixed_day": "",
    "fixed_month": "",
    "minimum_months": "",
    "pass_age_months": "12",
    "max_cache_seconds": "60",
}
WHOLE = {**NAMED, **ALL_NO, "source": "", **CARD_OF_TOOL, **TERMS}
MODELS = (Tool, ToolCard, ToolPolicy, SeatCap, ToolPurpose)


@pytest.fixture
def desk(agency) -> Desk:
    return Desk(agency, agency.browser("registrar"), agency.browser("registrar2"))


def counts(agency: Agency) -> list[int]:
    return [agency.count(model) for model in MODELS]


# -- registering a tool ------------------------------------------------------------------------------------------------


def test_a_registered_tool_stands_in_the_list_with_its_terms_and_the_names_of_its_purposes(desk):
    answer = desk.first.post(REGISTER, WHOLE)
    assert answer.location == "/registrar/tools/voice-notes"
    shown = words_on(desk.first.get(answer.location))
    assert "Write down an interview" in shown
    assert "Runs for 24 months; renewal opens 3 months before the last day" in shown
    assert "Required; at most 20 at a time" in shown
    assert "Voice Notes" in words_on(desk.first.get("/registrar/tools"))
    assert "To have interviews in writing." in words_on(desk.first.get("/tools/voice-notes/card"))


def test_no_answer_on_prohibited_practice_is_assumed(desk, agency):
    before = counts(agency)
    asked = desk.first.get(REGISTER).text
    for question in QUESTIONS:
        answers = re.findall(rf'<input[^>]*name="{question}"[^>]*>', asked)
        assert len(answers) == 2
        assert not any("checked" in answer for answer in answers)
    refused = desk.first.post(REGISTER, {**WHOLE, "predicts": ""})
    assert refused.status_code == 422
    assert "Say whether it predicts crime from a profile alone. No answer is assumed." in words_on(refused)
    assert counts(agency) == before


@pytest.mark.parametrize(
    ("answered", "heading"),
    [
        ({"deduces": "yes"}, "Forbidden by law"),
        ({"categorises": "yes"}, "Forbidden by agency policy"),
        ({"deduces": "yes", "categorises": "yes"}, "Forbidden by law"),
    ],
)
def test_a_yes_registers_the_tool_as_prohibited_and_asks_nothing_more(desk, agency, answered, heading):
    before = counts(agency)
    answer = desk.first.post(REGISTER, {**NAMED, **ALL_NO, **answered, "source": "AI Act, art. 5(1)(g)"})
    assert answer.status_code == 302
    assert counts(agency) == [before[0] + 1, *before[1:]]
    shown = words_on(desk.first.get(answer.location))
    assert f"{heading} Nobody can be allowed to use this tool." in shown
    assert "AI Act, art. 5(1)(g)" in shown
    listed = words_on(desk.first.get("/registrar/tools"))
    assert "Voice Notes" in listed.partition(heading)[2]
    assert "Voice Notes" not in listed.partition("All tools")[2].partition("Forbidden")[0]
    assert heading in words_on(agency.browser("officer").get("/tools/voice-notes/card"))


def test_a_prohibited_tool_needs_its_source(desk, agency):
    before = counts(agency)
    refused = desk.first.post(REGISTER, {**NAMED, **ALL_NO, "deduces": "yes", "source": " "})
    assert refused.status_code == 422
    assert words_on(refused).count("Name the provision or decision that forbids the tool.") == 2
    assert "Say in plain words what the tool is for." not in words_on(refused)
    assert counts(agency) == before


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"name": ""}, "name", "Enter the tool's name."),
        ({"name": "sightline  FACE matching"}, "name", "is already registered."),
        ({"slug": "sightline"}, "slug", "sightline is already registered."),
        ({"slug": "Voice Notes"}, "slug", "Use small letters a to z"),
        ({"name": "Φωνή"}, "slug", "Enter a short name"),
        ({"special_categories": ""}, "special_categories", 'Write "none" where it uses none.'),
        ({"risk_class": ""}, "risk_class-0", "Choose the risk class"),
        ({"risk_class": "prohibited"}, "risk_class-0", "Choose the risk class"),
        ({"seats": "0"}, "seats", "a whole number from 1 to 100,000"),
        ({"seats": "many"}, "seats", "a whole number from 1 to 100,000"),
        ({"window_months": "24"}, "window_months", "Enter fewer months."),
        ({"intrusive": "yes", "purposes-0-name": "", "purposes-0-code": ""}, "intrusive-0", "at least one purpose"),
        ({"purposes-0-name": ""}, "purposes-0-name", "Name this purpose."),
        ({"purposes-0-code": "Interview!"}, "purposes-0-code", "Use small letters a to z"),
        ({"purposes-1-name": "Interview", "purposes-1-code": ""}, "purposes-1-code", "Two purposes have this code."),
        ({"renewal_basis": "fixed-date"}, "fixed_day", "Enter the day on which every certification ends."),
        (
            {"renewal_basis": "fixed-date", "fixed_day": "31", "fixed_month": "4", "minimum_months": "6"},
            "fixed_day",
            "That month has no such day.",
        ),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(desk, agency, typed, field, sentence):
    before = counts(agency)
    refused = desk.first.post(REGISTER, {**WHOLE, "purpose": "Typed with <care>.", **typed})
    assert refused.status_code == 422
    assert sentence in words_on(refused)
    assert f'href="#{field}"' in refused.text
    assert f'id="{field}"' in refused.text
    assert "Typed with &lt;care&gt;." in refused.text
    assert counts(agency) == before


def test_faults_are_listed_in_the_order_of_the_page(desk):
    refused = desk.first.post(REGISTER, {**WHOLE, "vendor": "", "predicts": "", "purpose": "", "seats": ""})
    summary = refused.text.partition('id="problem-title"')[2].partition("</ul>")[0]
    assert re.findall(r'href="#([\w-]+)"', summary) == ["vendor", "predicts-0", "purpose", "seats"]


def test_more_rows_for_purposes_come_without_a_script_and_lose_nothing(desk, agency):
    before = counts(agency)
    grown = desk.first.post(REGISTER, {**WHOLE, "more": "purposes"})
    assert grown.status_code == 200
    assert 'name="purposes-2-code"' in grown.text
    assert 'value="interview"' in grown.text
    assert "There is a problem" not in grown.text
    assert counts(agency) == before


def test_registering_twice_by_two_clicks_makes_one_tool(desk, agency):
    before = agency.count(Tool)
    assert desk.first.post(REGISTER, WHOLE).status_code == 302
    assert desk.first.post(REGISTER, WHOLE).status_code == 422
    assert agency.count(Tool) == before + 1


@pytest.mark.parametrize("mailbox", ["officer", "supervisor", "oversight", "trainer", "evaluator"])
def test_only_registrars_register_tools_and_write_cards(agency, mailbox):
    browser = agency.browser(mailbox)
    version = agency.id_of(ToolVersion, label="3.2")
    for path in (REGISTER, "/registrar/tools/sightline/card", f"/registrar/versions/{version}/card"):
        assert browser.get(path).status_code == 403, path
        assert browser.post(path, WHOLE).status_code == 403, path


# -- cards -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mailbox", ["officer", "supervisor", "registrar", "oversight", "evaluator", "trainer"])
def test_everybody_who_is_signed_in_reads_the_card(agency, mailbox):
    shown = words_on(agency.browser(mailbox).get("/tools/sightline/card"))
    for said in ("To find, among the agency's own custody pictures", "How to stop or override it", "Known limits"):
        assert said in shown
    assert "Missed matches, version 3.2" in shown
    assert "4.2 %" in shown


def test_who_is_not_signed_in_reads_no_card(agency):
    assert agency.app.test_client().get("/tools/sightline/card").status_code == 302


def test_figures_are_drawn_beside_their_numbers(agency):
    page = agency.browser("officer").get("/tools/sightline/card").text
    assert re.search(r'<rect class="fill" width="100\.0"', page), "the largest figure ends the scale"
    assert re.search(r'<rect class="fill" width="62\.\d', page), "3.0 % of 4.8 %"


@pytest.mark.parametrize(
    ("mailbox", "standing"),
    [("officer", "You may not use Sightline"), ("officer1", "You may use Sightline")],
)
def test_an_officer_reads_the_card_in_every_standing(agency, mailbox, standing):
    shown = words_on(agency.browser(mailbox).get("/tools/sightline"))
    assert standing in shown
    assert "How to stop or override it" in shown
    about = shown.partition("About this tool")[2]
    for said in (
        "To find, among the agency's",
        "Who can override it",
        "Known limits",
        "False matches",
        "months ago",
    ):
        assert said in about, said


@pytest.mark.parametrize("mailbox", ["registrar", "oversight"])
def test_tests_older_than_twelve_months_warn_registrar_and_oversight(agency, mailbox):
    browser, warning = agency.browser(mailbox), "Tests by group are older than 12 months"
    old, new = (agency.id_of(ToolVersion, label=label) for label in ("3.1", "3.2"))
    assert warning in words_on(browser.get("/registrar/tools"))
    assert f"{warning} Ask for new tests of 3.1" in words_on(browser.get("/registrar/tools/sightline"))
    assert warning in words_on(browser.get(f"/registrar/versions/{old}"))
    assert warning not in words_on(browser.get(f"/registrar/versions/{new}"))


def test_a_change_of_the_tools_card_shows_what_changed(desk, agency):
    page = desk.first.get("/registrar/tools/sightline/card")
    typed = {**CARD_OF_TOOL, "seen": re.search(r'name="seen"[^>]*value="(\d+)"', page.text)[1]}
    assert desk.first.post("/registrar/tools/sightline/card", typed).status_code == 302
    shown = words_on(desk.second.get("/tools/sightline/card"))
    assert "Changed by Ilse Verbeke" in shown
    assert "Removed: Demo Police Act, section 41 (invented)" in shown
    assert "Added: Police Act, section 12." in shown
    assert "Changed by" not in words_on(agency.browser("officer").get("/tools/sightline/card"))
    late = desk.second.post("/registrar/tools/sightline/card", {**typed, "purpose": "Something else."})
    assert late.status_code == 422
    assert "Somebody else changed this card meanwhile." in words_on(late)
    assert "Something else." in late.text


def test_a_card_starts_from_what_it_says_and_a_revision_keeps_the_rest(desk, agency):
    version = agency.id_of(ToolVersion, label="3.2")
    page = desk.first.get(f"/registrar/versions/{version}/card").text
    assert 'value="4.2 %"' in page
    assert 'value="2026-09-28"' in page


def test_without_its_card_a_version_cannot_be_released(desk):
    desk.register()
    desk.first.post(f"{desk.page}/requirements", {"full": "ai-limits", "renewal": "ai-limits"})
    assert next_step(desk.first.get(desk.page)) == "Fill in the card of 3.3"
    desk.first.post(f"{desk.page}/announce")
    desk.assess(level="2", modules="sightline-3-3", what_changed="Night pictures have limits of their own.")
    desk.sign()
    refused = desk.second.post(f"{desk.page}/release", {"when": "now", "seen": "0" * 64})
    assert refused.status_code == 422
    assert "Its card must be filled in, or two registrars say why not." in words_on(refused)
    desk.fill_in_card()
    assert desk.release().status_code == 302


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"tests-0-date": "2999-01-01"}, "tests-0-date", "This day is still to come."),
        ({"tests-0-date": "1.9.2026"}, "tests-0-date", "Enter a day, for example"),
        ({"tests-0-owner": ""}, "tests-0-owner", "Say who answers for this test."),
        ({"figures-0-value": ""}, "figures-0-value", "Enter the value, as the vendor writes it."),
        ({"figures-0-group": "g" * 121}, "figures-0-group", "at most 120 characters"),
        ({"training_data": ""}, "training_data", "Describe the training data"),
        ({"known_limits": "x" * 4001}, "known_limits", "at most 4,000 characters"),
    ],
)
def test_a_faulty_card_is_not_written_and_comes_back_as_typed(desk, agency, typed, field, sentence):
    desk.register()
    before = agency.count(VersionCard)
    refused = desk.first.post(f"{desk.page}/card", {**CARD, "seen": "0", "tests-0-finding": "Typed.", **typed})
    assert refused.status_code == 422
    assert sentence in words_on(refused)
    assert f'href="#{field}"' in refused.text
    assert "Typed." in refused.text
    assert agency.count(VersionCard) == before


def test_an_incomplete_card_is_kept_and_says_what_is_missing(desk):
    desk.register()
    half = {key: value for key, value in CARD.items() if not key.startswith("tests")}
    assert desk.first.post(f"{desk.page}/card", {**half, "seen": "0"}).status_code == 302
    assert "Still missing: tests by group." in words_on(desk.first.get(desk.page))
    assert next_step(desk.first.get(f"/registrar/versions/{desk.version}")) is not None


def test_two_registrars_release_without_a_card_and_each_says_why(desk, agency):
    desk.register()
    desk.first.post(f"{desk.page}/requirements", {"full": "ai-limits", "renewal": "ai-limits"})
    assert desk.first.post(f"{desk.page}/card/waiver", {"reason": ""}).status_code == 422
    assert desk.first.post(f"{desk.page}/card/waiver", {"reason": "No figures exist."}).status_code == 302
    waiver = f"/registrar/card-waivers/{agency.id_of(VersionCardWaiver, version_id=desk.version)}"
    assert desk.first.post(waiver, {"reason": "I agree."}).status_code == 422
    assert agency.count(VersionCardWaiverSignature) == 0
    assert desk.second.post(waiver, {"reason": ""}).status_code == 422
    assert "No figures exist." in words_on(desk.second.get(waiver))
    assert desk.second.post(waiver, {"reason": "Tests follow in spring."}).status_code == 302
    desk.first.post(f"{desk.page}/announce")
    desk.assess(level="2", modules="sightline-3-3", what_changed="Night pictures have limits of their own.")
    desk.sign()
    assert desk.release().status_code == 302
    assert "Two registrars said why: No figures exist." in words_on(
        agency.browser("officer").get("/tools/sightline/card")
    )
    oversight = agency.browser("oversight")
    assert "Tests follow in spring." in words_on(oversight.get(waiver))
    assert oversight.post(waiver, {"reason": "Me too."}).status_code == 403


def test_a_waiver_waits_in_the_list_of_who_can_sign_it(desk):
    desk.register()
    desk.first.post(f"{desk.page}/card/waiver", {"reason": "No figures exist."})
    assert "Agree that 3.3 goes without a complete card" in words_on(desk.second.get("/registrar/tools"))
    assert "Agree that 3.3" not in words_on(desk.first.get("/registrar/tools"))


def test_reading_cards_writes_nothing(agency):
    browser, entries = agency.browser("registrar"), agency.count(JournalEntry)
    version = agency.id_of(ToolVersion, label="3.2")
    for path in (
        "/tools/sightline/card",
        "/registrar/tools/sightline/card",
        f"/registrar/versions/{version}/card",
        REGISTER,
    ):
        assert browser.get(path).status_code == 200, path
    assert agency.count(JournalEntry) == entries


@pytest.mark.parametrize(
    "path",
    [
        "/tools/nothing/card",
        "/registrar/tools/nothing/card",
        "/registrar/versions/999/card",
        "/registrar/card-waivers/999",
    ],
)
def test_a_card_of_nothing_is_no_page(agency, path):
    assert agency.browser("registrar").get(path).status_code == 404
