"""Every decision that a machine asks for is on record before it is answered, and a fault of ours allows nothing."""

import json
import logging
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select, text

from tests.conftest import BACKENDS
from tests.rules.factories import BRUSSELS
from tests.services import emergency_agency
from tests.views import authzen
from tests.views.asking import NOW, Asking, answering, codes, question, set_clock
from training_app.models.clients import Client
from training_app.models.oversight import JournalEntry, JournalPayload, TreeHead, WaitingEntry
from training_app.models.people import Person
from training_app.models.recorded import RecordedDecision
from training_app.services import recorded
from training_app.services.journal import seal
from training_app.services.known_answers import KnownAnswers


@pytest.fixture(params=BACKENDS)
def backend(request) -> str:
    """On record before it is answered: on each database."""
    return request.param


@pytest.fixture
def asking(demo_database, tmp_path, monkeypatch) -> Asking:
    set_clock(monkeypatch, NOW)
    with answering(demo_database, tmp_path) as found:
        yield found


def test_a_decision_is_on_record_when_its_answer_is_about_to_leave(asking):
    on_record = []

    @asking.app.after_request
    def look(response):
        on_record.append(len(asking.recorded()))
        return response

    asking.ask("DP-1003")
    asking.ask("DP-1001")
    assert on_record == [1, 2]


def test_the_record_holds_what_was_decided_on_and_the_whole_answer(asking):
    told = asking.ask("DP-1001", context={"purpose": "missing-person", "case": "not ours to keep"})
    [kept] = asking.recorded()
    with asking.database.reading() as session:
        officer = session.scalars(select(Person.id).where(Person.service_number == "DP-1001")).one()
        client = session.scalars(select(Client.id)).one()
    assert told["context"].pop("id") == str(kept.id)
    assert kept.answer == told
    assert kept.question == {
        "officer": "DP-1001",
        "tool": "sightline",
        "version": "3.2",
        "action": "use",
        "purpose": "missing-person",
    }
    assert (kept.allowed, kept.grounds) == (False, ["overdue"])
    assert (kept.officer_id, kept.client_id, kept.recorded_by_id) == (officer, client, None)
    assert kept.effective_at == kept.recorded_at == NOW


def test_a_refusal_about_somebody_unknown_is_on_record_too(asking):
    assert asking.codes("DP-9999") == ["officer-unknown"]
    [kept] = asking.recorded()
    assert (kept.officer_id, kept.question["officer"]) == (None, "DP-9999")


def test_an_allow_by_an_emergency_says_so_to_the_tool_and_on_record_and_is_replayed(asking):
    with asking.database.transaction() as session:
        agency = emergency_agency.of(session)
        agency.confirm(agency.request(at=NOW), at=NOW)
    told = asking.ask("DP-1001")
    authzen.CONTEXT.validate(told["context"])
    assert told["decision"]
    assert (told["context"]["badge"]["code"], told["context"]["obligations"]) == ("emergency", ["emergency-use"])
    emergency = told["context"]["emergency"]
    assert (emergency["lifted"], emergency["until"]) == (["overdue"], "2026-11-22T11:30:00Z")
    assert told["context"]["stable_until"] == emergency["until"]
    [kept] = asking.recorded()
    assert kept.answer["context"]["emergency"] == emergency
    with asking.database.reading() as session:
        row = recorded.decision(session, kept.id)
        again = recorded.replay(session, row, zone=BRUSSELS)
    assert (again.same, again.same_facts, again.decision.emergency.id) == (True, True, emergency["id"])


def test_each_client_has_its_own_decisions(asking):
    other = asking.register("Sightline in the harbour", "harbour-token")
    asking.ask()
    asking.send(token="harbour-token", json=question())
    assert [kept.client_id == other.id for kept in asking.recorded()] == [False, True]


def test_a_decision_has_its_journal_entry_about_the_officer_and_is_sealed_with_others(asking):
    for officer in ("DP-1001", "DP-1003", "DP-9999"):
        asking.ask(officer)
    asking.app.extensions["sealer"].end()
    kept = asking.recorded()
    with asking.database.reading() as session:
        entries = session.scalars(select(JournalEntry).filter_by(fact_kind="recorded_decision")).all()
        payload = json.loads(session.get_one(JournalPayload, entries[0].id).payload)
        waiting = session.scalar(select(func.count()).select_from(WaitingEntry))
        sealed = session.scalar(select(func.max(TreeHead.size)))
        written = session.scalar(select(func.count()).select_from(JournalEntry))
    assert [(entry.fact_id, entry.subject_id) for entry in entries] == [(fact.id, fact.officer_id) for fact in kept]
    assert payload["answer"] == kept[0].answer
    assert (waiting, sealed) == (0, written)


def test_decisions_of_one_moment_share_a_tree_head(asking):
    seal(asking.database, at=NOW)
    with asking.database.reading() as session:
        before = session.scalar(select(func.count()).select_from(TreeHead))
    for _ in range(10):
        asking.ask()
    asking.app.extensions["sealer"].end()
    with asking.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(TreeHead)) < before + 10
        assert session.scalar(select(func.count()).select_from(WaitingEntry)) == 0


@pytest.mark.parametrize(
    ("broken", "where"),
    [
        ("recorded_decision", "the record"),
        ("journal_waiting", "the journal, after the record was written"),
        ("seat_review", "what is decided on"),
        ("tool", "what is decided on"),
    ],
)
def test_a_fault_denies_says_so_and_leaves_no_allow_behind(asking, caplog, broken, where):
    assert asking.ask("DP-1003")["decision"] is True
    asking.app.extensions["sealer"].end()
    if where == "what is decided on":  # which a process that knows the answer does not read again
        asking.app.extensions["known_answers"] = KnownAnswers()
    with asking.database.engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {broken} RENAME TO out_of_reach"))
    with caplog.at_level(logging.CRITICAL):
        response = asking.send(json=question("DP-1003"), headers={"X-Request-ID": "r-1"})
    answer = response.get_json()
    assert (response.status_code, answer["decision"], codes(answer)) == (200, False, ["internal-error"]), where
    assert answer["context"]["cache_until"] == answer["context"]["evaluated_at"]
    assert "id" not in answer["context"]
    authzen.CONTEXT.validate(answer["context"])
    assert response.headers["X-Request-ID"] == "r-1"
    assert "denied because of a fault" in caplog.text
    with asking.database.engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE out_of_reach RENAME TO {broken}"))
    assert len(asking.recorded()) == 1
    assert asking.ask("DP-1003")["decision"] is True


def test_where_the_client_itself_cannot_be_looked_up_the_answer_is_no(asking, caplog):
    with asking.database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE client_closure RENAME TO out_of_reach"))
    with caplog.at_level(logging.CRITICAL):
        response = asking.send(json=question("DP-1003"), headers={"X-Request-ID": "r-1"})
    answer = response.get_json()
    assert (response.status_code, answer["decision"], codes(answer)) == (503, False, ["internal-error"])
    authzen.CONTEXT.validate(answer["context"])
    assert response.headers["X-Request-ID"] == "r-1"
    assert "its client could not be looked up" in caplog.text
    with asking.database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE out_of_reach RENAME TO client_closure"))


@pytest.mark.parametrize(
    ("seconds", "until"), [(600, "2026-11-22T11:01:00Z"), (10, "2026-11-22T11:00:10Z"), (0, "2026-11-22T11:00:00Z")]
)
def test_an_allow_is_held_no_longer_than_tool_and_installation_permit(asking, tmp_path, seconds, until):
    with answering(asking.database, tmp_path, max_cache_seconds=seconds) as configured:
        assert configured.ask("DP-1003")["context"]["cache_until"] == until
        assert configured.recorded()[-1].answer["context"]["cache_until"] == until


def test_what_a_supervisor_does_holds_at_the_next_question(asking):
    from training_app.models.people import OfficerSuspension

    assert asking.codes("DP-1003") == []
    with asking.database.transaction() as session:
        officer = session.scalars(select(Person).where(Person.service_number == "DP-1003")).one()
        supervisor = session.scalars(select(Person).where(Person.service_number == "DP-2001")).one()
        stamp = {"effective_at": NOW, "recorded_at": NOW, "recorded_by_id": supervisor.id}
        session.add(OfficerSuspension(**stamp, officer_id=officer.id, tool_id=None, reason_code="inquiry-open"))
    assert asking.codes("DP-1003") == ["suspended"]


def test_a_record_can_neither_be_changed_nor_deleted(asking):
    asking.ask()
    for statement in ("UPDATE recorded_decision SET allowed = true", "DELETE FROM recorded_decision"):
        with pytest.raises(Exception, match="append-only"), asking.database.engine.begin() as connection:
            connection.execute(text(statement))
    assert asking.recorded()[0].allowed is True


def test_asking_adds_one_decision_and_no_other_fact(asking):
    from training_app.services.journal import fact_kinds

    def counted():
        with asking.database.reading() as session:
            kinds = fact_kinds().items()
            return {name: session.scalar(select(func.count()).select_from(kind)) for name, kind in kinds}

    before = counted()
    asking.ask()
    added = {name: number - before[name] for name, number in counted().items() if number != before[name]}
    assert added == {RecordedDecision.__tablename__: 1}


def test_requests_that_come_at_the_same_time_each_have_their_own_decision_on_record(asking):
    officers, begin, answered = [f"DP-{1001 + number}" for number in range(6)], Barrier(6), {}

    def ask(officer):
        begin.wait()
        for _ in range(4):
            answer = asking.ask(officer)
            answered[int(answer["context"]["id"])] = (officer, answer["decision"])

    threads = [Thread(target=ask, args=(officer,)) for officer in officers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answered) == 24
    assert {one.id: (one.question["officer"], one.allowed) for one in asking.recorded()} == answered
    assert {allowed for _, allowed in answered.values()} == {True, False}
