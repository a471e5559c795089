"""Until when a certification runs: the three bases of renewal, clamped months, the last second, and re-basing."""

from datetime import date

import pytest

from tests.rules.factories import BRUSSELS, ended, facts, full, local, officer, policy, renewal, sightline, when
from training_app.rules.access import Question, decide
from training_app.rules.certification import Validity, fixed_date_after, history
from training_app.rules.civil_time import CivilInstant
from training_app.rules.facts import AwardEndKind, Rebased, RenewalBasis

LATE = local("2040-01-01")
FROM_AWARD = policy(validity_months=12, renewal_basis=RenewalBasis.AWARD_DAY)
FROM_LAST_DAY = policy(validity_months=12)
ON_A_DATE = policy(
    validity_months=12, renewal_basis=RenewalBasis.FIXED_DATE, fixed_month=9, fixed_day=1, minimum_months=6
)


def ask(holder, tool=None, at="2026-11-22", version="3.1"):
    return decide(Question("DP-1001", "sightline", version), facts(holder, tool), at=local(at), known_at=LATE)


def last_day(*awards, at="2039-01-01", tool=None):
    term = history(officer(*awards), tool, on=CivilInstant(local(at), BRUSSELS)).latest
    return term.last_day.isoformat()


@pytest.mark.parametrize(
    ("terms", "first", "renewed", "expected"),
    [
        pytest.param(FROM_LAST_DAY, "2026-02-12", "2026-12-20", "2028-02-12", id="old-last-day-inside-the-window"),
        pytest.param(FROM_LAST_DAY, "2026-02-12", "2026-11-11", "2027-11-11", id="old-last-day-before-the-window"),
        pytest.param(FROM_AWARD, "2026-02-12", "2026-12-20", "2027-12-20", id="award-day-inside-the-window"),
        pytest.param(FROM_AWARD, "2026-02-12", "2026-11-11", "2027-11-11", id="award-day-before-the-window"),
        pytest.param(ON_A_DATE, "2026-02-12", "2026-08-15", "2027-09-01", id="fixed-date"),
    ],
)
def test_a_renewal_counts_from_its_basis(terms, first, renewed, expected):
    assert last_day(full("3.1", first, policy=terms), renewal("3.1", renewed, policy=terms)) == expected


@pytest.mark.parametrize(
    ("day", "month", "of_month", "minimum", "expected"),
    [
        ("2026-02-12", 9, 1, 6, "2026-09-01"),
        ("2026-03-01", 9, 1, 6, "2026-09-01"),
        ("2026-03-02", 9, 1, 6, "2027-09-01"),
        ("2026-09-01", 9, 1, 0, "2026-09-01"),
        ("2026-12-15", 2, 30, 0, "2027-02-28"),
        ("2027-12-15", 2, 30, 0, "2028-02-29"),
        ("2026-08-31", 2, 28, 6, "2027-02-28"),
    ],
)
def test_the_first_fixed_date_comes_no_earlier_than_the_minimum_period(day, month, of_month, minimum, expected):
    terms = policy(fixed_month=month, fixed_day=of_month, minimum_months=minimum)
    assert fixed_date_after(date.fromisoformat(day), terms).isoformat() == expected


def test_a_policy_without_a_fixed_date_fixes_none():
    with pytest.raises(ValueError, match="fixes no date"):
        fixed_date_after(date(2026, 1, 1), policy())


def test_the_last_day_never_moves_back():
    long, short = policy(validity_months=24), policy(validity_months=1, renewal_basis=RenewalBasis.AWARD_DAY)
    assert last_day(full("3.1", "2026-02-12", policy=long), renewal("3.1", "2026-06-01", policy=short)) == "2028-02-12"


def test_a_full_award_inside_a_term_adds_its_version_and_moves_the_last_day_as_a_renewal_would():
    holder = officer(full("3.1", "2026-02-10"), full("3.2", "2026-11-10"))
    for version in ("3.1", "3.2"):
        assert ask(holder, version=version).allowed
    assert ask(holder).standing.last_day == date(2028, 11, 10)


def test_after_the_last_day_only_a_full_award_counts_and_it_covers_no_older_version():
    short = policy(validity_months=6, window_months=1)
    lapsed = (full("3.1", "2026-02-10", policy=short), renewal("3.1", "2026-09-01", policy=short))
    assert ask(officer(*lapsed)).standing.validity is Validity.EXPIRED
    again = officer(*lapsed, full("3.2", "2026-10-01", policy=short))
    assert ask(again, version="3.2").allowed
    assert not ask(again, version="3.1").allowed


@pytest.mark.parametrize(
    ("night", "last_second", "first_refused"),
    [
        pytest.param("2028-03-25", "2028-03-25 23:59:59", "2028-03-26 00:00", id="clocks-forward-the-night-after"),
        pytest.param("2028-03-26", "2028-03-26 23:59:59", "2028-03-27 00:00", id="the-day-of-23-hours"),
        pytest.param("2028-10-28", "2028-10-28 23:59:59", "2028-10-29 00:00", id="clocks-back-the-night-after"),
        pytest.param("2028-10-29", "2028-10-29 23:59:59", "2028-10-30 00:00", id="the-day-of-25-hours"),
    ],
)
def test_access_ends_with_the_last_civil_day_on_clock_change_nights_too(night, last_second, first_refused):
    awarded = date.fromisoformat(night).replace(year=2026).isoformat()
    holder = officer(full("3.1", awarded), evaluations=officer().evaluations)
    tool = sightline(policies=(policy(evaluation_required=False),))
    assert ask(holder, tool, last_second).allowed
    assert not ask(holder, tool, first_refused).allowed
    assert ask(holder, tool, last_second).stable_until == local(first_refused)


# -- re-basing ---------------------------------------------------------------------------------------------------------


def rebased(terms, on="2026-06-01"):
    return sightline(rebases=(Rebased(**when(on), id="rebase:1", policy=terms),))


def test_an_award_keeps_the_policy_that_it_was_made_under_until_a_rebase_says_otherwise():
    award = full("3.1", "2026-02-10")
    newer = sightline(policies=(policy(), policy(revision=2, validity_months=6, **when("2026-03-01"))))
    assert last_day(award, tool=newer) == "2028-02-10"
    assert last_day(award, tool=rebased(policy(revision=2, validity_months=6))) == "2026-08-10"


def test_a_rebase_recomputes_every_award_of_the_running_term():
    awards = (full("3.1", "2026-02-10"), renewal("3.1", "2026-05-01"))
    assert last_day(*awards) == "2028-05-01"
    assert last_day(*awards, tool=rebased(policy(validity_months=36))) == "2029-05-01"
    assert last_day(*awards, tool=rebased(policy(validity_months=3, window_months=1))) == "2026-08-10"


@pytest.mark.parametrize("again", [renewal, full])
def test_an_award_that_a_shorter_policy_finds_after_the_last_day_counts_from_its_own_day(again):
    """In time when it was made: whoever renewed two months ago is not expired by a re-base to a year."""
    awards = (full("3.1", "2026-02-10"), again("3.1", "2028-01-10"))
    assert last_day(*awards) == "2030-02-10"
    shorter = rebased(policy(validity_months=12), "2028-03-01")
    assert last_day(*awards, tool=shorter, at="2028-03-02") == "2029-01-10"


def test_a_rebase_that_shortens_ends_access_at_its_instant_and_is_foreseen():
    holder, tool = officer(full("3.1", "2026-02-10")), rebased(policy(validity_months=3), "2026-06-01")
    before = ask(holder, tool, "2026-05-31")
    assert before.allowed
    assert before.stable_until == local("2026-06-01")
    assert ask(holder, tool, "2026-06-01 10:00").standing.validity is Validity.EXPIRED


def test_a_rebase_leaves_ended_terms_alone():
    short = policy(validity_months=1, window_months=0)
    assert last_day(full("3.1", "2026-02-10", policy=short), tool=rebased(policy(validity_months=36))) == "2026-03-10"
    award = full("3.1", "2026-02-10")
    gone = ended(award, AwardEndKind.REVOKED, "2026-04-01")
    tool = rebased(policy(validity_months=36))
    assert ask(officer(award, award_ends=(gone,)), tool).standing.validity is Validity.REVOKED


def test_awards_made_after_a_rebase_keep_their_own_policy():
    awards = (full("3.1", "2026-02-10"), renewal("3.1", "2028-01-10"))
    tool = rebased(policy(validity_months=36))
    assert last_day(awards[0], tool=tool) == "2029-02-10"
    assert last_day(*awards, tool=tool) == "2030-01-10"
