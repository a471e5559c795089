"""What an officer has earned, and what they have not."""

from dataclasses import replace

import pytest

from tests.rules.factories import (
    BRUSSELS,
    assessed,
    changed,
    delta,
    ended,
    full,
    local,
    officer,
    policy,
    released,
    sightline,
    version,
)
from training_app.rules.awarding import awards_due
from training_app.rules.civil_time import CivilInstant
from training_app.rules.duties import Passed, Signed
from training_app.rules.facts import AwardEndKind, AwardKind, Level, VersionChange

NOW = "2026-11-22"
WAYS = (assessed("3.1", "3.2", Level.DIFFERENCES, "sightline-3-2"),)
CHAIN = (version("3.1"), version("3.2", "3.1"), version("3.3", "3.2"))
ANNOUNCED = (*sightline().changes, changed("3.3", VersionChange.ANNOUNCED, "2026-11-20"))


def passed(module, on=NOW, opened=None):
    return Passed(f"submission:{module}:{on}", module, local(opened or on), local(on))


def at(text):
    return CivilInstant(local(text), BRUSSELS)


def due(holder, *passes, tool=None, signed=(), observed=(), on=NOW):
    tool = tool or sightline()
    found = awards_due(holder, tool, passed=passes, signed=signed, observed=observed, on=at(on))
    return [(award.kind, award.version) for award in found]


def test_the_whole_set_earns_a_full_award_on_the_newest_version_in_use():
    assert due(officer(), passed("ai-limits")) == [(AwardKind.FULL, "3.2")]
    assert due(officer()) == []
    assert due(officer(), passed("elsewhere")) == []


@pytest.mark.parametrize(
    ("on", "earned"),
    [pytest.param("2025-11-22", True, id="twelve-months-old"), pytest.param("2025-11-21", False, id="a-day-older")],
)
def test_a_pass_counts_for_as_long_as_the_policy_says(on, earned):
    assert bool(due(officer(), passed("ai-limits", on))) is earned


def test_a_version_not_in_use_earns_nobody_a_first_award():
    nothing = sightline(changes=())
    assert due(officer(), passed("ai-limits"), tool=nothing) == []


def test_what_was_held_is_not_earned_again():
    holder = officer(full("3.2", "2026-11-06"))
    assert due(holder, passed("ai-limits", "2026-11-06")) == []


def test_differences_are_earned_by_their_modules_only():
    holder = officer(full("3.1", "2026-02-10"))
    assert due(holder, passed("sightline-3-2")) == [(AwardKind.DELTA, "3.2")]
    assert due(holder, passed("ai-limits")) == []


def test_one_sitting_gives_a_delta_for_each_version_on_the_path():
    ways = (*WAYS, assessed("3.2", "3.3", Level.DIFFERENCES, "sightline-3-3"))
    tool = sightline(versions=CHAIN, changes=ANNOUNCED, assessments=ways)
    holder = officer(full("3.1", "2026-02-10"))
    assert due(holder, passed("sightline-3-3"), tool=tool) == []
    both = due(holder, passed("sightline-3-2"), passed("sightline-3-3"), tool=tool)
    assert both == [(AwardKind.DELTA, "3.2"), (AwardKind.DELTA, "3.3")]


def test_differences_may_be_taken_from_the_announcement_on_and_not_before():
    ways = (*WAYS, assessed("3.2", "3.3", Level.DIFFERENCES, "sightline-3-3"))
    holder = officer(full("3.2", "2026-11-06"))
    announced = sightline(versions=CHAIN, changes=ANNOUNCED, assessments=ways)
    assert due(holder, passed("sightline-3-3"), tool=announced) == [(AwardKind.DELTA, "3.3")]
    silent = sightline(versions=CHAIN, assessments=ways)
    assert due(holder, passed("sightline-3-3"), tool=silent) == []


def test_familiarisation_is_earned_by_signing_that_very_assessment():
    reading = assessed("3.1", "3.2", Level.FAMILIARISATION)
    tool, holder = sightline(assessments=(reading,)), officer(full("3.1", "2026-02-10"))
    signed = Signed("signature:1", reading.id, local(NOW))
    assert due(holder, tool=tool, signed=[signed]) == [(AwardKind.DELTA, "3.2")]
    assert due(holder, tool=tool, signed=[Signed("signature:2", "another", local(NOW))]) == []


def test_carry_over_asks_and_awards_nothing():
    tool = sightline(assessments=(assessed("3.1", "3.2", Level.CARRY_OVER),))
    assert due(officer(full("3.1", "2026-02-10")), passed("ai-limits"), tool=tool) == []


def test_observed_differences_are_not_earned_by_modules_alone():
    tool = sightline(assessments=(assessed("3.1", "3.2", Level.DIFFERENCES_OBSERVED, "sightline-3-2"),))
    assert due(officer(full("3.1", "2026-02-10")), passed("sightline-3-2"), tool=tool) == []


@pytest.mark.parametrize(
    ("opened", "earned"),
    [pytest.param("2026-11-02", [], id="before"), pytest.param("2026-11-03", [(AwardKind.FULL, "3.2")], id="after")],
)
def test_level_four_asks_the_whole_set_in_attempts_opened_after_the_announcement(opened, earned):
    tool = sightline(assessments=(assessed("3.1", "3.2", Level.FULL),))
    holder = officer(full("3.1", "2026-02-10"))
    assert due(holder, passed("ai-limits", "2026-11-10", opened), tool=tool) == earned


def test_after_an_expiry_what_earned_the_old_term_does_not_count_again():
    short = policy(validity_months=1, window_months=0)
    tool = sightline(policies=(short,))
    holder = officer(full("3.2", "2026-09-30", policy=short))
    assert due(holder, passed("ai-limits", "2026-09-30", opened="2026-09-29"), tool=tool) == []
    assert due(holder, passed("ai-limits", "2026-11-20"), tool=tool) == [(AwardKind.FULL, "3.2")]


def test_after_a_revocation_only_attempts_opened_afterwards_count():
    award = full("3.2", "2026-11-06")
    holder = officer(award, award_ends=(ended(award, AwardEndKind.REVOKED, "2026-11-15"),))
    assert due(holder, passed("ai-limits", "2026-11-20", opened="2026-11-14")) == []
    assert due(holder, passed("ai-limits", "2026-11-20", opened="2026-11-16")) == [(AwardKind.FULL, "3.2")]


def test_a_renewal_is_taken_inside_the_window_and_names_the_newest_covered_version():
    base = full("3.1", "2026-02-10")
    holder = officer(base, delta(base, "3.2", "2026-11-05"))
    assert due(holder, passed("ai-limits", "2027-11-09"), on="2027-11-12") == []
    assert due(holder, passed("ai-limits", "2027-11-11"), on="2027-11-12") == [(AwardKind.RENEWAL, "3.2")]


def test_a_safety_suspension_does_not_keep_anybody_from_training():
    tool = sightline(changes=(released("3.1", "2026-01-12"), changed("3.1", VersionChange.SUSPENDED, "2026-11-20")))
    assert due(officer(), passed("ai-limits"), tool=tool) == [(AwardKind.FULL, "3.1")]


def earned(holder, *passes, tool=None, on=NOW):
    return awards_due(holder, tool or sightline(), passed=passes, signed=(), observed=(), on=at(on))


@pytest.mark.parametrize("kind", list(AwardEndKind))
def test_what_earned_an_award_that_was_voided_or_revoked_earns_nothing_again(kind):
    spent = passed("ai-limits", "2026-11-06", opened="2026-11-05")
    award = full("3.2", "2026-11-06", evidence=(spent.id,), attempts_from=local("2026-11-05"))
    holder = officer(award, award_ends=(ended(award, kind, "2026-11-10"),))
    assert due(holder, spent) == []
    assert due(holder, spent, passed("ai-limits", "2026-11-12", opened="2026-11-11")) == [(AwardKind.FULL, "3.2")]


def test_an_attempt_open_at_a_release_covers_the_version_it_was_opened_for():
    changes = (*sightline().changes, released("3.3", "2026-11-20"))
    sets = (*sightline().requirements, _set_of("3.3"))
    tool = sightline(versions=CHAIN, changes=changes, requirements=sets)
    before = passed("ai-limits", "2026-11-21", opened="2026-11-19")
    after = passed("ai-limits", "2026-11-21", opened="2026-11-20 10:00")
    assert due(officer(), before, tool=tool) == [(AwardKind.FULL, "3.2")]
    assert due(officer(), after, tool=tool) == [(AwardKind.FULL, "3.3")]


def _set_of(label):
    return replace(sightline().requirements[0], id=f"set:{label}", version=label)


def test_an_award_is_dated_by_the_last_requirement_whenever_it_is_made():
    [award] = earned(officer(), passed("ai-limits", "2026-11-10", opened="2026-11-09"))
    assert award.met_at == local("2026-11-10")
    late = sightline(requirements=tuple(_signed_on(one, "2026-11-15") for one in sightline().requirements))
    [award] = earned(officer(), passed("ai-limits", "2026-11-10", opened="2026-11-09"), tool=late)
    assert award.met_at == local("2026-11-15")


def _signed_on(requirements, day):
    return replace(requirements, effective_at=local(day), recorded_at=local(day))


def test_before_its_first_release_a_tool_is_trained_for_from_the_announcement_on():
    tool = sightline(versions=CHAIN[:1], changes=(changed("3.1", VersionChange.ANNOUNCED, "2026-11-01"),))
    assert due(officer(), passed("ai-limits"), tool=tool) == [(AwardKind.FULL, "3.1")]


def test_nobody_is_trained_for_a_suspended_version_while_another_is_usable():
    changes = (*sightline().changes, changed("3.2", VersionChange.SUSPENDED, "2026-11-20"))
    assert due(officer(), passed("ai-limits"), tool=sightline(changes=changes)) == [(AwardKind.FULL, "3.1")]


def test_who_is_covered_by_carry_over_can_renew():
    changes = (*sightline().changes, changed("3.1", VersionChange.WITHDRAWN, "2026-11-10"))
    tool = sightline(changes=changes, assessments=(assessed("3.1", "3.2", Level.CARRY_OVER),))
    holder = officer(full("3.1", "2026-02-10"))
    renewed = passed("ai-limits", "2027-11-12", opened="2027-11-11")
    assert due(holder, renewed, tool=tool, on="2027-11-12") == [(AwardKind.RENEWAL, "3.2")]
