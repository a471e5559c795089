"""What an officer has earned: the awards that follow from what was passed and signed, and that nobody has made yet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from training_app.rules.civil_time import CivilInstant
from training_app.rules.duties import Duty, Passed, Signed, duties
from training_app.rules.facts import Award, AwardKind, CoveredStep, OfficerFacts, ToolFacts


@dataclass(frozen=True, slots=True)
class AwardDue:
    """An award that the officer has earned; *evidence* are the ids of what earned it, in order."""

    version: str
    kind: AwardKind
    attempts_from: datetime
    evidence: tuple[str, ...]
    requirements: str | None = None
    base: Award | None = None
    steps: tuple[CoveredStep, ...] = ()


def awards_due(
    officer: OfficerFacts,
    tool: ToolFacts,
    *,
    passed: Iterable[Passed],
    signed: Iterable[Signed],
    on: CivilInstant,
) -> tuple[AwardDue, ...]:
    """Return the awards that *officer* has earned as of *on* and does not hold; empty where something is missing.

    One for each duty that is done: outside a term a full award on the newest version in use; inside a term a delta for
    each version whose differences are met, a full award where the path asks the whole course, and the renewal.
    """
    asked = duties(officer, tool, passed=passed, signed=signed, on=on)
    return tuple(_earned(duty) for duty in asked if duty.done)


def _earned(duty: Duty) -> AwardDue:
    proofs = {task.proof.id: task.proof.since for task in duty.tasks if task.proof is not None}
    steps = duty.path.steps if duty.path is not None and duty.kind is AwardKind.DELTA else ()
    return AwardDue(
        version=duty.version,
        kind=duty.kind,
        attempts_from=min(proofs.values()),
        evidence=tuple(proofs),
        requirements=duty.requirements,
        base=duty.base,
        steps=tuple(
            CoveredStep(start=step.start, end=step.end, level=step.level, modules=step.modules) for step in steps
        ),
    )
