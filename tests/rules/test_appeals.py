"""How long there is to appeal, and who has no hand in a mark."""

from datetime import date

import pytest

from tests.rules.factories import BRUSSELS, local
from training_app.rules.appeals import Hand, days_waiting, hand_of, last_day_to_appeal
from training_app.rules.civil_time import CivilInstant


@pytest.mark.parametrize("marked", ["2026-11-22 00:00", "2026-11-22 23:59:59"])
def test_the_last_day_is_the_thirtieth_after_the_day_of_the_mark_in_the_agencys_zone(marked):
    on = CivilInstant(local("2026-12-01"), BRUSSELS)
    assert last_day_to_appeal(local(marked), on=on) == date(2026, 12, 22)


@pytest.mark.parametrize(("asked", "days"), [("2026-11-22 23:59", 0), ("2026-11-23 00:00", 1), ("2026-12-22", 30)])
def test_an_appeal_waits_by_civil_days(asked, days):
    assert days_waiting(local("2026-11-22 09:00"), on=CivilInstant(local(asked), BRUSSELS)) == days


@pytest.mark.parametrize("hand", Hand)
def test_who_had_a_hand_in_the_mark_does_not_judge_it_and_everybody_else_may(hand):
    hands = {one: frozenset({1} if one is hand else {3}) for one in Hand}
    assert hand_of(1, hands) is hand
    assert hand_of(2, hands) is None


def test_of_several_hands_the_weightiest_is_named():
    assert hand_of(1, {Hand.RULED: {1}, Hand.WROTE: {1}, Hand.MARKED: {1}}) is Hand.WROTE
    assert hand_of(1, {}) is None
