"""How far a wish for changed training is, which draft answers it, and when it waits for too long."""

from datetime import timedelta

import pytest

from tests.rules.factories import BRUSSELS, local
from training_app.rules.civil_time import CivilInstant
from training_app.rules.wishes import Fate, Wish, WishState, WishStep, WishStepKind, is_late, known, state

WANTED = local("2026-10-19 10:00")
DRAFT, OTHER = 7, 8


def day(number: int):
    return WANTED + timedelta(days=number)


def tied(at: int, draft: int = DRAFT) -> WishStep:
    return WishStep(WishStepKind.TIED, day(at), draft)


def untied(at: int, draft: int = DRAFT) -> WishStep:
    return WishStep(WishStepKind.UNTIED, day(at), draft)


def declined(at: int) -> WishStep:
    return WishStep(WishStepKind.DECLINED, day(at))


def published(at: int) -> Fate:
    return Fate(published_at=day(at))


WRITTEN, GIVEN_UP = Fate(), Fate(given_up=True)


@pytest.mark.parametrize(
    ("steps", "fates", "expected", "answer"),
    [
        pytest.param((), {}, WishState.OPEN, None, id="nobody-has-begun"),
        pytest.param((tied(1),), {DRAFT: WRITTEN}, WishState.IN_WORK, None, id="a-draft-is-written"),
        pytest.param((tied(1),), {DRAFT: GIVEN_UP}, WishState.OPEN, None, id="the-draft-was-given-up"),
        pytest.param((tied(1), untied(2)), {DRAFT: WRITTEN}, WishState.OPEN, None, id="untied-again"),
        pytest.param((tied(1), untied(2)), {DRAFT: published(3)}, WishState.OPEN, None, id="untied-then-published"),
        pytest.param((tied(1),), {DRAFT: published(3)}, WishState.ANSWERED, (3, DRAFT), id="published"),
        pytest.param((tied(5),), {DRAFT: published(3)}, WishState.ANSWERED, (5, DRAFT), id="tied-once-published"),
        pytest.param(
            (tied(1), tied(2, OTHER)),
            {DRAFT: published(6), OTHER: published(4)},
            WishState.ANSWERED,
            (4, OTHER),
            id="the-first-of-two-answers-it",
        ),
        pytest.param((declined(1),), {}, WishState.DECLINED, None, id="declined"),
        pytest.param(
            (tied(1), declined(2)),
            {DRAFT: published(3)},
            WishState.DECLINED,
            None,
            id="published-after-it-was-declined",
        ),
        pytest.param(
            (tied(1), declined(4)), {DRAFT: published(3)}, WishState.ANSWERED, (3, DRAFT), id="published-before"
        ),
    ],
)
def test_how_far_a_wish_is_and_what_answers_it(steps, fates, expected, answer):
    wish = Wish(WANTED, steps, fates)
    assert state(wish) is expected
    assert wish.answer == (None if answer is None else (day(answer[0]), answer[1]))


@pytest.mark.parametrize(
    ("wish", "at", "late"),
    [
        (Wish(WANTED), "2026-12-18 23:59:59", False),
        (Wish(WANTED), "2026-12-19 00:00:00", True),
        (Wish(WANTED, (tied(1),), {DRAFT: WRITTEN}), "2026-12-19 00:00:00", True),
        (Wish(WANTED, (tied(1),), {DRAFT: published(2)}), "2027-12-19 00:00:00", False),
        (Wish(WANTED, (declined(1),)), "2027-12-19 00:00:00", False),
    ],
)
def test_a_wish_waits_through_its_last_day_and_a_draft_stops_no_clock(wish, at, late):
    assert is_late(wish, 60, on=CivilInstant(local(at), BRUSSELS)) is late


def test_what_was_known_at_an_earlier_moment_leaves_out_what_came_later():
    wish = Wish(WANTED, (tied(1),), {DRAFT: published(3)})
    assert state(known(wish, day(1))) is WishState.OPEN
    assert state(known(wish, day(3))) is WishState.IN_WORK
    assert state(known(wish, day(3) + timedelta(seconds=1))) is WishState.ANSWERED
