"""What sign-offs can be given in time: case by case, and held against an exhaustive count of the same."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.rules.capacity import Need, barred_for, plan, sign_offs_until
from training_app.rules.civil_time import CivilInstant
from training_app.rules.trainers import (
    Act,
    Condition,
    Declared,
    Matter,
    Qualification,
    QualificationLevel,
    Scope,
    Taught,
    TrainerFacts,
    unmet,
)

TODAY = date(2026, 11, 22)
PERSONAL = {Condition.SELF, Condition.CYCLE, Condition.TAUGHT_THEM}
"""Conditions that depend on the officer, and not on the assessor alone."""
OWN = frozenset({Condition.OWN_CERTIFICATION})


def in_days(days: int) -> date:
    """Return the last day of a span of *days*, today included."""
    return TODAY + timedelta(days=days - 1)


@pytest.mark.parametrize(
    ("days", "per_week", "number"),
    [(7, 5, 5), (14, 5, 10), (6, 5, 4), (1, 5, 0), (1, 7, 1), (0, 5, 0), (-3, 5, 0), (28, 3, 12), (7, 0, 0)],
)
def test_sign_offs_are_spread_over_the_days_of_a_week(days, per_week, number):
    assert sign_offs_until(in_days(days), today=TODAY, per_week=per_week) == number


def needs(unit: str, number: int, *, days: int = 7, barred: str = "") -> list[Need]:
    return [Need(f"{unit}{days}{barred}{count}", unit, in_days(days), frozenset(barred)) for count in range(number)]


@pytest.mark.parametrize(
    ("asked", "assessors", "short"),
    [
        ([], "xy", {}),
        (needs("a", 5), "x", {"a": 0}),
        (needs("a", 6), "x", {"a": 1}),
        (needs("a", 6), "xy", {"a": 0}),
        (needs("a", 3), "", {"a": 3}),
        # Who taught them all can sign for none of them.
        (needs("a", 3, barred="x"), "x", {"a": 3}),
        # x is kept for those for whom y is barred, whoever is served first.
        (needs("a", 5) + needs("b", 5, barred="y"), "xy", {"a": 0, "b": 0}),
        (needs("b", 5) + needs("a", 5, barred="y"), "xy", {"a": 0, "b": 0}),
        # What is missing is missing everywhere alike: 10 of 20, by the size of the units.
        (needs("a", 4, days=14) + needs("b", 16, days=14), "x", {"a": 2, "b": 8}),
        # The later ones leave the first week to those whose time ends with it.
        (needs("a", 5, days=14) + needs("b", 5, days=7), "x", {"a": 0, "b": 0}),
        (needs("a", 6, days=7) + needs("a", 5, days=14), "x", {"a": 1}),
        (needs("a", 2, days=0), "x", {"a": 2}),
    ],
)  # fmt: skip
def test_which_unit_runs_short_and_by_how_many(asked, assessors, short):
    found = plan(asked, assessors, today=TODAY, per_week=5)
    assert {one.unit: one.short for one in found.units()} == short
    assert found.short == sum(short.values())


def test_what_is_needed_by_each_last_day_is_told_the_earliest_first():
    found = plan(needs("a", 6, days=7) + needs("b", 1, days=14), "x", today=TODAY, per_week=5)
    assert [(one.last_day, one.needed, one.possible) for one in found.days()] == [
        (in_days(7), 6, 5),
        (in_days(14), 1, 1),
    ]


ASSESSORS = "xyz"
ANY_NEEDS = st.lists(
    st.tuples(st.sampled_from("ab"), st.integers(0, 15), st.frozensets(st.sampled_from(ASSESSORS))), max_size=9
).map(
    lambda drawn: [Need(f"{number}", unit, in_days(days), barred) for number, (unit, days, barred) in enumerate(drawn)]
)


@given(ANY_NEEDS, st.integers(0, 4))
def test_nobody_gives_more_than_their_weeks_allow_and_nobody_is_given_one_by_who_taught_them(asked, per_week):
    found = plan(asked, ASSESSORS, today=TODAY, per_week=per_week)
    by_officer = {need.officer: need for need in asked}
    assert set(found.assigned) <= set(by_officer)
    for officer, assessor in found.assigned.items():
        assert assessor not in by_officer[officer].barred
    for assessor in ASSESSORS:
        held = [by_officer[officer].last_day for officer, by in found.assigned.items() if by == assessor]
        for day in held:
            until = sign_offs_until(day, today=TODAY, per_week=per_week)
            assert sum(one <= day for one in held) <= until
            assert until <= per_week * (((day - TODAY).days + 1) / 7)
    assert found.possible <= len(ASSESSORS) * per_week * max([0, *(((n.last_day - TODAY).days + 1) / 7 for n in asked)])
    assert sum(one.short for one in found.units()) == found.short == sum(one.short for one in found.days())


@given(ANY_NEEDS, st.integers(0, 4))
def test_no_plan_gives_more(asked, per_week):
    """By König and Hall: the most that can be served is the least, over all sets of officers, of the officers left out
    and the sign-offs of all who may serve one of the set."""
    found = plan(asked, ASSESSORS, today=TODAY, per_week=per_week)

    def room(chosen) -> int:
        latest = {
            assessor: max((one.last_day for one in chosen if assessor not in one.barred), default=None)
            for assessor in ASSESSORS
        }
        return sum(sign_offs_until(day, today=TODAY, per_week=per_week) for day in latest.values() if day)

    sets = (chosen for size in range(len(asked) + 1) for chosen in combinations(asked, size))
    assert found.possible == min(len(asked) - len(chosen) + room(chosen) for chosen in sets)


@given(ANY_NEEDS, st.randoms(use_true_random=False))
def test_the_order_in_which_officers_are_told_does_not_matter_to_how_many_are_served(asked, chance):
    shuffled = list(asked)
    chance.shuffle(shuffled)
    first, second = (plan(one, ASSESSORS, today=TODAY, per_week=2) for one in (asked, shuffled))
    assert first.units() == second.units()


NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
ON = CivilInstant(NOW, ZoneInfo("Europe/Brussels"))
PEOPLE = ("assessor", "o1", "o2", "o3")


@given(
    st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(["t", "u"]), st.integers(-30, 800)), max_size=6),
    st.dictionaries(st.sampled_from(PEOPLE), st.frozensets(st.sampled_from(PEOPLE)), max_size=4),
    st.booleans(),
)
def test_for_whom_an_assessor_may_not_sign_is_what_the_rule_of_acts_says_of_each(taught, qualified_by, separation):
    scope = Scope(tool="t")
    since = {"effective_at": NOW - timedelta(days=30), "recorded_at": NOW - timedelta(days=30)}
    trainer = TrainerFacts(
        person="assessor",
        qualifications=(
            Qualification(
                **since, id="1", scope=scope, level=QualificationLevel.ASSESSOR, through=date(2027, 1, 1), special=True
            ),
        ),
        declarations=(Declared(**since, text_version=1),),
        taught=tuple(
            Taught(
                effective_at=NOW - timedelta(days=days), recorded_at=NOW - timedelta(days=days), learner=who, tool=tool
            )
            for who, tool, days in taught
        ),
    )
    matter = Matter(scope=scope, separation=separation, own=OWN)
    barred = barred_for(trainer, matter, PEOPLE, qualified_by=qualified_by, on=ON)
    for officer in PEOPLE:
        asked = Matter(scope=scope, separation=separation, own=OWN, persons=frozenset({officer}))
        said = unmet(Act.SIGN_OFF, trainer, asked, text_version=1, qualified_by=qualified_by, on=ON)
        assert set(said) <= PERSONAL
        assert (officer in barred) is bool(said), Counter(said)
