"""The access question: every ground, the badge, and when the answer can change."""

from dataclasses import replace

import pytest

from tests.rules.factories import (
    LONG_AGO,
    assessed,
    changed,
    cleared,
    delta,
    ended,
    facts,
    full,
    local,
    officer,
    policy,
    purpose,
    released,
    renewal,
    seat,
    sightline,
    version,
    when,
)  # fmt: skip
from training_app.rules.access import ALLOWING, Badge, Ground, Question, decide
from training_app.rules.certification import Coverage, Validity
from training_app.rules.facts import (
    AccountChanged,
    AgencyPolicy,
    AttemptOpened,
    AwardEndKind,
    EvaluationOutcome,
    Level,
    Prohibition,
    Reinstated,
    SeatReleased,
    SeatReviewed,
    Suspended,
    UnitAssigned,
    VersionChange,
)

NOW = local("2026-11-22")


def ask(given, version_asked="3.2", *, at=NOW, known_at=None, **question):
    asked = Question("DP-1001", "sightline", version_asked, **question)
    return decide(asked, given, at=at, known_at=known_at or max(at, NOW))


def of_the_demo_agency():
    """The seven officers whose answers the demonstration promises."""
    first = full("3.1", "2026-02-10")
    updated = delta(first, "3.2", "2026-11-05")
    return {
        "DP-1001": officer(first),
        "DP-1002": officer(),
        "DP-1003": officer(first, updated),
        "DP-1004": officer(first, updated, evaluations=(cleared("2026-09-30"),)),
        "DP-1005": officer(first, updated, seats=()),
        "DP-1006": officer(first, updated, suspensions=(Suspended(**when("2026-11-10"), id="s"),)),
        "DP-1007": officer(full("3.2", "2026-11-06")),
    }


@pytest.mark.parametrize(
    ("number", "for_3_1", "for_3_2"),
    [
        ("DP-1001", set(), {"overdue"}),
        ("DP-1002", {"never-certified"}, {"never-certified"}),
        ("DP-1003", set(), set()),
        ("DP-1004", {"evaluation-not-in-force"}, {"evaluation-not-in-force"}),
        ("DP-1005", {"no-seat"}, {"no-seat"}),
        ("DP-1006", {"suspended"}, {"suspended"}),
        ("DP-1007", {"not-covered"}, set()),
    ],
)
def test_the_demo_agencys_officers_get_the_promised_answers(number, for_3_1, for_3_2):
    given = facts(of_the_demo_agency()[number])
    for label, expected in (("3.1", for_3_1), ("3.2", for_3_2)):
        decision = ask(given, label)
        assert set(decision.grounds) == expected
        assert decision.allowed is not bool(expected)


@pytest.mark.parametrize(
    ("asked_at", "validity"),
    [
        pytest.param("2027-11-09 23:59:59", Validity.VALID, id="day-before-the-window"),
        pytest.param("2027-11-10 00:00:00", Validity.RENEWAL_OPEN, id="first-instant-of-the-window"),
        pytest.param("2028-02-10 23:59:59", Validity.RENEWAL_OPEN, id="last-second-of-the-last-day"),
        pytest.param("2028-02-11 00:00:00", Validity.EXPIRED, id="first-instant-of-the-next-day"),
    ],
)
def test_an_award_is_valid_through_its_last_day_in_the_agencys_zone(asked_at, validity):
    given = facts(officer(full("3.1", "2026-02-10"), evaluations=(cleared("2030-01-01"),)))
    assert ask(given, "3.1", at=local(asked_at)).standing.validity is validity


@pytest.mark.parametrize(
    ("granted", "last_second", "gone"),
    [
        pytest.param("2024-03-29", "2026-03-29 23:59:59", "2026-03-30 00:00:00", id="night-to-summer-time"),
        pytest.param("2024-10-25", "2026-10-25 23:59:59", "2026-10-26 00:00:00", id="night-to-winter-time"),
    ],
)
def test_the_last_day_ends_with_the_civil_day_also_when_the_clocks_change(granted, last_second, gone):
    tool = sightline(changes=(released("3.1", "2024-01-01"),))
    given = facts(officer(full("3.1", granted), seats=(seat("2024-01-01"),)), tool)
    assert ask(given, "3.1", at=local(last_second)).allowed
    assert ask(given, "3.1", at=local(gone)).grounds == (Ground.EXPIRED,)


def test_unknown_things_silence_what_would_be_read_from_them():
    given = facts(officer())
    assert ask(facts(None)).grounds == (Ground.OFFICER_UNKNOWN,)
    assert ask(replace(given, tool=None)).grounds == (Ground.TOOL_UNKNOWN,)
    assert ask(given, "9.9").grounds == (Ground.VERSION_UNKNOWN, Ground.NEVER_CERTIFIED)
    assert ask(given, None).grounds == (Ground.VERSION_UNKNOWN, Ground.NEVER_CERTIFIED)
    assert ask(facts(officer(full("3.1", "2026-02-10"))), "9.9").grounds == (Ground.VERSION_UNKNOWN,)
    assert ask(replace(facts(None), tool=None)).grounds == (Ground.TOOL_UNKNOWN, Ground.OFFICER_UNKNOWN)


def test_every_ground_is_given_and_not_only_the_first():
    nobody = officer(
        seats=(), evaluations=(), suspensions=(Suspended(**when("2026-11-10"), id="s"),),
        accounts=(AccountChanged(**LONG_AGO, is_open=True), AccountChanged(**when("2026-11-11"), is_open=False)),
    )  # fmt: skip
    tool = sightline(
        purpose_required=True,
        changes=(released("3.2", "2026-11-03"), changed("3.2", VersionChange.SUSPENDED, "2026-11-04")),
    )
    assert ask(facts(nobody, tool), action="train").grounds == (
        Ground.ACTION_NOT_PERMITTED,
        Ground.ACCOUNT_CLOSED,
        Ground.SUSPENDED,
        Ground.NEVER_CERTIFIED,
        Ground.VERSION_SUSPENDED,
        Ground.EVALUATION_NOT_IN_FORCE,
        Ground.NO_SEAT,
        Ground.PURPOSE_MISSING,
    )


def test_what_is_prohibited_stays_so_whatever_else_holds():
    holder = officer(full("3.1", "2026-02-10"))
    tool = sightline(prohibition=Prohibition.LAW)
    assert ask(facts(holder, tool), "3.1").badge is Badge.PROHIBITED
    versions = (version("3.1"), version("3.2", "3.1", prohibition=Prohibition.POLICY))
    decision = ask(facts(holder, sightline(versions=versions)), "3.2")
    assert Ground.VERSION_PROHIBITED in decision.grounds
    assert decision.badge is Badge.PROHIBITED


def test_a_version_is_refused_before_its_release_and_after_its_withdrawal():
    holder = officer(full("3.1", "2026-02-10"))
    tool = sightline(changes=(released("3.1", "2026-01-12"), changed("3.2", VersionChange.ANNOUNCED, "2026-11-01")))
    assert Ground.VERSION_NOT_RELEASED in ask(facts(holder, tool), "3.2").grounds
    gone = (*tool.changes, changed("3.1", VersionChange.WITHDRAWN, "2026-11-20"))
    decision = ask(facts(holder, sightline(changes=gone)), "3.1")
    assert decision.grounds == (Ground.VERSION_WITHDRAWN,)
    assert decision.standing.validity is Validity.VALID
    assert decision.badge is Badge.ON_HOLD
    again = (*gone, released("3.1", "2026-11-21"))
    assert ask(facts(holder, sightline(changes=again)), "3.1").allowed


def test_a_resumption_ends_only_the_suspension_that_it_names():
    holder = officer(full("3.1", "2026-02-10"))
    first = changed("3.1", VersionChange.SUSPENDED, "2026-11-01")
    second = changed("3.1", VersionChange.SUSPENDED, "2026-11-02")
    base = (released("3.1", "2026-01-12"), first, second)
    one = (*base, changed("3.1", VersionChange.RESUMED, "2026-11-03", ends=first.id))
    assert ask(facts(holder, sightline(changes=one)), "3.1").grounds == (Ground.VERSION_SUSPENDED,)
    both = (*one, changed("3.1", VersionChange.RESUMED, "2026-11-04", ends=second.id))
    assert ask(facts(holder, sightline(changes=both)), "3.1").allowed


def test_a_reinstatement_ends_only_the_suspension_that_it_names():
    suspensions = tuple(Suspended(**when("2026-11-10"), id=name) for name in ("a", "b"))
    holder = officer(full("3.1", "2026-02-10"), suspensions=suspensions)
    one = replace(holder, reinstatements=(Reinstated(**when("2026-11-11"), suspension="a"),))
    assert ask(facts(one), "3.1").badge is Badge.SUSPENDED
    both = replace(holder, reinstatements=tuple(Reinstated(**when("2026-11-11"), suspension=name) for name in "ab"))
    assert ask(facts(both), "3.1").allowed


@pytest.mark.parametrize(
    ("evaluations", "in_force"),
    [
        pytest.param((), False, id="none"),
        pytest.param((cleared(),), True, id="cleared"),
        pytest.param((cleared(outcome=EvaluationOutcome.PENDING, through=None),), False, id="only-pending"),
        pytest.param((cleared(), cleared(on="2026-05-01", outcome=EvaluationOutcome.PENDING, through=None)), True,
                     id="pending-does-not-end-a-clearance"),
        pytest.param((cleared(outcome=EvaluationOutcome.NOT_CLEARED, through=None),
                      cleared(on="2026-05-01", outcome=EvaluationOutcome.PENDING, through=None)), False,
                     id="pending-does-not-soften-a-refusal"),
        pytest.param((cleared(outcome=EvaluationOutcome.NOT_CLEARED, through=None), cleared(on="2026-05-01")), True,
                     id="a-later-clearance-governs"),
        pytest.param((cleared(), cleared(outcome=EvaluationOutcome.NOT_CLEARED, through=None)), False,
                     id="on-a-tie-the-stricter"),
    ],
)  # fmt: skip
def test_the_latest_evaluation_that_is_not_pending_governs(evaluations, in_force):
    decision = ask(facts(officer(full("3.1", "2026-02-10"), evaluations=evaluations)), "3.1")
    assert decision.allowed is in_force
    assert set(decision.grounds) <= {Ground.EVALUATION_NOT_IN_FORCE}


def test_a_restriction_comes_back_as_an_obligation():
    restricted = cleared(outcome=EvaluationOutcome.RESTRICTED, restriction="two-hours-a-day")
    decision = ask(facts(officer(full("3.1", "2026-02-10"), evaluations=(restricted,))), "3.1")
    assert decision.allowed
    assert decision.obligations == ("two-hours-a-day",)


def test_an_obligation_that_ends_or_begins_by_itself_is_foreseen_though_nothing_else_changes():
    """Where no evaluation is asked, the restriction lapses with its clearance and use stays allowed."""
    restricted = cleared("2026-12-31", outcome=EvaluationOutcome.RESTRICTED, restriction="not-alone")
    holder = officer(full("3.1", "2026-02-10"), evaluations=(restricted,))
    decision = ask(facts(holder, sightline(policies=(policy(evaluation_required=False),))), "3.1")
    assert (decision.allowed, decision.obligations) == (True, ("not-alone",))
    assert decision.stable_until == local("2027-01-01 00:00")


@pytest.mark.parametrize("turned", [False, True], ids=["as-entered", "the-other-way-round"])
def test_of_two_policies_recorded_at_one_instant_the_stricter_of_the_agency_and_the_later_revision_hold(turned):
    agency = (AgencyPolicy(**LONG_AGO, evaluation_required=False), AgencyPolicy(**LONG_AGO, evaluation_required=True))
    terms = (policy(seats_required=False), policy(revision=2))
    tool = sightline(agency=agency[::-1] if turned else agency, policies=terms[::-1] if turned else terms)
    decision = ask(facts(officer(full("3.1", "2026-02-10"), evaluations=(), seats=()), tool), "3.1")
    assert decision.grounds == (Ground.EVALUATION_NOT_IN_FORCE, Ground.NO_SEAT)
    assert decision.policy_revision == 2


@pytest.mark.parametrize("turned", [False, True], ids=["as-entered", "the-other-way-round"])
def test_of_two_clearances_from_one_instant_the_shorter_holds_and_of_two_transfers_each_ends_a_seat(turned):
    order = slice(None, None, -1 if turned else 1)
    both = (cleared("2027-12-31"), cleared("2026-10-31"))
    units = (UnitAssigned(**LONG_AGO, unit="central"), UnitAssigned(**LONG_AGO, unit="harbour"))
    holder = officer(full("3.1", "2026-02-10"), evaluations=both[order], units=units[order])
    assert ask(facts(holder), "3.1").grounds == (Ground.EVALUATION_NOT_IN_FORCE, Ground.NO_SEAT)


def test_a_seat_ends_by_release_transfer_and_a_closed_account():
    award, held = full("3.1", "2026-02-10"), seat()
    released_seat = officer(award, seats=(held,), seat_releases=(SeatReleased(**when("2026-11-01"), seat=held.id),))
    moved = officer(
        award, seats=(held,),
        units=(UnitAssigned(**LONG_AGO, unit="central"), UnitAssigned(**when("2026-11-01"), unit="harbour")),
    )  # fmt: skip
    back = replace(moved, units=(*moved.units, UnitAssigned(**when("2026-11-02"), unit="central")))
    for holder in (released_seat, moved, back):
        assert ask(facts(holder), "3.1").grounds == (Ground.NO_SEAT,)
    reopened = officer(award, seats=(held,), accounts=(
        AccountChanged(**LONG_AGO, is_open=True),
        AccountChanged(**when("2026-11-01"), is_open=False),
        AccountChanged(**when("2026-11-02"), is_open=True),
    ))  # fmt: skip
    assert ask(facts(reopened), "3.1").grounds == (Ground.NO_SEAT,)


def test_a_seat_lasts_thirty_days_beyond_its_review_and_a_late_review_revives_nothing():
    held = seat("2026-01-10")
    tool = sightline(policies=(policy(seat_review_months=3),))
    holder = officer(full("3.1", "2026-01-12"), seats=(held,))
    assert ask(facts(holder, tool), "3.1", at=local("2026-05-10 23:59:59")).allowed
    assert ask(facts(holder, tool), "3.1", at=local("2026-05-11 00:00")).grounds == (Ground.NO_SEAT,)
    in_time = replace(holder, seat_reviews=(SeatReviewed(**when("2026-05-10"), seat=held.id),))
    assert ask(facts(in_time, tool), "3.1", at=local("2026-09-09")).allowed
    late = replace(holder, seat_reviews=(SeatReviewed(**when("2026-05-11"), seat=held.id),))
    assert ask(facts(late, tool), "3.1", at=local("2026-05-12")).grounds == (Ground.NO_SEAT,)


def test_a_purpose_must_be_permitted_by_tool_and_seat():
    tool = sightline(purposes=(purpose("missing-person"), purpose("robbery")))
    holder = officer(full("3.1", "2026-02-10"), seats=(seat(purposes=frozenset({"robbery"})),))
    assert ask(facts(holder, tool), "3.1").allowed
    assert ask(facts(holder, tool), "3.1", purpose="robbery").allowed
    for other in ("missing-person", "protest"):
        assert ask(facts(holder, tool), "3.1", purpose=other).grounds == (Ground.PURPOSE_NOT_PERMITTED,)
    seatless = replace(holder, seats=())
    assert ask(facts(seatless, tool), "3.1", purpose="missing-person").grounds == (Ground.NO_SEAT,)


def test_a_first_attempt_at_a_required_module_begins_training():
    begun = officer(attempts=(AttemptOpened(**when("2026-11-20"), module="ai-limits"),))
    assert ask(facts(begun)).badge is Badge.IN_TRAINING
    other = officer(attempts=(AttemptOpened(**when("2026-11-20"), module="elsewhere"),))
    assert ask(facts(other)).badge is Badge.NOT_CERTIFIED


def test_facts_recorded_later_did_not_exist_for_anyone_before():
    holder = officer(
        full("3.1", "2026-02-10"), suspensions=(Suspended(**when("2026-11-10", recorded="2026-11-12"), id="s"),)
    )
    at = local("2026-11-11")
    assert ask(facts(holder), "3.1", at=at, known_at=local("2026-11-11 10:00")).allowed
    assert ask(facts(holder), "3.1", at=at, known_at=local("2026-11-12 10:00")).grounds == (Ground.SUSPENDED,)


def test_an_answer_says_when_it_can_change_without_a_new_fact():
    award = full("3.1", "2026-02-10")
    decision = ask(facts(officer(award, evaluations=(cleared("2030-01-01"),))), "3.1")
    assert decision.stable_until == local("2027-11-10 00:00")
    lapsing = ask(facts(officer(award, evaluations=(cleared("2026-12-31"),))), "3.1")
    assert lapsing.stable_until == local("2027-01-01 00:00")
    ahead = sightline(changes=(released("3.1", "2026-01-12"), released("3.2", "2026-12-01", recorded="2026-11-20")))
    assert ask(facts(officer(award), ahead), "3.2").stable_until == local("2026-12-01")
    assert ask(facts(officer(seats=())), "3.1").stable_until == local("2028-01-01 00:00")
    assert ask(facts(None), "3.1").stable_until is None


def test_a_refusal_is_never_held_and_an_allow_at_most_as_long_as_the_tool_says():
    award = full("3.1", "2026-02-10")
    allowed = ask(facts(officer(award)), "3.1")
    assert (allowed.cache_until - NOW).total_seconds() == 60
    refused = ask(facts(officer(award)), "3.2")
    assert refused.cache_until == NOW
    lapsing = ask(facts(officer(award)), "3.1", at=local("2027-12-31 23:59:30"))
    assert lapsing.cache_until == local("2028-01-01 00:00")


def test_badges_that_promise_use_appear_if_and_only_if_use_is_allowed():
    for holder in of_the_demo_agency().values():
        for label in ("3.1", "3.2"):
            decision = ask(facts(holder), label)
            assert (decision.badge in ALLOWING) is decision.allowed


def test_a_revoked_award_ends_the_term_and_a_void_was_never_valid():
    award = full("3.1", "2026-02-10")
    gone = ended(award, AwardEndKind.REVOKED, "2026-11-01")
    assert ask(facts(officer(award, award_ends=(gone,))), "3.1").badge is Badge.REVOKED
    assert ask(facts(officer(award, award_ends=(gone,))), "3.1", at=local("2026-10-31")).allowed
    void = ended(award, AwardEndKind.VOIDED, "2026-11-01")
    voided = facts(officer(award, award_ends=(void,)))
    assert ask(voided, "3.1", at=local("2026-03-01"), known_at=NOW).grounds == (Ground.NEVER_CERTIFIED,)
    assert ask(voided, "3.1", at=local("2026-03-01"), known_at=local("2026-03-01")).allowed


def test_after_a_revocation_only_attempts_opened_afterwards_count():
    award = full("3.1", "2026-02-10")
    gone = ended(award, AwardEndKind.REVOKED, "2026-11-01")
    stale = full("3.1", "2026-11-05", attempts_from=local("2026-10-30"))
    fresh = full("3.1", "2026-11-05", attempts_from=local("2026-11-02"))
    assert ask(facts(officer(award, stale, award_ends=(gone,))), "3.1").grounds == (Ground.REVOKED,)
    assert ask(facts(officer(award, fresh, award_ends=(gone,))), "3.1").allowed


@pytest.mark.parametrize(
    ("renewed_on", "last_day"),
    [
        pytest.param("2027-11-09", "2029-11-09", id="before-the-window-from-the-day-of-award"),
        pytest.param("2027-11-10", "2030-02-10", id="first-day-of-the-window-from-the-old-last-day"),
        pytest.param("2028-02-10", "2030-02-10", id="last-day"),
        pytest.param("2028-02-11", "2028-02-10", id="too-late-counts-for-nothing"),
    ],
)
def test_a_renewal_counts_from_the_old_last_day_only_inside_its_window(renewed_on, last_day):
    holder = officer(full("3.1", "2026-02-10"), renewal("3.1", renewed_on))
    decision = ask(facts(holder), "3.1", at=local("2028-02-12"), known_at=local("2030-01-01"))
    assert decision.standing.last_day.isoformat() == last_day


def test_chained_periods_count_from_the_anchor_day_so_that_clamping_never_adds_up():
    short = policy(validity_months=6, window_months=1)
    first = full("3.1", "2026-08-31", policy=short)
    awards = (first, renewal("3.1", "2027-02-20", policy=short), renewal("3.1", "2027-08-20", policy=short))
    for at, last_day in (("2026-09-01", "2027-02-28"), ("2027-03-01", "2027-08-31"), ("2027-08-21", "2028-02-29")):
        decision = ask(facts(officer(*awards)), "3.1", at=local(at), known_at=local("2030-01-01"))
        assert decision.standing.last_day.isoformat() == last_day


def test_a_delta_never_moves_the_last_day_and_stops_with_its_base():
    base = full("3.1", "2026-02-10")
    update = delta(base, "3.2", "2026-11-05")
    with_delta = ask(facts(officer(base, update)), "3.2")
    assert with_delta.standing.last_day == ask(facts(officer(base)), "3.1").standing.last_day
    orphan = officer(base, update, award_ends=(ended(base, AwardEndKind.VOIDED, "2026-11-06"),))
    assert ask(facts(orphan), "3.2").grounds == (Ground.NEVER_CERTIFIED,)
    revoked = officer(base, update, award_ends=(ended(update, AwardEndKind.REVOKED, "2026-11-06"),))
    assert ask(facts(revoked), "3.2").grounds == (Ground.OVERDUE,)
    assert ask(facts(revoked), "3.1").allowed


def test_a_raised_assessment_stops_the_delta_that_met_less_and_a_lowered_one_covers_without_any_write():
    base = full("3.1", "2026-02-10")
    update = delta(base, "3.2", "2026-11-05")
    first = sightline().assessments[0]
    raised = sightline(
        assessments=(first, assessed("3.1", "3.2", Level.DIFFERENCES, "sightline-3-2", "more", on="2026-11-10"))
    )
    assert ask(facts(officer(base, update), raised), "3.2").grounds == (Ground.OVERDUE,)
    lowered = sightline(assessments=(first, assessed("3.1", "3.2", Level.CARRY_OVER, on="2026-11-10")))
    assert ask(facts(officer(base), lowered), "3.2").allowed
    assert ask(facts(officer(base, update), lowered), "3.2").standing.coverage is Coverage.COVERED


def test_on_equal_instants_the_stricter_fact_holds_whatever_the_order_of_entry():
    holder = officer(full("3.1", "2026-02-10"))
    base = released("3.1", "2026-01-12")
    both = (changed("3.1", VersionChange.WITHDRAWN, "2026-11-01"), released("3.1", "2026-11-01"))
    for pair in (both, both[::-1]):
        assert ask(facts(holder, sightline(changes=(base, *pair))), "3.1").grounds == (Ground.VERSION_WITHDRAWN,)
    opened = AccountChanged(**LONG_AGO, is_open=True)
    closed = AccountChanged(**LONG_AGO, is_open=False)
    for accounts in ((opened, closed), (closed, opened)):
        assert Ground.ACCOUNT_CLOSED in ask(facts(replace(holder, accounts=accounts)), "3.1").grounds


def test_a_void_does_not_undo_a_revocation():
    only = full("3.1", "2026-02-10")
    ends = (ended(only, AwardEndKind.REVOKED, "2026-11-01"), ended(only, AwardEndKind.VOIDED, "2026-11-02"))
    stale = full("3.1", "2026-11-05", attempts_from=local("2026-10-30"))
    fresh = full("3.1", "2026-11-05", attempts_from=local("2026-11-03"))
    assert ask(facts(officer(only, stale, award_ends=ends)), "3.1").grounds == (Ground.NEVER_CERTIFIED,)
    assert ask(facts(officer(only, fresh, award_ends=ends)), "3.1").allowed


def test_revoking_and_voiding_an_award_of_a_replaced_term_changes_nothing_now():
    short = policy(validity_months=1, window_months=0)
    old, new = full("3.1", "2026-02-10", policy=short), full("3.1", "2026-06-01")
    ends = (ended(old, AwardEndKind.REVOKED, "2026-11-01"), ended(old, AwardEndKind.VOIDED, "2026-11-02"))
    for some in (ends[:1], ends):
        assert ask(facts(officer(old, new, award_ends=some)), "3.1").allowed


def test_a_last_day_at_the_end_of_all_calendars_is_no_fault():
    far = officer(full("3.1", "2026-02-10"), evaluations=(cleared("9999-12-31"),))
    assert ask(facts(far), "3.1").allowed
