"""What happens is told to streams: in the transaction of the fact, once, and to whom it concerns."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import event, select, text

from tests.services import listening, recorded, version_life
from tests.services.listening import ASK, REVOKED, told, waiting
from tests.services.recorded import NOW
from tests.services.version_life import ask, person, registrars, version
from training_app.models.clients import Client, ClientCredential
from training_app.models.event_streams import EventStreamChange, StreamChange, StreamStatus
from training_app.models.outbox import OutboxMessage
from training_app.models.people import AccountChange, AccountFact, UnitAssignment
from training_app.models.tools import AgencyPolicy, Tool
from training_app.rules.clients import Scope
from training_app.rules.facts import Level
from training_app.rules.signals import CAUSES, WITHOUT_EVENT, Exclusion
from training_app.services import client_credentials, clients, journal, suspensions, withdrawals
from training_app.services.clients import Grant
from training_app.services.event_streams import overflow, polling, streams
from training_app.services.event_streams.endpoints import PushRules
from training_app.services.event_streams.pushing import EventPush
from training_app.services.event_streams.streams import Settings
from training_app.services.journal import seal

AT = version_life.NOW


def suspend(session, number="DP-1003", tool="sightline"):
    """Suspend an officer of the demo agency, as their supervisor."""
    named = session.scalars(select(Tool).where(Tool.slug == tool)).one() if tool else None
    by = person(session, "DP-2001")
    return suspensions.suspend(session, number, named, suspensions.Reason.OTHER, at=AT, by=by)


def test_a_withdrawn_version_is_one_event_however_many_officers_it_concerns(demo_session):
    stream = listening.stream(demo_session)
    first, _ = registrars(demo_session)
    withdrawals.withdraw(demo_session, version(demo_session, "3.1"), reason="Too old.", at=AT, by=first)
    demo_session.commit()
    assert told(demo_session, stream) == [(ASK, "sightline", None)]


def test_whatever_brings_a_version_into_use_tells_of_its_tool_alone(demo_session):
    stream = listening.stream(demo_session)
    prepared = version_life.prepare(demo_session, "3.3")
    version_life.assess(demo_session, "3.2", "3.3", Level.CARRY_OVER)
    demo_session.commit()
    assert {one[:2] for one in told(demo_session, stream)} == {(ASK, "sightline")}
    assert len(told(demo_session, stream)) == 1, "one event for all that one transaction records"
    assert prepared.label == "3.3"


def test_a_suspension_asks_again_for_the_officer_and_revokes_what_is_open(demo_session):
    stream = listening.stream(demo_session)
    suspension = suspend(demo_session)
    demo_session.commit()
    assert told(demo_session, stream) == [(ASK, "DP-1003", ["sightline"]), (REVOKED, "DP-1003", ["sightline"])]
    asked, revoked = (message.payload for message in waiting(demo_session, stream))
    assert asked["txn"] == revoked["txn"]
    by = person(demo_session, "DP-2001")
    suspensions.reinstate(demo_session, suspension, suspensions.EndReason.MISTAKE, at=AT, by=by)
    demo_session.commit()
    assert told(demo_session, stream)[2:] == [(ASK, "DP-1003", ["sightline"])]


def test_nothing_but_the_service_number_of_a_person_is_told(demo_session):
    stream = listening.stream(demo_session)
    suspend(demo_session, tool=None)
    demo_session.commit()
    officer = person(demo_session, "DP-1003")
    written = str([message.payload for message in waiting(demo_session, stream)])
    assert "DP-1003" in written
    for private in (officer.name, officer.email or "@", "suspen", "other"):
        assert private not in written


def test_an_officer_suspended_from_every_tool_is_told_without_naming_one(demo_session):
    stream = listening.stream(demo_session)
    suspend(demo_session, tool=None)
    demo_session.commit()
    assert told(demo_session, stream) == [(ASK, "DP-1003", None), (REVOKED, "DP-1003", None)]


@pytest.mark.parametrize(("change", "kinds"), [(AccountChange.OPENED, [ASK]), (AccountChange.CLOSED, [ASK, REVOKED])])
def test_only_an_account_that_is_closed_revokes_sessions(session, change, kinds):
    stream = listening.stream(session)
    officer = recorded.person(session)
    session.add(AccountFact(effective_at=NOW, recorded_at=NOW, person_id=officer.id, change=change))
    session.commit()
    assert [kind for kind, _, _ in told(session, stream)] == kinds


def test_what_the_agency_asks_for_every_tool_is_one_event_for_each(session):
    stream = listening.stream(session)
    slugs = sorted(recorded.tool(session).slug for _ in range(2))
    session.add(AgencyPolicy(effective_at=NOW, recorded_at=NOW, revision=1, evaluation_required=False, reason="-"))
    session.commit()
    assert told(session, stream) == [(ASK, slug, None) for slug in slugs]


def test_facts_that_change_no_answer_tell_nobody(session):
    stream = listening.stream(session)
    recorded.tool(session)
    recorded.unit(session)
    session.commit()
    assert told(session, stream) == []


def test_what_is_undone_is_not_told_and_what_is_flushed_at_the_end_is(database):
    with database.transaction() as session:
        stream = listening.stream(session)
        made = recorded.assignment(session)
    with pytest.raises(recorded.Interruption), database.transaction() as session:
        recorded.interrupted(session, lambda it: recorded.assignment(it, person_id=made.person_id))
    with database.reading() as session:
        before = len(told(session, stream))
    assert before == 1
    with database.transaction() as session:
        columns = {"person_id": made.person_id, "unit_id": made.unit_id}
        session.add(UnitAssignment(effective_at=NOW, recorded_at=NOW, **columns))  # nothing flushes it before the end
    with database.reading() as session:
        assert len(told(session, stream)) == 2


def test_a_savepoint_that_ends_tells_of_nothing_before_everything_is_done(session):
    stream = listening.stream(session)
    with session.begin_nested():
        recorded.assignment(session)
    assert told(session, stream) == []
    session.commit()
    assert len(told(session, stream)) == 1


def test_where_nobody_listens_nothing_is_put_into_the_outbox(demo_session):
    suspend(demo_session)
    demo_session.commit()
    assert demo_session.scalars(select(OutboxMessage)).all() == []


def test_a_stream_that_is_paused_keeps_its_events_and_one_that_is_disabled_does_not(session):
    paused, disabled = listening.stream(session), listening.stream(session)
    recorded.assignment(session)
    session.commit()
    streams.set_status(session, paused, StreamStatus.PAUSED, None, at=NOW)
    streams.set_status(session, disabled, StreamStatus.DISABLED, "not needed", at=NOW)
    recorded.assignment(session)
    session.commit()
    assert (len(told(session, paused)), len(told(session, disabled))) == (2, 0)
    assert (streams.open_queues(paused), streams.open_queues(disabled)) == ([f"{paused.public_id}/status"], [])


def test_a_client_that_is_closed_is_told_nothing_from_that_instant_on(session):
    owner = listening.client(session)
    stream = listening.stream(session, of=owner)
    assert [one.public_id for one in streams.listening(session)] == [stream.public_id]
    clients.close(session, session.get_one(Client, owner.client_id), at=NOW + timedelta(hours=1), by=None)
    assert streams.listening(session) == []


def test_a_client_is_told_of_its_own_tools_only_and_of_nothing_once_the_scope_is_taken_back(demo_session):
    owner = listening.client(demo_session, tools=["lockpick"])
    stream = listening.stream(demo_session, of=owner)
    suspend(demo_session)
    suspend(demo_session, "DP-1004", tool=None)
    demo_session.commit()
    assert told(demo_session, stream) == [(ASK, "DP-1004", ["lockpick"]), (REVOKED, "DP-1004", ["lockpick"])]
    client = demo_session.get_one(Client, owner.client_id)
    last = clients.latest_grant(demo_session, client.id)
    without = Grant(frozenset({Scope.EVALUATE}), frozenset({"lockpick"}), 1_000)
    clients.give(demo_session, client, without, after=last.id, at=AT, by=None)
    assert streams.listening(demo_session) == []


def test_nothing_is_pushed_to_a_client_without_a_credential_in_force_and_what_happens_is_kept(session):
    owner = listening.client(session)
    stream = listening.stream(session, push_to="https://gateway.example/", of=owner)
    push = EventPush(_Unsigned, PushRules(frozenset({"gateway.example"}), plain_on_loopback=False))
    assert push.destinations(session, at=NOW)
    credential = session.get_one(ClientCredential, owner.credential_id)
    client_credentials.revoke(session, credential, at=NOW, by=None)
    assert push.destinations(session, at=NOW) == []
    recorded.assignment(session)
    session.commit()
    assert len(told(session, stream)) == 1


def test_a_subject_that_was_removed_is_told_of_again_once_it_is_added(demo_session):
    stream = listening.stream(demo_session)
    streams.exclude(demo_session, stream, Exclusion("DP-1003", None))
    streams.exclude(demo_session, stream, Exclusion("DP-1003", None))
    suspend(demo_session)
    demo_session.commit()
    assert told(demo_session, stream) == []
    streams.include(demo_session, stream, Exclusion("DP-1003", None))
    suspend(demo_session, tool="lockpick")
    demo_session.commit()
    assert told(demo_session, stream)[0] == (ASK, "DP-1003", ["lockpick"])


def test_a_client_has_so_many_streams_and_no_more(session):
    owner = listening.client(session)
    for _ in range(streams.MOST_STREAMS):
        listening.stream(session, of=owner)
    with pytest.raises(streams.TooManyStreams):
        listening.stream(session, of=owner)


def test_what_a_registrar_holds_no_receiver_lets_go_and_it_is_told_at_once(session):
    stream, registrar = listening.stream(session), recorded.person(session)
    streams.hold(session, stream, "Being examined", at=NOW, by=registrar)
    streams.hold(session, stream, "Being examined", at=NOW, by=registrar)
    with pytest.raises(streams.HeldByTheAgency):
        streams.set_status(session, stream, StreamStatus.ENABLED, None, at=NOW)
    recorded.assignment(session)
    session.commit()
    found = polling.fetch(session, stream, _Unsigned(), most=10)
    assert [one["events"] for one in found.sets.values()] == [
        {
            "https://schemas.openid.net/secevent/ssf/event-type/stream-updated": {
                "status": "paused",
                "reason": "Being examined",
            }
        }
    ]
    streams.let_go(session, stream, at=NOW, by=registrar)
    assert len(polling.fetch(session, stream, _Unsigned(), most=10).sets) == 3
    done = [(one.change, name) for one, name in streams.changes(session, stream.public_id)]
    assert done == [
        (StreamChange.ENABLED, registrar.name),
        (StreamChange.PAUSED, registrar.name),
        (StreamChange.CREATED, None),
    ]


class _Unsigned:
    """In the place of keys: what would be signed, as it is."""

    def sign(self, claims):
        return claims


def test_the_receivers_secret_stands_in_no_journal(database):
    with database.transaction() as session:
        stream = listening.stream(session, push_to="https://gateway.example/events", authorization="Bearer hush-hush")
        settings = Settings(stream.delivery, stream.endpoint, "Bearer hush-too", (), "")
        streams.configure(session, stream, settings, at=NOW)
        streams.remove(session, stream, at=NOW)
    seal(database, at=NOW)
    with database.reading() as session:
        payloads = session.scalars(text("SELECT payload FROM journal_payload")).all()
        changes = session.scalars(select(EventStreamChange.change).order_by(EventStreamChange.id)).all()
        assert journal.verify(session, recorded.JOURNAL_KEY.public_key()).faults == ()
    assert changes == [StreamChange.CREATED, StreamChange.CONFIGURED, StreamChange.DELETED]
    assert not any("hush" in payload for payload in payloads)


def test_a_stream_that_nobody_empties_is_put_into_one_event_for_each_tool(session):
    stream = listening.stream(session)
    slugs = sorted(recorded.tool(session).slug for _ in range(2))
    for _ in range(4):
        recorded.assignment(session)
        session.commit()
    assert overflow.overfull(session, most=4) == []
    assert overflow.overfull(session, most=3) == [stream.public_id]
    assert overflow.condense(session, stream.public_id, at=NOW) == 4
    assert told(session, stream) == [(ASK, slug, None) for slug in slugs]


def test_every_table_that_an_answer_is_read_from_is_one_whose_facts_are_told_or_explained(demo_session):
    read: set[str] = set()

    def note(*arguments):
        read.update(re.findall(r"(?:FROM|JOIN) \"?([a-z_]+)\"?", arguments[2]))

    event.listen(demo_session.get_bind(), "before_cursor_execute", note)
    ask(demo_session, "DP-1003", "3.2")
    event.remove(demo_session.get_bind(), "before_cursor_execute", note)
    tables = read & journal.fact_kinds().keys()
    assert {"award", "seat_grant", "officer_suspension", "version_fact", "tool_policy"} <= tables
    unsigned = {"impact_assessment", "prohibition_correction", "requirement_change", "requirement_set", "terms_rebase"}
    registered = {"person", "tool", "tool_version"}
    of_the_uncertified = {"attempt", "module_revision"}
    of_measures = {"trainer_qualification"}  # which qualification a measure names; the measure has an event
    assert tables - CAUSES.keys() == unsigned | registered | of_the_uncertified | of_measures
    assert tables - CAUSES.keys() <= WITHOUT_EVENT.keys()
