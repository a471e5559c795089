"""Citizens' incidents: received in nobody's name, handled by oversight alone, answered, counted, let go."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tests.rules.factories import local
from tests.services.incident_agency import HAPPENED, NOW, TERMS, Agency, code, on
from training_app.models.incidents import Incident, IncidentSending, IncidentStep, IncidentStepText, IncidentText
from training_app.models.oversight import JournalEntry, JournalPayload
from training_app.rules.incidents import RATES, Bar, Effect, Outcome, Sending, SpamSign, State, StepKind
from training_app.rules.permissions import Permission, Role, permissions_of
from training_app.services import incident_handling as handling
from training_app.services import incident_limits as limits
from training_app.services import incidents
from training_app.services.incident_limits import TooManySent

KEY = b"k" * 40


@pytest.fixture
def agency(demo_session) -> Agency:
    return Agency(demo_session)


# -- received ----------------------------------------------------------------------------------------------------------


def test_no_fact_and_no_payload_of_the_journal_holds_a_word_or_the_code(agency):
    incident = agency.taken()
    handling.ask(agency.session, incident, "Was it in the morning?", on=on(), by=agency.overseer)
    handling.answer(agency.session, incident, "No, in the evening.", on=on())
    handling.close(agency.session, incident, agency.end(told="We told them."), on=on(), by=agency.overseer)
    rows = agency.session.execute(
        select(JournalEntry.actor_id, JournalPayload.payload)
        .join(JournalPayload, JournalPayload.entry_id == JournalEntry.id)
        .where(JournalEntry.fact_kind.in_(("incident", "incident_step")), JournalEntry.recorded_at >= NOW)
    ).all()
    assert len(rows) == 5
    assert [row.actor_id for row in rows].count(None) == 2, "the report and the answer are nobody's"
    for words in (HAPPENED, "morning", "evening", "We told them", code("a"), incidents.receipts.digest(code("a"))):
        assert not [row for row in rows if words in row.payload]


def test_the_tables_refuse_a_report_and_an_answer_in_somebodys_name_and_an_end_without_an_outcome(agency):
    incident = agency.received()
    stamp = {"effective_at": NOW, "recorded_at": NOW}
    named = {**stamp, "recorded_by_id": agency.overseer.id}
    step = {"incident_id": incident.id, "number": 2}
    for fact in (
        Incident(**named, effect=Effect.OTHER),
        IncidentStep(**named, **step, kind=StepKind.ANSWERED),
        IncidentStep(**stamp, **step, kind=StepKind.TAKEN),
        IncidentStep(**named, **step, kind=StepKind.CLOSED),
        IncidentStep(**named, **step, kind=StepKind.NOTED, tool_id=agency.tool.id),
        IncidentStep(**named, **step, kind=StepKind.CLOSED, outcome=Outcome.USE, published="Where?"),
        IncidentStep(**stamp, **step, kind=StepKind.HELD),
    ):
        with pytest.raises(IntegrityError), agency.session.begin_nested():
            agency.session.add(fact)


def test_the_same_code_twice_is_one_incident_and_the_code_opens_it(agency):
    incident = agency.received()
    before = agency.count(Incident)
    assert agency.received(happened="Something else").id == incident.id
    assert agency.count(Incident) == before
    assert incidents.by_code(agency.session, code("a")).id == incident.id
    assert incidents.by_code(agency.session, code("b")) is None


def test_what_looks_like_spam_is_held_for_a_person_and_lost_in_no_case(agency):
    told = {"happened": f"{HAPPENED} https://a.example https://b.example", "trap": "x"}
    incident = agency.received(**told)
    [held] = agency.steps(incident)
    assert (held.kind, held.signs, held.recorded_by_id) == (StepKind.HELD, [SpamSign.TRAP, SpamSign.LINKS], None)
    with pytest.raises(handling.NotNow):
        handling.take(agency.session, incident, on=on(), by=agency.overseer)
    handling.reject(agency.session, incident, on=on(), by=agency.overseer)
    handling.reject(agency.session, incident, on=on(), by=agency.overseer)
    assert agency.state(incident) is State.REJECTED
    assert incidents.by_code(agency.session, code("a")) is not None, "whoever reported can still read what became of it"
    handling.release(agency.session, incident, on=on(), by=agency.other)
    handling.take(agency.session, incident, on=on(), by=agency.other)
    assert [step.kind for step in agency.steps(incident)] == [
        "held-as-possible-spam",
        "rejected-as-spam",
        "released",
        "taken",
    ]


def test_the_same_words_again_are_held_and_those_of_long_ago_are_not(agency):
    agency.received("first", happened=HAPPENED)
    again = agency.received("again", happened=f"  {HAPPENED.upper()}")
    assert agency.steps(again)[0].signs == [SpamSign.SAME_AGAIN]
    assert agency.steps(agency.received("later", days=31, happened=HAPPENED)) == []


def test_beyond_what_anybody_expects_in_a_day_further_reports_are_held_and_received(agency, monkeypatch):
    monkeypatch.setattr(incidents.rule, "MOST_A_DAY", 2)
    assert [bool(agency.steps(agency.received(name))) for name in range(4)] == [False, False, True, True]
    assert agency.steps(agency.received("next day", days=1.01)) == []


# -- how often ---------------------------------------------------------------------------------------------------------


def test_an_address_is_counted_without_being_kept_and_forgotten_after_a_day(agency):
    most = RATES[Sending.REPORT].most

    def send(address="192.0.2.7", days=0.0):
        limits.count(agency.session, Sending.REPORT, address=address, key=KEY, on=on(days))

    for _ in range(most):
        send()
    with pytest.raises(TooManySent) as refused:
        send()
    assert refused.value.until == local("2027-03-02 00:00"), "tomorrow it is not known again"
    send("192.0.2.8")
    limits.count(agency.session, Sending.WRONG_CODE, address="192.0.2.7", key=KEY, on=on())
    rows = agency.session.scalars(select(IncidentSending)).all()
    assert len({row.address_digest for row in rows}) == 2
    assert not [row for row in rows if "192" in row.address_digest]
    send(days=1.5)
    [fresh] = agency.session.scalars(select(IncidentSending)).all()
    assert fresh.address_digest not in {row.address_digest for row in rows}, "under the key of another day"
    limits.forget(agency.session, on=on(2.6))
    assert agency.count(IncidentSending) == 0


def test_the_addresses_of_one_network_of_ipv6_count_as_one(agency):
    for last in range(RATES[Sending.WRONG_CODE].most):
        limits.count(agency.session, Sending.WRONG_CODE, address=f"2001:db8::{last:x}", key=KEY, on=on())
    for address, held in (("2001:db8::ffff", True), ("2001:db8:0:1::1", False)):
        if held:
            with pytest.raises(TooManySent):
                limits.refuse_too_many(agency.session, Sending.WRONG_CODE, address=address, key=KEY, on=on())
        else:
            limits.refuse_too_many(agency.session, Sending.WRONG_CODE, address=address, key=KEY, on=on())


# -- handled -----------------------------------------------------------------------------------------------------------


def test_oversight_alone_handles_and_registrars_only_state():
    handles = {role for role in Role if Permission.INCIDENT_HANDLE in permissions_of({role})}
    states = {role for role in Role if Permission.INCIDENT_STATE in permissions_of({role})}
    assert (handles, states) == ({Role.OVERSIGHT}, {Role.REGISTRAR})


def test_whoever_also_looks_after_the_tools_does_nothing_to_it(agency):
    incident = agency.received()
    agency.holds(agency.other, Role.REGISTRAR)
    for who, held in ((agency.registrar, Bar.NO_OVERSIGHT), (agency.other, Bar.LOOKS_AFTER_TOOLS)):
        for act in (handling.take, handling.reject):
            with pytest.raises(handling.MayNotHandleIncident) as refused:
                act(agency.session, incident, on=on(), by=who)
            assert held in refused.value.bars


def test_who_took_it_handles_it_and_another_may_take_it_over(agency):
    incident = agency.taken()
    handling.take(agency.session, incident, on=on(), by=agency.overseer)
    assert len(agency.steps(incident)) == 1, "taking twice is taking once"
    with pytest.raises(handling.IncidentNotYours):
        handling.note(agency.session, incident, "Looked.", on=on(), by=agency.other)
    handling.take(agency.session, incident, on=on(), by=agency.other)
    handling.note(agency.session, incident, "Looked.", on=on(), by=agency.other)
    handling.note(agency.session, incident, "Looked.", on=on(), by=agency.other)
    assert [step.kind for step in agency.steps(incident)] == ["taken", "taken", "noted"]
    assert incidents.history_of(agency.session, incident).acknowledged_at == NOW


def test_one_question_at_a_time_and_each_answer_once(agency):
    incident = agency.taken()
    for _ in range(2):
        handling.ask(agency.session, incident, "Where?", on=on(), by=agency.overseer)
    with pytest.raises(handling.NotNow):
        handling.ask(agency.session, incident, "When?", on=on(), by=agency.overseer)
    for _ in range(2):
        handling.answer(agency.session, incident, "At the gate.", on=on())
    with pytest.raises(handling.NotNow):
        handling.answer(agency.session, incident, "Or not.", on=on())
    assert [step.kind for step in agency.steps(incident)] == ["taken", "asked", "answered"]


def test_a_statement_is_asked_for_with_a_summary_that_copies_nothing(agency):
    incident = agency.taken()
    handling.ask(agency.session, incident, "Where?", on=on(), by=agency.overseer)
    handling.answer(agency.session, incident, "By the blue door behind the market hall on Monday.", on=on())
    for copied in (HAPPENED, "It was by the blue door behind the market hall on Monday."):
        with pytest.raises(handling.Quotes):
            handling.ask_statement(agency.session, incident, copied, on=on(), by=agency.overseer)
    summary = "Somebody was stopped at a station after a match."
    for _ in range(2):
        handling.ask_statement(agency.session, incident, summary, on=on(), by=agency.overseer)
    with pytest.raises(handling.MayNotHandleIncident) as refused:
        handling.state(agency.session, incident, "We erred.", on=on(), by=agency.officer)
    assert refused.value.bars == (Bar.NO_REGISTRAR,)
    for _ in range(2):
        handling.state(agency.session, incident, "We erred.", on=on(), by=agency.registrar)
    with pytest.raises(handling.NotNow):
        handling.state(agency.session, incident, "We did not.", on=on(), by=agency.registrar)
    kinds = [step.kind for step in agency.steps(incident)]
    assert kinds == ["taken", "asked", "answered", "statement-asked", "statement-given"]
    agency.holds(agency.registrar, Role.REGISTRAR, granted=False)
    agency.holds(agency.registrar, Role.OVERSIGHT)
    with pytest.raises(handling.MayNotHandleIncident):
        handling.take(agency.session, incident, on=on(1), by=agency.registrar)


def test_nothing_follows_on_the_end_and_only_of_a_named_tool_a_sentence_is_published(agency):
    incident = agency.taken()
    with pytest.raises(handling.NoPlaceToPublish):
        handling.close(agency.session, incident, agency.end(published="x"), on=on(), by=agency.overseer)
    copied = agency.end(tool_id=agency.tool.id, published=f"A citizen told us: {HAPPENED}")
    with pytest.raises(handling.Quotes):
        handling.close(agency.session, incident, copied, on=on(), by=agency.overseer)
    end = agency.end(tool_id=agency.tool.id, published="Officers now look twice.")
    handling.close(agency.session, incident, end, on=on(), by=agency.overseer)
    assert incidents.published(agency.session, agency.tool.id)[0] == incidents.Published(
        NOW, "Officers now look twice."
    )
    for act in (handling.take, handling.reject, handling.release):
        with pytest.raises(handling.NotNow):
            act(agency.session, incident, on=on(), by=agency.other)
    with pytest.raises(handling.NotNow):
        handling.answer(agency.session, incident, "One more thing", on=on())
    with pytest.raises(handling.NotNow):
        handling.close(agency.session, incident, agency.end(), on=on(), by=agency.overseer)


# -- figures -----------------------------------------------------------------------------------------------------------


def test_the_figures_count_what_was_received_in_the_period_as_it_stood_at_its_end(agency):
    tool = agency.tool.id
    agency.closed("in time", days=0, after=2, tool_id=tool, end=agency.end(tool_id=tool))
    agency.closed("late", days=0, after=31, end=agency.end(outcome=Outcome.TOOL, tool_id=tool))
    handling.ask_statement(agency.session, agency.taken("open", days=5), "Somebody.", on=on(5), by=agency.overseer)
    agency.received("other tool unknown", days=1, effect=Effect.DATA)
    handling.reject(agency.session, agency.received("spam", days=1), on=on(1), by=agency.overseer)
    agency.received("after", days=40)

    def counted(tool_id, until):
        return incidents.counts(agency.session, tool_id, NOW, on(until).instant, terms=TERMS, on=on(60))

    whole = counted(None, 35)
    assert (whole.received, whole.rejected_as_spam, whole.tool_unknown) == (4, 1, 2)
    assert {one: number for one, number in whole.by_effect.items() if number} == {Effect.STOPPED: 3, Effect.DATA: 1}
    assert (whole.acknowledged, whole.acknowledged_in_time, whole.statements_asked) == (3, 3, 1)
    assert (whole.answered, whole.answered_in_time) == (2, 1)
    assert {one for one, number in whole.by_outcome.items() if number} == {Outcome.USE, Outcome.TOOL}
    assert (counted(tool, 35).received, counted(tool, 35).answered_in_time) == (2, 1)
    early = counted(None, 10)
    assert (early.received, early.answered, early.tool_unknown) == (4, 1, 3), "as it was known then"
    assert counted(tool, 10).received == 1
    assert counted(None, 0).received == 0


def test_what_waits_is_counted_for_oversight(agency):
    before, agency_before = incidents.waiting(agency.session, terms=TERMS, on=on()), incidents.unended(agency.session)
    agency.received("new")
    agency.received("held", trap="x")
    agency.taken("taken")
    agency.closed("closed")
    agency.received("old", days=-7)
    handling.reject(agency.session, agency.received("spam", trap="x"), on=on(), by=agency.overseer)
    found = incidents.waiting(agency.session, terms=TERMS, on=on(0))
    assert (found.new - before.new, found.held - before.held, found.late - before.late) == (2, 1, 1)
    alone = {one.id for one in incidents.unended(agency.session)} - {made.id for made in agency_before}
    assert len(alone) == 4, "new, held, taken, old"
    assert incidents.waiting(agency.session, terms=TERMS, on=on(31)).late == len(agency_before) + 4


# -- let go ------------------------------------------------------------------------------------------------------------


def test_the_words_and_the_code_go_when_their_time_is_over_and_the_facts_stay(agency):
    over = agency.closed("over", days=-400)
    handling.reject(agency.session, spam := agency.received("spam", days=-400), on=on(-399), by=agency.overseer)
    fresh, open_one = agency.closed("fresh", days=-300), agency.received("open", days=-900)
    assert incidents.words_of(agency.session, over, months=12, on=on()) is None, "before it is deleted"
    assert incidents.words_of(agency.session, fresh, months=12, on=on()) is not None
    facts = agency.count(IncidentStep)
    assert incidents.purge(agency.session, months=12, on=on()) >= 2
    assert incidents.purge(agency.session, months=12, on=on()) == 0
    left = set(agency.session.scalars(select(IncidentText.incident_id)))
    assert left & {over.id, spam.id, fresh.id, open_one.id} == {fresh.id, open_one.id}
    assert incidents.by_code(agency.session, code("over")) is None
    assert agency.count(IncidentStep) == facts
    ids = [step.id for step in agency.steps(over)]
    assert agency.session.scalars(select(IncidentStepText).where(IncidentStepText.step_id.in_(ids))).all() == []
