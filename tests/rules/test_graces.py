"""Grace above 0: which is in force, until when somebody can be in it, and who uses a version through it."""

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
    released,
    requirements,
    seat,
    sightline,
    version,
)
from training_app.rules.access import Question, judge
from training_app.rules.civil_time import CivilInstant
from training_app.rules.facts import Level
from training_app.rules.graces import in_force_now, used_through

VERSIONS = (version("3.1"), version("3.2", "3.1"))
RELEASES = (released("3.1", "2026-01-12"), released("3.2", "2026-11-03"))


def on(text):
    return CivilInstant(local(text), BRUSSELS)


def tool(*assessments, releases=RELEASES, **given):
    return sightline(versions=VERSIONS, changes=releases, assessments=assessments, **given)


def way(level=Level.DIFFERENCES, days=14, signed="2026-10-26", **given):
    return assessed("3.1", "3.2", level, on=signed, grace_days=days, **given)


@pytest.mark.parametrize(
    ("assessments", "days"),
    [
        pytest.param((way(),), [14], id="one"),
        pytest.param((way(days=0),), [], id="none"),
        pytest.param((way(Level.CARRY_OVER, 14),), [], id="nothing-to-do-needs-no-grace"),
        pytest.param((way(None, 0),), [], id="no-way-from-here"),
        pytest.param((way(), way(days=0, signed="2026-11-10")), [], id="a-later-one-without"),
        pytest.param((way(days=3), way(days=7, signed="2026-11-10")), [7], id="the-later-one-governs"),
        pytest.param((way(days=7), way(days=3)), [3], id="of-two-from-one-instant-the-stricter"),
        pytest.param((way(signed="2026-12-20"),), [], id="not-signed-yet"),
    ],
)
def test_the_assessment_in_force_is_listed_where_it_gives_grace(assessments, days):
    assert [one.days for one in in_force_now(tool(*assessments), on=on("2026-11-20"))] == days


@pytest.mark.parametrize(
    ("signed", "asked_at", "last_day", "runs"),
    [
        pytest.param("2026-10-26", "2026-11-17 23:59:59", date(2026, 11, 17), True, id="from-the-release"),
        pytest.param("2026-10-26", "2026-11-18 00:00:00", date(2026, 11, 17), False, id="over"),
        pytest.param("2026-11-10", "2026-11-24 12:00:00", date(2026, 11, 24), True, id="from-a-later-signature"),
    ],
)
def test_somebody_can_be_in_it_through_its_last_day(signed, asked_at, last_day, runs):
    [found] = in_force_now(tool(way(signed=signed)), on=on(asked_at))
    assert (found.last_day, found.runs(on=on(asked_at))) == (last_day, runs)


def test_before_the_release_it_has_not_begun():
    [found] = in_force_now(tool(way(), releases=RELEASES[:1]), on=on("2026-11-20"))
    assert (found.last_day, found.runs(on=on("2026-11-20"))) == (None, False)


def test_a_later_requirement_set_gives_grace_and_the_first_one_never_does():
    sets = (
        requirements("3.2", level=Level.FULL, grace_days=30),
        requirements("3.2", revision=2, on="2026-11-10", level=Level.DIFFERENCES, grace_days=5, modules=("law",)),
    )
    [found] = in_force_now(tool(requirements=sets), on=on("2026-11-12"))
    assert (found.revision, found.days, found.end, found.last_day) == (2, 5, "3.2", date(2026, 11, 15))


def asked(known, of, at):
    return judge(Question(of.number, known.slug, "3.2"), facts(of, known), on=on(at))


def test_an_officer_in_grace_uses_the_version_through_it_until_it_is_over():
    known, of = tool(way()), officer(full("3.1", "2026-02-10"), evaluations=(cleared(),), seats=(seat(),))
    graces = in_force_now(known, on=on("2026-11-10"))
    assert used_through(asked(known, of, "2026-11-10"), graces) == set(graces)
    assert used_through(asked(known, of, "2026-11-18"), graces) == frozenset()


def test_who_is_covered_was_never_certified_or_is_refused_for_something_else_uses_none():
    known = tool(way())
    graces = in_force_now(known, on=on("2026-11-10"))
    for of in (officer(full("3.2", "2026-11-04")), officer(), officer(full("3.1", "2026-02-10"), seats=())):
        assert used_through(asked(known, of, "2026-11-10"), graces) == frozenset()
