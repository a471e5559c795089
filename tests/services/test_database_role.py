"""The role that docs/database.md gives to the application on PostgreSQL."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import delete, text, update
from sqlalchemy.exc import ProgrammingError

from tests.services import listening, recorded
from tests.services.recorded import NOW
from training_app.db import Database
from training_app.models import Base, append_only
from training_app.models.oversight import JournalEntry
from training_app.models.people import Person
from training_app.models.training import Mode
from training_app.rules.civil_time import CivilInstant
from training_app.rules.erasure import ErasureReason
from training_app.services import content, erasing, erasures, journal, outbox, training
from training_app.services.event_streams import streams

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "database.md"

pytestmark = pytest.mark.postgresql


def documented_grants() -> str:
    return re.findall(r"```sql\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)[0]


@pytest.fixture
def as_application(migrated_postgresql) -> Iterator[Database]:
    """A database that is opened as the documented role."""
    with migrated_postgresql() as owners:
        with owners.migrating() as connection:
            connection.execute(text("CREATE ROLE training_app LOGIN"))
            connection.execute(text(documented_grants()))
        database = Database(owners.url.set(username="training_app").render_as_string(hide_password=False))
        yield database
        database.dispose()
        with owners.migrating() as connection:
            connection.execute(text("DROP OWNED BY training_app"))
            connection.execute(text("DROP ROLE training_app"))


def test_the_role_can_record_seal_and_verify(as_application):
    with as_application.transaction() as session:
        recorded.assignment(session)
    journal.seal(as_application, at=NOW)
    with as_application.reading() as session:
        report = journal.verify(session, Ed25519PrivateKey.generate().public_key())
    assert (report.leaves, report.erased, report.faults) == (4, (), ())


def test_the_role_can_order_and_sign_an_erasure_and_only_the_owner_carries_it_out(as_application):
    on = CivilInstant(NOW + timedelta(days=1), recorded.ZONE)
    with as_application.transaction() as session:
        person, first, second = (recorded.person(session) for _ in range(3))
        told = {"years": 6, "on": on}
        order = erasures.order(session, person, ErasureReason.LEGAL_OBLIGATION, **told, by=first)
        erasures.sign(session, order, **told, by=second)
    with as_application.reading() as session:
        assert not erasing.may_erase(session)
    with pytest.raises(ProgrammingError, match="permission denied"), as_application.transaction() as session:
        session.execute(text("UPDATE person SET name = 'Erased person'"))
    owners = Database(as_application.url.set(username="postgres").render_as_string(hide_password=False))
    with owners.transaction() as session:
        assert erasing.may_erase(session)
        assert erasing.step(session, person.id, at=NOW).table == "person"
        assert erasing.step(session, person.id, at=NOW) is None
    owners.dispose()
    journal.seal(as_application, at=NOW)
    with as_application.reading() as session:
        report = journal.verify(session, Ed25519PrivateKey.generate().public_key())
    assert (report.erased, report.erasures, report.faults) == ((person.id,), (order.id,), ())


def test_the_role_can_take_a_quiz(as_application, starter):
    with as_application.transaction() as session:
        officer = recorded.person(session)
        content.load_catalogue(session, *starter, at=NOW)
    with as_application.transaction() as session:
        quiz = content.newest(session, "ai-limits")
        attempt = training.open_attempt(session, officer, quiz, Mode.ASSESSMENT, language="en", seed=7, at=NOW)
    entry = attempt.paper["items"][0]
    with as_application.transaction() as session:
        training.save_answer(session, attempt, entry["item"], entry["options"][:1], sequence=1, at=NOW)
    with as_application.transaction() as session:
        training.submit(session, attempt, quiz, blanks_accepted=True, at=NOW)
    with as_application.reading() as session:
        assert training.state(session, attempt, at=NOW) is training.AttemptState.SUBMITTED


@pytest.mark.parametrize("statement", [update(Person).values(name="Other"), delete(JournalEntry)])
def test_the_role_may_not_change_facts_or_journal(as_application, statement):
    with pytest.raises(ProgrammingError, match="permission denied"), as_application.transaction() as session:
        session.execute(statement)


def test_the_role_cannot_drop_a_trigger(as_application):
    with pytest.raises(ProgrammingError, match="must be owner"), as_application.transaction() as session:
        append_only.release(session.connection(), ["award"])


def test_the_role_may_change_exactly_the_tables_that_are_no_facts():
    named = re.search(r"GRANT UPDATE, DELETE ON (.*?) TO", documented_grants(), re.DOTALL)
    changeable = {name.strip() for name in named[1].split(",")}
    appended = {table.name for table in append_only.append_only_tables()}
    assert changeable == Base.metadata.tables.keys() - appended


def test_the_role_can_have_streams_and_empty_their_outbox(as_application):
    with as_application.transaction() as session:
        stream = listening.stream(session)
        recorded.assignment(session)
    with as_application.transaction() as session:
        row = outbox.next_to(session, streams.CHANNEL, stream.public_id, at=NOW)
        message = outbox.claim(session, row, at=NOW)
        outbox.ended(session, message, outbox.Outcome.TAKEN, "", at=NOW, chance=0.5)
        outbox.prune(session, at=NOW + outbox.KEPT_AFTER_DELIVERY)
        streams.remove(session, streams.by_public_id(session, stream.public_id), at=NOW)
    with as_application.reading() as session:
        assert streams.listening(session) == []
