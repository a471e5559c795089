"""What holds of a tool at one instant, whoever asks: worked out once where many officers are answered."""

from collections.abc import Iterator

from training_app.rules import versions
from training_app.rules.civil_time import CivilInstant
from training_app.rules.decision import Ground
from training_app.rules.facts import Prohibition, ToolFacts, VersionChange, latest
from training_app.rules.paths import Graph
from training_app.rules.purposes import permitted_purposes
from training_app.rules.safeguards import evaluation_asked


class ToolNow:
    """A tool as it stands at an instant."""

    def __init__(self, tool: ToolFacts, on: CivilInstant) -> None:
        self.tool, self.on = tool, on
        self.graph = Graph(tool, on)
        self.policy = latest(tool.policies, on.instant)
        self.evaluation_asked = evaluation_asked(tool, at=on.instant)
        self.seats_asked = self.policy is None or self.policy.seats_required
        self.purposes = permitted_purposes(tool, at=on.instant)
        self._labels = frozenset(versions.by_registration(tool, at=on.instant))
        self._grounds: dict[str | None, tuple[Ground, ...]] = {}

    def label(self, asked: str | None) -> str | None:
        """Return the label *asked* if a version has it, else ``None``."""
        return asked if asked in self._labels else None

    def grounds(self, label: str | None) -> tuple[Ground, ...]:
        """Return what stands against using the version *label*, whoever asks; ``None``: an unknown version."""
        if label not in self._grounds:
            self._grounds[label] = tuple(_grounds_of_tool(self.tool, label, self.on))
        return self._grounds[label]


def _grounds_of_tool(tool: ToolFacts, label: str | None, on: CivilInstant) -> Iterator[Ground]:
    if versions.prohibition_of(tool, None, at=on.instant) is not Prohibition.NONE:
        yield Ground.TOOL_PROHIBITED
    if label is None:
        yield Ground.VERSION_UNKNOWN
        return
    if versions.prohibition_of(tool, label, at=on.instant) is not Prohibition.NONE:
        yield Ground.VERSION_PROHIBITED
    released = versions.released(tool, label, at=on.instant)
    if released is None:
        yield Ground.VERSION_NOT_RELEASED
    elif released is VersionChange.WITHDRAWN:
        yield Ground.VERSION_WITHDRAWN
    if versions.suspended(tool, label, at=on.instant):
        yield Ground.VERSION_SUSPENDED
