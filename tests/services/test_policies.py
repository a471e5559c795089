"""Terms of certification: each revision from an instant on, and awards keep those they were made under."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from tests.rules.factories import local
from training_app import demo
from training_app.models.people import Person
from training_app.models.tools import Tool, ToolPolicy
from training_app.rules.access import Ground, Question
from training_app.rules.facts import RenewalBasis
from training_app.services import access, gather, policies

NOW = local("2026-11-22 12:00")


@pytest.fixture
def agency(demo_session):
    return demo_session


@pytest.fixture
def tool(agency) -> Tool:
    return agency.scalars(select(Tool).where(Tool.slug == "sightline")).one()


def registrar(session, number: str = "DP-3001") -> Person:
    return session.scalars(select(Person).where(Person.service_number == number)).one()


def terms(session, tool) -> policies.Terms:
    return policies.terms_of(policies.policies_of(session, tool)[-1])


def write(session, tool, wanted, *, after=1, effective_at=NOW, at=NOW) -> ToolPolicy:
    by = registrar(session)
    return policies.set_policy(
        session, tool, wanted, after=after, effective_at=effective_at, at=at, by=by, zone=demo.ZONE
    )


def ask(session, number, label, *, at=NOW):
    return access.answer(session, Question(number, "sightline", label), zone=demo.ZONE, at=at, known_at=at)


def test_all_terms_of_a_revision_are_those_that_were_set(agency, tool):
    wanted = policies.Terms(
        validity_months=12,
        window_months=2,
        pass_age_months=6,
        evaluation_required=False,
        seats_required=False,
        seat_review_months=4,
        renewal_basis=RenewalBasis.FIXED_DATE,
        fixed_month=6,
        fixed_day=30,
        minimum_months=9,
        suspended_seats_count=False,
    )
    fact = write(agency, tool, wanted)
    assert (fact.revision, policies.terms_of(fact)) == (2, wanted)
    known = gather.tool(agency, "sightline").policies[-1]
    assert (known.revision, known.renewal_basis, known.fixed_month, known.fixed_day) == (
        2,
        RenewalBasis.FIXED_DATE,
        6,
        30,
    )
    assert (known.minimum_months, known.suspended_seats_count) == (9, False)


def test_an_old_policy_without_a_choice_counts_from_the_old_last_day_and_suspended_seats_count(agency, tool):
    agency.add(
        ToolPolicy(
            effective_at=NOW, recorded_at=NOW, tool_id=tool.id, revision=2, validity_months=24, window_months=3,
            pass_age_months=12, evaluation_required=True, seats_required=True,
        )
    )  # fmt: skip
    found = terms(agency, tool)
    assert (found.renewal_basis, found.suspended_seats_count) == (RenewalBasis.LAST_DAY, True)


def test_an_award_keeps_the_policy_that_it_was_made_under(agency, tool):
    before = ask(agency, "DP-1003", "3.2").standing.last_day
    write(agency, tool, replace(terms(agency, tool), validity_months=6))
    decision = ask(agency, "DP-1003", "3.2")
    assert decision.policy_revision == 2
    assert decision.standing.last_day == before == date(2028, 2, 10)


def test_a_revision_for_a_later_day_changes_nothing_before_that_day(agency, tool):
    start = local("2026-12-01")
    write(agency, tool, replace(terms(agency, tool), seats_required=False), effective_at=start)
    assert ask(agency, "DP-1005", "3.2", at=start - timedelta(seconds=1)).grounds == (Ground.NO_SEAT,)
    assert ask(agency, "DP-1005", "3.2", at=start).allowed


def test_no_revision_is_back_dated_or_set_for_a_day_after_two_years(agency, tool):
    wanted = replace(terms(agency, tool), validity_months=12)
    with pytest.raises(policies.PolicyBackdated):
        write(agency, tool, wanted, effective_at=NOW - timedelta(seconds=1))
    with pytest.raises(policies.PolicyTooFarAhead):
        write(agency, tool, wanted, effective_at=local("2028-11-23"))
    assert write(agency, tool, wanted, effective_at=local("2028-11-22")).revision == 2


def test_who_writes_on_a_page_that_is_no_longer_true_is_told_and_nothing_is_written_twice(agency, tool):
    wanted = replace(terms(agency, tool), validity_months=12)
    write(agency, tool, wanted)
    for again in (wanted, replace(wanted, window_months=1)):
        with pytest.raises(policies.PolicyOvertaken):
            write(agency, tool, again)
    assert agency.scalar(select(func.count()).select_from(ToolPolicy).where(ToolPolicy.tool_id == tool.id)) == 2


def test_a_revision_that_changes_nothing_is_refused_by_its_reason(agency, tool):
    with pytest.raises(policies.PolicyUnchanged):
        write(agency, tool, terms(agency, tool))


def test_a_scheduled_revision_is_replaced_by_another_for_the_same_day(agency, tool):
    start, now_held = local("2026-12-01"), terms(agency, tool)
    write(agency, tool, replace(now_held, validity_months=12), effective_at=start)
    write(agency, tool, now_held, after=2, effective_at=start, at=NOW + timedelta(hours=1))
    held = policies.governing(policies.policies_of(agency, tool), at=start)
    assert (held.revision, held.validity_months) == (3, 24)


def agency_policy(session, *, required, after, at=NOW, effective_at=None):
    return policies.set_agency_policy(
        session, evaluation_required=required, reason="Order 17", after=after,
        effective_at=effective_at or at, at=at, by=registrar(session), zone=demo.ZONE,
    )  # fmt: skip


def test_an_evaluation_is_asked_where_both_the_agency_and_the_tool_ask_for_it(agency, tool):
    assert ask(agency, "DP-1004", "3.2").grounds == (Ground.EVALUATION_NOT_IN_FORCE,)
    agency_policy(agency, required=False, after=0)
    assert ask(agency, "DP-1004", "3.2").allowed
    assert not policies.agency_asks_evaluation(agency, at=NOW)
    later = NOW + timedelta(hours=1)
    agency_policy(agency, required=True, after=1, at=later)
    assert ask(agency, "DP-1004", "3.2", at=later).grounds == (Ground.EVALUATION_NOT_IN_FORCE,)
    write(agency, tool, replace(terms(agency, tool), evaluation_required=False), effective_at=later, at=later)
    assert ask(agency, "DP-1004", "3.2", at=later).allowed


def test_without_an_agency_policy_an_evaluation_is_asked_and_asking_again_changes_nothing(agency):
    assert policies.agency_asks_evaluation(agency, at=NOW)
    with pytest.raises(policies.PolicyUnchanged):
        agency_policy(agency, required=True, after=0)
    agency_policy(agency, required=False, after=0)
    with pytest.raises(policies.PolicyOvertaken):
        agency_policy(agency, required=True, after=0)
    with pytest.raises(policies.PolicyBackdated):
        agency_policy(agency, required=True, after=1, effective_at=NOW - timedelta(days=1))
