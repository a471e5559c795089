"""An answer that is sent after the session has expired is stored all the same, once its officer has signed in again."""

import re
from datetime import timedelta

import pytest
from flask import render_template_string
from sqlalchemy import select, update

from tests.passwords import PASSWORD
from tests.views.browser import Browser
from training_app.errors import TrainingError
from training_app.kept_answers import Replayed, keeps_answers
from training_app.models.browser_session import KeptPost
from training_app.models.training import Answer
from training_app.rules.permissions import Permission, Role
from training_app.security import current_person, requires
from training_app.services.kept_answers import MOST_KEPT

FORM = '{% extends "base.html" %}{% block content %}<form>{{ csrf_token() }}</form>{% endblock %}'


class Quiz:
    """A quiz of two pages whose answers are kept in memory: what was answered, by whom, through which door."""

    def __init__(self, app):
        self.answers = []
        self.closed = False

        @requires(Permission.TRAINING_TAKE)
        def page(number):
            return render_template_string(FORM)

        def replay(session, person, view_args, form, at):
            if self.closed:
                raise TrainingError("The attempt is closed.")
            self.answers.append(("replayed", person.id, view_args["number"], form.getlist("option")))
            return Replayed(f"/quiz/{view_args['number']}/next")

        @requires(Permission.TRAINING_TAKE)
        @keeps_answers(replay=replay)
        def answer(number):
            from flask import request

            self.answers.append(("sent", current_person().id, number, request.form.getlist("option")))
            return "saved"

        app.add_url_rule("/quiz/<int:number>", "page", page)
        app.add_url_rule("/quiz/<int:number>/answer", "answer", answer, methods=["POST"])
        app.add_url_rule(
            "/quiz/<int:number>/note", "note", requires(Permission.TRAINING_TAKE)(lambda number: ""), methods=["POST"]
        )


@pytest.fixture
def app(make_app):
    return make_app()


@pytest.fixture
def quiz(app):
    return Quiz(app)


@pytest.fixture
def at_quiz(quiz, browser, make_person):
    """An officer's browser with the second question open."""
    person = make_person(Role.OFFICER)
    browser.sign_in(person)
    browser.get("/quiz/2")
    return browser, person


def kept(database):
    with database.reading() as session:
        return session.scalars(select(KeptPost)).all()


def test_the_answer_is_stored_after_signing_in_and_the_officer_is_back_at_the_quiz(quiz, at_quiz, let_pass):
    browser, person = at_quiz
    let_pass(idle=timedelta(hours=1))
    sent = browser.post("/quiz/2/answer", {"option": ["a", "c"]})
    assert sent.status_code == 302
    page = browser.get(sent.location).text
    assert "Your session ended. Sign in and your answer is saved." in page
    landed = browser.sign_in(person, path=sent.location)
    assert landed.location == "/quiz/2/next"
    assert quiz.answers == [("replayed", person.id, 2, ["a", "c"])]
    assert "answer that you gave after your session had ended is saved" in browser.get("/accessibility").text


def test_it_is_stored_once_only(quiz, at_quiz, let_pass):
    browser, person = at_quiz
    let_pass(idle=timedelta(hours=1))
    browser.post("/quiz/2/answer", {"option": "a"})
    browser.sign_in(person)
    browser.get("/accessibility")
    browser.post("/sign-out")
    browser.sign_in(person)
    assert len(quiz.answers) == 1


def test_what_was_kept_is_forgotten_once_it_is_stored(quiz, at_quiz, let_pass, database):
    browser, person = at_quiz
    let_pass(idle=timedelta(hours=1))
    browser.post("/quiz/2/answer", {"option": "a"})
    (before,) = kept(database)
    assert before.form == [["option", "a"]]
    browser.sign_in(person)
    (after,) = kept(database)
    assert after.form is None
    assert after.replayed_at is not None


def test_another_person_at_the_same_desk_sees_and_discards_nothing(quiz, at_quiz, let_pass, app, make_person):
    browser, person = at_quiz
    let_pass(idle=timedelta(hours=1))
    sent = browser.post("/quiz/2/answer", {"option": "a"})
    other = make_person(Role.OFFICER)
    landed = browser.sign_in(other, path=sent.location)
    assert landed.location == "/quiz/2"
    assert quiz.answers == []
    assert "is saved" not in browser.get("/accessibility").text
    Browser(app).sign_in(person)
    assert quiz.answers == [("replayed", person.id, 2, ["a"])]


def test_a_script_is_told_that_it_is_signed_out_and_the_answer_is_kept_too(quiz, at_quiz, let_pass):
    browser, person = at_quiz
    let_pass(idle=timedelta(hours=1))
    cookie = browser.cookie()
    told = browser.post("/quiz/2/answer", {"option": "b"}, headers={"X-Requested-With": "fetch"})
    assert told.status_code == 401
    assert told.json == {"error": "signed-out", "kept": True}
    assert browser.cookie() == cookie
    browser.sign_in(person)
    assert quiz.answers == [("replayed", person.id, 2, ["b"])]


def test_an_answer_that_a_script_sends_again_and_again_is_kept_once(quiz, at_quiz, let_pass, database):
    browser, _ = at_quiz
    let_pass(idle=timedelta(hours=1))
    for option in ("a", "b", "b", "b"):
        browser.post("/quiz/2/answer", {"option": option}, headers={"X-Requested-With": "fetch"})
    assert [post.form for post in kept(database)] == [[["option", "a"]], [["option", "b"]]]


def test_an_answer_that_is_chosen_again_after_another_is_kept_again(quiz, at_quiz, let_pass):
    browser, person = at_quiz
    let_pass(idle=timedelta(hours=1))
    for option in ("a", "b", "a"):
        browser.post("/quiz/2/answer", {"option": option}, headers={"X-Requested-With": "fetch"})
    browser.sign_in(person)
    assert [answer[3] for answer in quiz.answers] == [["a"], ["b"], ["a"]]


def test_answers_from_two_pages_are_stored_in_the_order_in_which_they_came(quiz, at_quiz, let_pass):
    browser, person = at_quiz
    let_pass(idle=timedelta(hours=1))
    token = browser.token
    first = browser.post("/quiz/2/answer", {"option": "a"})
    browser.get(first.location)
    browser.token = token  # the other tab still has its own page
    browser.post("/quiz/1/answer", {"option": "d"})
    browser.sign_in(person)
    assert [answer[2:] for answer in quiz.answers] == [(2, ["a"]), (1, ["d"])]


def test_a_page_left_open_in_another_tab_can_be_sent_after_signing_in_again(quiz, at_quiz, let_pass):
    browser, person = at_quiz
    token = browser.token
    let_pass(idle=timedelta(hours=1))
    browser.sign_in(person)
    browser.token = token
    assert browser.post("/quiz/2/answer", {"option": "a"}).text == "saved"
    assert quiz.answers == [("sent", person.id, 2, ["a"])]


def test_a_page_left_open_by_another_person_cannot(quiz, at_quiz, let_pass, make_person):
    browser, _ = at_quiz
    token = browser.token
    let_pass(idle=timedelta(hours=1))
    browser.sign_in(make_person(Role.OFFICER))
    browser.token = token
    assert browser.post("/quiz/2/answer", {"option": "a"}).status_code == 400
    assert quiz.answers == []


@pytest.mark.parametrize("minutes", [pytest.param(-1, id="within"), pytest.param(0, id="at-the-limit")])
def test_it_waits_for_two_weeks(quiz, at_quiz, let_pass, database, minutes):
    browser, person = at_quiz
    let_pass(idle=timedelta(hours=1))
    browser.post("/quiz/2/answer", {"option": "a"})
    with database.transaction() as session:
        for post in session.scalars(select(KeptPost)):
            post.kept_at -= timedelta(days=14, minutes=minutes)
    browser.sign_in(person)
    assert len(quiz.answers) == (1 if minutes < 0 else 0)
    assert len(kept(database)) == (1 if minutes < 0 else 0)


def test_an_answer_that_can_no_longer_be_taken_says_why(quiz, at_quiz, let_pass):
    browser, person = at_quiz
    let_pass(idle=timedelta(hours=1))
    sent = browser.post("/quiz/2/answer", {"option": "a"})
    quiz.closed = True
    assert browser.sign_in(person, path=sent.location).location == "/quiz/2"
    assert "An answer could not be saved. The attempt is closed." in browser.get("/accessibility").text


def test_an_officer_who_lost_the_role_meanwhile_stores_nothing(quiz, at_quiz, let_pass, database):
    from training_app.clock import now
    from training_app.models.people import RoleAssignment

    browser, person = at_quiz
    let_pass(idle=timedelta(hours=1))
    browser.post("/quiz/2/answer", {"option": "a"})
    at = now()
    with database.transaction() as session:
        session.add(
            RoleAssignment(person_id=person.id, role=Role.OFFICER, granted=False, effective_at=at, recorded_at=at)
        )
    browser.sign_in(person)
    assert quiz.answers == []


# -- what is not kept ----------------------------------------------------------------------------------------------


def test_nothing_is_kept_from_a_form_without_the_token_of_that_session(quiz, at_quiz, let_pass, database):
    browser, _ = at_quiz
    let_pass(idle=timedelta(hours=1))
    for token in ("", "forged", browser.token + "x"):
        browser.token = token
        browser.post("/quiz/2/answer", {"option": "a"})
    assert kept(database) == []


def test_nothing_is_kept_for_a_session_that_was_signed_out(quiz, at_quiz, database):
    browser, _ = at_quiz
    cookie, token = browser.cookie(), browser.token
    browser.post("/sign-out")
    browser.client.set_cookie("training", cookie)
    browser.token = token
    browser.post("/quiz/2/answer", {"option": "a"})
    assert kept(database) == []


def test_nothing_is_kept_for_a_session_whose_password_was_changed(quiz, at_quiz, let_pass, database):
    from training_app.models.people import Credential

    browser, person = at_quiz
    let_pass(idle=timedelta(hours=1))
    with database.transaction() as session:
        session.execute(update(Credential).where(Credential.person_id == person.id).values(epoch=1))
    browser.post("/quiz/2/answer", {"option": "a"})
    assert kept(database) == []


def test_nothing_is_kept_of_what_is_no_answer(quiz, at_quiz, let_pass, database):
    browser, _ = at_quiz
    let_pass(idle=timedelta(hours=1))
    assert browser.post("/quiz/2/note", {"text": "a"}).status_code == 302
    assert kept(database) == []


def test_an_expired_session_cannot_fill_the_disk(quiz, at_quiz, let_pass, database):
    browser, _ = at_quiz
    let_pass(idle=timedelta(hours=1))
    for number in range(MOST_KEPT + 3):
        browser.post(f"/quiz/{number}/answer", {"option": "a"})
    assert len(kept(database)) == MOST_KEPT


def test_no_token_against_forgery_is_kept(quiz, at_quiz, let_pass, database):
    browser, _ = at_quiz
    let_pass(idle=timedelta(hours=1))
    browser.post("/quiz/2/answer", {"option": "a"})
    assert browser.token not in repr([post.form for post in kept(database)])


# -- the real quiz -------------------------------------------------------------------------------------------------


def test_an_answer_in_a_real_quiz_outlives_its_session(agency, database, let_pass):
    browser = agency.browser("officer")
    browser.get("/modules/ai-limits")
    attempt = browser.post("/modules/ai-limits/attempts", {"mode": "assessment"}).location
    question = browser.get(attempt).location
    page = browser.get(question).text
    name, value = re.search(r'<input[^>]*name="(\w+)"[^>]*type="(?:radio|checkbox)"[^>]*value="(\w+)"', page).groups()
    base = re.search(r'name="base"[^>]*value="([^"]*)"', page)
    let_pass(idle=timedelta(hours=1))
    sent = browser.post(question, {name: value, **({"base": base[1]} if base else {})})
    browser.get(sent.location)
    landed = browser.post(sent.location, {"identifier": "officer@demo.example", "password": PASSWORD})
    assert landed.location.startswith(attempt)
    with database.reading() as session:
        (answer,) = session.scalars(select(Answer)).all()
    assert answer.options == [value]
