"""Whatever is not carried from one system to another has its sentence."""

import pytest
from flask import Flask
from flask_babel import Babel

from quizzes.exchange.report import LEFT_OUT, Fault, Note, Unreadable, What
from training_app.wording import exchange as words

ABOUT = {What.CREDIT: "50% / 0%", What.GRADE: "1.5 / 2", What.NO_FEEDBACK: "2", What.CASE_SPLIT: "3"}


@pytest.fixture(autouse=True)
def page():
    app = Flask(__name__)
    Babel(app)
    with app.test_request_context():
        yield


@pytest.mark.parametrize("what", What)
def test_every_reason_has_a_sentence_that_says_whether_the_question_is_carried(what: What):
    about = ABOUT.get(what, "ABOUT")
    sentence = words.sentence(Note(3, what, about, "Alarms"))
    assert sentence.endswith((".", "”."))
    assert sentence.startswith("Not carried: ") is (what in LEFT_OUT)


@pytest.mark.parametrize("fault", Fault)
def test_every_refusal_of_a_file_says_what_to_do_or_where_it_is(fault: Fault):
    assert words.unreadable(Unreadable(fault, line=7)).endswith(".")


def test_notes_that_say_the_same_are_told_once_with_all_their_lines_and_what_is_left_out_first():
    notes = (
        Note(0, What.SETTINGS),
        Note(3, What.LOOKS, "", "A"),
        Note(9, What.LOOKS, "", "B"),
        Note(5, What.ESSAY, "", "C"),
    )
    told = words.told(notes)
    assert [(one.left_out, one.lines, one.titles) for one in told] == [
        (True, [5], ["C"]),
        (False, [], []),
        (False, [3, 9], ["A", "B"]),
    ]


@pytest.mark.parametrize("language", ["en", "en-GB", "xx", "not a tag"])
def test_the_words_for_true_and_false_fall_back_to_english(language: str):
    assert words.verdicts(language) == ("True", "False")
