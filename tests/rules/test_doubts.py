"""What a measure against a trainer throws into doubt, and who does not judge what follows."""

from datetime import timedelta

import pytest

from tests.rules.factories import local
from training_app.rules.doubts import (
    PART_OF,
    BasisKind,
    Concerned,
    Doubting,
    Part,
    TrainersAct,
    concerned,
    doubts,
    parts_doubted,
    unconcerned,
)

SINCE, UNTIL = local("2026-03-01 00:00"), local("2026-11-20 10:00")
MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("done_at", "doubted"),
    [
        pytest.param(SINCE - MOMENT, False, id="the-moment-before-it-takes-effect"),
        pytest.param(SINCE, True, id="when-it-takes-effect"),
        pytest.param(UNTIL, True, id="when-it-is-recorded"),
        pytest.param(UNTIL + MOMENT, False, id="under-a-qualification-looked-at-since"),
    ],
)
def test_what_was_done_from_the_measures_day_until_it_was_recorded_is_in_doubt(done_at, doubted):
    measure = Doubting(SINCE, UNTIL, None, frozenset(Part))
    assert doubts(measure, TrainersAct(BasisKind.SIGNED_OFF, done_at, "tool:sightline")) is doubted


@pytest.mark.parametrize(
    ("scope", "doubted"),
    [(None, True), ("tool:sightline", True), ("tool:lockpick", False), ("subject:sightline", False)],
)
def test_a_measure_against_one_qualification_doubts_what_was_done_in_its_scope_alone(scope, doubted):
    measure = Doubting(SINCE, UNTIL, scope, frozenset(Part))
    assert doubts(measure, TrainersAct(BasisKind.SIGNED_OFF, SINCE, "tool:sightline")) is doubted


@pytest.mark.parametrize("kind", BasisKind)
@pytest.mark.parametrize(("content", "marks"), [(False, False), (True, False), (False, True), (True, True)])
def test_signatures_are_always_in_doubt_content_and_marks_where_the_measure_says_so(kind, content, marks):
    measure = Doubting(SINCE, UNTIL, None, parts_doubted(content=content, marks=marks))
    expected = {Part.SIGNATURES: True, Part.CONTENT: content, Part.MARKS: marks}[PART_OF[kind]]
    assert doubts(measure, TrainersAct(kind, SINCE, "subject:bias")) is expected


def test_every_kind_of_act_belongs_to_a_part():
    assert PART_OF.keys() == set(BasisKind)


@pytest.mark.parametrize(
    ("person", "reason"),
    [
        (1, Concerned.OWN),
        (2, Concerned.TRAINER),
        (3, Concerned.RECORDED_AWARD),
        (4, Concerned.RECORDED_MEASURE),
        (5, Concerned.HANDLED_CONCERN),
        (6, Concerned.VOIDED),
        (7, None),
    ],
)
def test_nobody_judges_where_they_are_concerned(person, reason):
    roles = {one: {number} for number, one in enumerate(Concerned, start=1)}
    assert concerned(person, roles) is reason


def test_of_several_reasons_the_weightiest_is_told_and_nobody_is_nobody():
    assert concerned(1, {Concerned.RECORDED_MEASURE: {1}, Concerned.OWN: {1}}) is Concerned.OWN
    assert concerned(1, {Concerned.RECORDED_AWARD: {None}}) is None


def test_who_judges_is_without_any_hand_and_perhaps_nobody():
    roles = {one: {number} for number, one in enumerate(Concerned, start=1)}
    assert unconcerned(range(1, 9), roles) == {7, 8}
    assert unconcerned(range(1, 7), roles) == frozenset()
