"""Cases of certification that no other rule test names: what a night, a transfer or a way down changes, and leaves.

`docs/certification.md` lists every case with its test.
"""

import pytest

from tests.rules.factories import (
    LONG_AGO,
    assessed,
    cleared,
    facts,
    full,
    local,
    officer,
    seat,
    sightline,
    version,
    when,
)
from training_app.rules.access import Badge, Decision, Ground, Question, decide
from training_app.rules.certification import Coverage, Validity
from training_app.rules.facts import Level, OfficerFacts, ToolFacts, UnitAssigned

CERTIFIED = full("3.1", "2026-02-10")


def ask(holder: OfficerFacts, label: str, at: str, tool: ToolFacts | None = None) -> Decision:
    question = Question("DP-1001", "sightline", label)
    return decide(question, facts(holder, tool), at=local(at), known_at=local("2030-01-01"))


@pytest.mark.parametrize(
    ("night", "last_second", "first_refused"),
    [
        pytest.param("2026-11-30", "2026-11-30 23:59:59", "2026-12-01 00:00", id="an-ordinary-night"),
        pytest.param("2027-03-27", "2027-03-27 23:59:59", "2027-03-28 00:00", id="clocks-forward-in-that-night"),
        pytest.param("2027-10-31", "2027-10-31 23:59:59", "2027-11-01 00:00", id="the-day-of-25-hours"),
    ],
)
def test_an_evaluation_lapses_overnight_and_takes_nothing_else_along(night, last_second, first_refused):
    holder = officer(CERTIFIED, evaluations=(cleared(night),))
    before, after = ask(holder, "3.1", last_second), ask(holder, "3.1", first_refused)
    assert before.allowed
    assert before.stable_until == local(first_refused)
    assert (after.grounds, after.badge) == ((Ground.EVALUATION_NOT_IN_FORCE,), Badge.ON_HOLD)
    assert (after.standing.validity, after.standing.coverage) == (before.standing.validity, Coverage.COVERED)


def test_a_transfer_mid_grace_ends_the_seat_and_leaves_standing_and_grace_as_they_were():
    in_grace = sightline(assessments=(assessed("3.1", "3.2", Level.FAMILIARISATION, grace_days=14),))
    units = (UnitAssigned(**LONG_AGO, unit="central"), UnitAssigned(**when("2026-11-10"), unit="harbour"))
    moved = officer(CERTIFIED, units=units)
    before, after = ask(moved, "3.2", "2026-11-09", in_grace), ask(moved, "3.2", "2026-11-11", in_grace)
    assert before.badge is Badge.DUE
    assert after.grounds == (Ground.NO_SEAT,)
    assert (after.standing.validity, after.standing.coverage) == (Validity.VALID, Coverage.DUE)
    assert (after.standing.path.due, after.standing.last_day) == (before.standing.path.due, before.standing.last_day)
    granted_there = officer(CERTIFIED, units=units, seats=(seat(), seat("2026-11-12", unit="harbour")))
    assert ask(granted_there, "3.2", "2026-11-17 23:59:59", in_grace).badge is Badge.DUE
    assert ask(granted_there, "3.2", "2026-11-18 00:00", in_grace).grounds == (Ground.OVERDUE,)


def test_an_older_version_is_used_again_only_over_an_assessed_way_down():
    holder = officer(full("3.2", "2026-11-06"))
    down = assessed("3.2", "3.1", Level.DIFFERENCES, "sightline-3-1")
    assert ask(holder, "3.1", "2026-11-22").grounds == (Ground.NOT_COVERED,)
    refused = ask(holder, "3.1", "2026-11-22", sightline(assessments=(down,)))
    assert (refused.grounds, refused.standing.path.modules) == ((Ground.OVERDUE,), ("sightline-3-1",))
    blocked = sightline(assessments=(assessed("3.2", "3.1", None),))
    assert ask(holder, "3.1", "2026-11-22", blocked).grounds == (Ground.NOT_COVERED,)


def test_each_of_several_versions_in_use_has_its_own_answer():
    beside = sightline(versions=(version("3.1"), version("3.2")), assessments=())
    holder = officer(CERTIFIED)
    assert ask(holder, "3.1", "2026-11-22", beside).badge is Badge.CERTIFIED
    assert ask(holder, "3.2", "2026-11-22", beside).badge is Badge.NOT_COVERED
    both = officer(CERTIFIED, full("3.2", "2026-11-10"))
    assert {ask(both, label, "2026-11-22", beside).badge for label in ("3.1", "3.2")} == {Badge.CERTIFIED}


@pytest.mark.parametrize(
    ("at", "badge"),
    [
        ("2027-11-09 23:59:59", Badge.CERTIFIED),
        ("2027-11-10 00:00", Badge.RENEWAL_OPEN),
        ("2028-02-10 23:59:59", Badge.RENEWAL_OPEN),
        ("2028-02-11 00:00", Badge.EXPIRED),
    ],
)
def test_the_badge_of_a_certification_follows_its_days(at, badge):
    assert ask(officer(CERTIFIED, evaluations=(cleared("2030-12-31"),)), "3.1", at).badge is badge
