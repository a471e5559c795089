"""The oversight body's desk: what waits, overviews without a name, suspensions in its name, questions on the record."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.rules.factories import BRUSSELS
from tests.services import version_life
from tests.views.demo_agency import Agency
from tests.views.test_conduct_pages import words_on
from training_app import demo
from training_app.clock import now
from training_app.models.oversight import JournalEntry
from training_app.models.oversight_questions import (
    OversightAnswer,
    OversightFollowUp,
    OversightQuestion,
    OversightSuspension,
    ResumptionProposal,
)
from training_app.models.people import Person
from training_app.models.tools import ToolVersion, VersionFact
from training_app.rules.civil_time import CivilInstant
from training_app.rules.facts import Level, VersionChange
from training_app.rules.oversight_questions import Office
from training_app.services import oversight_questions, requirements
from training_app.services.assessments import Verdict
from training_app.services.oversight_questions import Asked


@pytest.fixture
def past(agency):
    """What happened at the demo agency besides."""
    with agency.database.transaction() as session:
        demo.load_overviews(session)


SEEN = "The first three candidates were of another age, in each of ten tries."
OVERVIEWS = ("graces", "evaluations-off", "seats", "conduct", "group-tests", "emergencies", "versions", "questions")


def day(ahead: int) -> str:
    return (now().astimezone(BRUSSELS).date() + timedelta(days=ahead)).isoformat()


def version(agency: Agency, label: str = "3.2") -> int:
    return agency.id_of(ToolVersion, label=label)


def newest(agency: Agency, model):
    with agency.database.reading() as session:
        return session.scalars(select(model).order_by(model.id.desc())).first()


def suspended(agency: Agency, by: str = "oversight") -> int:
    sent = {"cause": "biased-results", "reason": SEEN}
    answer = agency.browser(by).post(f"/oversight/versions/{version(agency)}/suspend", sent)
    assert (answer.status_code, answer.location) == (303, "/oversight/versions"), words_on(answer)
    return newest(agency, OversightSuspension).suspension_id


def asked(agency: Agency, text: str = "Why is it used still?", office: str = "registrars", **given) -> int:
    sent = {"office": office, "subject": f"version:{version(agency)}", "text": text, "due_on": day(14), **given}
    answer = agency.browser("oversight").post("/oversight/questions/new", sent)
    assert answer.status_code == 303, words_on(answer)
    return newest(agency, OversightQuestion).id


def asked_days_ago(agency: Agency, days: int, *, due_after: int) -> int:
    """Ask the registrars something as it would have been asked so many days ago, due so many days later."""
    on = CivilInstant(now() - timedelta(days=days), BRUSSELS)
    question = Asked(Office.REGISTRARS, "Why so late?", on.day + timedelta(days=due_after))
    with agency.database.transaction() as session:
        by = session.scalars(select(Person).where(Person.service_number == "DP-6001")).one()
        return oversight_questions.ask(session, question, on=on, by=by).id


# -- the home and the overviews ----------------------------------------------------------------------------------------


def test_the_oversight_body_begins_at_its_home(agency):
    browser = agency.browser("oversight")
    assert browser.get("/").location == "/oversight/"
    home = browser.get("/oversight/")
    assert "What waits" in words_on(home)
    assert "1 question is answered, to follow up or close" in words_on(home)
    for name in OVERVIEWS[:-2]:
        assert f'href="/oversight/{name}"' in home.text, name
    assert 'href="/oversight/award-reviews"' in home.text


@pytest.mark.usefixtures("past")
def test_no_name_of_anybody_stands_on_the_home_or_an_overview(agency):
    suspended(agency)
    with agency.database.reading() as session:
        names = {name for name in session.scalars(select(Person.name)) if name != "Henri Dupuis"}
    browser = agency.browser("oversight")  # whose own name stands at the top
    pages = ["", *OVERVIEWS, f"versions/{version(agency, '3.1')}/suspend", "questions/1", "questions/2"]
    for path in pages:
        page = browser.get(f"/oversight/{path}")
        assert page.status_code == 200, path
        assert [name for name in names if name in page.text] == [], path


@pytest.mark.usefixtures("past")
@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("graces", ("Lockpick Device Extraction, 5.0 → 5.1", "DP-3001", "DP-3002", "7 days", "Not begun")),
        ("evaluations-off", ("The whole agency", "Asked", "The last 24 months")),
        ("seats", ("Sightline Face Matching", "8 of 8", "To release", "Review overdue")),
        ("conduct", ("DP-4001", "Caution", "Teaches what is not so", "DP-6002")),
        ("group-tests", ("Lockpick Device Extraction 5.0", "Past its date", "30 June 2025")),
        ("emergencies", ("DP-1007", "DP-2001", "Danger to a life")),
    ],
)
def test_an_overview_draws_and_lists(agency, path, shown):
    page = agency.browser("oversight").get(f"/oversight/{path}")
    assert "<svg" in page.text.partition("<main")[2]
    assert [text for text in shown if text not in words_on(page)] == []
    assert "In the session, a score above 0.9" not in page.text  # the words of the concern


def test_grace_of_a_later_requirement_set_is_named_by_its_revision(agency):
    at = now()
    with agency.database.transaction() as session:
        first, second = version_life.registrars(session)
        change = Verdict(Level.FAMILIARISATION, 14, (), "Pictures of minors are left out.", None)
        found = version_life.version(session, "3.2")
        written = requirements.propose_requirements(
            session, found, **version_life.MODULES, change=change, at=at, by=first
        )
        requirements.sign_requirements(session, written, at=at, by=second)
    page = agency.browser("oversight").get("/oversight/graces")
    assert "Sightline Face Matching, 3.2, requirements 2" in words_on(page)
    assert "Not asked below level 2" in words_on(page)


@pytest.mark.parametrize("who", ["registrar", "supervisor", "lead", "officer", "evaluator"])
def test_the_desk_is_the_oversight_bodys_alone(agency, who):
    browser = agency.browser(who)
    for path in ("", *OVERVIEWS, "questions/new", f"versions/{version(agency)}/suspend"):
        assert browser.get(f"/oversight/{path}").status_code == 403, path


# -- suspended in the name of the oversight body -----------------------------------------------------------------------


def test_who_loses_access_is_shown_by_number_before_it_is_suspended(agency):
    page = agency.browser("oversight").get(f"/oversight/versions/{version(agency)}/suspend")
    assert "3 officers may use 3.2 today and would be refused at once" in words_on(page)
    assert "DP-1003" in page.text
    assert "Luca Conti" not in page.text


def test_registrars_read_who_suspended_and_cannot_end_it_but_say_why_it_is_safe(agency):
    suspension = suspended(agency)
    registrar = agency.browser("registrar")
    page = registrar.get(f"/registrar/versions/{version(agency)}")
    assert "By the oversight body (DP-6001)" in words_on(page)
    assert SEEN in words_on(page)
    safe_again = f"/registrar/suspensions/{suspension}/safe-again"
    assert f'href="{safe_again}"' in page.text
    assert registrar.get(f"/registrar/suspensions/{suspension}/end").location == safe_again
    ended = registrar.post(f"/registrar/suspensions/{suspension}/end", {"reason": "It is fine."})
    assert (ended.status_code, agency.count(VersionFact)) == (303, agency.count(VersionFact))
    assert newest(agency, VersionFact).change is VersionChange.SUSPENDED
    said = registrar.post(safe_again, {"reason": "The threshold was wrong; it is set again and tested."})
    assert (said.status_code, said.location) == (303, f"/registrar/versions/{version(agency)}")
    assert "The threshold was wrong" in words_on(registrar.get(safe_again))
    again = registrar.post(safe_again, {"reason": "The threshold was wrong; it is set again and tested."})
    assert (again.status_code, agency.count(ResumptionProposal)) == (422, 1)


def test_somebody_else_of_the_oversight_body_signs_the_end(agency):
    suspension = suspended(agency)
    agency.browser("registrar").post(f"/registrar/suspensions/{suspension}/safe-again", {"reason": "Set again."})
    first, second = agency.browser("oversight"), agency.browser("oversight2")
    address = f"/oversight/suspensions/{suspension}/end"
    own = first.get(address)
    assert "You suspended it yourself." in words_on(own)
    assert "Sign the end" not in words_on(own)
    assert first.post(address, {"reason": "I say so."}).status_code == 422
    assert "A registrar says that Sightline Face Matching 3.2 is safe again" in words_on(second.get("/oversight/"))
    assert "A registrar says" not in words_on(first.get("/oversight/"))
    done = second.post(address, {"reason": "Looked at the new tests."})
    assert (done.status_code, done.location) == (303, "/oversight/versions")
    assert newest(agency, VersionFact).change is VersionChange.RESUMED
    assert "This suspension is ended already." in words_on(second.get(address))


def test_what_registrars_suspended_is_not_for_the_oversight_body_to_end(agency):
    registrar = agency.browser("registrar")
    registrar.post(f"/registrar/versions/{version(agency)}/suspend", {"reason": "It is slow."})
    suspension = newest(agency, VersionFact).id
    assert agency.browser("oversight").get(f"/oversight/suspensions/{suspension}/end").status_code == 404
    assert registrar.get(f"/registrar/suspensions/{suspension}/safe-again").status_code == 404


def test_the_registrars_page_sends_the_oversight_body_to_its_own(agency):
    browser, number = agency.browser("oversight"), version(agency)
    page = browser.get(f"/registrar/versions/{number}")
    assert f'href="/oversight/versions/{number}/suspend"' in page.text
    assert browser.get(f"/registrar/versions/{number}/suspend").location == f"/oversight/versions/{number}/suspend"
    assert browser.post(f"/registrar/versions/{number}/suspend", {"reason": "Unsafe."}).status_code == 303
    assert newest(agency, VersionFact).change is not VersionChange.SUSPENDED


def test_a_version_that_the_body_suspended_is_offered_to_be_ended_and_not_suspended_again(agency):
    suspension, number = suspended(agency), version(agency)
    page = agency.browser("oversight2").get("/oversight/versions").text
    assert page.count(f'href="/oversight/suspensions/{suspension}/end"') == 2, "in the list, and beside the version"
    assert f"/oversight/versions/{number}/suspend" not in page


def test_a_reason_that_seems_to_name_somebody_comes_back_once(agency):
    browser, address = agency.browser("oversight"), f"/oversight/versions/{version(agency)}/suspend"
    sent = {"cause": "training", "reason": "DP-1003 was never taught it."}
    refused = browser.post(address, sent)
    assert refused.status_code == 422
    assert "looks like a service number" in words_on(refused)
    shown = re.search(r'name="shown"[^>]*value="([^"]+)"', refused.text)[1]
    assert browser.post(address, {**sent, "none_of_them": "y", "shown": shown}).status_code == 303


@pytest.mark.usefixtures("past")
def test_a_version_that_is_not_in_use_is_not_suspended(agency):
    planned = version(agency, "5.1")
    browser = agency.browser("oversight")
    assert "It is not in use" in words_on(browser.get(f"/oversight/versions/{planned}/suspend"))
    sent = {"cause": "training", "reason": "Nobody was taught it."}
    assert browser.post(f"/oversight/versions/{planned}/suspend", sent).status_code == 422
    assert agency.count(OversightSuspension) == 0


# -- questions on the record -------------------------------------------------------------------------------------------


def test_a_question_is_marked_for_whom_it_is_answered_followed_up_and_closed(agency):
    number = asked(agency)
    registrar, overseer = agency.browser("registrar"), agency.browser("oversight2")
    assert "(1 waits)" in registrar.get("/registrar/tools").text
    assert "Waits for an answer" in words_on(registrar.get("/questions"))
    answered = registrar.post(f"/questions/{number}", {"text": "Until everybody has learned 3.2."})
    assert (answered.status_code, answered.location) == (303, f"/questions/{number}")
    assert "waits)" not in registrar.get("/registrar/tools").text
    further = {"text": "Until when?", "due_on": day(7)}
    assert overseer.post(f"/oversight/questions/{number}/follow-up", further).status_code == 303
    registrar.post(f"/questions/{number}", {"text": "Until January."})
    ended = overseer.post(f"/oversight/questions/{number}/close", {"closing": "answered", "text": "That is enough."})
    assert ended.status_code == 303
    for browser, page in ((registrar, f"/questions/{number}"), (overseer, f"/oversight/questions/{number}")):
        shown = words_on(browser.get(page))
        texts = ("Why is it used still?", "Until everybody has learned 3.2.", "Until when?", "That is enough.")
        assert [text for text in texts if text not in shown] == []
    late = registrar.post(f"/questions/{number}", {"text": "One more thing."})
    assert late.status_code == 422
    assert "This question is closed" in words_on(late)
    assert (agency.count(OversightFollowUp), newest(agency, OversightAnswer).text) == (1, "Until January.")


def test_a_double_click_asks_and_answers_once(agency):
    number, before = asked(agency), agency.count(OversightAnswer)
    assert asked(agency) == number
    browser = agency.browser("registrar2")
    for _click in range(2):
        assert browser.post(f"/questions/{number}", {"text": "Soon."}).status_code == 303
    assert agency.count(OversightAnswer) == before + 1


def test_who_is_not_asked_finds_no_such_question(agency):
    number = asked(agency)
    for who in ("lead", "supervisor"):
        browser = agency.browser(who)
        assert browser.get(f"/questions/{number}").status_code == 404
        assert browser.post(f"/questions/{number}", {"text": "Me too."}).status_code == 404
        assert "Why is it used still?" not in words_on(browser.get("/questions"))
    assert agency.browser("officer").get("/questions").status_code == 403


def test_what_is_missing_or_cannot_be_is_said_beside_the_field(agency):
    browser = agency.browser("oversight")
    nothing = browser.post("/oversight/questions/new", {"office": "", "text": "", "due_on": ""})
    assert nothing.status_code == 422
    for text in ("Choose who is to answer.", "Write the question.", "Enter a day"):
        assert text in words_on(nothing)
    past = {"office": "leads", "text": "Why?", "due_on": day(-1)}
    assert "Choose a day from today on" in words_on(browser.post("/oversight/questions/new", past))
    entry = {"office": "leads", "text": "Why?", "due_on": day(3), "entry": "999999999"}
    assert "The journal has no entry" in words_on(browser.post("/oversight/questions/new", entry))


def test_a_question_about_a_record_says_which(agency):
    entry = agency.id_of(JournalEntry, fact_kind="tool", fact_id=1)
    number = asked(agency, entry=str(entry))
    page = agency.browser("registrar").get(f"/questions/{number}")
    assert f"Entry {entry}: Tool registered" in words_on(page)


def test_the_entry_of_a_question_leads_to_it(agency):
    number = asked(agency)
    with agency.database.reading() as session:
        kind, fact = JournalEntry.fact_kind == "oversight_question", JournalEntry.fact_id == number
        entry = session.scalars(select(JournalEntry.id).where(kind, fact)).one()
    page = agency.browser("oversight").get(f"/oversight/journal/{entry}").text
    assert f'href="/oversight/questions/{number}"' in page
    assert "To be answered by" in page


def test_an_overdue_question_is_shown_on_both_sides(agency):
    number = asked_days_ago(agency, 5, due_after=3)
    assert "1 question is overdue for an answer" in words_on(agency.browser("oversight").get("/oversight/"))
    assert "Overdue" in words_on(agency.browser("registrar").get(f"/questions/{number}"))


def test_the_address_of_a_new_question_can_name_what_it_is_about(agency):
    number = version(agency)
    page = agency.browser("oversight").get(f"/oversight/questions/new?about=version:{number}&entry=7")
    assert re.search(
        rf'<option[^>]* selected[^>]*value="version:{number}"|value="version:{number}"[^>]* selected', page.text
    )
    assert re.search(r'name="entry"[^>]*value="7"', page.text)
