"""Whether psychological evaluations are asked, as one policy said over time: since when they are switched off."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from training_app.rules.facts import AgencyPolicy, Policy, in_effect


@dataclass(frozen=True, slots=True)
class Stretch:
    """From *start* up to *end* (exclusive) an evaluation was asked, or not; *end* ``None``: it still is so."""

    start: datetime
    end: datetime | None
    asked: bool


def stretches(policies: Iterable[AgencyPolicy | Policy], *, at: datetime) -> tuple[Stretch, ...]:
    """Return what the policies of the agency, or of one tool, asked by turns up to *at*; empty where none was set.

    Of two policies from one instant that holds which `facts.latest` names.  Revisions that leave it as it is start no
    new stretch.
    """
    by_instant = {
        one.effective_at: one.evaluation_required
        for one in sorted(in_effect(policies, at), key=lambda one: (one.effective_at, one.recorded_at, one.rank))
    }
    turns: list[tuple[datetime, bool]] = []
    for start, asked in by_instant.items():
        if not turns or turns[-1][1] is not asked:
            turns.append((start, asked))
    ends = [start for start, _asked in turns[1:]]
    return tuple(Stretch(start, end, asked) for (start, asked), end in zip(turns, [*ends, None], strict=False))


def off_since(policies: Iterable[AgencyPolicy | Policy], *, at: datetime) -> datetime | None:
    """Return since when no evaluation is asked; ``None`` where one is."""
    found = stretches(policies, at=at)
    return found[-1].start if found and not found[-1].asked else None
