"""Emergency access on the tables: two people, once each click, over by itself, told to tools, never taken offline."""

from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from tests.patience import PATIENCE_SECONDS
from tests.processes import PROCESSES
from tests.rules.factories import BRUSSELS
from tests.services import emergency_agency
from tests.services.emergency_agency import NOW, OFFICER, SUPERVISOR, Emergencies
from training_app.db import Database
from training_app.models.emergencies import EmergencyEnd, EmergencyGrant, EmergencyRequest
from training_app.rules.access import Badge, Ground, Question
from training_app.rules.emergency import State
from training_app.rules.evidence import from_text
from training_app.rules.offline_pass import Terms
from training_app.services import access, emergencies, evidence, offline, status_lists
from training_app.services.event_streams.concerns import concerns, noticed

A_MINUTE = timedelta(minutes=1)


@pytest.fixture
def agency(demo_session) -> Emergencies:
    return emergency_agency.of(demo_session)


def count(agency: Emergencies, model: type) -> int:
    return agency.session.scalar(select(func.count()).select_from(model)) or 0


def state(agency: Emergencies, asked: EmergencyRequest, at) -> State:
    found = emergencies.one(agency.session, asked.id, at=at)
    assert found is not None
    return found.state


def test_two_people_let_an_officer_in_for_some_minutes(agency):
    assert agency.answer().grounds == (Ground.OVERDUE,)
    asked = agency.request()
    assert not agency.answer().allowed, "asking alone changes nothing"
    agency.confirm(asked, at=NOW + A_MINUTE)
    decision = agency.answer(at=NOW + A_MINUTE)
    assert (decision.allowed, decision.badge, decision.emergency.lifted) == (True, Badge.EMERGENCY, (Ground.OVERDUE,))
    assert decision.stable_until == NOW + 31 * A_MINUTE
    assert agency.answer(at=decision.stable_until).grounds == (Ground.OVERDUE,)
    assert [state(agency, asked, at) for at in (NOW, NOW + A_MINUTE, decision.stable_until)] == [
        State.WAITING, State.RUNNING, State.OVER,
    ]  # fmt: skip


def test_it_is_off_by_default(demo_session):
    agency = emergency_agency.of(demo_session, most=None)
    with pytest.raises(emergencies.NotOffered):
        agency.request()


def test_what_would_not_help_or_is_not_needed_is_not_asked_for(agency):
    with pytest.raises(emergencies.LiftsNothing) as allowed:
        agency.request("DP-1003")
    with pytest.raises(emergencies.LiftsNothing) as suspended:
        agency.request("DP-1006")
    with pytest.raises(emergencies.TooLong):
        agency.request(minutes=61)
    assert (allowed.value.grounds, Ground.SUSPENDED in suspended.value.grounds) == ((), True)


def test_nobody_confirms_for_themselves_whatever_writes_it(agency):
    asked = agency.request()
    with pytest.raises(emergencies.ForOneself):
        agency.confirm(asked, by=OFFICER)
    fact = EmergencyGrant(
        effective_at=NOW, recorded_at=NOW, recorded_by_id=asked.officer_id, officer_id=asked.officer_id,
        request_id=asked.id, version_id=asked.version_id, until=NOW + A_MINUTE,
    )  # fmt: skip
    with pytest.raises(IntegrityError, match="by_a_second_person"), agency.session.begin_nested():
        agency.session.add(fact)


def test_a_second_click_changes_nothing(agency):
    asked = agency.request()
    assert agency.request(minutes=15).id == asked.id
    given = agency.confirm(asked)
    assert agency.confirm(asked, at=NOW + A_MINUTE).id == given.id
    person = agency.person(OFFICER)
    ended = emergencies.end(agency.session, asked, at=NOW + A_MINUTE, by=person)
    assert emergencies.end(agency.session, asked, at=NOW + 2 * A_MINUTE, by=agency.person(SUPERVISOR)).id == ended.id
    assert [count(agency, model) for model in (EmergencyRequest, EmergencyGrant, EmergencyEnd)] == [1, 1, 1]


def test_a_request_lapses_and_can_be_called_off(agency):
    asked = agency.request()
    late = NOW + 15 * A_MINUTE
    with pytest.raises(emergencies.Lapsed):
        agency.confirm(asked, at=late)
    with pytest.raises(emergencies.Over):
        emergencies.end(agency.session, asked, at=late, by=agency.person(OFFICER))
    again = agency.request(at=late)
    emergencies.end(agency.session, again, at=late + A_MINUTE, by=agency.person(SUPERVISOR))
    with pytest.raises(emergencies.Lapsed):
        agency.confirm(again, at=late + A_MINUTE)
    assert state(agency, again, late + A_MINUTE) is State.CALLED_OFF
    assert agency.request(at=late + 2 * A_MINUTE).id != again.id


@pytest.mark.parametrize("by", [OFFICER, SUPERVISOR])
def test_either_ends_it_early(agency, by):
    asked = agency.request()
    agency.confirm(asked)
    emergencies.end(agency.session, asked, at=NOW + A_MINUTE, by=agency.person(by))
    assert agency.answer(at=NOW + A_MINUTE).grounds == (Ground.OVERDUE,)
    assert state(agency, asked, NOW + A_MINUTE) is State.ENDED


def test_switching_it_off_ends_what_runs(agency):
    asked = agency.request()
    agency.confirm(asked)
    agency.switch(None, at=NOW + 5 * A_MINUTE)
    agency.switch(60, at=NOW + 6 * A_MINUTE)
    assert agency.answer(at=NOW + 4 * A_MINUTE).allowed
    assert not agency.answer(at=NOW + 7 * A_MINUTE).allowed
    assert state(agency, asked, NOW + 7 * A_MINUTE) is State.OVER
    with pytest.raises(emergencies.SettingUnchanged):
        agency.switch(60, at=NOW + 8 * A_MINUTE)


def test_what_waits_and_runs_is_seen_at_once_and_counted_by_tool_and_year(agency):
    assert emergencies.current(agency.session, at=NOW) == []
    assert emergencies.counts(agency.session, zone=BRUSSELS, at=NOW) == []
    asked = agency.request()
    assert [one.state for one in emergencies.current(agency.session, at=NOW)] == [State.WAITING]
    agency.confirm(asked)
    [seen] = emergencies.current(agency.session, at=NOW)
    assert (seen.state, seen.number, seen.until) == (State.RUNNING, OFFICER, NOW + 30 * A_MINUTE)
    after = NOW + 30 * A_MINUTE
    assert emergencies.current(agency.session, at=after) == []
    assert [one.id for one in emergencies.listed(agency.session, at=after)] == [asked.id]
    new_year = NOW.replace(month=12, day=31, hour=23, minute=30)  # 0:30 on 1 January in Brussels
    second = agency.request(at=new_year)
    agency.confirm(second, at=new_year)
    counted = emergencies.counts(agency.session, zone=BRUSSELS, at=new_year)
    assert [(one.tool, one.year, one.confirmed) for one in counted] == [("sightline", 2026, 1), ("sightline", 2027, 1)]


def test_each_officer_and_version_is_listed_as_the_single_answer_says(agency):
    agency.confirm(agency.request())
    for version in ("3.1", "3.2"):
        listed = access.listed(agency.session, "sightline", version, zone=BRUSSELS, at=NOW)
        for one in listed:
            assert one.answer.grounds == agency.answer(one.number, version=version).grounds, one.number


def test_the_facts_behind_it_are_exported_and_give_the_same_answer(agency):
    asked = agency.request()
    agency.confirm(asked)
    emergencies.end(agency.session, asked, at=NOW + A_MINUTE, by=agency.person(OFFICER))
    later = NOW + 2 * A_MINUTE
    text = evidence.export(agency.session, OFFICER, "sightline", zone=BRUSSELS, at=later)
    found = from_text(text).facts
    for at in (NOW - A_MINUTE, NOW, NOW + A_MINUTE):
        question = Question(OFFICER, "sightline", "3.2")
        assert access.decide(question, found, at=at, known_at=later) == access.answer(
            agency.session, question, zone=BRUSSELS, at=at, known_at=later
        )


def test_no_pass_and_no_status_list_knows_it(agency):
    agency.confirm(agency.request())
    person = agency.person(OFFICER)
    with pytest.raises(offline.NoPass):
        offline.take_pass(
            agency.session, person, agency.version, zone=BRUSSELS, at=NOW, longest=timedelta(hours=8),
            draw=Random(1).randrange,
        )  # fmt: skip
    listed = access.listed(agency.session, "sightline", "3.2", zone=BRUSSELS, at=NOW, people=[person.id])
    [answer] = [one.answer for one in listed]
    assert answer.allowed
    assert not status_lists.stands(answer, Terms((), answer.obligations))


def test_tools_are_told_to_ask_again_when_it_begins_and_when_it_is_ended(agency):
    asked = agency.request()
    given = agency.confirm(asked)
    ended = emergencies.end(agency.session, asked, at=NOW + A_MINUTE, by=agency.person(OFFICER))
    assert noticed(asked) is None
    told = concerns(agency.session, [one for one in map(noticed, (given, ended)) if one is not None])
    assert [(one.officer, one.tools, one.takes_back) for one in told] == [
        (OFFICER, frozenset({"sightline"}), False),
        (OFFICER, frozenset({"sightline"}), True),
    ]


def _confirm(url: str, request_id: int, start) -> None:
    database = Database(url)
    start.wait(60)
    with database.transaction() as session:
        agency = emergency_agency.of(session, most=None)
        agency.confirm(session.get_one(EmergencyRequest, request_id))
    database.dispose()


def test_two_supervisors_who_confirm_at_once_make_one(demo_database):
    with demo_database.transaction() as session:
        request_id = emergency_agency.of(session).request().id
    start = PROCESSES.Barrier(2)
    url = demo_database.url.render_as_string(hide_password=False)
    processes = [PROCESSES.Process(target=_confirm, args=(url, request_id, start)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(PATIENCE_SECONDS)
    assert [process.exitcode for process in processes] == [0, 0]
    with demo_database.reading() as session:
        assert session.scalar(select(func.count()).select_from(EmergencyGrant)) == 1
