"""Two processes with the same attempt, and one that dies in the middle: one attempt, one submission, no answer lost."""

import contextlib
import os
import signal
from collections.abc import Callable
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.patience import PATIENCE_SECONDS
from tests.processes import PROCESSES
from tests.quizzes import every_kind
from tests.services import recorded
from tests.services.recorded import NOW
from tests.services.seat_agency import ZONE
from training_app.db import Database
from training_app.models.people import Person
from training_app.models.rulings import FurtherAttempt, FurtherAttemptReason
from training_app.models.training import Answer, Attempt, Mode, Submission
from training_app.services import admissions, content, sittings, training

OFFICER, LEAD = "Q-1", "Q-2"

Act = Callable[[Database], None]


@pytest.fixture
def agency(database, tmp_path: Path) -> Database:
    """An officer, a lead, and a quiz that may be taken once."""
    with database.transaction() as session:
        every_kind.publish(session, tmp_path, "attempts = 1", at=NOW)
        for number in (OFFICER, LEAD):
            recorded.person(session, service_number=number)
    return database


def _person(session, number: str) -> Person:
    return session.scalars(select(Person).where(Person.service_number == number)).one()


def open_it(database: Database) -> None:
    with database.transaction() as session:
        published = content.newest(session, every_kind.SLUG)
        officer = _person(session, OFFICER)
        sittings.start(session, officer, published, Mode.ASSESSMENT, language="en", seed=7, zone=ZONE, at=NOW)


def answer_it(database: Database) -> None:
    """Give the whole key, under one number, as a device does that sends again."""
    with database.transaction() as session:
        attempt = session.scalars(select(Attempt)).one()
        items = content.revision(session, attempt.revision_id).bank.by_id()
        for name in training.on_paper(attempt.paper):
            training.save_answer(session, attempt, name, items[name].interaction.key, sequence=1, at=NOW)


def submit_it(database: Database) -> None:
    with database.transaction() as session:
        attempt = session.scalars(select(Attempt)).one()
        published = content.revision(session, attempt.revision_id)
        training.submit(session, attempt, published, blanks_accepted=True, at=NOW)


def grant_one_more(database: Database) -> None:
    with database.transaction() as session:
        published = content.newest(session, every_kind.SLUG)
        people, reason = [_person(session, number) for number in (OFFICER, LEAD)], FurtherAttemptReason.DISTURBED
        with contextlib.suppress(admissions.AttemptsLeft):
            admissions.open_one_more(session, people[0], published, reason, at=NOW, by=people[1])


def at_once(url: str, acts: list[Act], start: Barrier) -> None:
    database = Database(url)
    for act in acts:
        start.wait(PATIENCE_SECONDS)
        act(database)
    database.dispose()


def by_both(database: Database, *acts: Act) -> None:
    """Let two processes do each of *acts* at the same instant, one after the other."""
    start, url = PROCESSES.Barrier(2), database.url.render_as_string(hide_password=False)
    processes = [PROCESSES.Process(target=at_once, args=(url, [*acts], start)) for _process in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]


def rows(database: Database, model) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(model))


def test_two_processes_open_answer_and_submit_as_one(agency):
    by_both(agency, open_it, answer_it, submit_it)
    assert (rows(agency, Attempt), rows(agency, Answer), rows(agency, Submission)) == (1, every_kind.ITEMS, 1)


def test_two_leads_at_once_open_one_attempt(agency):
    open_it(agency)
    submit_it(agency)  # without an answer
    by_both(agency, grant_one_more)
    assert rows(agency, FurtherAttempt) == 1


def die_while_submitting(url: str) -> None:
    """Submit, and be killed before the transaction ends."""
    database = Database(url)
    with database.transaction() as session:
        attempt = session.scalars(select(Attempt)).one()
        published = content.revision(session, attempt.revision_id)
        training.submit(session, attempt, published, blanks_accepted=True, at=NOW)
        os.kill(os.getpid(), signal.SIGKILL)


def test_a_process_that_is_killed_while_it_submits_leaves_the_attempt_as_it_was(agency):
    open_it(agency)
    answer_it(agency)
    url = agency.url.render_as_string(hide_password=False)
    process = PROCESSES.Process(target=die_while_submitting, args=(url,))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert (rows(agency, Submission), rows(agency, Answer)) == (0, every_kind.ITEMS)
    submit_it(agency)
    submit_it(agency)
    with agency.reading() as session:
        (done,) = session.scalars(select(Submission)).all()
        assert done.passed
