"""Work for several callers in one go: what comes while a round runs is done by the next, however much it is.

A round trip to the database, and a commit on the disk, cost for eight questions what they cost for one.  Nobody waits
for company: who comes alone is served alone.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

logger = logging.getLogger(__name__)

T = TypeVar("T")
R = TypeVar("R")

MOST_AT_ONCE = 64


class _Waiting(Generic[T, R]):
    __slots__ = ("done", "given", "results")

    def __init__(self, given: T) -> None:
        self.given = given
        self.done = False
        self.results: list[R] = []
        """One, or none where the round failed."""


class Together(Generic[T, R]):
    """Calls *work* with what several threads gave, one round after the other; each gets the result of its own.

    A round begins after everything in it was given.  Where one fails, each who was in it tries again alone, beside the
    others; so *work* must leave nothing behind where it raises.
    """

    def __init__(self, work: Callable[[Sequence[T]], Sequence[R]]) -> None:
        self._work = work
        self._adding, self._round = threading.Lock(), threading.Lock()
        self._queue: list[_Waiting[T, R]] = []

    def __call__(self, given: T) -> R:
        """Return what *work* makes of *given*, or raise what it raises."""
        mine: _Waiting[T, R] = _Waiting(given)
        with self._adding:
            self._queue.append(mine)
        with self._round:
            while not mine.done:
                self._serve_some()
        return mine.results[0] if mine.results else self._work([given])[0]

    def _serve_some(self) -> None:
        with self._adding:
            some, self._queue = self._queue[:MOST_AT_ONCE], self._queue[MOST_AT_ONCE:]
        try:
            for one, result in zip(some, self._work([one.given for one in some]), strict=True):
                one.results.append(result)
        except Exception:
            logger.warning("a round of %d failed, and each tries alone", len(some), exc_info=True)
        finally:
            for one in some:
                one.done = True
