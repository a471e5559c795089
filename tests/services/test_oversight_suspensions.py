"""A version suspended in the name of the oversight body: registrars propose its end, somebody else of it signs."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tests.services.version_life import NOW, ask, person, version
from training_app.models.oversight_questions import OversightSuspension
from training_app.models.people import RoleAssignment
from training_app.rules.access import Ground
from training_app.rules.permissions import Role
from training_app.rules.version_suspensions import Body, Cause
from training_app.services import oversight_suspensions as service
from training_app.services import withdrawals
from training_app.services.second_signatures import AlreadyDone

HOUR = timedelta(hours=1)
OVERSEER, ANOTHER, REGISTRAR, SECOND_REGISTRAR = "DP-6001", "DP-6002", "DP-3001", "DP-3002"
CERTIFIED_ON_3_2 = "DP-1007"
SEEN = "The first three candidates were of another age, in each of ten tries."


def suspend(session, by: str = OVERSEER, *, at=NOW, reason: str = SEEN):
    found = version(session, "3.2")
    return service.suspend(session, found, Cause.BIASED, reason=reason, at=at, by=person(session, by))


def propose(session, suspension, by: str = REGISTRAR, *, reason: str = "The threshold was wrong.", at=NOW + HOUR):
    return service.propose(session, suspension, reason=reason, at=at, by=person(session, by))


def resume(session, suspension, by: str = ANOTHER, *, at=NOW + 2 * HOUR):
    return withdrawals.resume(session, suspension, reason="Checked.", at=at, by=person(session, by))


def test_it_holds_at_once_and_says_in_whose_name(demo_session):
    assert ask(demo_session, CERTIFIED_ON_3_2, "3.2").allowed
    suspend(demo_session)
    assert ask(demo_session, CERTIFIED_ON_3_2, "3.2").grounds == (Ground.VERSION_SUSPENDED,)
    [shown] = withdrawals.suspensions(demo_session, version(demo_session, "3.2"))
    assert (shown.number, shown.cause, shown.body, shown.reason) == (OVERSEER, Cause.BIASED, Body.OVERSIGHT, SEEN)


def test_no_registrar_ends_it_and_who_suspended_does_not_either(demo_session):
    suspension = suspend(demo_session)
    for number in (REGISTRAR, SECOND_REGISTRAR):
        with pytest.raises(withdrawals.EndedByOthers) as refused:
            resume(demo_session, suspension, number)
        assert refused.value.body is Body.OVERSIGHT
    with pytest.raises(withdrawals.OwnSuspension) as own:
        resume(demo_session, suspension, OVERSEER)
    assert own.value.body is Body.OVERSIGHT
    assert resume(demo_session, suspension).suspended_by_id == person(demo_session, OVERSEER).id
    assert ask(demo_session, CERTIFIED_ON_3_2, "3.2", at=NOW + 3 * HOUR).allowed


def test_the_oversight_body_does_not_end_what_a_registrar_suspended(demo_session):
    by = person(demo_session, REGISTRAR)
    suspension = withdrawals.suspend(demo_session, version(demo_session, "3.2"), reason="Slow.", at=NOW, by=by)
    with pytest.raises(withdrawals.EndedByOthers) as refused:
        resume(demo_session, suspension)
    assert refused.value.body is Body.REGISTRARS


def test_only_the_oversight_body_suspends_in_its_name(demo_session):
    with pytest.raises(service.NotOfOversight):
        suspend(demo_session, REGISTRAR)
    assert demo_session.scalars(select(OversightSuspension)).all() == []


def test_a_role_taken_back_meanwhile_ends_nothing(demo_session):
    suspension = suspend(demo_session)
    stamp = {"effective_at": NOW + HOUR, "recorded_at": NOW + HOUR}
    another = person(demo_session, ANOTHER)
    assert not service.nobody_ends(demo_session, suspension.recorded_by_id, at=NOW)
    demo_session.add(RoleAssignment(**stamp, person_id=another.id, role=Role.OVERSIGHT, granted=False))
    demo_session.flush()
    with pytest.raises(withdrawals.EndedByOthers):
        resume(demo_session, suspension)
    assert service.nobody_ends(demo_session, suspension.recorded_by_id, at=NOW + HOUR)


def test_what_registrars_say_is_kept_in_order_and_ends_nothing(demo_session):
    suspension = suspend(demo_session)
    propose(demo_session, suspension)
    with pytest.raises(AlreadyDone):
        propose(demo_session, suspension, SECOND_REGISTRAR)
    propose(demo_session, suspension, SECOND_REGISTRAR, reason="And tested again.", at=NOW + 2 * HOUR)
    assert [(one.number, one.reason) for one in service.proposals(demo_session, suspension.id)] == [
        (REGISTRAR, "The threshold was wrong."),
        (SECOND_REGISTRAR, "And tested again."),
    ]
    assert not ask(demo_session, CERTIFIED_ON_3_2, "3.2", at=NOW + 2 * HOUR).allowed
    [waits] = service.standing(demo_session)
    assert (waits.number, waits.version, waits.proposed_at) == (OVERSEER, "3.2", NOW + 2 * HOUR)


def test_there_is_nothing_to_propose_once_it_is_ended_or_where_a_registrar_suspended(demo_session):
    suspension = suspend(demo_session)
    resume(demo_session, suspension)
    by = person(demo_session, REGISTRAR)
    later = {"reason": "Slow.", "at": NOW + 3 * HOUR}
    another = withdrawals.suspend(demo_session, version(demo_session, "3.2"), **later, by=by)
    for one in (suspension, another):
        with pytest.raises(service.NothingToPropose):
            propose(demo_session, one, at=NOW + 4 * HOUR)
    assert service.standing(demo_session) == []


def test_a_double_click_suspends_once(demo_session):
    suspend(demo_session)
    with pytest.raises(AlreadyDone):
        suspend(demo_session, at=NOW + HOUR)
    suspend(demo_session, ANOTHER)
    assert len(service.standing(demo_session)) == 2


def test_the_table_keeps_it_to_who_suspended(demo_session):
    by = person(demo_session, REGISTRAR)
    fact = withdrawals.suspend(demo_session, version(demo_session, "3.2"), reason="Slow.", at=NOW, by=by)
    other = person(demo_session, OVERSEER).id
    with pytest.raises(IntegrityError), demo_session.begin_nested():
        demo_session.add(
            OversightSuspension(
                effective_at=NOW, recorded_at=NOW, recorded_by_id=other, suspension_id=fact.id, cause=Cause.WRONG
            )
        )
