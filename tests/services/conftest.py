"""A journal with something in it."""

import pytest

from tests.services import recorded
from tests.services.recorded import JOURNAL_KEY as KEY
from tests.services.recorded import NOW, ORIGIN
from training_app.db import Database
from training_app.services import journal


@pytest.fixture
def kept(database) -> Database:
    """Nine entries: three units, then a person and five assignments, sealed as 3, 4 and 9 leaves; a checkpoint at 4.

    Entries and facts are numbered from 1, leaves from 0.
    """
    with database.transaction() as session:
        units = [recorded.unit(session).id for _ in range(3)]
    journal.seal(database, at=NOW)
    with database.transaction() as session:
        person = recorded.person(session).id
    journal.seal(database, at=NOW)
    with database.transaction() as session:
        journal.checkpoint(session, KEY, ORIGIN, at=NOW)
        for number in range(5):
            recorded.assignment(session, person_id=person, unit_id=units[number % 3], recorded_by_id=None)
    journal.seal(database, at=NOW)
    return database
