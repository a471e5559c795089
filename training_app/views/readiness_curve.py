"""The readiness curve as a picture: how many officers trained for a version by each day since its announcement."""

from dataclasses import dataclass

from training_app.services.preparation import Readiness

WIDTH, HEIGHT = 600, 160
"""Of the drawing, in the units of its view box."""


@dataclass(frozen=True, slots=True)
class Curve:
    """A step line from the announcement (left) to today (right), between nobody (below) and all certified (above).

    *level*: the height at which nothing more is missing, below the top where officers have nothing to do.
    """

    points: str
    level: float


def curve(readiness: Readiness) -> Curve | None:
    """Return the drawing; ``None`` before the announcement, on its day, or where nobody is certified."""
    since, whole = readiness.since, readiness.certified
    if since is None or not whole or since >= readiness.today:
        return None
    span = (readiness.today - since).days

    def height(number: int) -> float:
        return round(HEIGHT - HEIGHT * number / whole, 1)

    corners = [(0.0, height(0))]
    for day, number in readiness.days:
        across = round(WIDTH * max(0, (day - since).days) / span, 1)
        corners += [(across, corners[-1][1]), (across, height(number))]
    corners.append((float(WIDTH), corners[-1][1]))
    return Curve(" ".join(f"{x:g},{y:g}" for x, y in corners), height(whole - readiness.nothing_to_do))
