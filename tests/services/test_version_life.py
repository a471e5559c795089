"""A version's life: a scheduled release called off or moved, a version withdrawn, suspended for safety and resumed."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.patience import PATIENCE_SECONDS
from tests.processes import PROCESSES
from tests.services.version_life import (
    NOW,
    ask,
    assess,
    person,
    prepare,
    registrars,
    release,
    version,
)
from training_app import demo
from training_app.db import Database
from training_app.models.oversight import JournalEntry
from training_app.models.tools import ReleaseCancellation, Tool, ToolVersion, VersionFact
from training_app.rules.access import Ground
from training_app.rules.facts import Level, VersionChange
from training_app.rules.releases import ObstacleKind
from training_app.services import consequences, forecasts, releases, schedules, withdrawals
from training_app.services.second_signatures import AlreadyDone
from training_app.services.tool_versions import facts_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CERTIFIED_ON_3_2 = "DP-1003"


@pytest.fixture
def agency(demo_session):
    return demo_session


@pytest.fixture
def ready(agency):
    """3.3 with everything in place to be released; who is certified on 3.2 has nothing to do for it."""
    made = prepare(agency, "3.3")
    assess(agency, "3.2", "3.3", Level.CARRY_OVER)
    return made


def move(session, planned, *, effective_at, at=NOW + HOUR, by="DP-3002", **seen):
    made = version(session, "3.3")
    terms: dict[str, Any] = {"at": at, "zone": demo.ZONE}
    digest = forecasts.forecast(session, made, release_at=effective_at, **terms, instead_of=planned).digest
    said = {"seen": digest, "foreseen": digest, "reason": "The vendor is late.", **seen}
    with session.begin_nested():
        return releases.move(session, planned, effective_at=effective_at, by=person(session, by), **said, **terms)


def cancel(session, planned, *, at=NOW + HOUR, by="DP-3002"):
    return releases.cancel(session, planned, reason="A fault was found.", at=at, by=person(session, by))


def test_a_release_called_off_in_time_never_takes_place(agency, ready):
    planned = release(agency, ready, effective_at=NOW + DAY)
    assert ask(agency, CERTIFIED_ON_3_2, "3.3", at=NOW + DAY).allowed
    fact = cancel(agency, planned)
    assert (fact.release_id, fact.reason) == (planned.id, "A fault was found.")
    assert ask(agency, CERTIFIED_ON_3_2, "3.3", at=NOW + DAY).grounds == (Ground.VERSION_NOT_RELEASED,)


def test_a_release_is_called_off_once(agency, ready):
    planned = release(agency, ready, effective_at=NOW + DAY)
    cancel(agency, planned)
    with pytest.raises(AlreadyDone):
        cancel(agency, planned)
    assert agency.scalar(select(func.count()).select_from(ReleaseCancellation)) == 1


@pytest.mark.parametrize("late", [timedelta(0), HOUR], ids=["at-its-instant", "afterwards"])
def test_a_release_that_took_place_is_not_called_off(agency, ready, late):
    planned = release(agency, ready, effective_at=NOW + DAY)
    with pytest.raises(releases.ReleaseTookPlace):
        cancel(agency, planned, at=NOW + DAY + late)
    with pytest.raises(releases.ReleaseTookPlace):
        move(agency, planned, effective_at=NOW + 2 * DAY, at=NOW + DAY + late)


@pytest.mark.parametrize("days", [-0.5, 3], ids=["earlier", "later"])
def test_a_release_moves_in_one_step_to_the_new_time_alone(agency, ready, days):
    planned = release(agency, ready, effective_at=NOW + DAY)
    moved_to = NOW + DAY + timedelta(days=days)
    made = move(agency, planned, effective_at=moved_to)
    assert ask(agency, CERTIFIED_ON_3_2, "3.3", at=moved_to - HOUR).grounds == (Ground.VERSION_NOT_RELEASED,)
    assert ask(agency, CERTIFIED_ON_3_2, "3.3", at=moved_to).allowed
    assert [one.change.id for one in _scheduled(agency)] == [str(made.id)]


def test_moving_twice_from_the_same_page_moves_once(agency, ready):
    planned = release(agency, ready, effective_at=NOW + DAY)
    move(agency, planned, effective_at=NOW + 2 * DAY)
    with pytest.raises(AlreadyDone):
        move(agency, planned, effective_at=NOW + 2 * DAY)
    assert len(_scheduled(agency)) == 1


def test_a_move_on_an_outdated_forecast_leaves_the_release_as_it_was(agency, ready):
    planned = release(agency, ready, effective_at=NOW + DAY)
    with pytest.raises(releases.ForecastOutdated):
        move(agency, planned, effective_at=NOW + 2 * DAY, seen="0" * 64)
    assert [one.change.id for one in _scheduled(agency)] == [str(planned.id)]


def test_a_move_goes_through_the_same_gate(agency, ready):
    """Moved to after 3.4, the release would need a way from there, which nobody assessed."""
    planned = release(agency, ready, effective_at=NOW + DAY)
    later = prepare(agency, "3.4", replaces="3.3")
    assess(agency, "3.3", "3.4", Level.CARRY_OVER)
    release(agency, later, effective_at=NOW + 2 * DAY)
    with pytest.raises(releases.NotReleasable) as refusal:
        move(agency, planned, effective_at=NOW + 3 * DAY)
    assert [(one.kind, one.other) for one in refusal.value.obstacles] == [(ObstacleKind.UNASSESSED, "3.4")]


def test_a_version_is_scheduled_once_at_a_time(agency, ready):
    release(agency, ready, effective_at=NOW + 2 * DAY)
    with pytest.raises(releases.AlreadyScheduled):
        release(agency, ready, effective_at=NOW + DAY)


def test_scheduling_an_earlier_release_asks_for_the_way_on_to_the_later_one(agency, ready):
    release(agency, ready, effective_at=NOW + 2 * DAY)
    branch = prepare(agency, "3.2.1")
    assess(agency, "3.2", "3.2.1", Level.CARRY_OVER)
    with pytest.raises(releases.NotReleasable) as refusal:
        release(agency, branch, effective_at=NOW + DAY)
    assert [(one.kind, one.other) for one in refusal.value.obstacles] == [(ObstacleKind.UNASSESSED_ONWARD, "3.3")]
    assess(agency, "3.2.1", "3.3", Level.CARRY_OVER)
    release(agency, branch, effective_at=NOW + DAY)


def test_an_assessment_that_would_break_a_scheduled_release_is_not_signed(agency, ready):
    """A "no way" on the one edge would leave 3.1, which comes by it, without an assessed way."""
    planned = release(agency, ready, effective_at=NOW + DAY)
    with pytest.raises(schedules.ScheduleBroken):
        assess(agency, "3.2", "3.3", None, at=NOW + HOUR)
    assert [one.obstacles for one in _scheduled(agency)] == [()]
    cancel(agency, planned)
    assess(agency, "3.2", "3.3", None, at=NOW + 2 * HOUR)


def test_what_has_come_to_stand_against_a_scheduled_release_is_told(agency, ready):
    release(agency, ready, effective_at=NOW + DAY)
    facts = facts_of(agency, ready.tool)
    broken = replace(facts, assessments=facts.assessments[:1])
    (found,) = schedules.scheduled(broken, at=NOW, zone=demo.ZONE)
    assert {one.kind for one in found.obstacles} == {ObstacleKind.UNASSESSED}


def _scheduled(session):
    return schedules.scheduled(facts_of(session, version(session, "3.3").tool), at=NOW, zone=demo.ZONE)


# -- withdrawn -----------------------------------------------------------------------------------------------------


def withdraw(session, label, *, at=NOW, by="DP-3001"):
    return withdrawals.withdraw(session, version(session, label), reason="Replaced.", at=at, by=person(session, by))


def test_withdrawing_writes_one_fact_and_refuses_everybody_at_once(agency):
    before = agency.scalar(select(func.count()).select_from(JournalEntry))
    fact = withdraw(agency, "3.2")
    assert agency.scalar(select(func.count()).select_from(JournalEntry)) == before + 1
    assert fact.reason == "Replaced."
    refused = ask(agency, CERTIFIED_ON_3_2, "3.2")
    assert refused.grounds == (Ground.VERSION_WITHDRAWN,)
    assert ask(agency, CERTIFIED_ON_3_2, "3.2", at=NOW - HOUR).allowed


def test_withdrawing_the_only_version_denies_everybody_and_changes_nobodys_validity(agency):
    withdraw(agency, "3.1")
    people = [f"DP-100{number}" for number in range(1, 8)]
    before = {one: ask(agency, one, "3.2").standing for one in people}
    withdraw(agency, "3.2", at=NOW + HOUR)
    after = {one: ask(agency, one, "3.2", at=NOW + HOUR) for one in people}
    assert not any(decision.allowed for decision in after.values())
    assert {one: decision.standing.validity for one, decision in after.items()} == {
        one: standing.validity for one, standing in before.items()
    }
    assert {one: decision.standing.last_day for one, decision in after.items()} == {
        one: standing.last_day for one, standing in before.items()
    }


def test_a_version_is_withdrawn_once(agency):
    withdraw(agency, "3.2")
    with pytest.raises(AlreadyDone):
        withdraw(agency, "3.2", at=NOW + HOUR, by="DP-3002")


def test_what_is_not_in_use_is_neither_withdrawn_nor_suspended(agency, ready):
    with pytest.raises(withdrawals.NotInUse):
        withdraw(agency, "3.3")
    with pytest.raises(withdrawals.NotInUse):
        suspend(agency, "3.3")


def test_releasing_a_withdrawn_version_again_goes_through_the_gate_and_asks_nothing_of_the_covered(agency):
    withdraw(agency, "3.1")
    with pytest.raises(releases.NotReleasable) as refusal:
        release(agency, version(agency, "3.1"), effective_at=NOW + HOUR, at=NOW + HOUR)
    assert (ObstacleKind.UNASSESSED, "3.2") in [(one.kind, one.other) for one in refusal.value.obstacles]
    assess(agency, "3.2", "3.1", Level.DIFFERENCES, "sightline-3-2", at=NOW + HOUR)
    release(agency, version(agency, "3.1"), effective_at=NOW + 2 * HOUR, at=NOW + 2 * HOUR)
    assert ask(agency, "DP-1001", "3.1", at=NOW + 2 * HOUR).allowed


def test_the_page_foresees_exactly_who_is_refused(agency):
    found = consequences.losses(agency, version(agency, "3.2"), VersionChange.WITHDRAWN, at=NOW, zone=demo.ZONE)
    allowed = {number for number in _numbers() if ask(agency, number, "3.2").allowed}
    assert {one.officer.service_number for one in found.officers} == allowed
    assert found.others_in_use == ("3.1",)
    withdraw(agency, "3.2")
    for one in found.officers:
        assert not ask(agency, one.officer.service_number, "3.2").allowed
        assert bool(one.left) == ask(agency, one.officer.service_number, "3.1").allowed
    assert sum(unit.using for unit in found.units) == found.using == len(allowed)


def test_of_an_intrusive_tool_too_the_page_foresees_who_is_refused(agency):
    """A purpose is asked at each use there; nobody states one on the page."""
    only = agency.scalars(select(ToolVersion).join(Tool).where(Tool.slug == "lockpick")).one()
    found = consequences.losses(agency, only, VersionChange.WITHDRAWN, at=NOW, zone=demo.ZONE)
    assert [one.officer.service_number for one in found.officers] == ["DP-1003", "DP-1007", "DP-1012"]
    assert (found.using, found.refused, found.others_in_use) == (3, 3, ())


def _numbers():
    return [officer.number for officer in demo.OFFICERS]


# -- suspended for safety ------------------------------------------------------------------------------------------


def suspend(session, label="3.2", *, reason="It shows the wrong person.", at=NOW, by="DP-3001"):
    return withdrawals.suspend(session, version(session, label), reason=reason, at=at, by=person(session, by))


def resume(session, suspension, *, at=NOW + HOUR, by="DP-3002"):
    return withdrawals.resume(session, suspension, reason="Mended.", at=at, by=person(session, by))


def test_a_second_person_ends_a_suspension(agency):
    suspension = suspend(agency)
    assert ask(agency, CERTIFIED_ON_3_2, "3.2").grounds == (Ground.VERSION_SUSPENDED,)
    with pytest.raises(withdrawals.OwnSuspension):
        resume(agency, suspension, by="DP-3001")
    assert resume(agency, suspension).ends_id == suspension.id
    assert ask(agency, CERTIFIED_ON_3_2, "3.2", at=NOW + HOUR).allowed


def test_each_of_several_suspensions_is_ended_on_its_own(agency):
    first, second = suspend(agency), suspend(agency, reason="It is slow.", by="DP-3002")
    resume(agency, first)
    assert ask(agency, CERTIFIED_ON_3_2, "3.2", at=NOW + HOUR).grounds == (Ground.VERSION_SUSPENDED,)
    assert [one.id for one in withdrawals.suspensions(agency, version(agency, "3.2"))] == [second.id]
    resume(agency, second, by="DP-3001")
    assert ask(agency, CERTIFIED_ON_3_2, "3.2", at=NOW + HOUR).allowed


def test_a_suspension_is_ended_once(agency):
    suspension = suspend(agency)
    resume(agency, suspension)
    with pytest.raises(AlreadyDone):
        resume(agency, suspension, at=NOW + 2 * HOUR)


def test_suspending_twice_by_a_double_click_suspends_once(agency):
    suspend(agency)
    with pytest.raises(AlreadyDone):
        suspend(agency, at=NOW + HOUR)
    suspend(agency, by="DP-3002")
    assert len(withdrawals.standing(agency, version(agency, "3.2"))) == 2


def test_a_withdrawn_version_released_again_keeps_its_suspension(agency):
    suspension = suspend(agency, "3.1")
    withdraw(agency, "3.1")
    assess(agency, "3.2", "3.1", Level.CARRY_OVER)
    release(agency, version(agency, "3.1"), effective_at=NOW + HOUR, at=NOW + HOUR)
    assert Ground.VERSION_SUSPENDED in ask(agency, "DP-1001", "3.1", at=NOW + HOUR).grounds
    resume(agency, suspension, at=NOW + 2 * HOUR)
    assert ask(agency, "DP-1001", "3.1", at=NOW + 2 * HOUR).allowed


# -- at once -------------------------------------------------------------------------------------------------------


def _both(work, url, *given):
    """Let two processes do *work* at the same moment; return what each says of it."""
    start, said = PROCESSES.Barrier(2), PROCESSES.Queue()
    processes = [PROCESSES.Process(target=work, args=(url, by, start, said, *given)) for by in ("DP-3001", "DP-3002")]
    for process in processes:
        process.start()
    answers = sorted(said.get(timeout=PATIENCE_SECONDS) for _ in processes)
    for process in processes:
        process.join()
    return answers


def _in_a_process(url, start, said, work):
    database = Database(url)
    start.wait()
    try:
        with database.transaction() as session:
            work(session)
    except AlreadyDone:
        said.put("already done")
    else:
        said.put("done")
    database.dispose()


def withdraw_at_once(url, by, start, said):
    _in_a_process(url, start, said, lambda session: withdraw(session, "3.2", by=by))


def cancel_at_once(url, by, start, said, release_id):
    _in_a_process(url, start, said, lambda session: cancel(session, session.get_one(VersionFact, release_id), by=by))


def resume_at_once(url, by, start, said, suspension_id):
    _in_a_process(url, start, said, lambda session: resume(session, session.get_one(VersionFact, suspension_id), by=by))


def test_two_registrars_who_withdraw_at_once_withdraw_once(demo_database):
    url = demo_database.url.render_as_string(hide_password=False)
    assert _both(withdraw_at_once, url) == ["already done", "done"]
    with demo_database.reading() as session:
        made = select(func.count()).select_from(VersionFact).where(VersionFact.change == VersionChange.WITHDRAWN)
        assert session.scalar(made) == 1


def test_two_registrars_who_call_a_release_off_at_once_call_it_off_once(demo_database):
    with demo_database.transaction() as session:
        made = prepare(session, "3.3")
        assess(session, "3.2", "3.3", Level.CARRY_OVER)
        planned = release(session, made, effective_at=NOW + DAY).id
    url = demo_database.url.render_as_string(hide_password=False)
    assert _both(cancel_at_once, url, planned) == ["already done", "done"]


def test_two_registrars_who_end_a_suspension_at_once_end_it_once(demo_database):
    with demo_database.transaction() as session:
        lead = person(session, "DP-2001")
        suspended = withdrawals.suspend(session, version(session, "3.2"), reason="Unsafe.", at=NOW, by=lead).id
    url = demo_database.url.render_as_string(hide_password=False)
    assert _both(resume_at_once, url, suspended) == ["already done", "done"]


# -- two servers, whose clocks differ ----------------------------------------------------------------------------------


def test_no_release_is_back_dated(agency, ready):
    with pytest.raises(releases.ReleaseBackdated):
        release(agency, ready, effective_at=NOW - timedelta(seconds=1))
    assert agency.scalar(select(func.count()).where(VersionFact.version_id == ready.id)) == 1, "announced, no more"


def test_what_is_decided_second_is_dated_no_earlier_than_what_was_decided_first(agency, ready):
    first, _ = registrars(agency)
    release(agency, ready, effective_at=NOW + HOUR, at=NOW + HOUR)
    before = NOW + timedelta(minutes=59)
    stop = withdrawals.suspend(agency, ready, reason="A fault.", at=before, by=first)
    assert stop.effective_at == NOW + HOUR, "by the slower clock it would not be in use yet"
    out = withdrawals.withdraw(agency, ready, reason="A fault.", at=before, by=first)
    assert out.effective_at == NOW + HOUR
    assert Ground.VERSION_WITHDRAWN in ask(agency, CERTIFIED_ON_3_2, "3.3", at=NOW + HOUR).grounds


def test_a_version_announced_a_moment_ago_by_a_faster_clock_is_not_announced_again(agency):
    made = prepare(agency, "3.3", at=NOW + timedelta(seconds=1))
    with pytest.raises(AlreadyDone):
        releases.announce(agency, made, at=NOW, by=person(agency, "DP-3002"))
