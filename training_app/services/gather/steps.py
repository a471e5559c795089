"""The steps of a delta award, as its row keeps them and as the rule reads them."""

from collections.abc import Mapping
from typing import Any

from training_app.rules import facts as known


def covered_step(step: Mapping[str, Any]) -> known.CoveredStep:
    """Return the rule's value for one step as an award keeps it; `step_row` is its inverse."""
    return known.CoveredStep(
        start=step["start"],
        end=step["end"],
        level=known.Level(step["level"]),
        modules=tuple(step["modules"]),
        assessment=step.get("assessment"),
        revision=step.get("revision"),
    )


def step_row(step: known.CoveredStep) -> dict[str, Any]:
    """Return the row that an award keeps for *step*; the revision only where there is one, as in older rows."""
    row: dict[str, Any] = {
        "start": step.start,
        "end": step.end,
        "level": int(step.level),
        "modules": list(step.modules),
        "assessment": step.assessment,
    }
    return row if step.revision is None else row | {"revision": step.revision}
