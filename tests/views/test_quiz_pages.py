"""A quiz in the pages: nothing that was answered is lost, nothing counts twice, and no key is told."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.passwords import PASSWORD
from tests.views.officer_walk import QUESTIONS, Officer, clear, open_long_ago, right, words, wrong
from training_app.clock import now
from training_app.models.training import Answer, Attempt
from training_app.services import sittings, training


@pytest.fixture
def officer(agency):
    """DP-1002: an account, a seat and an evaluation in force, and nothing else."""
    found = Officer(agency, "officer", "DP-1002")
    with agency.database.transaction() as session:
        clear(session, found.person)
    return found


def test_an_attempt_leads_to_the_first_question_without_an_answer_and_then_to_the_check(officer):
    attempt = officer.open()
    assert officer.browser.get(f"/attempts/{attempt}").location == f"/attempts/{attempt}/questions/1"
    assert officer.answer(attempt, 1).location == f"/attempts/{attempt}/questions/2"
    assert officer.browser.get(f"/attempts/{attempt}").location == f"/attempts/{attempt}/questions/2"
    officer.answer_all(attempt)
    assert officer.browser.get(f"/attempts/{attempt}").location == f"/attempts/{attempt}/check"


def test_opening_a_quiz_twice_is_one_attempt(officer):
    assert officer.open() == officer.open()


def test_an_answer_is_shown_again_with_the_time_at_which_it_was_saved(officer):
    attempt = officer.open()
    officer.answer(attempt, 1)
    page = officer.browser.get(f"/attempts/{attempt}/questions/1")
    chosen = re.findall(r'<input checked[^>]* value="([^"]+)"', page.text)
    assert sorted(chosen) == right(officer.ask(attempt, 1)[0])
    assert "Saved at " in words(page)


def test_wrong_answers_are_told_by_objective_with_lessons_and_without_a_key(officer):
    result = officer.take(choose=wrong)
    assert "Not passed: 0 of 8 points" in result
    assert "At least 6.4 points are needed (80%)." in result
    assert (
        "work out how many alerts are right when the target is rare 0 of 2 points Worth reading again: Base rates"
        in result
    )
    for item in officer.items.values():
        text = item.texts["en"]
        assert all(option not in result for option in text.options.values() if len(option) > 15)
        assert all(why not in result for why in text.feedback.values())


def test_blanks_are_named_and_submitted_only_by_choice(officer):
    attempt = officer.open()
    officer.answer_all(attempt, but=3)
    page = officer.get(f"/attempts/{attempt}/check")
    assert "1 question has no answer yet." in page
    assert page.count("Not answered yet Answer question 3") == 1
    refused = officer.post(f"/attempts/{attempt}/submit")
    assert refused.status_code == 422
    assert "1 question has no answer yet. Answer it, or tick the box to submit all the same." in words(refused)
    assert officer.submissions() == []
    result = officer.follow(officer.post(f"/attempts/{attempt}/submit", blanks="y"))
    assert "Passed: 7 of 8 points" in result
    assert "1 question was left without an answer." in result


def test_submitting_in_two_tabs_makes_one_submission_and_one_award_for_each_tool(officer):
    attempt = officer.open()
    officer.answer_all(attempt)
    officer.get(f"/attempts/{attempt}/check")
    answers = [officer.post(f"/attempts/{attempt}/submit") for _tab in range(2)]
    assert [answer.location for answer in answers] == [f"/attempts/{attempt}/result"] * 2
    assert len(officer.submissions()) == 1
    assert (officer.awards(), officer.awards("lockpick")) == ([("3.2", "full")], [("5.0", "full")])


def test_after_submission_no_answer_changes_and_every_page_leads_to_the_result(officer):
    attempt = officer.open()
    item, hidden = officer.ask(attempt, 1)
    officer.answer_all(attempt)
    officer.post(f"/attempts/{attempt}/submit")
    held = officer.held(attempt)
    late = officer.post(f"/attempts/{attempt}/questions/1", answer=wrong(item), **hidden)
    assert late.location == f"/attempts/{attempt}/result"
    assert officer.send(attempt, 1, wrong(item), 99).status_code == 409
    assert officer.held(attempt) == held
    for path in ("questions/1", "check", ""):
        answer = officer.browser.get(f"/attempts/{attempt}/{path}".rstrip("/"))
        assert answer.location == f"/attempts/{attempt}/result"


def test_the_result_stays_hidden_while_the_attempt_is_open(officer):
    attempt = officer.open()
    assert officer.browser.get(f"/attempts/{attempt}/result").location == f"/attempts/{attempt}"


def test_an_attempt_of_another_officer_is_not_found_whatever_is_asked_of_it(officer, agency):
    attempt = officer.open()
    other = Officer(agency, "officer1", "DP-1001")
    other.get("/modules/ai-limits")
    for path in ("", "/questions/1", "/questions/1/feedback", "/check", "/result"):
        other.get(f"/attempts/{attempt}{path}", status=404)
    assert other.post(f"/attempts/{attempt}/questions/1", answer="a").status_code == 404
    assert other.send(attempt, 1, ["a"], 1).status_code == 404
    assert other.post(f"/attempts/{attempt}/submit", blanks="y").status_code == 404
    assert officer.held(attempt) == {}
    assert officer.submissions() == []


@pytest.mark.parametrize("number", [0, QUESTIONS + 1, 99])
def test_there_is_no_question_outside_the_paper(officer, number):
    officer.get(f"/attempts/{officer.open()}/questions/{number}", status=404)


# -- saving ------------------------------------------------------------------------------------------------------------


def test_the_script_is_told_when_an_answer_was_saved_and_the_highest_number(officer):
    attempt = officer.open()
    item, _hidden = officer.ask(attempt, 1)
    answer = officer.send(attempt, 1, right(item), 4)
    assert answer.status_code == 200
    assert answer.json["sequence"] == 4
    assert len(answer.json["saved_at"]) == len("14:02")
    assert officer.held(attempt) == {item.id: right(item)}


def test_of_answers_that_arrive_out_of_order_the_highest_number_holds(officer):
    attempt = officer.open()
    item, _hidden = officer.ask(attempt, 1)
    officer.send(attempt, 1, right(item), 2)
    assert officer.send(attempt, 1, wrong(item), 1).json["sequence"] == 2
    assert officer.held(attempt) == {item.id: right(item)}


def test_two_devices_that_count_alike_lose_neither_answer(officer):
    attempt = officer.open()
    item, _hidden = officer.ask(attempt, 1)
    assert officer.send(attempt, 1, right(item), 1).json["sequence"] == 1
    assert officer.send(attempt, 1, wrong(item), 1).json["sequence"] == 2
    assert officer.held(attempt) == {item.id: wrong(item)}


def test_pages_without_the_script_save_in_the_order_in_which_they_are_sent(officer):
    attempt = officer.open()
    item, hidden = officer.ask(attempt, 1)  # two tabs with the same page
    officer.post(f"/attempts/{attempt}/questions/1", answer=wrong(item), **hidden)
    officer.post(f"/attempts/{attempt}/questions/1", answer=right(item), **hidden)
    assert officer.held(attempt) == {item.id: right(item)}


def test_a_page_left_blank_does_not_wipe_out_what_another_tab_has_saved(officer):
    attempt = officer.open()
    for number in range(1, QUESTIONS + 1):
        item, hidden = officer.ask(attempt, number)
        officer.answer(attempt, number)
        officer.post(f"/attempts/{attempt}/questions/{number}", **hidden)
        assert officer.held(attempt)[item.id] == right(item)


def several(officer, attempt):
    """Return number and item of a question of which several options may be chosen, or fail."""
    for number in range(1, QUESTIONS + 1):
        item, _hidden = officer.ask(attempt, number)
        if item.kind.value == "multiple-response":
            return number, item
    return None


def with_several(officer):
    """Open attempts until one has such a question: papers are drawn by chance."""
    for _try in range(20):
        attempt = officer.open(mode="practice")
        if found := several(officer, attempt):
            return (attempt, *found)
        officer.post(f"/attempts/{attempt}/submit")
    raise AssertionError("no paper had a question with several answers")


def test_ticks_that_the_page_showed_can_be_taken_back(officer):
    attempt, number, item = with_several(officer)
    officer.answer(attempt, number)
    assert officer.held(attempt)[item.id] == right(item)
    _item, hidden = officer.ask(attempt, number)
    officer.post(f"/attempts/{attempt}/questions/{number}", **hidden)
    assert officer.held(attempt)[item.id] == []


@pytest.mark.parametrize("sequence", ["0", "-1", "99999999999", "two", ""])
def test_a_number_that_no_device_counts_cannot_break_the_attempt(officer, sequence):
    attempt = officer.open()
    item, _hidden = officer.ask(attempt, 1)
    assert officer.send(attempt, 1, right(item), sequence).status_code in {200, 422}
    assert officer.send(attempt, 1, right(item), 5).status_code == 200
    assert officer.held(attempt) == {item.id: right(item)}


def test_an_option_of_another_question_is_refused_and_said_so(officer):
    attempt = officer.open()
    _item, hidden = officer.ask(attempt, 1)
    answer = officer.post(f"/attempts/{attempt}/questions/1", answer="z", **hidden)
    assert answer.status_code == 422
    assert "There is a problem This answer is not one of the options. Choose again." in words(answer)
    assert officer.send(attempt, 1, ["z"], 1).status_code == 422
    assert officer.held(attempt) == {}


def test_an_answer_that_meets_an_expired_session_is_kept_and_leads_on_after_sign_in(officer, let_pass):
    attempt = officer.open()
    item, hidden = officer.ask(attempt, 1)
    let_pass(idle=timedelta(hours=2))
    lost = officer.post(f"/attempts/{attempt}/questions/1", answer=right(item), **hidden)
    assert "/sign-in" in lost.location
    assert officer.held(attempt) == {}
    officer.get(lost.location)
    back = officer.post(lost.location, identifier="officer@demo.example", password=PASSWORD)
    assert back.location == f"/attempts/{attempt}/questions/2"
    assert officer.held(attempt) == {item.id: right(item)}


def test_an_answer_kept_over_a_sign_in_does_not_replace_a_later_one(officer, agency, let_pass):
    attempt = officer.open()
    item, hidden = officer.ask(attempt, 1)
    let_pass(idle=timedelta(hours=2))
    officer.post(f"/attempts/{attempt}/questions/1", answer=wrong(item), **hidden)
    with agency.database.transaction() as session:  # the same officer, meanwhile, on another device
        session.add(Answer(attempt_id=attempt, item_id=item.id, sequence=9, options=right(item), received_at=now()))
    officer.get("/sign-in")
    officer.post("/sign-in", identifier="officer@demo.example", password=PASSWORD)
    assert officer.held(attempt) == {item.id: right(item)}


def answer_offline(officer, attempt, let_pass, *answers):
    """Answer the first question in an expired session, as a page without its script that one goes back to."""
    item, hidden = officer.ask(attempt, 1)
    let_pass(idle=timedelta(hours=2))
    for choose in answers:
        officer.post(f"/attempts/{attempt}/questions/1", answer=choose(item), **hidden)
    return item


def sign_in_again(officer):
    officer.get("/sign-in")
    officer.post("/sign-in", identifier="officer@demo.example", password=PASSWORD)


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param((right, wrong), id="right-then-wrong"),
        pytest.param((wrong, right), id="wrong-then-right"),
        pytest.param((right, wrong, right), id="and-back-again"),
    ],
)
def test_of_several_answers_kept_over_a_sign_in_the_last_holds(officer, let_pass, answers):
    attempt = officer.open()
    item = answer_offline(officer, attempt, let_pass, *answers)
    sign_in_again(officer)
    assert f"The {len(answers)} answers that you gave" in officer.browser.get(f"/attempts/{attempt}/questions/2").text
    assert officer.held(attempt) == {item.id: answers[-1](item)}


def test_answers_kept_over_a_sign_in_do_not_replace_one_with_their_number_given_since(officer, agency, let_pass):
    attempt = officer.open()
    item = answer_offline(officer, attempt, let_pass, wrong, right, wrong)
    with agency.database.transaction() as session:
        session.add(Answer(attempt_id=attempt, item_id=item.id, sequence=1, options=right(item), received_at=now()))
    sign_in_again(officer)
    assert officer.held(attempt) == {item.id: right(item)}


def test_an_answer_that_waited_until_the_quiz_was_submitted_is_refused_by_name(officer, agency, let_pass):
    attempt = officer.open()
    answer_offline(officer, attempt, let_pass, right)
    with agency.database.transaction() as session:
        found = sittings.sitting(session, officer.person.id, attempt, at=now())
        training.submit(session, found.attempt, found.published, blanks_accepted=True, at=now())
    sign_in_again(officer)
    told = officer.browser.get(f"/attempts/{attempt}/result").text
    assert "The quiz “The limits of AI” has been submitted since your session ended." in told
    assert "is saved" not in told
    assert officer.held(attempt) == {}


def test_an_answer_that_met_an_expired_session_after_the_deadline_is_kept_and_said_not_to_count(
    officer, agency, let_pass
):
    attempt = open_long_ago(agency, officer, days=15, choose=wrong)
    officer.get("/tools")  # any page, for its token
    with agency.database.reading() as session:
        entry = session.get_one(Attempt, attempt).paper["items"][0]["item"]
    let_pass(idle=timedelta(hours=2))
    late = right(officer.items[entry])
    officer.post(f"/attempts/{attempt}/questions/1", answer=late, sequence="8", base="8")
    sign_in_again(officer)
    told = officer.browser.get(f"/attempts/{attempt}/result").text
    assert "The quiz “The limits of AI” was closed when you answered" in told
    assert "is saved" not in told
    assert officer.held(attempt)[entry] == late


# -- the deadline ------------------------------------------------------------------------------------------------------


def test_past_its_deadline_what_was_saved_counts_as_of_the_deadline(officer, agency):
    attempt = open_long_ago(agency, officer, days=15)
    assert officer.browser.get(f"/attempts/{attempt}/questions/1").location == f"/attempts/{attempt}/result"
    page = officer.get(f"/attempts/{attempt}/result")
    assert "This quiz is closed" in page
    assert "8 of 8 questions are answered." in page
    result = officer.follow(officer.post(f"/attempts/{attempt}/submit"))
    assert "You are certified on Sightline Face Matching 3.2 through" in result
    (submission,) = officer.submissions()
    with agency.database.reading() as session:
        assert submission.effective_at == session.get_one(Attempt, attempt).closes_at
    assert officer.awards() == [("3.2", "full")]


def test_an_answer_that_comes_past_the_deadline_is_kept_and_not_counted(officer, agency):
    attempt = open_long_ago(agency, officer, days=15, choose=wrong)
    with agency.database.reading() as session:
        entry = session.get_one(Attempt, attempt).paper["items"][0]["item"]
    late = right(officer.items[entry])
    officer.get("/tools")
    assert officer.send(attempt, 1, late, 50).status_code == 409
    answer = officer.post(f"/attempts/{attempt}/questions/1", answer=late, sequence="8", base="8", shown="1")
    assert "This quiz is closed, so this answer was not counted." in officer.follow(answer)
    with agency.database.reading() as session:
        kept = session.scalars(select(Answer).where(Answer.attempt_id == attempt, Answer.item_id == entry)).all()
    assert late in [row.options for row in kept]
    said_late = "An answer to 1 question came after the quiz had closed. It is kept and not counted."
    assert said_late in officer.get(f"/attempts/{attempt}/result")
    result = officer.follow(officer.post(f"/attempts/{attempt}/submit"))
    assert "Not passed: 0 of 8 points" in result
    assert said_late in result


def test_nothing_is_said_to_be_late_that_came_in_time(officer):
    assert "after the quiz had closed" not in officer.take()


# -- practice ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("choose", "verdict"), [(right, "Right"), (wrong, "Not right")])
def test_practice_says_at_once_what_is_right_and_why_for_each_option(officer, choose, verdict):
    attempt = officer.open(mode="practice")
    item, hidden = officer.ask(attempt, 1)
    answer = officer.post(f"/attempts/{attempt}/questions/1", answer=choose(item), **hidden)
    page = officer.follow(answer)
    assert f"Question 1 of 8 {verdict} " in page
    for why in item.texts["en"].feedback.values():
        assert " ".join(why.split()) in page


def test_practice_counts_for_nothing(officer):
    attempt = officer.open(mode="practice")
    officer.answer_all(attempt)
    result = officer.follow(officer.post(f"/attempts/{attempt}/submit"))
    assert "Practice: 8 of 8 points" in result
    assert officer.awards() == []
    assert "Get certified on Sightline Face Matching 3.2" in officer.get("/tools")


def test_a_practice_question_left_blank_leads_on_without_feedback(officer):
    attempt = officer.open(mode="practice")
    _item, hidden = officer.ask(attempt, 1)
    answer = officer.post(f"/attempts/{attempt}/questions/1", **hidden)
    assert officer.browser.get(answer.location).location == f"/attempts/{attempt}/questions/2"


def test_an_assessment_has_no_feedback(officer):
    attempt = officer.open()
    officer.answer(attempt, 1)
    officer.get(f"/attempts/{attempt}/questions/1/feedback", status=404)


def test_practice_tells_nothing_while_a_quiz_on_the_module_is_open(officer):
    practice = officer.open(mode="practice")
    officer.answer(practice, 1)
    attempt = officer.open()
    assert "You can practise again once this quiz is submitted." in officer.get("/modules/ai-limits")
    refused = officer.post("/modules/ai-limits/attempts", mode="practice")
    assert "Your quiz on this module is open." in officer.follow(refused)
    told = officer.browser.get(f"/attempts/{practice}/questions/1/feedback")
    assert told.location == "/modules/ai-limits#quiz"
    officer.answer_all(attempt)
    officer.post(f"/attempts/{attempt}/submit")
    assert "Question 1 of 8" in officer.get(f"/attempts/{practice}/questions/1/feedback")


@pytest.mark.parametrize("mode", ["", "exam"])
def test_an_unknown_mode_opens_nothing(officer, mode):
    officer.get("/modules/ai-limits")
    assert officer.post("/modules/ai-limits/attempts", mode=mode).status_code == 400
