"""Answers as they are stored: none is lost, and what was marked can be told ever after."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, update

from tests.services import recorded
from tests.services.recorded import JOURNAL_KEY, NOW
from training_app.models import append_only
from training_app.models.training import Answer, Mode
from training_app.services import content, journal, training

ROOT = Path(__file__).parents[2]
MINUTE = timedelta(minutes=1)


class Quiz:
    """An attempt with one question that the tests answer; its options are a, b and c here."""

    def __init__(self, session):
        self.session, self.published = session, content.newest(session, "ai-limits")
        officer = recorded.person(session)
        self.attempt = training.open_attempt(
            session, officer, self.published, Mode.ASSESSMENT, language="en", seed=7, at=NOW
        )
        entry = self.attempt.paper["items"][0]
        self.item, self.options = entry["item"], dict(zip("abc", entry["options"], strict=False))

    def save(self, option: str, number: int | None, *, minute: int = 0, store=training.save_answer) -> Answer:
        options, at = [self.options[option]], NOW + minute * MINUTE
        return store(self.session, self.attempt, self.item, options, sequence=number, at=at)

    def save_kept(self, option: str, number: int | None, *, minute: int) -> Answer:
        return self.save(option, number, minute=minute, store=training.save_kept_answer)

    def submit(self, *, minute: int = 60):
        return training.submit(
            self.session, self.attempt, self.published, blanks_accepted=True, at=NOW + minute * MINUTE
        )

    @property
    def held(self) -> str:
        (option,) = training.answers(self.session, self.attempt)[self.item]
        return next(name for name, known in self.options.items() if known == option)

    @property
    def rows(self) -> int:
        return len(self.session.scalars(select(Answer).where(Answer.attempt_id == self.attempt.id)).all())


@pytest.fixture
def quiz(demo_session):
    return Quiz(demo_session)


# -- numbers -----------------------------------------------------------------------------------------------------------


def test_the_same_number_with_the_same_options_is_one_answer(quiz):
    assert quiz.save("a", 1).id == quiz.save("a", 1).id
    assert quiz.rows == 1


def test_the_same_number_with_other_options_is_a_later_answer_above_all_numbers(quiz):
    quiz.save("a", 1)
    other = quiz.attempt.paper["items"][1]
    training.save_answer(quiz.session, quiz.attempt, other["item"], other["options"][:1], sequence=6, at=NOW)
    assert quiz.save("b", 1).sequence == 7
    assert quiz.held == "b"


def test_a_device_that_did_not_hear_its_new_number_and_sends_again_adds_nothing(quiz):
    quiz.save("a", 1)
    assert quiz.save("b", 1).id == quiz.save("b", 1).id
    assert quiz.rows == 2


# -- kept over a sign-in -----------------------------------------------------------------------------------------------


def test_kept_answers_hold_in_the_order_in_which_they_arrived_whatever_their_numbers(quiz):
    for minute, (option, number) in enumerate([("a", 9), ("b", 1), ("c", None), ("a", None)], start=1):
        quiz.save_kept(option, number, minute=minute)
        assert quiz.held == option
    assert quiz.rows == 4


def test_a_kept_answer_holds_against_one_that_had_arrived_before_it(quiz):
    quiz.save("a", 9, minute=1)
    quiz.save_kept("b", 2, minute=2)
    assert quiz.held == "b"


@pytest.mark.parametrize("number", [1, 2, 9])
def test_no_chain_of_kept_answers_replaces_one_given_since(quiz, number):
    quiz.save("c", number, minute=5)
    for minute, option in enumerate("abab", start=1):
        quiz.save_kept(option, number, minute=minute)
    assert quiz.held == "c"
    assert quiz.rows == 5


def test_an_answer_given_between_two_kept_ones_holds_against_the_first_only(quiz):
    quiz.save("c", 1, minute=2)
    quiz.save_kept("a", 1, minute=1)
    assert quiz.held == "c"
    quiz.save_kept("b", 1, minute=3)
    assert quiz.held == "b"


def test_a_kept_answer_that_the_script_sends_again_is_one_answer(quiz):
    quiz.save("a", 4, minute=3)
    quiz.save_kept("a", 4, minute=1)
    assert quiz.rows == 1


def test_a_late_answer_takes_nothing_from_one_that_was_kept_in_time(quiz):
    days = 14 * 24 * 60
    quiz.save("c", 1, minute=days + 5)
    quiz.save_kept("a", 1, minute=1)
    quiz.save_kept("b", 1, minute=2)
    assert quiz.held == "b"


# -- the deadline ------------------------------------------------------------------------------------------------------


def test_an_answer_past_the_deadline_is_stored_and_not_marked(quiz):
    quiz.save("a", 1)
    late = quiz.save("b", 2, minute=14 * 24 * 60)
    assert training.is_late(quiz.attempt, late)
    assert (quiz.rows, quiz.held) == (2, "a")


def test_an_answer_after_the_submission_is_refused_and_nothing_of_it_is_stored(quiz):
    quiz.save("a", 1)
    quiz.submit()
    for store in (quiz.save, quiz.save_kept):
        with pytest.raises(training.AttemptClosed, match="has been submitted"):
            store("b", 2, minute=1)
    assert quiz.rows == 1


# -- the audit ---------------------------------------------------------------------------------------------------------


def audit(database):
    with database.reading() as session:
        return journal.verify(session, JOURNAL_KEY.public_key()).faults


@pytest.fixture
def submitted(demo_database):
    """A quiz that was submitted with one answer in time, after another; one more came past the deadline."""
    with demo_database.transaction() as session:
        quiz = Quiz(session)
        quiz.save("a", 1)
        quiz.save("b", 2)
        quiz.save("c", 3, minute=14 * 24 * 60)
        quiz.submit(minute=15 * 24 * 60)
    journal.seal(demo_database, at=NOW)
    return demo_database, quiz


def test_the_audit_finds_the_answers_of_a_submission_as_they_were_marked(submitted):
    database, _quiz = submitted
    assert audit(database) == ()


def test_the_audit_knows_a_submission_without_any_answer(demo_database):
    with demo_database.transaction() as session:
        Quiz(session).submit()
    journal.seal(demo_database, at=NOW)
    assert audit(demo_database) == ()


def changed(quiz: Quiz) -> object:
    return update(Answer).where(Answer.sequence == 2).values(options=[quiz.options["a"]])


def taken_out(quiz: Quiz) -> object:
    return delete(Answer).where(Answer.sequence == 2)


def brought_forward(quiz: Quiz) -> object:
    return update(Answer).where(Answer.sequence == 3).values(received_at=NOW)


def slipped_in(quiz: Quiz) -> object:
    columns = {"attempt_id": quiz.attempt.id, "item_id": quiz.item, "options": [quiz.options["a"]]}
    return insert(Answer).values(**columns, sequence=9, received_at=NOW)


@pytest.mark.parametrize("tamper", [changed, taken_out, brought_forward, slipped_in])
def test_the_audit_finds_answers_that_are_not_those_that_were_marked(submitted, tamper: Callable[[Quiz], object]):
    database, quiz = submitted
    with database.migrating() as connection:
        append_only.release(connection, ["answer"])
        connection.execute(tamper(quiz))
        append_only.protect(connection, ["answer"])
    assert audit(database) == ("The answers to submission 1 are not those that were marked.",)
