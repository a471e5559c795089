"""What an officer has earned: the awards that follow from what was passed and signed, and that nobody has made yet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from training_app.rules.civil_time import CivilInstant
from training_app.rules.duties import Duty, Passed, Signed, TaskKind, duties
from training_app.rules.facts import Award, AwardKind, CoveredStep, OfficerFacts, Policy, ToolFacts, latest
from training_app.rules.observed_practice import SignOff


@dataclass(frozen=True, slots=True)
class AwardDue:
    """An award that the officer has earned; *evidence* are the ids of what earned it, in order.

    *met_at*: when its last requirement was met, which dates the award; *policy*: the terms in effect then.
    """

    version: str
    kind: AwardKind
    met_at: datetime
    policy: Policy
    attempts_from: datetime
    evidence: tuple[str, ...]
    modules: tuple[str, ...]
    """Slugs of the modules passed for it."""
    requirements: str | None = None
    base: Award | None = None
    steps: tuple[CoveredStep, ...] = ()


def awards_due(
    officer: OfficerFacts,
    tool: ToolFacts,
    *,
    passed: Iterable[Passed],
    signed: Iterable[Signed],
    observed: Iterable[SignOff],
    on: CivilInstant,
) -> tuple[AwardDue, ...]:
    """Return the awards that *officer* has earned as of *on* and does not hold; empty where something is missing.

    One for each duty that is done: outside a term a full award on the newest version in use; inside a term a delta for
    each version whose differences are met, a full award where the path asks the whole course, and the renewal.
    """
    asked = duties(officer, tool, passed=passed, signed=signed, observed=observed, on=on)
    return tuple(_earned(duty, tool, on) for duty in asked if duty.done)


def _earned(duty: Duty, tool: ToolFacts, on: CivilInstant) -> AwardDue:
    proofs = {task.proof.id: task.proof for task in duty.tasks if task.proof is not None}
    met_at = max(proof.met_at for proof in proofs.values())
    if duty.open_from is not None:
        met_at = max(met_at, duty.open_from)
    policy = latest(tool.policies, met_at) or latest(tool.policies, on.instant)
    if policy is None:
        raise ValueError(f"{tool.slug} has no policy, so it asks nothing and awards nothing")
    steps = duty.path.steps if duty.path is not None and duty.kind is AwardKind.DELTA else ()
    return AwardDue(
        version=duty.version,
        kind=duty.kind,
        met_at=met_at,
        policy=policy,
        attempts_from=min(proof.since for proof in proofs.values()),
        evidence=(*proofs, *([f"order:{duty.order.id}"] if duty.order else [])),
        modules=tuple(task.subject for task in duty.tasks if task.kind is TaskKind.MODULE),
        requirements=duty.requirements,
        base=duty.base,
        steps=tuple(step.covered for step in steps),
    )
