"""Running terms re-based: what two registrars are shown is what happens, and one of them is not enough."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from tests.rules.factories import local
from training_app import demo
from training_app.models.people import Person
from training_app.models.tools import TermsRebase, Tool, ToolPolicy
from training_app.rules.access import Ground, Question
from training_app.services import access, policies, rebases
from training_app.services.second_signatures import AlreadyDone, SameSigner, Superseded

NOW = local("2026-11-22 12:00")


@pytest.fixture
def agency(demo_session):
    return demo_session


@pytest.fixture
def tool(agency) -> Tool:
    return agency.scalars(select(Tool).where(Tool.slug == "sightline")).one()


@pytest.fixture
def shorter(agency, tool) -> ToolPolicy:
    """Revision 2, in effect: nine months."""
    return revision(agency, tool, months=9)


def revision(session, tool, *, months: int) -> ToolPolicy:
    known = policies.policies_of(session, tool)
    return policies.set_policy(
        session, tool, replace(policies.terms_of(known[-1]), validity_months=months), after=len(known),
        effective_at=NOW, at=NOW, by=person(session, "DP-3001"), zone=demo.ZONE,
    )  # fmt: skip


def person(session, number: str) -> Person:
    return session.scalars(select(Person).where(Person.service_number == number)).one()


def preview(session, tool, policy, *, at=NOW):
    return rebases.preview(session, tool, policy, at=at, zone=demo.ZONE)


def propose(session, tool, policy, *, by="DP-3001", at=NOW, seen=None) -> TermsRebase:
    digest = preview(session, tool, policy, at=at).digest
    return rebases.propose(
        session, tool, policy, reason="Order 17", seen=seen or digest, foreseen=digest, at=at, by=person(session, by)
    )


def sign(session, tool, rebase, *, by="DP-3002", at=NOW, seen=None) -> None:
    digest = preview(session, tool, session.get_one(ToolPolicy, rebase.policy_id), at=at).digest
    rebases.sign(session, rebase, seen=seen or digest, foreseen=digest, at=at, by=person(session, by))


def ask(session, number, label, *, at=NOW):
    return access.answer(session, Question(number, "sightline", label), zone=demo.ZONE, at=at, known_at=at)


def test_the_preview_gives_every_running_terms_old_and_new_last_day(agency, tool, shorter):
    found = {one.number: one for one in preview(agency, tool, shorter).effects}
    assert set(found) == {
        "DP-1001", "DP-1003", "DP-1004", "DP-1005", "DP-1006", "DP-1007", "DP-1008", "DP-1010", "DP-1012",
    }  # fmt: skip
    assert (found["DP-1001"].old, found["DP-1001"].new) == (date(2028, 2, 10), date(2026, 11, 10))
    assert (found["DP-1008"].old, found["DP-1008"].new) == (date(2028, 3, 17), date(2026, 12, 17))


def test_the_preview_names_who_would_lose_access_at_once_and_only_those(agency, tool, shorter):
    losing = {one.number: one.loses for one in preview(agency, tool, shorter).losing}
    assert losing == {"DP-1001": ("3.1",), "DP-1003": ("3.1", "3.2")}, "the others are refused already, or go on"


def test_the_preview_counts_shorter_longer_and_unchanged(agency, tool, shorter):
    found = preview(agency, tool, shorter)
    assert (found.shorter, found.longer, found.unchanged) == (9, 0, 0)
    longer = preview(agency, tool, revision(agency, tool, months=36))
    assert (longer.shorter, longer.longer, longer.unchanged, longer.losing) == (0, 9, 0, ())
    first = policies.policies_of(agency, tool)[0]
    assert preview(agency, tool, first).unchanged == 9


def test_what_was_shown_is_what_happens_once_the_second_registrar_has_signed(agency, tool, shorter):
    shown = preview(agency, tool, shorter)
    rebase = propose(agency, tool, shorter)
    assert ask(agency, "DP-1003", "3.2").allowed, "one registrar changes nothing"
    sign(agency, tool, rebase)
    for one in shown.effects:
        assert ask(agency, one.number, "3.1").standing.last_day == one.new, one.number
    assert Ground.EXPIRED in ask(agency, "DP-1003", "3.2").grounds
    assert ask(agency, "DP-1007", "3.2").allowed


def test_before_its_signature_every_answer_is_as_it_was(agency, tool, shorter):
    later = NOW + timedelta(hours=1)
    sign(agency, tool, propose(agency, tool, shorter), at=later)
    assert ask(agency, "DP-1003", "3.2", at=later - timedelta(seconds=1)).allowed
    assert not ask(agency, "DP-1003", "3.2", at=later).allowed


def test_nobody_signs_their_own_and_nobody_signs_twice(agency, tool, shorter):
    rebase = propose(agency, tool, shorter)
    with pytest.raises(SameSigner):
        sign(agency, tool, rebase, by="DP-3001")
    sign(agency, tool, rebase)
    with pytest.raises(AlreadyDone):
        sign(agency, tool, rebase)


def test_writing_the_same_twice_writes_it_once_and_a_later_one_replaces_it(agency, tool, shorter):
    first = propose(agency, tool, shorter)
    with pytest.raises(AlreadyDone):
        propose(agency, tool, shorter)
    assert agency.scalar(select(func.count()).select_from(TermsRebase)) == 1
    propose(agency, tool, shorter, by="DP-3002")
    with pytest.raises(Superseded):
        sign(agency, tool, first)


def test_who_was_shown_something_else_decides_nothing(agency, tool, shorter):
    with pytest.raises(rebases.PreviewOutdated):
        propose(agency, tool, shorter, seen="0" * 64)
    rebase = propose(agency, tool, shorter)
    with pytest.raises(rebases.PreviewOutdated):
        sign(agency, tool, rebase, seen="0" * 64)


def test_terms_are_not_rebased_on_a_policy_that_is_still_to_come(agency, tool):
    known = policies.policies_of(agency, tool)
    to_come = policies.set_policy(
        agency, tool, replace(policies.terms_of(known[0]), validity_months=12), after=1,
        effective_at=local("2026-12-01"), at=NOW, by=person(agency, "DP-3001"), zone=demo.ZONE,
    )  # fmt: skip
    with pytest.raises(rebases.PolicyNotInEffect):
        propose(agency, tool, to_come)


def test_a_tool_without_a_running_term_has_nothing_to_preview(agency):
    tool = agency.scalars(select(Tool).where(Tool.slug == "lockpick")).one()
    policy = policies.policies_of(agency, tool)[0]
    assert preview(agency, tool, policy, at=local("2026-02-10")).effects == ()
