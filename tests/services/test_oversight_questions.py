"""Questions on the record: asked once, answered by who is asked, followed up, closed, and never changed."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests.rules.factories import local
from tests.services.version_life import person, version
from training_app import demo
from training_app.models.oversight import JournalEntry
from training_app.models.oversight_questions import OversightAnswer, OversightQuestion
from training_app.models.people import RoleAssignment, Unit, UnitAssignment
from training_app.rules.civil_time import CivilInstant
from training_app.rules.oversight_questions import Closing, Office, Said, State
from training_app.rules.permissions import Role
from training_app.services import oversight_questions as questions
from training_app.services import oversight_threads as threads
from training_app.services.oversight_questions import Asked

NOW = local("2026-11-23 12:00")
DUE = date(2026, 12, 7)
OVERSEER, ANOTHER, REGISTRAR, LEAD, SUPERVISOR = "DP-6001", "DP-6002", "DP-3001", "DP-4003", "DP-2001"


def on(hours: int = 0) -> CivilInstant:
    return CivilInstant(NOW + timedelta(hours=hours), demo.ZONE)


def unit(session, name: str) -> int:
    return session.scalars(select(Unit.id).where(Unit.name == name)).one()


def ask(session, office: Office = Office.REGISTRARS, words: str = "Why?", *, by: str = OVERSEER, **given):
    return questions.ask(session, Asked(office, words, DUE, **given), on=on(), by=person(session, by))


def answer(session, question, words: str = "Because.", *, by: str = REGISTRAR, hours: int = 1) -> None:
    questions.answer(session, question, words, on=on(hours), by=person(session, by))


def follow_up(session, question, words: str = "And then?", *, by: str = OVERSEER, hours: int = 2) -> None:
    day = DUE + timedelta(days=7)
    questions.follow_up(session, question, words, day, on=on(hours), by=person(session, by))


def close(session, question, *, by: str = OVERSEER, hours: int = 9) -> None:
    questions.close(session, question, Closing.ACTED_ON, "Withdrawn since.", on=on(hours), by=person(session, by))


def put_to(session, number: str) -> list[int]:
    return [row.question.id for row in threads.put_to(session, person(session, number), on=on())]


def test_a_question_is_answered_followed_up_and_closed_and_all_of_it_stays(demo_session):
    asked = ask(demo_session, version_id=version(demo_session, "3.1").id)
    answer(demo_session, asked)
    follow_up(demo_session, asked)
    answer(demo_session, asked, "Then it ends.", by="DP-3002", hours=3)
    close(demo_session, asked, by=ANOTHER)
    row = threads.row(demo_session, asked.id)
    assert [(one.kind, one.number, one.text, one.due_on) for one in row.said] == [
        (Said.ANSWER, REGISTRAR, "Because.", None),
        (Said.FOLLOW_UP, OVERSEER, "And then?", DUE + timedelta(days=7)),
        (Said.ANSWER, "DP-3002", "Then it ends.", None),
    ]
    assert (row.asker, row.state, row.closed.number, row.closed.closing) == (
        OVERSEER, State.CLOSED, ANOTHER, Closing.ACTED_ON,
    )  # fmt: skip
    assert row.question.tool_id == version(demo_session, "3.1").tool_id


def test_the_same_question_sent_twice_is_one_and_another_day_or_person_makes_another(demo_session):
    first = ask(demo_session)
    assert ask(demo_session).id == first.id
    assert ask(demo_session, by=ANOTHER).id != first.id
    assert ask(demo_session, words="Why not?").id != first.id


def test_the_same_answer_and_follow_up_sent_twice_are_one_each(demo_session):
    asked = ask(demo_session)
    answer(demo_session, asked)
    answer(demo_session, asked, hours=2)
    follow_up(demo_session, asked)
    follow_up(demo_session, asked, hours=3)
    assert [one.kind for one in threads.row(demo_session, asked.id).said] == [Said.ANSWER, Said.FOLLOW_UP]


def test_only_the_office_that_was_asked_answers_and_reads_it_as_asked(demo_session):
    asked = ask(demo_session)
    for other in (LEAD, SUPERVISOR, ANOTHER):
        with pytest.raises(questions.NotAsked):
            answer(demo_session, asked, by=other)
    assert asked.id in put_to(demo_session, REGISTRAR)
    assert asked.id not in put_to(demo_session, LEAD)


def test_supervisors_of_the_unit_and_above_are_asked_and_no_others(demo_session):
    harbour, central = unit(demo_session, demo.HARBOUR), unit(demo_session, demo.CENTRAL)
    stamp = {"effective_at": NOW - timedelta(days=9), "recorded_at": NOW - timedelta(days=9)}
    trainer = person(demo_session, "DP-4001")
    demo_session.add_all(
        [
            RoleAssignment(**stamp, person_id=trainer.id, role=Role.SUPERVISOR, granted=True),
            UnitAssignment(**stamp, person_id=trainer.id, unit_id=central),
        ]
    )
    demo_session.flush()
    asked = ask(demo_session, Office.SUPERVISORS, office_unit_id=harbour)
    people = questions.asked_people(demo_session, Office.SUPERVISORS, harbour, on=on())
    assert people == {person(demo_session, SUPERVISOR).id}  # of the agency, above
    with pytest.raises(questions.NotAsked):
        answer(demo_session, asked, by="DP-4001")
    answer(demo_session, asked, by=SUPERVISOR)
    assert asked.id in put_to(demo_session, SUPERVISOR)
    assert asked.id not in put_to(demo_session, "DP-4001")


def test_nobody_answers_their_own_question(demo_session):
    overseer = person(demo_session, OVERSEER)
    stamp = {"effective_at": NOW, "recorded_at": NOW}
    demo_session.add(RoleAssignment(**stamp, person_id=overseer.id, role=Role.REGISTRAR, granted=True))
    demo_session.flush()
    asked = ask(demo_session)
    with pytest.raises(questions.OwnQuestion):
        answer(demo_session, asked, by=OVERSEER)
    with pytest.raises(IntegrityError), demo_session.begin_nested():
        demo_session.add(
            OversightAnswer(
                **stamp, recorded_by_id=overseer.id, question_id=asked.id, asker_id=overseer.id, number=1, text="Yes."
            )
        )


@pytest.mark.parametrize("number", [REGISTRAR, LEAD, SUPERVISOR, "DP-1001"])
def test_only_the_oversight_body_asks_follows_up_and_closes(demo_session, number):
    with pytest.raises(questions.NotAsked):
        ask(demo_session, by=number)
    asked = ask(demo_session)
    answer(demo_session, asked)
    for act in (follow_up, close):
        with pytest.raises(questions.NotAsked):
            act(demo_session, asked, by=number)


def test_what_cannot_be_asked(demo_session):
    by = person(demo_session, OVERSEER)
    for day in (NOW.date() - timedelta(days=1), NOW.date() + timedelta(days=400)):
        with pytest.raises(questions.DayNotPossible):
            questions.ask(demo_session, Asked(Office.LEADS, "Why?", day), on=on(), by=by)
    with pytest.raises(questions.NoSuchEntry):
        ask(demo_session, entry_id=10**9)
    stamp = {"effective_at": NOW, "recorded_at": NOW}
    lead = person(demo_session, LEAD)
    demo_session.add(RoleAssignment(**stamp, person_id=lead.id, role=Role.LEAD, granted=False))
    demo_session.flush()
    with pytest.raises(questions.NobodyToAnswer):
        ask(demo_session, Office.LEADS)


def test_a_question_can_name_a_record_of_the_journal(demo_session):
    entry = demo_session.scalars(select(func.min(JournalEntry.id))).one()
    assert ask(demo_session, entry_id=entry).entry_id == entry


def test_a_question_that_waits_is_closed_but_not_followed_up(demo_session):
    asked = ask(demo_session)
    with pytest.raises(questions.NotAnswered):
        follow_up(demo_session, asked)
    close(demo_session, asked)
    for act in (answer, follow_up, close):
        with pytest.raises(questions.QuestionClosed):
            act(demo_session, asked)


def test_what_is_counted_for_whom(demo_session):
    before = threads.waiting(demo_session, on=on())
    asked = ask(demo_session)
    mine = threads.waiting_for(demo_session, person(demo_session, REGISTRAR), on=on())
    assert (mine.to_answer, mine.overdue) == (1, 0)
    late = CivilInstant(local("2026-12-08 00:00"), demo.ZONE)
    assert threads.waiting_for(demo_session, person(demo_session, REGISTRAR), on=late).overdue == 1
    answer(demo_session, asked)
    assert threads.waiting_for(demo_session, person(demo_session, REGISTRAR), on=on(2)).to_answer == 0
    assert threads.waiting(demo_session, on=on(2)).answered == before.answered + 1


def test_those_that_wait_stand_first_and_closed_ones_last(demo_session):
    closed, waits = ask(demo_session), ask(demo_session, words="Still?")
    close(demo_session, closed)
    states = [row.state for row in threads.every(demo_session)]
    order = [State.WAITS, State.ANSWERED, State.CLOSED]
    assert states == sorted(states, key=order.index)
    assert {closed.id, waits.id} <= {row.question.id for row in threads.every(demo_session)}


def test_an_answer_dated_by_a_slow_clock_still_stands_after_what_it_answers(demo_session):
    asked = ask(demo_session)
    answer(demo_session, asked, hours=5)
    follow_up(demo_session, asked, hours=6)
    answer(demo_session, asked, "Later.", hours=1)
    times = [one.at for one in threads.row(demo_session, asked.id).said]
    assert times == sorted(times)


def test_nothing_of_it_can_be_changed(demo_session):
    asked = ask(demo_session)
    answer(demo_session, asked)
    tables = ("oversight_question", "oversight_answer")
    for statement in [f"UPDATE {name} SET text = 'x'" for name in tables] + [f"DELETE FROM {tables[1]}"]:
        with pytest.raises(DBAPIError), demo_session.begin_nested():
            demo_session.execute(text(statement))
    noted = demo_session.scalars(
        select(JournalEntry.fact_kind).where(JournalEntry.fact_kind.in_(tables), JournalEntry.recorded_at >= NOW)
    )
    assert sorted(noted) == ["oversight_answer", "oversight_question"]
    assert demo_session.get(OversightQuestion, asked.id).text == "Why?"
