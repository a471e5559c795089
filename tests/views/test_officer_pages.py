"""What an officer sees of tools, modules and certificates, and that the way through them holds together."""

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.views.officer_walk import (
    Officer,
    announce_3_3,
    certify,
    clear,
    ever_written,
    open_long_ago,
    words,
    wrong,
)
from training_app import demo
from training_app.clock import now
from training_app.models.certification import Award, AwardEnd
from training_app.models.people import SeatGrant, SeatRelease, Unit
from training_app.models.tools import ImpactAssessment, Tool, ToolVersion
from training_app.models.training import LessonRead, ModuleRevision
from training_app.rules.facts import AwardEndKind, Level

NOTHING_TO_DO = "Nothing needs your attention. Up to date Nothing to do"


@pytest.fixture
def officer(agency):
    """DP-1002: an account, a seat and an evaluation in force, and nothing else."""
    found = Officer(agency, "officer", "DP-1002")
    with agency.database.transaction() as session:
        clear(session, found.person)
    return found


@pytest.fixture
def certified(agency, officer):
    """The same officer, certified on 3.1 a hundred days ago."""
    with agency.database.transaction() as session:
        certify(session, officer.person, "3.1", on=now() - timedelta(days=100))
    return officer


def test_an_officer_who_was_never_certified_is_led_to_the_course(officer):
    page = officer.get("/tools")
    assert "One tool needs your attention. Do this next Get certified on Sightline Face Matching 3.2" in page
    assert "About 42 minutes of reading and 8 questions. Start the course" in page
    assert "Version 3.2 Not certified You are not certified on this tool yet." in page
    assert "Version 3.1 Not certified The course certifies you on 3.2, the newest version in use." in page


def test_reading_the_course_is_remembered_and_counts_down_the_minutes(officer, agency):
    assert "The limits of AI" in officer.get("/modules")
    officer.get("/modules/ai-limits/lessons/01-what-a-tool-does")
    revision = agency.id_of(ModuleRevision, slug="ai-limits")
    path = "/modules/ai-limits/lessons/01-what-a-tool-does/read"
    for _twice in range(2):
        answer = officer.post(path, revision=revision)
        assert answer.location == "/modules/ai-limits/lessons/02-errors"
    with agency.database.reading() as session:
        assert len(session.scalars(select(LessonRead)).all()) == 1
    assert "1 of 7 lessons read" in officer.get("/tools")
    assert "About 37 minutes of reading and 8 questions. Continue reading" in officer.get("/tools")


def test_the_last_lesson_leads_to_the_quiz_whose_rules_are_said_before(officer, agency):
    officer.get("/modules/ai-limits/lessons/07-what-went-wrong")
    answer = officer.post(
        "/modules/ai-limits/lessons/07-what-went-wrong/read", revision=agency.id_of(ModuleRevision, slug="ai-limits")
    )
    assert answer.location == "/modules/ai-limits#quiz"
    page = officer.get("/modules/ai-limits")
    assert "8 questions. You pass with 80% of the points." in page
    assert "It stays open for 14 days" in page
    assert "Provisional: the cut score has not been set by a panel yet." in page


def test_law_advice_and_good_practice_stand_apart_with_every_source_in_full(officer):
    page = officer.get("/modules/ai-limits/references")
    assert page.index("What the law says") < page.index("What bodies recommend") < page.index("Good practice")
    assert "Directive (EU) 2016/680" in page
    assert "Lessons: " in page
    assert "The law is stated as of 22 November 2026." in page
    assert "Law, advice and sources of this module" in officer.get("/modules/ai-limits")


@pytest.mark.parametrize(
    "path",
    [
        "/tools/x",
        "/modules/x",
        "/modules/x/references",
        "/modules/x/lessons/01-x",
        "/modules/ai-limits/lessons/09-x",
        "/certificates/999",
    ],
)
def test_what_is_not_there_is_not_found(officer, path):
    officer.get(path, status=404)


def test_a_revision_of_another_module_cannot_be_marked_as_read(officer, agency):
    officer.get("/modules/ai-limits/lessons/01-what-a-tool-does")
    other = agency.id_of(ModuleRevision, slug="sightline-3-2")
    assert officer.post("/modules/ai-limits/lessons/01-what-a-tool-does/read", revision=other).status_code == 400
    assert officer.post("/modules/ai-limits/lessons/01-what-a-tool-does/read").status_code == 400


def test_passing_the_quiz_certifies_on_the_newest_version_and_every_page_says_so(officer):
    result = officer.take()
    assert "Passed: 8 of 8 points" in result
    assert "You are certified on Sightline Face Matching 3.2 through" in result
    assert officer.awards() == [("3.2", "full")]
    tools = officer.get("/tools")
    assert NOTHING_TO_DO in tools
    assert "Version 3.2 Certified Valid through" in tools
    assert "Version 3.1 Version not covered Your certification runs through" in tools
    page = officer.get("/tools/sightline")
    assert "You may use Sightline Face Matching 3.2 now." in page
    assert "You may not use Sightline Face Matching 3.1 now." in page
    assert "Your certification covers 3.2, and no training leads from there to 3.1." in page


def test_who_passes_without_a_seat_is_not_told_that_they_are_certified(officer, agency):
    with agency.database.transaction() as session:
        seat = session.scalars(select(SeatGrant).where(SeatGrant.officer_id == officer.person.id)).one()
        at = now()
        session.add(SeatRelease(effective_at=at, recorded_at=at, officer_id=officer.person.id, seat_id=seat.id))
    result = officer.take()
    assert "Your training for Sightline Face Matching 3.2 is done. You may not use it yet." in result
    assert "You hold no seat for this tool." in result
    assert "You are certified" not in result
    assert "Ask for a seat to use Sightline Face Matching" in officer.get("/tools")


def test_after_an_update_only_what_changed_is_asked_and_the_end_of_validity_stays(certified):
    page = certified.get("/tools")
    assert "Do this next Train for Sightline Face Matching 3.2" in page
    through = page.split("Valid through ")[1].split(" Certified")[0]
    tool = certified.get("/tools/sightline")
    assert "What you do for it Sightline 3.2: what changed" in tool
    assert "For you, coming from 3.1:" in tool
    result = certified.take("sightline-3-2")
    assert f"You are certified on Sightline Face Matching 3.2 through {through}." in result
    assert certified.awards() == [("3.1", "full"), ("3.2", "delta")]


def test_an_announced_version_is_shown_with_its_training_and_disturbs_nobody(certified, agency):
    certified.take("sightline-3-2")
    announce_3_3(agency, Level.DIFFERENCES, "sightline-3-3")
    page = certified.get("/tools")
    assert "Nothing needs your attention. When you have time Get ready for Sightline Face Matching 3.3" in page
    assert "Sightline Face Matching Version 3.3 is announced." in page
    assert "You can train for it now, and use it from its first day." in certified.get("/tools/sightline")
    certified.take("sightline-3-3")
    assert certified.awards()[-1] == ("3.3", "delta")
    assert NOTHING_TO_DO in certified.get("/tools")


def test_what_changed_is_read_and_signed_once(certified, agency):
    certified.take("sightline-3-2")
    announce_3_3(agency, Level.FAMILIARISATION, changed="Halt is now at the left.")
    assert "Read what changed and sign" in certified.get("/tools/sightline")
    assert "Halt is now at the left." in certified.get("/tools/sightline")
    with agency.database.reading() as session:
        assessment = session.scalars(select(ImpactAssessment.id).order_by(ImpactAssessment.id.desc())).first()
    for _twice in range(2):
        answer = certified.post(f"/tools/sightline/changes/{assessment}/read")
        assert answer.status_code == 303
    assert certified.awards() == [("3.1", "full"), ("3.2", "delta"), ("3.3", "delta")]


def test_an_assessment_that_is_not_on_the_officers_way_cannot_be_signed(officer, agency):
    assessment = agency.id_of(ImpactAssessment)
    officer.get("/tools/sightline")
    officer.post(f"/tools/sightline/changes/{assessment}/read")
    assert officer.awards() == []


def test_an_award_that_somebody_elses_signature_completed_is_one_click_away(officer, agency):
    officer.take()
    announce_3_3(agency, Level.DIFFERENCES, "ai-limits")  # what it asks was passed before it was asked
    before = ever_written(agency)
    assert "Do this next Get certified on Sightline Face Matching 3.3 You have done all that it asks." in officer.get(
        "/tools"
    )
    assert ever_written(agency) == before
    page = officer.follow(officer.post("/tools/sightline/collect"))
    assert "Your training for Sightline Face Matching 3.3 is on record." in page
    assert officer.awards() == [("3.2", "full"), ("3.3", "delta")]


def test_the_result_of_a_quiz_that_closed_by_itself_is_the_next_step(officer, agency):
    open_long_ago(agency, officer, days=15)
    page = officer.get("/tools")
    assert "Do this next See your result: The limits of AI" in page
    assert "See my result" in page


def test_a_failed_quiz_leaves_the_course_as_the_next_step(officer):
    officer.take(choose=wrong)
    assert "Get certified on Sightline Face Matching 3.2 You have begun the course." in officer.get("/tools")
    assert "did not pass. You can take it again." in officer.get("/modules/ai-limits")


def test_a_pass_is_told_for_the_tool_that_asked_for_it_with_what_is_still_to_do(certified):
    """It counts for another tool at once, and for the update of this one not at all."""
    result = certified.take("ai-limits")
    assert certified.awards() == [("3.1", "full")]
    assert certified.awards("lockpick") == [("5.0", "full")]
    assert "Your training for Lockpick Device Extraction 5.0 is done. You may not use it yet." in result
    assert "Do this next Train for Sightline Face Matching 3.2" in result


def test_who_may_use_an_intrusive_tool_for_a_stated_purpose_is_told_so(agency, officer):
    """Not that it is on hold because no purpose was stated: on a page nobody states one."""
    with agency.database.transaction() as session:
        session.add(
            SeatGrant(
                effective_at=now(),
                recorded_at=now(),
                recorded_by_id=agency.person("DP-2001").id,
                officer_id=officer.person.id,
                tool_id=session.scalars(select(Tool.id).where(Tool.slug == "lockpick")).one(),
                unit_id=agency.id_of(Unit, name=demo.CENTRAL),
                purposes=["find-person"],
                justification="Opens devices for the district.",
            )
        )
    result = officer.take("ai-limits")
    assert "You are certified on Lockpick Device Extraction 5.0 through" in result
    assert "none was stated" not in result
    assert "Lockpick Device Extraction Version 5.0 Certified Valid through" in officer.get("/tools")
    page = officer.get("/tools/lockpick")
    assert "You may use Lockpick Device Extraction 5.0 now, for a purpose that you state at each use." in page


def in_french(value):
    """Return *value*, a module or bank as JSON, as if it had been written in French only."""
    text = json.dumps(value).replace('"en":', '"fr":').replace('"languages": ["en"]', '"languages": ["fr"]')
    return json.loads(text)


def test_a_module_that_lacks_the_pages_language_is_shown_in_its_own_and_marked_so(officer, agency):
    with agency.database.transaction() as session:
        there = session.scalars(select(ModuleRevision).where(ModuleRevision.slug == "ai-limits")).one()
        content, bank = in_french(there.content), in_french(there.bank)
        at = now()
        session.add(
            ModuleRevision(effective_at=at, recorded_at=at, slug="ai-limits", digest="x", content=content, bank=bank)
        )
    module = officer.browser.get("/modules/ai-limits").text
    assert '<h1><span lang="fr">The limits of AI</span></h1>' in module
    assert '<ul lang="fr">' in module
    lesson = officer.browser.get("/modules/ai-limits/lessons/01-what-a-tool-does")
    assert '<article class="prose" lang="fr">' in lesson.text
    assert "This module is not translated yet." in words(lesson)
    attempt = officer.open()
    question = officer.browser.get(f"/attempts/{attempt}/questions/1")
    assert re.search(r'<div lang="fr" class="flow">\s*<fieldset', question.text)
    officer.answer_all(attempt, wrong)
    result = officer.follow(officer.post(f"/attempts/{attempt}/submit", blanks="y"))
    assert "tell AI inference from a fixed rule" in result


def test_a_certificate_shows_the_award_and_what_it_is_worth_today(officer, agency):
    officer.take()
    version = agency.id_of(ToolVersion, label="3.2")
    award = agency.id_of(Award, officer_id=officer.person.id, version_id=version)
    page = officer.get(f"/certificates/{award}")
    assert "Julie Bakker has met the requirements for Sightline Face Matching 3.2 ." in page
    assert "Service number DP-1002 Awarded for Whole course" in page
    assert "In force today" in page
    with agency.database.reading() as session:
        assert session.get_one(Award, award).code in page
        digest = session.scalars(select(ModuleRevision.digest).where(ModuleRevision.slug == "ai-limits")).one()
    assert digest in page


def test_a_revoked_certificate_says_so(certified, agency):
    award = agency.id_of(Award, officer_id=certified.person.id)
    at = now() - timedelta(days=1)
    with agency.database.transaction() as session:
        session.add(
            AwardEnd(
                effective_at=at,
                recorded_at=at,
                recorded_by_id=agency.person("DP-3001").id,
                officer_id=certified.person.id,
                award_id=award,
                kind=AwardEndKind.REVOKED,
                reason_code="error",
            )
        )
    page = certified.get(f"/certificates/{award}")
    assert "Revoked" in page
    assert "Valid through" not in page


def test_a_certificate_is_for_its_holder_only(officer, agency):
    award = agency.id_of(Award, officer_id=agency.person("DP-1001").id)
    officer.get(f"/certificates/{award}", status=404)
    Officer(agency, "officer1", "DP-1001").get(f"/certificates/{award}")


@pytest.mark.parametrize("path", ["/tools", "/tools/sightline", "/modules", "/modules/ai-limits"])
def test_these_pages_are_for_officers(agency, path):
    assert agency.browser("supervisor").get(path).status_code == 403


def test_an_officer_who_moves_on_every_page_writes_nothing(certified, agency):
    award = agency.id_of(Award, officer_id=certified.person.id)
    attempt = certified.open("sightline-3-2")
    certified.answer(attempt, 1)
    before = ever_written(agency)
    for path in (
        "/tools", "/tools/sightline", "/modules", "/modules/sightline-3-2",
        "/modules/sightline-3-2/lessons/01-what-changed", f"/certificates/{award}",
        f"/attempts/{attempt}/questions/1", f"/attempts/{attempt}/questions/2", f"/attempts/{attempt}/check",
    ):  # fmt: skip
        certified.get(path)
    assert ever_written(agency) == before
