"""Two processes that decide on the same at once, turn by turn, as two servers on one database do."""

from collections.abc import Callable
from multiprocessing.synchronize import Barrier

from sqlalchemy import func, select

from tests.patience import PATIENCE_SECONDS
from tests.processes import PROCESSES
from training_app.db import Database
from training_app.errors import TrainingError

TURNS = 4
DONE = 100
"""Added to the exit status of a process that came to its end; one that failed ends with 1."""

Act = Callable[[Database, str, int], None]
"""What a process does in a turn: it is told its name, "left" or "right", and the turn's number."""


def take_turns(url: str, act: Act, name: str, start: Barrier) -> None:
    """Act at the same instant as the other process, turn by turn; the exit status counts the turns won."""
    database = Database(url)
    won = 0
    for turn in range(TURNS):
        start.wait(PATIENCE_SECONDS)
        try:
            act(database, name, turn)
            won += 1
        except TrainingError:
            pass
    database.dispose()
    raise SystemExit(DONE + won)


def won_by_both(database: Database, act: Act) -> int:
    """Return how many turns the two processes won together."""
    start = PROCESSES.Barrier(2)
    url = database.url.render_as_string(hide_password=False)
    processes = [PROCESSES.Process(target=take_turns, args=(url, act, name, start)) for name in ("left", "right")]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    codes = [process.exitcode for process in processes]
    assert all(code is not None and code >= DONE for code in codes), codes
    return sum((code or 0) - DONE for code in codes)


def rows(database: Database, model) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(model))
