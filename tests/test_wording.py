"""Days as readers of each language write them; and every refusal in words, with a way out."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask_babel import Babel, force_locale
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.rules.factories import BRUSSELS
from tests.rules.histories import answer, instants, officers, questions, tools
from training_app import wording
from training_app.rules.access import Badge, Decision, Ground, Question
from training_app.rules.facts import GuidelineCase
from training_app.wording import civil

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def page():
    app = Flask(__name__)
    Babel(app)
    with app.test_request_context():
        yield


@pytest.mark.parametrize(
    ("language", "day", "written"),
    [
        pytest.param("en", date(2027, 3, 14), "14 March 2027", id="european-english"),
        pytest.param("fr", date(2027, 3, 14), "14 mars 2027", id="french"),
        pytest.param("fr", date(2027, 8, 1), "1er août 2027", id="french-first-of-a-month"),
        pytest.param("fr", date(2027, 8, 11), "11 août 2027", id="french-eleventh"),
    ],
)
def test_a_day_is_written_out_in_the_language_of_the_page(page, language, day, written):
    with force_locale(language):
        assert civil(day) == written


def test_no_day_is_written_as_nothing(page):
    assert civil(None) == ""


@pytest.mark.parametrize("ground", Ground)
def test_every_ground_has_a_sentence_and_a_way_out(page, ground):
    bare = Decision(Question("DP-1", "tool", "1"), NOON, NOON, (ground,), Badge.NOT_CERTIFIED)
    (text,) = wording.grounds(bare, zone=ZoneInfo("Europe/Brussels"))
    assert text.code == ground.value
    assert text.sentence.endswith((".", ")"))
    assert text.way_out.endswith(".")


@given(history=st.tuples(questions(), tools(), officers(), instants))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_denial_names_a_ground_and_a_way_out_in_words(page, history):
    decision = answer(*history)
    texts = wording.grounds(decision, zone=BRUSSELS)
    assert decision.allowed == (not texts)
    assert all(text.sentence and text.way_out for text in texts)


def test_a_refusal_for_its_purpose_quotes_the_guideline(page):
    row = GuidelineCase(
        crime_types=frozenset({"murder"}),
        circumstances=frozenset(),
        authorisation=True,
        sentence="Only with a judge's leave.",
        source="Demo guideline, 4",
    )
    question = Question("DP-1", "tool", "1", purpose="unlock", crime_type="murder")
    refused = Decision(question, NOON, NOON, (Ground.AUTHORISATION_MISSING,), Badge.NOT_CERTIFIED, guidance=(row,))
    (text,) = wording.grounds(refused, zone=BRUSSELS)
    assert "“Only with a judge's leave.” (Demo guideline, 4)" in text.sentence
