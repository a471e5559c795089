"""Refusals in words to the supervisor: what is ahead, and what can be done about it."""

from dataclasses import replace
from datetime import date

import pytest

from tests.rules.factories import (
    BRUSSELS,
    assessed,
    cleared,
    facts,
    full,
    local,
    officer,
    policy,
    released,
    sightline,
    version,
    when,
)
from training_app.rules.access import Ground, Question, decide
from training_app.rules.civil_time import CivilInstant
from training_app.rules.facts import Level, RetrainingOrdered
from training_app.rules.outlook import horizon, loss
from training_app.wording import supervisor as words

TODAY = local("2026-11-22 10:30")
ASKED = Question("DP-1001", "sightline", "3.2")


@pytest.fixture(autouse=True)
def in_english(make_app):
    with make_app().test_request_context():
        yield


@pytest.fixture
def backend() -> str:
    return "sqlite"


def coming(holder, tool=None) -> list[tuple[str, str]]:
    known = facts(holder, tool)
    until = horizon(CivilInstant(TODAY, BRUSSELS), 90)
    then = loss(ASKED, known, at=TODAY, until=until, known_at=TODAY)
    return [(one.sentence, one.way_out) for one in words.coming(then, zone=BRUSSELS)]


def test_the_end_of_a_certification_says_when_it_can_be_renewed():
    short = full("3.2", "2026-11-05", policy=policy(validity_months=2, window_months=1))
    assert coming(officer(short)) == [
        (
            "The certification ends.",
            "The officer renews it, which is possible from 5 December 2026 to 5 January 2027.",
        )
    ]


def test_the_end_of_grace_names_the_versions_and_the_least_that_is_asked():
    tool = sightline(
        versions=(version("3.1"), version("3.2", "3.1")),
        changes=(released("3.1", "2026-01-12"), released("3.2", "2026-11-15")),
        assessments=(assessed("3.1", "3.2", Level.FAMILIARISATION, grace_days=14),),
    )
    assert coming(officer(full("3.1", "2026-05-05")), tool) == [
        ("The time to train on what changed from 3.1 to 3.2 ends.", "The officer reads what changed and signs.")
    ]


def test_ordered_retraining_is_not_called_training_on_what_changed():
    order = RetrainingOrdered(**when("2026-11-20"), id="o", modules=("ai-limits",), due=date(2026, 12, 10))
    assert coming(officer(full("3.2", "2026-11-05"), retraining_orders=(order,))) == [
        (
            "The time for the retraining that was ordered ends.",
            "The officer takes the modules that were ordered anew, with their quizzes.",
        )
    ]


def test_of_an_evaluation_nothing_but_its_ground_is_said():
    ((sentence, way_out),) = coming(officer(full("3.2", "2026-11-05"), evaluations=(cleared("2026-12-31"),)))
    assert sentence == "No psychological evaluation will be in force."
    assert way_out == "The officer asks the evaluation service for an appointment before then."


def test_every_ground_has_words_for_the_supervisor_and_none_sends_them_to_themselves():
    now = decide(ASKED, facts(officer(full("3.2", "2026-11-05"))), at=TODAY, known_at=TODAY)
    for ground in Ground:
        (text,) = words.grounds(replace(now, grounds=(ground,)), zone=BRUSSELS)
        assert text.sentence
        assert text.way_out
        assert "supervisor" not in text.way_out, ground


@pytest.mark.parametrize(
    ("instant", "said"),
    [
        ("2027-01-06 00:00", "from the first instant of 6 January 2027"),
        ("2027-01-06 06:30", "from 06:30 on 6 January 2027"),
    ],
)
def test_a_day_is_said_where_it_is_its_first_instant_and_else_the_time(instant, said):
    assert words.from_when(local(instant), zone=BRUSSELS) == said
