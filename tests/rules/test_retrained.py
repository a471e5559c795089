"""What a release asked of officers: of whom, when they had done it, and who was in grace."""

from dataclasses import replace

import pytest

from tests.rules.factories import (
    BRUSSELS,
    LONG_AGO,
    assessed,
    delta,
    ended,
    full,
    local,
    officer,
    requirements,
    sightline,
    when,
)
from training_app.rules.civil_time import CivilInstant
from training_app.rules.facts import AccountChanged, AwardEndKind, Level
from training_app.rules.retrained import Asked, asked_by_release, later_occasions, newly_in_grace

RELEASE = CivilInstant(local("2026-11-03"), BRUSSELS)
START = CivilInstant(local("2026-01-01 00:00"), BRUSSELS)
END = CivilInstant(local("2027-01-01 00:00"), BRUSSELS)
BEFORE = full("3.1", "2026-02-10")
LEFT = (AccountChanged(**LONG_AGO, is_open=True), AccountChanged(**when("2026-12-01"), is_open=False))


def grace(days: int, level: Level = Level.DIFFERENCES):
    return sightline(assessments=(assessed("3.1", "3.2", level, "sightline-3-2", grace_days=days),))


def asked(holder, tool=None):
    return asked_by_release(holder, tool or sightline(), "3.2", release=RELEASE, end=END)


@pytest.mark.parametrize(
    ("holder", "found"),
    [
        pytest.param(officer(BEFORE, delta(BEFORE, "3.2", "2026-11-03 18:00")), Asked(0, False), id="on-the-day"),
        pytest.param(officer(BEFORE, delta(BEFORE, "3.2", "2026-10-20")), Asked(0, False), id="before-the-release"),
        pytest.param(officer(BEFORE, delta(BEFORE, "3.2", "2026-11-04 00:00")), Asked(1, False), id="the-next-day"),
        pytest.param(officer(BEFORE, full("3.2", "2026-12-31 23:59")), Asked(58, False), id="by-the-whole-course"),
        pytest.param(officer(BEFORE), Asked(None, False), id="never"),
        pytest.param(officer(BEFORE, full("3.2", "2027-01-01 00:00")), Asked(None, False), id="not-in-the-year"),
        pytest.param(officer(BEFORE, accounts=LEFT), None, id="gone-without-having-done-it"),
        pytest.param(
            officer(BEFORE, delta(BEFORE, "3.2", "2026-11-13"), accounts=LEFT), Asked(10, False), id="gone-afterwards"
        ),
        pytest.param(officer(full("3.2", "2026-10-20")), None, id="new-to-the-tool"),
        pytest.param(officer(full("3.1", "2026-11-04")), None, id="certified-after-the-release"),
        pytest.param(officer(full("3.1", "2024-01-10")), None, id="expired-before-the-release"),
        pytest.param(officer(), None, id="never-certified"),
    ],
)
def test_what_a_release_asked_of_an_officer(holder, found):
    assert asked(holder) == found


def test_an_award_that_was_voided_is_no_training():
    done = delta(BEFORE, "3.2", "2026-11-05")
    assert asked(officer(BEFORE, done, award_ends=(ended(done, AwardEndKind.VOIDED, "2026-12-01"),))) == Asked(
        None, False
    )


def test_who_is_covered_by_the_assessment_alone_had_nothing_to_do():
    carried = sightline(assessments=(assessed("3.1", "3.2", Level.CARRY_OVER),))
    assert asked(officer(BEFORE), carried) is None


@pytest.mark.parametrize(("days", "in_grace"), [(0, False), (14, True)])
def test_a_grace_is_used_by_who_had_not_trained_at_the_release(days, in_grace):
    late = officer(BEFORE, delta(BEFORE, "3.2", "2026-11-10"))
    early = officer(BEFORE, delta(BEFORE, "3.2", "2026-11-01"))
    assert asked(late, grace(days)) == Asked(7, in_grace)
    assert asked(early, grace(days)) == Asked(0, False)


RAISED = assessed("3.1", "3.2", Level.DIFFERENCES, "sightline-3-2", on="2026-12-01", grace_days=7)
CARRIED = assessed("3.1", "3.2", Level.CARRY_OVER)


def test_a_finding_after_the_release_and_a_later_requirement_set_are_occasions_of_their_own():
    later = requirements("3.1", revision=2, on="2026-06-01", level=Level.DIFFERENCES, modules=("x",), grace_days=3)
    tool = sightline(assessments=(CARRIED, RAISED))
    tool = replace(tool, requirements=(*tool.requirements, later))
    found = later_occasions(tool, start=START, end=END)
    assert [(label, on.day.isoformat()) for label, on in found] == [("3.1", "2026-06-01"), ("3.2", "2026-12-01")]
    assert later_occasions(tool, start=END, end=CivilInstant(local("2028-01-01 00:00"), BRUSSELS)) == ()


def test_without_days_of_grace_there_is_no_occasion():
    assert later_occasions(sightline(), start=START, end=END) == ()


def test_who_was_covered_and_is_in_grace_from_a_raise_on_counts_once_for_it():
    tool = sightline(assessments=(CARRIED, RAISED))
    [(label, on)] = later_occasions(tool, start=START, end=END)
    assert newly_in_grace(officer(BEFORE), tool, label, on=on)
    assert not newly_in_grace(officer(BEFORE, full("3.2", "2026-11-20")), tool, label, on=on)
    assert not newly_in_grace(officer(BEFORE, accounts=LEFT[1:]), tool, label, on=on)
    assert not newly_in_grace(officer(BEFORE), tool, label, on=on.at(local("2026-12-03")))
