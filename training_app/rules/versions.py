"""The state of a tool's versions: what is in use, what is announced, and which is newest."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from training_app.rules.facts import Prohibition, ToolFacts, Version, VersionChange, VersionChanged, in_effect


class VersionState(StrEnum):
    REGISTERED = "registered"
    ANNOUNCED = "announced"
    IN_USE = "in-use"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    PROHIBITED = "prohibited"


def version(tool: ToolFacts, label: str, *, at: datetime) -> Version | None:
    """Return the registration of *label*, or ``None`` if there is none at *at*."""
    return next((found for found in in_effect(tool.versions, at) if found.label == label), None)


def _changes(tool: ToolFacts, label: str, at: datetime) -> tuple[VersionChanged, ...]:
    return tuple(change for change in in_effect(tool.standing_changes, at) if change.version == label)


def prohibition_of(tool: ToolFacts, label: str | None, *, at: datetime) -> Prohibition:
    """Return the answer on prohibited practice of the version *label*, or (``None``) of the tool, as corrected by *at*.

    Of two corrections from one instant the stricter holds: by law, then by policy.
    """
    corrected = [one for one in in_effect(tool.corrections, at) if one.version == label]
    if corrected:
        strictness = (Prohibition.NONE, Prohibition.POLICY, Prohibition.LAW).index
        return max(corrected, key=lambda one: (one.effective_at, strictness(one.prohibition))).prohibition
    if label is None:
        return tool.prohibition
    registration = version(tool, label, at=at)
    return registration.prohibition if registration else Prohibition.NONE


def released(tool: ToolFacts, label: str, *, at: datetime) -> VersionChange | None:
    """Return ``RELEASED`` or ``WITHDRAWN``, whichever came last for *label*; ``None`` before its first release.

    Of both at one instant the stricter, withdrawal, holds.
    """
    telling = {VersionChange.RELEASED, VersionChange.WITHDRAWN}
    changes = [
        change
        for change in in_effect(tool.standing_changes, at)
        if change.version == label and change.change in telling
    ]
    last = max(changes, key=lambda one: (one.effective_at, one.change is VersionChange.WITHDRAWN), default=None)
    return last.change if last else None


def first_releases(tool: ToolFacts, *, at: datetime) -> dict[str, datetime]:
    """Return when each version first came into use, by label; only of those that did by *at*."""
    found: dict[str, datetime] = {}
    for change in in_effect(tool.standing_changes, at):
        if change.change is VersionChange.RELEASED:
            found[change.version] = min(change.effective_at, found.get(change.version, change.effective_at))
    return found


def suspended(tool: ToolFacts, label: str, *, at: datetime) -> bool:
    """Tell whether a safety suspension of *label* stands that no resumption has ended."""
    changes = _changes(tool, label, at)
    ended = {change.ends for change in changes if change.change is VersionChange.RESUMED}
    return any(change.change is VersionChange.SUSPENDED and change.id not in ended for change in changes)


def announced_at(tool: ToolFacts, label: str, *, at: datetime) -> datetime | None:
    """Return the instant from which awards for *label* may be earned: its announcement, else its first release."""
    opening = {VersionChange.ANNOUNCED, VersionChange.RELEASED}
    changes = (
        change
        for change in in_effect(tool.standing_changes, at)
        if change.version == label and change.change in opening
    )
    return next((change.effective_at for change in changes), None)


def state(tool: ToolFacts, label: str, *, at: datetime) -> VersionState:
    """Return the state of a registered version, the gravest first."""
    if any(prohibition_of(tool, asked, at=at) is not Prohibition.NONE for asked in (None, label)):
        return VersionState.PROHIBITED
    last = released(tool, label, at=at)
    if last is VersionChange.WITHDRAWN:
        return VersionState.WITHDRAWN
    if suspended(tool, label, at=at):
        return VersionState.SUSPENDED
    if last is VersionChange.RELEASED:
        return VersionState.IN_USE
    return VersionState.ANNOUNCED if announced_at(tool, label, at=at) else VersionState.REGISTERED


def in_use(tool: ToolFacts, *, at: datetime) -> tuple[str, ...]:
    """Return the labels of the versions in use (a safety suspension does not take one out of use), the newest last."""
    kept = {VersionState.IN_USE, VersionState.SUSPENDED}
    labels = [
        label
        for label in by_registration(tool, at=at)
        if state(tool, label, at=at) in kept and released(tool, label, at=at) is VersionChange.RELEASED
    ]
    return tuple(labels)


def by_registration(tool: ToolFacts, *, at: datetime) -> tuple[str, ...]:
    """Return all registered labels, each after its predecessor, else as registered; labels are never sorted."""
    pending = sorted(in_effect(tool.versions, at), key=lambda one: (one.effective_at, one.recorded_at, one.label))
    ordered: list[str] = []
    while pending:
        ready = [found for found in pending if found.predecessor is None or found.predecessor in ordered] or pending
        ordered.append(ready[0].label)
        pending.remove(ready[0])
    return tuple(ordered)


def newest_in_use(tool: ToolFacts, *, at: datetime) -> str | None:
    """Return the version in use that was released last (of several at once, the one registered last)."""
    return _released_last(tool, in_use(tool, at=at), at)


def _released_last(tool: ToolFacts, labels: Sequence[str], at: datetime) -> str | None:
    releases = {
        change.version: change.effective_at
        for change in in_effect(tool.standing_changes, at)
        if change.change is VersionChange.RELEASED
    }
    return max(labels, key=lambda label: (releases[label], labels.index(label)), default=None)


def to_train_for(tool: ToolFacts, *, at: datetime) -> str | None:
    """Return the version for which somebody without a certification trains.

    The newest in use that is not suspended; else the newest in use; else, before the first release, the newest that is
    announced, for training is open from the announcement on.
    """
    used = in_use(tool, at=at)
    usable = [label for label in used if not suspended(tool, label, at=at)]
    announced = [label for label in by_registration(tool, at=at) if state(tool, label, at=at) is VersionState.ANNOUNCED]
    return _released_last(tool, usable or used, at) or next(reversed(announced), None)
