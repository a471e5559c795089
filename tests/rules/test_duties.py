"""What training is asked, and that doing it earns the award."""

from dataclasses import replace
from datetime import timedelta

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
    released,
    requirements,
    sightline,
    version,
)
from training_app.rules.awarding import awards_due
from training_app.rules.civil_time import CivilInstant
from training_app.rules.duties import Aim, Passed, Signed, Task, TaskKind, duties
from training_app.rules.facts import AwardEndKind, Level, Prohibition, VersionChange
from training_app.rules.observed_practice import SignOff

TODAY = CivilInstant(local("2026-11-22"), BRUSSELS)


def passed(module, on, opened=None):
    return Passed(f"submission:{module}:{on}", module, local(opened or on), local(on))


def asked(holder, tool=None, *, passes=(), readings=(), observed=(), on=TODAY):
    return duties(holder, tool or sightline(), passed=passes, signed=readings, observed=observed, on=on)


def with_3_3(level, *modules, announced="2026-11-10", release=None, **given):
    """Return the demo tool with 3.3 announced after 3.2, assessed from 3.2; released where a day is given."""
    changes = [changed("3.3", VersionChange.ANNOUNCED, announced)] + ([released("3.3", release)] if release else [])
    tool = sightline()
    return replace(
        tool,
        versions=(*tool.versions, version("3.3", "3.2")),
        changes=(*tool.changes, *changes),
        assessments=(*tool.assessments, assessed("3.2", "3.3", level, *modules, on="2026-11-12", **given)),
    )


def module(slug, *, done=False):
    return Task(TaskKind.MODULE, slug, done)


def test_an_officer_who_was_never_certified_takes_the_course_for_the_newest_version_in_use():
    (duty,) = asked(officer())
    assert (duty.aim, duty.version, duty.tasks, duty.path) == (Aim.CERTIFY, "3.2", (module("ai-limits"),), None)


def test_an_officer_certified_on_the_version_before_takes_what_changed():
    (duty,) = asked(officer(full("3.1", "2026-02-10")))
    assert (duty.aim, duty.version, duty.tasks) == (Aim.REGAIN, "3.2", (module("sightline-3-2"),))
    assert duty.path is not None
    assert duty.path.labels == ("3.1", "3.2")


def test_nothing_is_asked_of_an_officer_who_is_certified_on_every_version_that_a_way_leads_to():
    assert asked(officer(full("3.2", "2026-11-06"))) == ()


def test_grace_asks_the_same_by_its_last_day():
    tool = with_3_3(Level.DIFFERENCES, "sightline-3-3", release="2026-11-20", grace_days=14)
    (duty,) = asked(officer(full("3.2", "2026-11-06")), tool)
    assert (duty.aim, duty.by, duty.tasks) == (Aim.KEEP, local("2026-12-04").date(), (module("sightline-3-3"),))


def test_an_announced_version_can_be_prepared_for():
    (duty,) = asked(officer(full("3.2", "2026-11-06")), with_3_3(Level.DIFFERENCES, "sightline-3-3"))
    assert (duty.aim, duty.version, duty.by) == (Aim.PREPARE, "3.3", None)


def test_a_way_over_two_versions_asks_the_modules_of_both_in_order():
    tool = with_3_3(Level.DIFFERENCES, "sightline-3-3", release="2026-11-20")
    found = asked(officer(full("3.1", "2026-02-10")), tool)
    assert [(duty.version, [task.subject for task in duty.tasks]) for duty in found] == [
        ("3.2", ["sightline-3-2"]),
        ("3.3", ["sightline-3-2", "sightline-3-3"]),
    ]


def test_familiarisation_asks_to_read_and_sign_the_assessment():
    tool = with_3_3(Level.FAMILIARISATION, release="2026-11-20")
    assessment = tool.assessments[-1].id
    holder = officer(full("3.2", "2026-11-06"))
    (duty,) = asked(holder, tool)
    assert duty.tasks == (Task(TaskKind.READING, assessment, False),)
    (signed,) = asked(holder, tool, readings=[Signed("signature:1", assessment, local("2026-11-21"))])
    assert signed.next_task is None


def test_level_three_also_asks_an_observation_that_no_quiz_replaces():
    tool = with_3_3(Level.DIFFERENCES_OBSERVED, "sightline-3-3", release="2026-11-20")
    (duty,) = asked(officer(full("3.2", "2026-11-06")), tool, passes=[passed("sightline-3-3", "2026-11-21")])
    assert duty.tasks == (module("sightline-3-3", done=True), Task(TaskKind.OBSERVATION, "3.3", False))


def test_an_unassessed_step_asks_the_whole_course_again_from_the_announcement_on():
    tool = replace(with_3_3(Level.FULL, release="2026-11-20"), assessments=sightline().assessments)
    found = replace(
        tool, requirements=(*tool.requirements, replace(tool.requirements[-1], id="set:3.3", version="3.3"))
    )
    holder = officer(full("3.2", "2026-11-06"))
    (duty,) = asked(holder, found, passes=[passed("ai-limits", "2026-11-06")])
    assert (duty.aim, duty.tasks) == (Aim.REGAIN, (module("ai-limits"),))
    (again,) = asked(holder, found, passes=[passed("ai-limits", "2026-11-15")])
    assert again.next_task is None


def test_a_version_whose_requirements_nobody_has_signed_asks_nothing():
    assert asked(officer(), replace(sightline(), requirements=())) == ()


@pytest.mark.parametrize(
    "tool",
    [
        pytest.param(replace(sightline(), prohibition=Prohibition.LAW), id="prohibited-tool"),
        pytest.param(replace(sightline(), policies=()), id="no-terms"),
        pytest.param(replace(sightline(), changes=()), id="nothing-released"),
    ],
)
def test_a_tool_that_nobody_may_meet_asks_nothing(tool):
    assert asked(officer(), tool) == ()


RENEWING = CivilInstant(local("2027-12-01"), BRUSSELS)


def test_the_renewal_set_is_asked_inside_the_window_and_by_the_last_day():
    (duty,) = asked(_covered(), on=RENEWING)
    assert (duty.aim, duty.version, duty.by) == (Aim.RENEW, "3.2", local("2028-02-10").date())


def _covered():
    base = full("3.1", "2026-02-10")
    return officer(base, delta(base, "3.2", "2026-11-05"))


def test_a_pass_from_before_the_window_does_not_renew():
    before = passed("ai-limits", "2027-10-01")
    within = passed("ai-limits", "2027-11-15")
    assert asked(_covered(), on=RENEWING, passes=[before])[0].next_task == module("ai-limits")
    assert asked(_covered(), on=RENEWING, passes=[within])[0].next_task is None


def test_after_a_revocation_only_attempts_opened_afterwards_count():
    award = full("3.2", "2026-11-06")
    holder = officer(award, award_ends=(ended(award, AwardEndKind.REVOKED, "2026-11-15"),))
    earlier = passed("ai-limits", "2026-11-16", opened="2026-11-14")
    assert asked(holder, passes=[earlier])[0].tasks == (module("ai-limits"),)
    later = passed("ai-limits", "2026-11-17")
    assert asked(holder, passes=[later])[0].tasks == (module("ai-limits", done=True),)


def test_a_pass_that_is_too_old_is_asked_again():
    on = CivilInstant(local("2026-11-22") + timedelta(days=366), BRUSSELS)
    assert asked(officer(), on=on, passes=[passed("ai-limits", "2026-11-20")])[0].tasks == (module("ai-limits"),)


LEVEL_2 = with_3_3(Level.DIFFERENCES, "sightline-3-3", release="2026-11-20")
MIXED = replace(
    LEVEL_2,
    assessments=(
        assessed("3.1", "3.2", Level.FAMILIARISATION),
        assessed("3.2", "3.3", Level.DIFFERENCES, "sightline-3-3", on="2026-11-12"),
    ),
)


OBSERVED = replace(
    LEVEL_2,
    assessments=(
        assessed("3.1", "3.2", Level.DIFFERENCES_OBSERVED, "sightline-3-2"),
        assessed("3.2", "3.3", Level.DIFFERENCES, "sightline-3-3", on="2026-11-12"),
    ),
)
OBSERVED_SETS = replace(
    sightline(),
    requirements=tuple(requirements(label, full_observed=True, renewal_observed=True) for label in ("3.1", "3.2")),
)


@pytest.mark.parametrize(
    ("holder", "tool", "on"),
    [
        pytest.param(officer(), sightline(), TODAY, id="first-course"),
        pytest.param(officer(full("3.1", "2026-02-10")), sightline(), TODAY, id="one-update"),
        pytest.param(officer(full("3.1", "2026-02-10")), LEVEL_2, TODAY, id="two-updates"),
        pytest.param(officer(full("3.1", "2026-02-10")), MIXED, TODAY, id="reading-and-module"),
        pytest.param(_covered(), sightline(), RENEWING, id="renewal"),
        pytest.param(officer(full("3.1", "2024-02-10")), sightline(), TODAY, id="expired"),
        pytest.param(officer(full("3.2", "2026-11-06")), with_3_3(Level.DIFFERENCES, "x"), TODAY, id="announced"),
        pytest.param(officer(full("3.1", "2026-02-10")), OBSERVED, TODAY, id="level-three"),
        pytest.param(officer(), OBSERVED_SETS, TODAY, id="first-course-observed"),
        pytest.param(_covered(), OBSERVED_SETS, RENEWING, id="renewal-observed"),
    ],
)
def test_doing_every_task_of_a_duty_and_nothing_less_earns_its_award(holder, tool, on):
    for duty in duties(holder, tool, passed=(), signed=(), observed=(), on=on):
        passes = [
            Passed(f"submission:{task.subject}", task.subject, on.instant, on.instant)
            for task in duty.tasks
            if task.kind is TaskKind.MODULE
        ]
        readings = [
            Signed(f"signature:{task.subject}", task.subject, on.instant)
            for task in duty.tasks
            if task.kind is TaskKind.READING
        ]
        observed = [
            SignOff(f"sign-off:{task.subject}", tool.slug, task.subject, on.instant, on.instant)
            for task in duty.tasks
            if task.kind is TaskKind.OBSERVATION
        ]
        earned = awards_due(holder, tool, passed=passes, signed=readings, observed=observed, on=on)
        assert duty.version in {award.version for award in earned}
        less = [
            {"passed": passes[:-1], "signed": readings, "observed": observed},
            {"passed": passes, "signed": readings[:-1], "observed": observed},
            {"passed": passes, "signed": readings, "observed": observed[:-1]},
        ]
        whole = {"passed": passes, "signed": readings, "observed": observed}
        for done in less:
            if done != whole:
                assert duty.version not in {award.version for award in awards_due(holder, tool, **done, on=on)}
