"""The registrar's desk: two people bring a version into use, and nothing less than that does."""

import re
from dataclasses import dataclass
from datetime import date
from html import unescape

import pytest
from sqlalchemy import event, select

from tests.views.browser import Browser
from tests.views.demo_agency import Agency
from training_app import demo
from training_app.clock import now
from training_app.models.oversight import JournalEntry
from training_app.models.people import OfficerSuspension
from training_app.models.tools import (
    AssessmentSignature,
    ImpactAssessment,
    RequirementSet,
    RequirementSetSignature,
    ToolVersion,
    VersionFact,
)
from training_app.rules.access import Ground, Question
from training_app.rules.facts import VersionChange
from training_app.services import access

REGISTER = "/registrar/tools/sightline/register-version"
NO_PRACTICE = {"prohibition": "none"}
SAID = {"what_changed": "Night pictures are accepted.", "how_to_stop": "Press Stop search."}
CARD = {
    "training_data": "Portraits that the vendor licensed.",
    "known_limits": "Night pictures.",
    "figures-0-group": "Women",
    "figures-0-measure": "False matches",
    "figures-0-value": "0.5 %",
    "tests-0-date": "2026-09-01",
    "tests-0-owner": "Methods unit",
    "tests-0-data_set": "Sample 2026",
    "tests-0-groups": "women and men",
    "tests-0-finding": "No difference found.",
}
LEVEL_2 = {"level": "2", "modules": "sightline-3-3", "what_changed": "Night pictures have limits of their own."}

NEXT_YEAR = now().year + 1
SPRING = max(date(NEXT_YEAR, 3, day) for day in range(25, 32) if date(NEXT_YEAR, 3, day).weekday() == 6).isoformat()
"""The last Sunday of March, on which the clocks go forward at 02:00."""


@dataclass
class Desk:
    """Both registrars at work on version 3.3, which replaces 3.2."""

    agency: Agency
    first: Browser
    second: Browser
    version: int = 0

    @property
    def page(self) -> str:
        return f"/registrar/versions/{self.version}"

    def register(self, **stated: str):
        before = self.agency.id_of(ToolVersion, label="3.2")
        form = {"label": "3.3", "predecessor": str(before), **SAID, **NO_PRACTICE, **stated}
        answer = self.first.post(REGISTER, form)
        self.version = int(answer.location.rpartition("/")[2]) if answer.status_code == 302 else 0
        return answer

    def write(self) -> None:
        """Write, as the first registrar, everything that the second signs."""
        self.register()
        modules = {"full": "ai-limits", "renewal": "ai-limits"}
        assert self.first.post(f"{self.page}/requirements", modules).status_code == 302
        self.fill_in_card()
        assert self.first.post(f"{self.page}/announce").status_code == 302
        assert self.assess(**LEVEL_2).status_code == 302

    def fill_in_card(self) -> None:
        assert self.first.post(f"{self.page}/card", {"seen": "0", **CARD}).status_code == 302

    def assess(self, start: str = "3.2", **found: str):
        return self.first.post(f"{self.page}/assess/{self.agency.id_of(ToolVersion, label=start)}", found)

    def requirement_set(self) -> str:
        return f"/registrar/requirement-sets/{self.agency.id_of(RequirementSet, version_id=self.version)}"

    def assessment(self) -> str:
        return f"/registrar/assessments/{self.agency.id_of(ImpactAssessment, end_id=self.version)}"

    def sign(self) -> None:
        assert self.second.post(self.requirement_set()).status_code == 302
        assert self.second.post(self.assessment()).status_code == 302

    def release(self, **terms: str):
        """Release as the second registrar, on the forecast that the page shows."""
        chosen = {"when": "now", "day": "", "clock": "", **terms}
        shown = self.second.get(f"{self.page}/release", query_string=chosen)
        return self.second.post(f"{self.page}/release", {**chosen, "seen": digest_on(shown)})

    def released(self) -> list[VersionFact]:
        asked = select(VersionFact).where(
            VersionFact.version_id == self.version, VersionFact.change == VersionChange.RELEASED
        )
        with self.agency.database.reading() as session:
            return list(session.scalars(asked))


@pytest.fixture
def desk(agency) -> Desk:
    return Desk(agency, agency.browser("registrar"), agency.browser("registrar2"))


def digest_on(page) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', page.text)
    return found[1] if found else ""


def words_on(page) -> str:
    """Return the main part of a page as its reader sees it, without tags."""
    main = page.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def grounds_of(agency: Agency, number: str, label: str) -> tuple[Ground, ...]:
    at = now()
    with agency.database.reading() as session:
        question = Question(number, "sightline", label)
        return access.answer(session, question, zone=demo.ZONE, at=at, known_at=at).grounds


def test_two_registrars_bring_a_version_into_use(desk, agency):
    desk.write()
    desk.sign()
    shown = digest_on(desk.second.get(f"{desk.page}/release"))
    assert desk.release().status_code == 302
    (fact,) = desk.released()
    assert fact.forecast == shown
    assert "It is in use from now on" in words_on(desk.second.get(desk.page))
    assert grounds_of(agency, "DP-1003", "3.3") == (Ground.OVERDUE,)
    assert grounds_of(agency, "DP-1003", "3.2") == (), "a version in use stays in use"


def test_a_course_stands_for_its_modules(desk):
    desk.register()
    shown = words_on(desk.first.get(f"{desk.page}/requirements"))
    assert "Course: AI foundations" in shown
    assert "Stands for: The limits of AI, " in shown
    chosen = {"full": ["course:ai-foundations", "ai-limits", "sightline"], "renewal": "ai-limits"}
    assert desk.first.post(f"{desk.page}/requirements", chosen).status_code == 302
    with desk.agency.database.reading() as session:
        [asked] = session.scalars(select(RequirementSet).where(RequirementSet.version_id == desk.version))
    foundations = ["ai-limits", "data-protection", "rights-non-discrimination", "bias-spotting"]
    assert (asked.full_modules, asked.renewal_modules) == ([*foundations, "sightline"], ["ai-limits"])


def test_each_registrar_sees_one_next_step_until_the_version_is_in_use(desk):
    desk.register()
    expected = ["Choose what earns a certification on 3.3"]
    steps = [next_step(desk.first.get(desk.page))]
    desk.first.post(f"{desk.page}/requirements", {"full": "ai-limits", "renewal": "ai-limits"})
    expected += ["Fill in the card of 3.3", "Sign what earns a certification on 3.3"]
    steps += [next_step(desk.first.get(desk.page)), next_step(desk.second.get(desk.page))]
    desk.fill_in_card()
    expected += ["Announce 3.3 to officers"]
    steps += [next_step(desk.first.get(desk.page))]
    desk.first.post(f"{desk.page}/announce")
    desk.second.post(desk.requirement_set())
    expected += ["Assess the way from 3.2 to 3.3"]
    steps += [next_step(desk.second.get(desk.page))]
    desk.assess(**LEVEL_2)
    expected += ["Another registrar signs now", "Sign the way from 3.2 to 3.3"]
    steps += [next_step(desk.first.get(desk.page)), next_step(desk.second.get(desk.page))]
    desk.second.post(desk.assessment())
    expected += ["See the forecast, then release 3.3"]
    steps += [next_step(desk.first.get(desk.page))]
    desk.release()
    assert [*steps, next_step(desk.first.get(desk.page))] == [*expected, None]


def next_step(page) -> str | None:
    assert page.text.count('class="btn primary"') <= 1
    found = re.search(r'<h2 id="next-step">(.*?)</h2>', page.text)
    return unescape(found[1]) if found else None


def test_without_the_second_signature_it_cannot_be_released(desk):
    desk.write()
    desk.second.post(desk.requirement_set())
    shown = desk.second.get(f"{desk.page}/release")
    assert digest_on(shown) == "", "no form to release it with"
    refused = desk.second.post(f"{desk.page}/release", {"when": "now", "seen": "0" * 64})
    assert refused.status_code == 422
    assert "The way from 3.2 must be assessed, and signed by a second registrar." in words_on(refused)
    assert desk.released() == []


def test_nobody_signs_what_they_wrote(desk, agency):
    desk.write()
    signatures = agency.count(RequirementSetSignature), agency.count(AssessmentSignature)
    for address in (desk.requirement_set(), desk.assessment()):
        assert "Sign as the second" not in words_on(desk.first.get(address))
        refused = desk.first.post(address)
        assert refused.status_code == 422
        assert "There is a problem You wrote this yourself." in words_on(refused)
    assert (agency.count(RequirementSetSignature), agency.count(AssessmentSignature)) == signatures


def test_what_is_signed_is_not_signed_again(desk, agency):
    desk.write()
    desk.sign()
    again = desk.second.post(desk.assessment())
    assert again.status_code == 422
    assert "This was done already" in words_on(again)
    assert agency.count(AssessmentSignature) == 2


def test_what_was_written_anew_can_no_longer_be_signed_in_its_older_form(desk, agency):
    desk.write()
    old_set, old_assessment = desk.requirement_set(), desk.assessment()
    modules = {"full": "ai-limits", "renewal": "ai-limits"}
    assert desk.first.post(f"{desk.page}/requirements", modules).status_code == 302
    assert desk.assess(**LEVEL_2).status_code == 302
    for page, signature in ((old_set, RequirementSetSignature), (old_assessment, AssessmentSignature)):
        before = agency.count(signature)
        refused = desk.second.post(page)
        assert refused.status_code == 422
        assert "A newer one was written in its place." in words_on(refused)
        assert agency.count(signature) == before


def test_what_waits_for_a_signature_is_shown_to_who_can_give_it(desk):
    desk.write()
    assert "2 documents wait for your signature." in words_on(desk.second.get("/registrar/tools"))
    own = words_on(desk.first.get("/registrar/tools")).partition("All tools")[0]
    assert "document" not in own
    assert "Read and sign" not in own


def test_a_label_that_is_taken_is_refused_and_nothing_typed_is_lost(desk, agency):
    versions = agency.count(ToolVersion)
    refused = desk.register(label="3.2", what_changed="Typed with care & <thought>.")
    assert refused.status_code == 422
    assert "Sightline Face Matching 3.2 is already registered." in words_on(refused)
    assert "Typed with care &amp; &lt;thought&gt;." in refused.text
    assert 'href="#label"' in refused.text, "the error leads to its field"
    assert agency.count(ToolVersion) == versions


def test_the_question_on_prohibited_practice_has_no_default(desk, agency):
    versions = agency.count(ToolVersion)
    asked = desk.first.get(REGISTER)
    answers = re.findall(r'<input[^>]*name="prohibition"[^>]*>', asked.text)
    assert len(answers) == 3
    assert not any("checked" in answer for answer in answers)
    unanswered = desk.register(prohibition="")
    assert unanswered.status_code == 422
    assert "Answer the question on prohibited practice." in words_on(unanswered)
    assert agency.count(ToolVersion) == versions


def test_the_form_says_before_it_is_sent_that_a_yes_prohibits_for_ever(desk):
    assert words_on(desk.first.get(REGISTER)).count("prohibited for ever, from the moment you register it") == 2


@pytest.mark.parametrize("answer", ["law", "policy"])
def test_a_prohibited_version_leads_nowhere(desk, answer):
    desk.register(prohibition=answer)
    shown = desk.first.get(desk.page)
    assert "This version is prohibited for ever" in words_on(shown)
    assert next_step(shown) is None
    assert "To do" not in words_on(shown)
    assert desk.first.post(f"{desk.page}/announce").status_code == 422
    assert desk.first.post(f"{desk.page}/release", {"when": "now", "seen": "0" * 64}).status_code == 422
    assert desk.released() == []


def test_who_saw_another_forecast_reads_the_new_one_before_releasing(desk, agency):
    desk.write()
    desk.sign()
    seen = digest_on(desk.second.get(f"{desk.page}/release"))
    at = now()
    stamp = {"effective_at": at, "recorded_at": at, "recorded_by_id": agency.person("DP-2001").id}
    with agency.database.transaction() as session:
        officer = agency.person("DP-1003").id
        session.add(OfficerSuspension(**stamp, officer_id=officer, tool_id=None, reason_code="inquiry-open"))
    refused = desk.second.post(f"{desk.page}/release", {"when": "now", "seen": seen})
    assert refused.status_code == 422
    assert "The forecast has changed since you were shown it." in words_on(refused)
    assert digest_on(refused) not in {"", seen}
    assert desk.released() == []
    assert desk.second.post(f"{desk.page}/release", {"when": "now", "seen": digest_on(refused)}).status_code == 302
    assert len(desk.released()) == 1


def test_the_forecast_names_who_is_refused_and_counts_them_by_unit(desk):
    desk.write()
    desk.sign()
    shown = words_on(desk.second.get(f"{desk.page}/release"))
    assert "5 of the 5 officers who may use the tool today will be refused for 3.3" in shown
    assert "Central district 2 of 2 Harbour unit 3 of 3" in shown
    assert "Luca Conti DP-1003, Central district Refused from the release on Update training missing 3.1, 3.2" in shown
    assert "Anna Fischer DP-1006, Central district No access today either Suspended None" in shown


def test_an_assessment_shows_its_effect_before_it_is_signed(desk):
    desk.write()
    assert "5 of the 5 officers who may use the tool today would be refused" in words_on(
        desk.second.get(desk.assessment())
    )
    desk.assess(level="0", what_changed="Nothing that officers do.")
    newest = f"/registrar/assessments/{desk.agency.count(ImpactAssessment)}"
    assert "2 of the 5 officers who may use the tool today would be refused" in words_on(desk.second.get(newest))
    assert "This way was assessed again since." in words_on(desk.second.get(f"/registrar/assessments/{2}"))


def test_a_way_by_way_of_another_version_needs_no_assessment_of_its_own(desk):
    desk.write()
    assert "The way from 3.1 By way of 3.2, as soon as the way from there is signed. Follows" in words_on(
        desk.first.get(desk.page)
    )
    desk.sign()
    assert "The way from 3.1 By way of 3.2, assessed. Assessed" in words_on(desk.first.get(desk.page))


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        pytest.param({"level": ""}, "Choose what officers must do.", id="no-level"),
        pytest.param({"level": "7"}, "Choose what officers must do.", id="a-level-that-there-is-not"),
        pytest.param({"modules": []}, "Choose at least one delta module", id="level-2-without-a-module"),
        pytest.param({"level": "3", "modules": []}, "Choose at least one delta module", id="level-3-without-a-module"),
        pytest.param({"modules": ""}, "Choose published delta modules only.", id="a-module-without-a-name"),
        pytest.param({"modules": "ai-limits"}, "Choose published delta modules only.", id="a-module-that-is-no-delta"),
        pytest.param({"level": "1"}, "Only levels 2 and 3 ask for delta modules.", id="a-module-where-none-is-asked"),
        pytest.param({"grace_days": "10"}, "Say why officers may go on", id="grace-without-reason"),
        pytest.param({"grace_days": "ten"}, "Enter a whole number of days", id="grace-in-words"),
        pytest.param(
            {"level": "0", "modules": [], "grace_days": "5"}, "There is nothing to give grace for.", id="idle"
        ),
    ],
)
def test_an_assessment_that_lacks_something_is_not_written(desk, agency, found, sentence):
    desk.register()
    refused = desk.assess(**{**LEVEL_2, **found})
    assert refused.status_code == 422
    assert sentence in words_on(refused)
    assert LEVEL_2["what_changed"] in words_on(refused), "what was typed is still there"
    assert agency.count(ImpactAssessment) == 1


def test_familiarisation_has_a_fortnight_of_grace_unless_somebody_says_otherwise(desk, agency):
    desk.register()
    desk.assess(level="1", what_changed="New words on two buttons.")
    desk.assess(start="3.1", level="1", what_changed="New words on two buttons.", grace_days="0")
    with agency.database.reading() as session:
        asked = select(ImpactAssessment.grace_days).where(ImpactAssessment.end_id == desk.version)
        assert session.scalars(asked.order_by(ImpactAssessment.id)).all() == [14, 0]


def test_grace_is_signed_with_a_reason_and_foreseen_with_its_end(desk, agency):
    desk.register()
    desk.first.post(f"{desk.page}/requirements", {"full": "ai-limits", "renewal": "ai-limits"})
    desk.first.post(f"{desk.page}/announce")
    desk.assess(**LEVEL_2, grace_days="10", grace_reason="Night pictures are switched off until then.")
    desk.second.post(desk.requirement_set())
    silent = desk.second.post(desk.assessment())
    assert silent.status_code == 422
    assert "Say why you agree to it." in words_on(silent)
    assert desk.second.post(desk.assessment(), {"reason": "Agreed with the vendor."}).status_code == 302
    shown = words_on(desk.second.get(f"{desk.page}/release"))
    assert "Nikos Georgiou DP-1007, Harbour unit In grace refused from" in shown
    assert "Ruben Almeida DP-1001, Central district Refused" in shown, "who is overdue on 3.2 has no grace for 3.3"


def test_a_release_can_be_set_for_a_later_time_on_the_agencys_clocks(desk, agency):
    desk.write()
    desk.sign()
    assert desk.release(when="later", day=f"{NEXT_YEAR}-01-13", clock="06:00").status_code == 302
    (fact,) = desk.released()
    assert fact.effective_at.isoformat() == f"{NEXT_YEAR}-01-13T05:00:00+00:00"
    page = desk.first.get(desk.page)
    assert f"In use from 13 January {NEXT_YEAR}, 06:00 on." in words_on(page)
    assert next_step(page) is None
    assert Ground.VERSION_NOT_RELEASED in grounds_of(agency, "DP-1003", "3.3")


def test_a_release_is_dated_after_its_transaction_has_begun(desk, agency):
    """Else it could be dated before what somebody else committed while it waited for its turn."""
    desk.write()
    desk.sign()
    begun, begun_before_release = [], []

    def note_statement(connection, cursor, statement, *_):
        if statement.startswith("INSERT INTO version_fact"):
            begun_before_release.append(begun[-1])

    event.listen(agency.database.engine, "begin", note_beginning := lambda _: begun.append(now()))
    event.listen(agency.database.engine, "before_cursor_execute", note_statement)
    assert desk.release().status_code == 302
    event.remove(agency.database.engine, "begin", note_beginning)
    event.remove(agency.database.engine, "before_cursor_execute", note_statement)
    (fact,) = desk.released()
    assert [fact.recorded_at >= instant for instant in begun_before_release] == [True]
    assert fact.effective_at == fact.recorded_at


@pytest.mark.parametrize(
    ("terms", "sentence"),
    [
        pytest.param({}, "Enter the day on which the version is put into use.", id="nothing"),
        pytest.param({"day": f"{NEXT_YEAR}-01-13"}, "Enter the time at which", id="no-time"),
        pytest.param({"day": "13.1.2031", "clock": "06:00"}, "Enter a day, for example", id="no-day-of-a-calendar"),
        pytest.param({"day": "2020-01-13", "clock": "06:00"}, "That time has passed.", id="the-past"),
        pytest.param({"day": SPRING, "clock": "02:30"}, "There is no such time", id="when-clocks-go-forward"),
        pytest.param({"day": f"{NEXT_YEAR + 2}-01-13", "clock": "06:00"}, "within 2 years", id="too-far-ahead"),
        pytest.param({"day": "9999-12-31", "clock": "23:59"}, "within 2 years", id="the-last-day-of-all"),
        pytest.param({"day": "1900-01-01", "clock": "00:00"}, "That time has passed.", id="the-first-day-taken"),
        pytest.param({"day": "0001-01-01", "clock": "00:00"}, "1900 or later", id="the-first-day-of-all"),
    ],
)
def test_a_release_is_not_set_for_a_time_that_cannot_be_meant(desk, terms, sentence):
    desk.write()
    desk.sign()
    refused = desk.second.post(f"{desk.page}/release", {"when": "later", "seen": "0" * 64, **terms})
    assert refused.status_code == 422
    assert sentence in words_on(refused)
    assert desk.released() == []


def test_oversight_reads_every_page_and_can_change_nothing(desk, agency):
    desk.write()
    oversight = agency.browser("oversight")
    paths = ["/registrar/tools", "/registrar/tools/sightline", desk.page, f"{desk.page}/release"]
    for path in [*paths, desk.requirement_set(), desk.assessment()]:
        page = oversight.get(path)
        assert page.status_code == 200, path
        main = page.text.partition("<main")[2].partition("</main>")[0]
        assert 'method="post"' not in main, path
        assert "btn primary" not in main, path
    for path in (desk.requirement_set(), desk.assessment(), f"{desk.page}/announce", f"{desk.page}/release"):
        assert oversight.post(path).status_code == 403, path
    for path in (REGISTER, f"{desk.page}/requirements", f"{desk.page}/assess/1"):
        assert oversight.get(path).status_code == 403, path


def test_oversight_reads_a_forecast_by_number_only(desk, agency):
    desk.write()
    shown = words_on(agency.browser("oversight").get(f"{desk.page}/release"))
    assert "DP-1003 Central district Refused" in shown
    assert not [officer.name for officer in demo.OFFICERS if officer.name in shown]


def test_officers_and_supervisors_do_not_see_the_desk(agency):
    for mailbox in ("officer", "supervisor", "trainer"):
        assert agency.browser(mailbox).get("/registrar/tools").status_code == 403


def test_reading_writes_nothing(desk, agency):
    desk.write()
    entries = agency.count(JournalEntry)
    for path in ("/registrar/tools", "/registrar/tools/sightline", REGISTER, desk.page, f"{desk.page}/release"):
        assert desk.second.get(path).status_code == 200
    assert desk.second.get(f"{desk.page}/announce").status_code == 405
    assert agency.count(JournalEntry) == entries


def test_only_ways_between_two_versions_of_one_tool_are_assessed(desk):
    desk.register()
    assert desk.first.get(f"{desk.page}/assess/{desk.version}").status_code == 404
    assert desk.first.get(f"{desk.page}/assess/999").status_code == 404


def test_announcing_twice_is_refused(desk, agency):
    desk.register()
    assert desk.first.post(f"{desk.page}/announce").status_code == 302
    facts = agency.count(VersionFact)
    assert desk.second.post(f"{desk.page}/announce").status_code == 422
    assert agency.count(VersionFact) == facts


def test_the_policy_of_a_tool_is_said_in_words(desk):
    shown = words_on(desk.first.get("/registrar/tools/sightline"))
    assert "Runs for 24 months; renewal opens 3 months before the last day" in shown
    assert (
        "Psychological evaluation Required Seats Required; at most 8 at a time Review of seats None, by policy" in shown
    )
