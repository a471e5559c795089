"""Sealing in the background: what machines' questions recorded is sealed in batches, and no answer waits for it.

What people do is sealed as it is committed (`Database.after_commit`).  Questions come by the hundred in a second, and
a tree head for each would cost more than the answer.
"""

import logging
import threading

from training_app.clock import now
from training_app.db import Database
from training_app.services.journal import seal

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 0.25
"""Between a commit and the sealing of all that was committed by then."""
AFTER_A_FAULT_SECONDS = 5.0


class Sealer:
    """Seals what waits in one database, a moment after it is told that something does.

    Its thread begins when it is first told, so that an application can be made in a process that is forked afterwards.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._due, self._ended = threading.Event(), threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        database.before_dispose.append(self.end)

    def tell(self, _: Database) -> None:
        """Have everything that is committed by now sealed soon."""
        self._due.set()
        with self._starting:
            if not self._ended.is_set() and (self._thread is None or not self._thread.is_alive()):
                self._thread = threading.Thread(target=self._run, name="sealer", daemon=True)
                self._thread.start()

    def end(self) -> None:
        """Seal what waits, and stop; what is committed later waits for the next process."""
        with self._starting:
            self._ended.set()
            self._due.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._ended.is_set():
            self._due.wait()
            self._ended.wait(PAUSE_SECONDS)
            self._seal()
        if self._due.is_set():  # what was committed while the last sealing ran, before the end was told
            self._seal()

    def _seal(self) -> None:
        self._due.clear()
        try:
            seal(self._database, at=now())
        except Exception:
            logger.exception("the journal could not be sealed")
            self._due.set()
            self._ended.wait(AFTER_A_FAULT_SECONDS)
