"""When a message that was not taken is sent again, and when nobody but a person can help."""

from datetime import timedelta
from enum import StrEnum

FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(hours=1)
MOST_ATTEMPTS = 48
"""Some 40 hours: a receiver that is down for a day gets everything afterwards."""
MOST_REFUSALS = 3
"""A message that is refused as such is not taken later either; but keys and rights are mended within minutes."""


class Outcome(StrEnum):
    """How an attempt to deliver a message ended."""

    TAKEN = "taken"
    REFUSED = "refused"
    """The receiver answered that it will not take this message."""
    UNREACHED = "unreached"
    """No answer, or one that says nothing of this message."""


def wait_before_next(attempts: int, refusals: int, *, chance: float) -> timedelta | None:
    """Return how long to wait after *attempts* that failed, *refusals* of them refused; ``None``: give up.

    The wait doubles from `FIRST_WAIT` to `LONGEST_WAIT` and is moved by up to a quarter either way, so that what failed
    together is not sent again together.

    :param attempts: at least 1.
    :param chance: from 0 up to 1, drawn anew for each wait.
    """
    if attempts >= MOST_ATTEMPTS or refusals >= MOST_REFUSALS:
        return None
    wait: timedelta = min(FIRST_WAIT * 2 ** min(attempts - 1, 20), LONGEST_WAIT)
    return wait * (0.75 + chance / 2)
