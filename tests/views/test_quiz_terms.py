"""What officers are told before a quiz, what stands against it, and the page with all questions."""

import re
from datetime import timedelta
from html import unescape

import pytest

from tests.quizzes import every_kind
from tests.views.officer_walk import Officer, right, words
from training_app.clock import now
from training_app.models.rulings import FurtherAttempt, TimeAccommodation
from training_app.models.training import Attempt, Mode
from training_app.services import content, training

START = f"/modules/{every_kind.SLUG}/quiz"
OPEN = f"/modules/{every_kind.SLUG}/attempts"
ALL_AT_ONCE = 'layout = "all-at-once"'


@pytest.fixture
def officer_of(agency, tmp_path):
    """Publish a quiz of every kind with these lines in its plan; return an officer."""

    def make(*plan: str, items: int = 3) -> Officer:
        with agency.database.transaction() as session:
            every_kind.publish(session, tmp_path, *plan, at=now(), items=items)
        return Officer(agency, "officer", "DP-1002")

    return make


def take_wrong(agency, officer: Officer, *, ago: timedelta = timedelta(0)) -> int:
    """Open an assessment so long ago, answer all of it wrongly and submit it; return its id."""
    at = now() - ago
    with agency.database.transaction() as session:
        published = content.newest(session, every_kind.SLUG)
        attempt = training.open_attempt(
            session, officer.person, published, Mode.ASSESSMENT, language="en", seed=3, at=at
        )
        for name in training.on_paper(attempt.paper):
            training.save_answer(session, attempt, name, every_kind.wrong(officer.items[name]), sequence=None, at=at)
        training.submit(session, attempt, published, blanks_accepted=True, at=at)
    return attempt.id


# -- before the start --------------------------------------------------------------------------------------------------


def test_everything_that_holds_is_said_before_an_assessment_starts(agency, officer_of):
    officer = officer_of("minutes = 40", "attempts = 3", "cooling_off_hours = 24", ALL_AT_ONCE)
    at = now()
    with agency.database.transaction() as session:
        stamp = {"effective_at": at, "recorded_at": at, "recorded_by_id": agency.person("DP-4003").id}
        session.add(TimeAccommodation(**stamp, officer_id=officer.person.id, percent=25, valid_through=None))
    page = officer.get(START)
    for said in (
        "Assessment: it counts",
        "3, all on one page",
        "50 minutes from when you start: 40, and 25% more that is recorded for you.",
        "Closes, if you start now",
        "80% of the points. Some questions must be right, whatever the total.",
        "You have 3 attempts left. After a failed one the next opens 24 hours later.",
        "Each answer is saved as you give it",
        "Without a connection your answers stay on this device",
        "when you sign out",
        "You can go on from another device",
        "An answer that arrives later is kept, shown as late and not counted, unless an assessor decides otherwise.",
        "Which answers were right is not told, whatever the result.",
    ):
        assert said in page
    assert "Start the quiz now" in page


def test_practice_is_said_to_count_for_nothing_and_to_run_no_clock(officer_of):
    page = officer_of("minutes = 40").get(f"{START}?mode=practice")
    assert "Practice: counts for nothing" in page
    assert "For nothing. After each question you are told what is right and why." in page
    assert "No clock runs." in page


def test_reading_the_page_before_the_start_opens_nothing(agency, officer_of):
    officer = officer_of()
    before = agency.count(Attempt)
    officer.get(START)
    officer.get(f"{START}?mode=practice")
    assert agency.count(Attempt) == before


@pytest.mark.parametrize("address", ["/modules/nothing/quiz", f"{START}?mode=exam"])
def test_there_is_no_such_page_for_what_is_no_quiz_and_no_mode(officer_of, address):
    assert officer_of().browser.get(address).status_code in {400, 404}


# -- what stands against it --------------------------------------------------------------------------------------------


def test_when_the_attempts_are_used_up_the_way_out_is_named_and_opens(agency, officer_of):
    officer = officer_of("attempts = 1")
    failed = take_wrong(agency, officer)
    told = "You have used your 1 attempt at this quiz. Ask your trainer: a lead trainer can open one more for you."
    for page in (
        officer.get(f"/modules/{every_kind.SLUG}"),
        officer.get(f"/attempts/{failed}/result"),
        officer.get(START),
    ):
        assert told in page
    refused = officer.post(OPEN, mode="assessment")
    assert refused.status_code == 409
    assert told in words(refused)

    lead = agency.browser("lead")
    listed = words(lead.get(f"/content/{every_kind.SLUG}/attempts"))
    assert f"{officer.person.name} DP-1002 1" in listed
    page = lead.get(f"/content/{every_kind.SLUG}/attempts/DP-1002")
    assert "Not passed 0 of" in words(page)
    address = f"/content/{every_kind.SLUG}/attempts/DP-1002"
    assert lead.post(address, {}).status_code == 422
    assert lead.post(address, {"reason": "taught-again"}).status_code == 302
    again = lead.post(address, {"reason": "taught-again"})
    assert "This officer has an attempt left, perhaps opened a moment ago. Nothing was changed." in words(again)
    assert agency.count(FurtherAttempt) == 1
    assert "You have 1 attempt left." in officer.get(f"/modules/{every_kind.SLUG}")
    assert officer.post(OPEN, mode="assessment").status_code == 303


@pytest.mark.parametrize("mailbox", ["officer", "trainer", "registrar", "supervisor"])
def test_only_a_lead_opens_one_more(agency, officer_of, mailbox):
    officer = officer_of("attempts = 1")
    take_wrong(agency, officer)
    browser = agency.browser(mailbox)
    for path in ("", "/DP-1002"):
        assert browser.get(f"/content/{every_kind.SLUG}/attempts{path}").status_code == 403
    posted = browser.post(f"/content/{every_kind.SLUG}/attempts/DP-1002", {"reason": "taught-again"})
    assert posted.status_code == 403
    assert agency.count(FurtherAttempt) == 0


def test_during_the_pause_the_instant_is_named_at_which_the_next_opens(agency, officer_of):
    officer = officer_of("cooling_off_hours = 24")
    take_wrong(agency, officer, ago=timedelta(hours=1))
    pattern = (
        r"After a quiz that was not passed there is a pause\. You can take it again from \d+ \w+ \d{4}, \d\d:\d\d on\."
    )
    assert re.search(pattern, officer.get(f"/modules/{every_kind.SLUG}"))
    page = officer.get(START)
    assert re.search(pattern, page)
    assert "Start the quiz now" not in page
    assert officer.post(OPEN, mode="assessment").status_code == 409


def test_after_the_pause_it_starts(agency, officer_of):
    officer = officer_of("cooling_off_hours = 24")
    take_wrong(agency, officer, ago=timedelta(hours=25))
    assert officer.post(OPEN, mode="assessment").status_code == 303


# -- what a failed attempt does not tell -------------------------------------------------------------------------------


def secrets_of(item) -> list[str]:
    """Return what would tell the key of *item*: every reason why something is right or wrong."""
    texts = [item.texts["en"], *item.texts["en"].parts.values()]
    return [" ".join(why.split()) for text in texts for why in text.feedback.values()]


def test_no_page_and_no_answer_to_the_script_tells_a_key_of_an_assessment(agency, officer_of):
    officer = officer_of(items=every_kind.ITEMS)
    attempt = officer.open(every_kind.SLUG)
    seen = []
    for number in range(1, every_kind.ITEMS + 1):
        seen.append(officer.browser.get(f"/attempts/{attempt}/questions/{number}").text)
        answer = officer.browser.post(
            f"/attempts/{attempt}/questions/{number}",
            {"answer": "", "sequence": number},
            headers={"X-Requested-With": "fetch"},
        )
        assert set(answer.json) == {"saved_at", "sequence", "shown", "seconds_left"}
    seen.append(officer.browser.get(f"/attempts/{attempt}/check").text)
    result = officer.browser.post(f"/attempts/{attempt}/submit", {"blanks": "y"})
    seen.append(officer.browser.get(result.location).text)
    source = " ".join(unescape(" ".join(seen)).split())
    told = [why for item in officer.items.values() if item.id.startswith("pr-") for why in secrets_of(item)]
    assert told
    assert [why for why in told if why in source] == []


def test_an_older_practice_says_nothing_about_what_then_stood_on_a_failed_quiz(agency, officer_of):
    officer = officer_of(items=every_kind.ITEMS)
    practice = officer.open(every_kind.SLUG, mode="practice")
    take_wrong(agency, officer)
    item, hidden = officer.ask(practice, 1)
    officer.post(f"/attempts/{practice}/questions/1", answer="a", **hidden)
    with agency.database.transaction() as session:
        found = session.get_one(Attempt, practice)
        training.save_answer(session, found, item.id, item.interaction.key, sequence=None, at=now())
    page = officer.get(f"/attempts/{practice}/questions/1/feedback")
    assert "Nothing is told about this question" in page
    assert [why for why in secrets_of(item) if why in page] == []
    result = officer.follow(officer.post(f"/attempts/{practice}/submit"))
    assert "Practice: finished" in result
    assert "By objective" not in result


# -- all questions on one page -----------------------------------------------------------------------------------------


def fields(page: str) -> dict[str, str]:
    """Return the hidden fields of a page's form."""
    return {
        name: unescape(value)
        for name, value in re.findall(r'<input[^>]* name="(q\d+-(?:sequence|base|shown))"[^>]* value="([^"]*)"', page)
    }


def items_of(agency, attempt: int) -> list[str]:
    with agency.database.reading() as session:
        return training.on_paper(session.get_one(Attempt, attempt).paper)


@pytest.fixture
def at_paper(agency, officer_of):
    """An officer with all choice questions of a paper on one page: attempt, and the ids of its items."""
    officer = officer_of(ALL_AT_ONCE, items=every_kind.ITEMS)
    attempt = officer.open(every_kind.SLUG)
    assert officer.browser.get(f"/attempts/{attempt}").location == f"/attempts/{attempt}/paper#question-1"
    return officer, attempt, items_of(agency, attempt)


def test_one_button_saves_every_answer_and_leads_to_the_check(agency, at_paper):
    officer, attempt, items = at_paper
    hidden = fields(officer.browser.get(f"/attempts/{attempt}/paper").text)
    single, ordered, number = (items.index(f"pr-error-{name}") + 1 for name in ("01", "06", "07"))
    given = {f"q{single}-answer": "b", f"q{number}-answer": "2,5"}
    places = {f"q{ordered}-answer.{option}": f"{option}:{place}" for place, option in enumerate(("picture", "list"), 1)}
    answer = officer.post(f"/attempts/{attempt}/paper", **hidden, **given, **places)
    assert answer.location == f"/attempts/{attempt}/check"
    assert officer.held(attempt) == {
        "pr-error-01": ["b"],
        "pr-error-06": ["list:2", "picture:1"],
        "pr-error-07": ["2.5"],
    }
    check = officer.browser.get(answer.location).text
    assert f'href="/attempts/{attempt}/paper#question-{number}"' in check
    assert officer.browser.get(f"/attempts/{attempt}/questions/{number}").location.endswith(f"/paper#question-{number}")


def test_what_the_page_showed_is_not_saved_again_over_a_later_answer(agency, at_paper):
    officer, attempt, items = at_paper
    single, number = items.index("pr-error-01") + 1, items.index("pr-error-07") + 1
    officer.send(attempt, single, ["a"], 1)
    stale = fields(officer.browser.get(f"/attempts/{attempt}/paper").text)
    officer.send(attempt, single, ["b"], 2)  # meanwhile, in another tab
    officer.post(f"/attempts/{attempt}/paper", **stale, **{f"q{single}-answer": "a", f"q{number}-answer": "9"})
    assert officer.held(attempt) == {"pr-error-01": ["b"], "pr-error-07": ["9"]}


def test_an_answer_that_cannot_be_saved_comes_back_and_the_others_are_saved(agency, at_paper):
    officer, attempt, items = at_paper
    hidden = fields(officer.browser.get(f"/attempts/{attempt}/paper").text)
    single, number = items.index("pr-error-01") + 1, items.index("pr-error-07") + 1
    answer = officer.post(
        f"/attempts/{attempt}/paper", **hidden, **{f"q{single}-answer": "b", f"q{number}-answer": "a few"}
    )
    assert answer.status_code == 422
    assert "There is a problem Write a number, such as 12 or 12.5." in words(answer)
    assert 'value="a few"' in answer.text
    assert officer.held(attempt) == {"pr-error-01": ["b"]}


def test_answers_of_one_page_that_meet_an_expired_session_are_there_after_signing_in(agency, at_paper, let_pass):
    officer, attempt, items = at_paper
    hidden = fields(officer.browser.get(f"/attempts/{attempt}/paper").text)
    single, number = items.index("pr-error-01") + 1, items.index("pr-error-07") + 1
    let_pass(idle=timedelta(hours=2))
    lost = officer.post(f"/attempts/{attempt}/paper", **hidden, **{f"q{single}-answer": "b", f"q{number}-answer": "9"})
    assert officer.held(attempt) == {}
    officer.get(lost.location)
    back = officer.post(lost.location, identifier="officer@demo.example", password="three quiet ferries at noon")
    assert back.location == f"/attempts/{attempt}/check"
    assert officer.held(attempt) == {"pr-error-01": ["b"], "pr-error-07": ["9"]}


def test_practice_shows_one_question_a_page_whatever_the_layout(officer_of):
    officer = officer_of(ALL_AT_ONCE)
    attempt = officer.open(every_kind.SLUG, mode="practice")
    assert officer.browser.get(f"/attempts/{attempt}").location == f"/attempts/{attempt}/questions/1"
    assert officer.browser.get(f"/attempts/{attempt}/paper").location == f"/attempts/{attempt}"


def test_a_question_left_as_the_page_showed_it_adds_no_answer(agency, officer_of):
    officer = officer_of(items=every_kind.ITEMS)
    attempt = officer.open(every_kind.SLUG)
    number = items_of(agency, attempt).index("pr-error-01") + 1
    officer.answer(attempt, number)
    item, hidden = officer.ask(attempt, number)
    officer.send(attempt, number, ["a"], 9)
    officer.post(f"/attempts/{attempt}/questions/{number}", answer=right(item), **hidden)
    assert officer.held(attempt) == {"pr-error-01": ["a"]}


def test_a_question_that_must_be_right_is_told_of_without_saying_which(agency, officer_of):
    officer = officer_of(items=every_kind.ITEMS)
    result = officer.get(f"/attempts/{take_wrong(agency, officer)}/result")
    assert "1 question that must be right was not. Without it no total is a pass." in result
