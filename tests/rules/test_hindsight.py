"""What was recorded only later, and bears on the answer about an instant all the same."""

from tests.rules.factories import ended, facts, full, local, officer, renewal, sightline, version, when
from training_app.rules.facts import AttemptOpened, AwardEndKind
from training_app.rules.hindsight import Late, hindsight

AT, NOW = local("2026-06-01"), local("2026-12-01")


def found(holder, tool=None):
    return hindsight(facts(holder, tool), at=AT, known_at=NOW)


def test_what_was_known_by_then_is_not_late():
    assert found(officer(full("3.1", "2026-02-12"))).counting == ()


def test_what_was_entered_late_for_an_earlier_day_counts():
    late = full("3.1", "2026-02-12", recorded_at=local("2026-07-01"))
    assert found(officer(late)).counting == (Late("awards", local("2026-02-12"), local("2026-07-01")),)


def test_what_takes_effect_later_does_not_count_and_is_only_numbered():
    late = found(officer(full("3.1", "2026-02-12"), renewal("3.1", "2026-07-01")))
    assert (late.counting, late.others) == ((), 2), "the renewal, and the release of 3.2"


def test_a_void_counts_whenever_it_takes_effect():
    award = full("3.1", "2026-02-12")
    void = ended(award, AwardEndKind.VOIDED, "2026-08-01")
    revoked = ended(award, AwardEndKind.REVOKED, "2026-08-01")
    assert [one.kind for one in found(officer(award, award_ends=(void,))).counting] == ["award_ends"]
    assert found(officer(award, award_ends=(revoked,))).counting == ()


def test_what_is_recorded_after_that_is_not_seen():
    late = full("3.1", "2026-02-12", recorded_at=local("2026-12-02"))
    assert found(officer(late)).counting == ()


def test_what_is_about_another_tool_is_left_out():
    elsewhere = AttemptOpened(**when("2026-05-01", "2026-07-01"), module="another-tools-module")
    here = AttemptOpened(**when("2026-05-01", "2026-07-02"), module="ai-limits")
    [late] = found(officer(attempts=(elsewhere, here))).counting
    assert late.recorded_at == local("2026-07-02")


def test_the_registration_of_the_tool_itself_can_be_late():
    tool = sightline(effective_at=local("2026-01-01"), recorded_at=local("2026-07-03"))
    late = found(officer(), tool).counting
    assert [one.kind for one in late] == ["tool"]


def test_they_stand_in_the_order_of_recording():
    tool = sightline(
        versions=(
            version("3.2", effective_at=local("2026-01-01"), recorded_at=local("2026-09-02")),
            version("3.1", effective_at=local("2026-01-02"), recorded_at=local("2026-09-01")),
        )
    )
    assert [one.recorded_at for one in found(officer(), tool).counting] == [local("2026-09-01"), local("2026-09-02")]
