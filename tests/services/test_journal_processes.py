"""Two processes that write and seal at the same time, as two servers on one database do."""

from multiprocessing.synchronize import Barrier

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import func, select

from tests.processes import PROCESSES
from tests.services import recorded
from tests.services.recorded import NOW
from training_app.db import Database
from training_app.models.oversight import WaitingEntry
from training_app.models.people import Unit
from training_app.services import journal

TRANSACTIONS = 25


def record_and_seal(url: str, name: str, start: Barrier) -> None:
    database = Database(url)
    start.wait()
    for number in range(TRANSACTIONS):
        with database.transaction() as session:
            recorded.unit(session, name=f"{name}-{number}-a")
            recorded.unit(session, name=f"{name}-{number}-b")
        journal.seal(database, at=NOW)
    database.dispose()


def test_two_processes_that_write_and_seal_at_once_keep_one_sound_journal(database):
    start = PROCESSES.Barrier(2)
    url = database.url.render_as_string(hide_password=False)
    processes = [PROCESSES.Process(target=record_and_seal, args=(url, name, start)) for name in ("left", "right")]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    with database.reading() as session:
        report = journal.verify(session, Ed25519PrivateKey.generate().public_key())
        assert session.scalar(select(func.count()).select_from(Unit)) == 4 * TRANSACTIONS
        assert session.scalar(select(func.count()).select_from(WaitingEntry)) == 0
    assert report.faults == ()
    assert (report.entries, report.leaves) == (4 * TRANSACTIONS, 4 * TRANSACTIONS)
    assert 2 <= report.heads <= 2 * TRANSACTIONS
