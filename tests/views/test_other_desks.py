"""The desks of trainers, evaluators and oversight: what each may see, and what nobody else may."""

import re
from html import unescape

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy import select

from courses.catalogue import STARTER_CONTENT
from tests.views.demo_agency import Agency
from training_app import demo
from training_app.clock import now
from training_app.models.oversight import JournalEntry
from training_app.models.oversight_looks import OversightLook
from training_app.models.people import Evaluation, EvaluationReview, RoleAssignment
from training_app.models.training import ModuleRevision
from training_app.rules.access import Ground, Question
from training_app.rules.permissions import Role
from training_app.services import access, content, journal, oversight_looks
from training_app.services.evaluations import Restriction
from training_app.services.oversight_looks import Opened
from training_app.views.evaluator import RESTRICTIONS
from training_app.wording import FACTS

RECORD = "/evaluations/record"
CLEARED = {
    "service_number": "DP-1002", "step": "evaluation", "outcome": "cleared", "restriction": "", "through": "2031-06-30",
}  # fmt: skip


def words_on(page) -> str:
    main = page.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def ask(agency: Agency, number: str, version: str = "3.2", token: str = demo.TOKEN):
    """Ask the access question as the tool does."""
    body = {
        "subject": {"type": "officer", "id": number},
        "action": {"name": "use"},
        "resource": {"type": "tool", "id": "sightline", "properties": {"version": version}},
    }
    client = agency.app.test_client()
    return client.post("/access/v1/evaluation", json=body, headers={"Authorization": f"Bearer {token}"})


def grounds_of(agency: Agency, number: str) -> tuple[Ground, ...]:
    at = now()
    with agency.database.reading() as session:
        question = Question(number, "sightline", "3.2")
        return access.answer(session, question, zone=demo.ZONE, at=at, known_at=at).grounds


# -- trainers ----------------------------------------------------------------------------------------------------------


def test_every_published_module_is_listed_with_its_revision(agency):
    page = agency.browser("trainer").get("/content")
    with agency.database.reading() as session:
        rows = session.execute(select(ModuleRevision.slug, ModuleRevision.digest)).all()
    assert {slug for slug, _digest in rows} == {path.name for path in STARTER_CONTENT.iterdir() if path.is_dir()}
    for slug, digest in rows:
        assert f'href="/content/{slug}"' in page.text
        assert digest[:12] in page.text


def test_a_module_shows_what_it_states_and_how_its_papers_are_drawn(agency):
    page = agency.browser("trainer").get("/content/ai-limits")
    shown = words_on(page)
    with agency.database.reading() as session:
        found = content.newest(session, "ai-limits")
    assert found.revision.digest in re.sub(r"<[^>]+>", "", page.text), "whole, to be copied"
    for objective in found.module.objectives:
        assert objective.texts["en"] in shown
    for source in found.module.sources:
        assert source.text in shown
    for cell in found.bank.plan.blueprint:
        held = sum(item.objective == cell.objective for item in found.bank.items)
        assert f"{found.module.objective_in('en', cell.objective)} {cell.items} {held}" in shown


def test_every_lesson_can_be_read_as_officers_read_it(agency):
    trainer = agency.browser("trainer")
    with agency.database.reading() as session:
        modules = [content.newest(session, slug).module for slug in ("ai-limits", "sightline-3-2", "sightline-3-3")]
    for module in modules:
        for lesson in module.lessons["en"]:
            page = trainer.get(f"/content/{module.slug}/lessons/{lesson.slug}")
            assert page.status_code == 200, lesson.slug
            assert lesson.title in words_on(page)
            assert all(f'id="source-{source}"' in page.text for source in lesson.sources)


def test_items_are_shown_with_key_feedback_and_sources(agency):
    page = agency.browser("trainer").get("/content/ai-limits/bank")
    shown = words_on(page)
    with agency.database.reading() as session:
        found = content.newest(session, "ai-limits")
    keys = sum(len(item.interaction.key) for item in found.bank.items)
    assert page.text.count('<span class="word">Right</span>') == keys
    for item in found.bank.items:
        text = item.texts["en"]
        assert text.stem in shown
        for option in item.interaction.options:
            told = "Right" if option in item.interaction.key else "Wrong"
            assert f"{text.options[option]} {text.feedback[option]} {told}" in shown, f"{item.id} {option}"


def test_what_is_not_published_is_not_found(agency):
    trainer = agency.browser("trainer")
    for path in ("/content/nothing", "/content/nothing/bank", "/content/ai-limits/lessons/99-nothing"):
        assert trainer.get(path).status_code == 404


@pytest.mark.parametrize("mailbox", ["officer", "supervisor", "evaluator"])
def test_who_is_tested_with_the_items_cannot_read_their_keys(agency, mailbox):
    browser = agency.browser(mailbox)
    for path in ("/content", "/content/ai-limits", "/content/ai-limits/bank"):
        assert browser.get(path).status_code == 403


# -- evaluators --------------------------------------------------------------------------------------------------------


def test_an_outcome_holds_from_its_recording_on(agency):
    evaluator = agency.browser("evaluator")
    assert Ground.EVALUATION_NOT_IN_FORCE not in grounds_of(agency, "DP-1003")
    refused = {**CLEARED, "service_number": "DP-1003", "outcome": "not-cleared", "through": ""}
    assert evaluator.post(RECORD, refused).status_code == 302
    assert grounds_of(agency, "DP-1003") == (Ground.EVALUATION_NOT_IN_FORCE,)
    assert evaluator.post(RECORD, {**CLEARED, "service_number": "DP-1003"}).status_code == 302
    assert grounds_of(agency, "DP-1003") == ()
    assert "Luca Conti DP-1003 Cleared 30 June 2031" in words_on(evaluator.get("/evaluations"))


def test_a_restriction_reaches_the_tool_as_its_code(agency):
    restricted = {**CLEARED, "service_number": "DP-1003", "outcome": "restricted", "restriction": "no-violent-content"}
    assert agency.browser("evaluator").post(RECORD, restricted).status_code == 302
    told = ask(agency, "DP-1003").get_json()
    assert told["decision"] is True
    assert told["context"]["obligations"] == ["no-violent-content"]


def test_nobody_evaluates_themselves(agency):
    evaluations = agency.count(Evaluation)
    refused = agency.browser("evaluator").post(RECORD, {**CLEARED, "service_number": "dp-5001"})
    assert refused.status_code == 422
    assert "You cannot record an evaluation of yourself." in words_on(refused)
    assert agency.count(Evaluation) == evaluations


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        pytest.param({"service_number": "XX-9"}, "Nobody here has the service number XX-9.", id="unknown-officer"),
        pytest.param({"service_number": ""}, "Enter the officer's service number.", id="no-officer"),
        pytest.param({"step": ""}, "Choose what it is.", id="no-step"),
        pytest.param({"outcome": ""}, "Choose the outcome.", id="no-outcome"),
        pytest.param({"outcome": "fit"}, "Choose the outcome.", id="an-outcome-that-is-none"),
        pytest.param({"through": ""}, "Enter the last day of the clearance.", id="a-clearance-without-end"),
        pytest.param({"through": "2020-01-01"}, "That day has passed.", id="a-clearance-that-is-over"),
        pytest.param({"through": "9999-12-31"}, "A clearance ends within 10 years.", id="a-clearance-for-ever"),
        pytest.param({"through": "soon"}, "Enter a day, for example", id="no-day"),
        pytest.param({"outcome": "restricted"}, "Choose the restriction.", id="restricted-by-nothing"),
        pytest.param({"restriction": "not-alone"}, "Only a clearance with a restriction", id="restricted-and-not"),
        pytest.param({"outcome": "restricted", "restriction": "own words"}, "Choose a restriction from", id="words"),
        pytest.param({"outcome": "not-cleared"}, "Only a clearance has a last day.", id="a-refusal-that-would-lapse"),
        pytest.param({"outcome": "pending"}, "Only a clearance has a last day.", id="pending-until"),
    ],
)
def test_what_cannot_be_meant_is_not_recorded(agency, given, sentence):
    evaluations = agency.count(Evaluation)
    refused = agency.browser("evaluator").post(RECORD, {**CLEARED, **given})
    assert refused.status_code == 422
    assert sentence in words_on(refused)
    assert agency.count(Evaluation) == evaluations


@pytest.mark.parametrize("step", ["second-opinion", "appeal"])
def test_a_second_opinion_and_an_appeal_go_to_another_evaluator(agency, step):
    again = {**CLEARED, "service_number": "DP-1003", "step": step}
    refused = agency.browser("evaluator").post(RECORD, again)
    assert refused.status_code == 422
    assert "A second opinion or an appeal is another evaluator's." in words_on(refused)
    stamp = {"effective_at": now(), "recorded_at": now(), "recorded_by_id": agency.person("DP-3001").id}
    with agency.database.transaction() as session:
        other = agency.person("DP-4003").id
        session.add(RoleAssignment(**stamp, person_id=other, role=Role.EVALUATOR, granted=True))
    second = agency.browser("lead")
    assert second.post(RECORD, again).status_code == 302
    assert agency.count(EvaluationReview) == 1
    assert {"second-opinion": "Second opinion", "appeal": "Decision on an appeal"}[step] in words_on(
        second.get("/evaluations")
    )


def test_there_must_be_an_evaluation_to_look_at_again(agency):
    refused = agency.browser("evaluator").post(RECORD, {**CLEARED, "service_number": "DP-1011", "step": "appeal"})
    assert "No evaluation of DP-1011 is recorded yet." in words_on(refused)


def test_there_is_no_place_for_findings(agency):
    page = agency.browser("evaluator").get(RECORD)
    main = page.text.partition("<main")[2].partition("</main>")[0]
    fields = set(re.findall(r'<(?:input|select|textarea)[^>]*name="([^"]+)"', main))
    assert fields == {"csrf_token", "service_number", "step", "outcome", "restriction", "through"}
    assert "<textarea" not in main


def test_outcomes_are_for_evaluators_only(agency):
    for mailbox in ("officer", "supervisor", "registrar", "oversight", "lead"):
        browser = agency.browser(mailbox)
        assert browser.get("/evaluations").status_code == 403
        assert browser.post(RECORD, CLEARED).status_code == 403


def test_every_restriction_has_its_words():
    assert set(RESTRICTIONS) == set(Restriction)


# -- oversight ---------------------------------------------------------------------------------------------------------


def test_every_kind_of_fact_has_its_words():
    assert set(FACTS) == set(journal.fact_kinds())


def test_the_journal_shows_its_head_and_every_entry(agency):
    oversight = agency.browser("oversight")
    page = oversight.get("/oversight/journal")
    with agency.database.reading() as session:
        head = journal.head(session)
    assert f"Leaves in the tree {head.size}" in words_on(page)
    assert head.root in re.sub(r"<[^>]+>", "", page.text)
    assert words_on(page).count("Proof of") == 50
    (older,) = re.findall(r'rel="next" href="([^"]+)"', page.text)
    assert f"Proof of {head.size - 51}" in words_on(oversight.get(unescape(older)))
    last = oversight.get("/oversight/journal?before=10")
    assert "Proof of 0" in words_on(last)
    assert "Older entries" not in words_on(last)
    assert agency.count(JournalEntry) == head.size + 2, "each page after it was a look, and nothing else was recorded"


def test_a_sound_journal_is_found_sound(agency):
    page = agency.browser("oversight").get("/oversight/journal/check")
    assert "Everything is as it was recorded." in words_on(page)
    assert f"Entries {agency.count(JournalEntry)} Leaves {agency.count(JournalEntry)}" in words_on(page)


def test_checkpoints_are_checked_with_the_installations_key(agency):
    key, oversight = Ed25519PrivateKey.generate(), agency.browser("oversight")
    with agency.database.transaction() as session:
        journal.checkpoint(session, key, "demo-police/training-journal", at=now())
    assert "Checkpoint 1 is not to be trusted" in words_on(oversight.get("/oversight/journal/check"))
    file = agency.app.extensions["config"].journal_key_file
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    assert "Everything is as it was recorded." in words_on(oversight.get("/oversight/journal/check"))
    assert "demo-police/training-journal" in oversight.get("/oversight/journal").text


def test_an_entry_is_proved_to_stand_in_the_tree(agency):
    oversight = agency.browser("oversight")
    page = oversight.get("/oversight/journal/7/proof")
    with agency.database.reading() as session:
        proof = journal.prove(session, 7)
    assert "The entry stands in the tree." in words_on(page)
    assert str(proof) in unescape(page.text)
    assert oversight.get("/oversight/journal/999999/proof").status_code == 404


def test_a_decision_is_shown_with_what_was_told_and_answered_again(agency):
    ask(agency, "DP-1001")
    oversight = agency.browser("oversight")
    assert "DP-1001 sightline 3.2 Refused Update training was overdue" in words_on(
        oversight.get("/oversight/decisions")
    )
    shown = words_on(oversight.get("/oversight/decisions/1"))
    assert "DP-1001 may not use sightline 3.2 now." in shown
    assert "Take only what changed, with its quiz." in shown
    assert "The same answer" in shown


def test_an_answer_stays_what_it_was_when_the_facts_move_on(agency):
    ask(agency, "DP-1003")
    refused = {**CLEARED, "service_number": "DP-1003", "outcome": "not-cleared", "through": ""}
    agency.browser("evaluator").post(RECORD, refused)
    ask(agency, "DP-1003")
    oversight = agency.browser("oversight")
    assert "Allowed" in words_on(oversight.get("/oversight/decisions/1"))
    assert "The same answer" in words_on(oversight.get("/oversight/decisions/1"))
    assert "No psychological evaluation is in force." in words_on(oversight.get("/oversight/decisions/2"))


def test_people_stand_in_these_pages_by_number_only(agency):
    ask(agency, "DP-1001")
    oversight = agency.browser("oversight")
    names = [officer.name for officer in demo.OFFICERS] + [
        staff.name for staff in demo.STAFF if staff.mailbox != "oversight"
    ]
    for path in ("/oversight/journal", "/oversight/journal/7/proof", "/oversight/decisions", "/oversight/decisions/1"):
        shown = words_on(oversight.get(path))
        assert not [name for name in names if name in shown], path


def test_oversight_pages_are_for_oversight_only(agency):
    for mailbox in ("officer", "supervisor", "registrar", "trainer", "evaluator"):
        browser = agency.browser(mailbox)
        for path in (
            "/oversight/journal",
            "/oversight/journal/check",
            "/oversight/journal/7/proof",
            "/oversight/decisions",
        ):
            assert browser.get(path).status_code == 403, path


def test_oversight_writes_nothing_but_that_it_looked(agency):
    oversight = agency.browser("oversight")
    entries = agency.count(JournalEntry)
    for path in ("/oversight/journal", "/oversight/journal/check", "/oversight/decisions"):
        oversight.get(path)
    assert agency.count(JournalEntry) == entries + 3
    assert agency.count(OversightLook) == 3
    assert oversight.get("/oversight/decisions/999").status_code == 404


def test_a_number_that_no_row_can_have_is_not_found(agency):
    oversight = agency.browser("oversight")
    huge = "9" * 20
    for path in (f"/oversight/decisions/{huge}", f"/oversight/journal/{huge}/proof", f"/registrar/versions/{huge}"):
        assert oversight.get(path).status_code == 404, path
    assert oversight.get(f"/oversight/journal?before={huge}").status_code == 200


def test_the_links_between_pages_stay_on_this_site_whatever_the_address_holds(agency):
    strange = "_scheme=javascript&_external=1&q=<b>"
    oversight = agency.browser("oversight")
    (older,) = re.findall(r'rel="next" href="([^"]+)"', oversight.get(f"/oversight/journal?{strange}").text)
    assert re.fullmatch(r"/oversight/journal\?before=[0-9]+", unescape(older))
    overseer = agency.person("DP-6001")
    with agency.database.transaction() as session:
        for _ in range(50):
            oversight_looks.record(session, Opened("oversight.journal", {}), {}, at=now(), by=overseer)
    (link,) = re.findall(r'rel="next" href="([^"]+)"', oversight.get(f"/oversight/looks?{strange}").text)
    assert unescape(link) == "/oversight/looks?_scheme=javascript&_external=1&q=%3Cb%3E&page=2"
