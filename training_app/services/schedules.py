"""Releases that are scheduled and have not taken place: whether the gate for each still holds."""

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from training_app.errors import TrainingError
from training_app.rules import releases as rule
from training_app.rules.civil_time import CivilInstant
from training_app.rules.facts import ToolFacts, VersionChange, VersionChanged


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A release to come, with what stands against it."""

    change: VersionChanged
    obstacles: tuple[rule.Obstacle, ...]


class ScheduleBroken(TrainingError):
    """With this in force, the gate for a scheduled release would hold no longer."""

    def __init__(self, label: str, at: datetime) -> None:
        super().__init__(
            f"The release of version {label} is scheduled and could not stand with this. Cancel that release first."
        )
        self.label, self.at = label, at


def scheduled(facts: ToolFacts, *, at: datetime, zone: ZoneInfo) -> tuple[Scheduled, ...]:
    """Return the releases that are to come after *at*, the next one first."""
    ahead = (
        change
        for change in facts.standing_changes
        if change.change is VersionChange.RELEASED and change.effective_at > at
    )
    in_order = sorted(ahead, key=lambda change: (change.effective_at, change.id))
    return tuple(Scheduled(one, _against(facts, one, zone)) for one in in_order)


def _against(facts: ToolFacts, change: VersionChanged, zone: ZoneInfo) -> tuple[rule.Obstacle, ...]:
    on = CivilInstant(change.effective_at, zone)
    # The card was there when the release was set, and one that is complete stays so: see `cards.revise_version_card`.
    return rule.obstacles(without(facts, change.id), change.version, on=on, carded=True)


def without(facts: ToolFacts, change_id: str) -> ToolFacts:
    """Return *facts* as if the change with this id had never been recorded."""
    return replace(facts, changes=tuple(change for change in facts.changes if change.id != change_id))


def keep(before: ToolFacts, after: ToolFacts, *, at: datetime, zone: ZoneInfo) -> None:
    """:raises ScheduleBroken: if *after* has an obstacle to a scheduled release that *before* has not."""
    stood = {one.change.id: set(one.obstacles) for one in scheduled(before, at=at, zone=zone)}
    for one in scheduled(after, at=at, zone=zone):
        if set(one.obstacles) - stood.get(one.change.id, set()):
            raise ScheduleBroken(one.change.version, one.change.effective_at)
