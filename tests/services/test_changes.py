"""Whoever keeps an answer finds out what was recorded since; nothing that is committed is ever missed."""

import pytest
from sqlalchemy.sql import visitors
from sqlalchemy.sql.schema import Table

from tests.services import recorded
from tests.services.recorded import NOW
from training_app.models import Fact
from training_app.models.people import AccountChange, AccountFact
from training_app.rules import signals
from training_app.services import changes, client_credentials
from training_app.services.changes import FROM_NOTHING, REACHES, Reach
from training_app.services.gather import officer_rows, tool_rows
from training_app.services.journal import fact_kinds

#: Read only by reference from a fact that was recorded later, and never changed.
BY_REFERENCE = {"module_revision", "trainer_qualification"}


def opened(session, person_id):
    fact = AccountFact(effective_at=NOW, recorded_at=NOW, person_id=person_id, change=AccountChange.OPENED)
    session.add(fact)
    session.flush()
    return fact


def since(database, mark):
    with database.decisions.connect() as connection:
        return changes.since(connection, mark)


def told(found):
    return [(one.reach, one.person_id) for one in found]


@pytest.mark.parametrize(
    "statement",
    [tool_rows.STATEMENT, officer_rows.OF_ONE, client_credentials._OF_TOKEN],
    ids=["tool", "officer", "caller"],
)
def test_every_kind_of_fact_that_is_read_is_noted(statement):
    tables = {one.name for one in visitors.iterate(statement) if isinstance(one, Table)}
    read = tables & fact_kinds().keys()
    assert read
    assert read - BY_REFERENCE <= REACHES.keys()


def test_every_fact_that_asks_tools_to_ask_again_is_noted_and_reaches_no_less_far():
    for kind, cause in signals.CAUSES.items():
        if kind == "agency_policy":  # of the facts of every tool, which are compared
            assert REACHES[kind] is Reach.TOOL
        else:
            assert REACHES[kind].value == cause.reach.value.replace("every-tool", "everything"), kind


def test_only_facts_are_noted_and_those_about_officers_say_about_whom():
    kinds: dict[str, type[Fact]] = fact_kinds()
    assert REACHES.keys() <= kinds.keys()
    for kind, reach in REACHES.items():
        assert reach is not Reach.OFFICER or kinds[kind].about, kind


def test_who_has_no_mark_is_told_that_everything_changed(database):
    mark, found = since(database, None)
    assert found == [FROM_NOTHING]
    assert since(database, mark)[1] == []


def test_what_is_committed_is_told_of_and_what_is_undone_is_not(database):
    with database.transaction() as session:
        person = recorded.person(session).id
    mark, _ = since(database, None)
    with database.transaction() as session:
        opened(session, person)
        if database.engine.dialect.name == "postgresql":
            assert since(database, mark)[1] == []
    later, found = since(database, mark)
    assert told(found) == [(Reach.OFFICER, person)]
    assert found[0].effective_at == NOW
    assert since(database, later)[1] == []
    with pytest.raises(recorded.Interruption), database.transaction() as session:
        recorded.interrupted(session, lambda undone: opened(undone, person))
    assert since(database, later)[1] == []
    assert told(since(database, mark)[1]) == [(Reach.OFFICER, person)]


def test_who_writes_is_told_of_its_own(session):
    person = recorded.person(session).id
    mark, _ = changes.since(session, None)
    opened(session, person)
    assert told(changes.since(session, mark)[1])[-1] == (Reach.OFFICER, person)


@pytest.mark.parametrize("backend", [pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_a_slow_transaction_that_was_given_its_numbers_first_is_told_of_when_it_commits(database):
    with database.transaction() as session:
        slow, quick, third = (recorded.person(session).id for _ in range(3))
    mark, _ = since(database, None)
    with database.transaction() as slowly:
        opened(slowly, slow)
        with database.transaction() as session:
            opened(session, quick)
        mark, found = since(database, mark)
        assert told(found) == [(Reach.OFFICER, quick)]
        with database.transaction() as session, session.begin_nested():
            opened(session, third)  # in a savepoint, which has a number of its own
        mark, found = since(database, mark)
        assert told(found) == [(Reach.OFFICER, third)]
    mark, found = since(database, mark)
    assert told(found) == [(Reach.OFFICER, slow)]
    assert since(database, mark)[1] == []
