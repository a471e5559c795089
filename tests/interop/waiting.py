"""Waiting for what another process does in the background."""

from collections.abc import Callable
from threading import Event
from time import monotonic
from typing import TypeVar

from tests.patience import PATIENCE_SECONDS

BETWEEN_LOOKS_SECONDS = 0.1
Found = TypeVar("Found")


def until(look: Callable[[], Found]) -> Found:
    """Return what *look* finds, once it finds anything.

    :raises AssertionError: if that takes longer than a test waits for anything.
    """
    begun = monotonic()
    while not (found := look()):
        assert monotonic() < begun + PATIENCE_SECONDS, "it never came"
        Event().wait(BETWEEN_LOOKS_SECONDS)
    return found
