"""How often a client may ask: a bucket for each, which a minute fills.

A server process counts by itself, so that no request waits for another to be counted; with several processes a client
gets the rate once from each.
"""

import math
import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass

MOST_BUCKETS = 10_000
"""As many callers are remembered at a time; who asked longest ago is forgotten first."""


@dataclass(slots=True)
class _Bucket:
    level: float
    filled_at: float


class RateLimits:
    """Buckets of requests by caller; each holds what a minute allows, and fills evenly.

    :param clock: seconds that only ever rise.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._buckets: dict[Hashable, _Bucket] = {}

    def take(self, caller: Hashable, per_minute: int, cost: int = 1, *, besides: int = 0) -> int:
        """Take *cost* requests from the caller's bucket.

        :param besides: how many were taken for the same request before; given back where the rest is not there.
        :returns: 0 where they were there; else after how many whole seconds they will be, and nothing was taken.
            What costs more than a whole minute allows waits for a full bucket.
        """
        needed, now = min(cost, per_minute - besides), self._clock()
        with self._lock:
            bucket = self._buckets.pop(caller, None) or _Bucket(per_minute, now)
            if len(self._buckets) >= MOST_BUCKETS:
                del self._buckets[next(iter(self._buckets))]
            self._buckets[caller] = bucket
            filled = bucket.level + (now - bucket.filled_at) * per_minute / 60
            bucket.level, bucket.filled_at = min(float(per_minute), filled), now
            if bucket.level >= needed:
                bucket.level -= needed
                return 0
            wait = max(1, math.ceil((needed - bucket.level) * 60 / per_minute))
            bucket.level += besides
            return wait
