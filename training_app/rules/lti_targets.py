"""What of ours stands behind a link of a learning platform: the custom parameter `training_target`.

``module:<slug>``, ``course:<slug of a tool>`` or ``certification:<slug of a tool>``.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

PARAMETER = "training_target"
"""Name of the custom parameter; deep linking writes it, and an administrator may by hand."""

MOST_CHARACTERS = 100
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class TargetKind(StrEnum):
    MODULE = "module"
    COURSE = "course"
    """The modules that a tool's version asks for."""
    CERTIFICATION = "certification"
    """To be certified for a tool."""


class NoTarget(ValueError):
    """The text names nothing that a link can lead to."""


@dataclass(frozen=True, slots=True)
class Target:
    kind: TargetKind
    slug: str
    """Of the module or, of a course and a certification, of the tool."""

    def __str__(self) -> str:
        """Return the value of the custom parameter; `parse` reads it."""
        return f"{self.kind}:{self.slug}"

    @property
    def resource_id(self) -> str:
        """What a column of a grade book that stands for it is known by, whatever version is in use."""
        return f"{self.kind}/{self.slug}"

    def of_version(self, label: str) -> str:
        """Return what the column for one version of the tool is known by."""
        return f"{self.resource_id}/{label}"

    @classmethod
    def parse(cls, text: object) -> Self:
        """Return the target that *text* names; blanks around it are passed over.

        :raises NoTarget: if it is no text, names no kind of ours, or no slug.
        """
        if not isinstance(text, str) or len(text) > MOST_CHARACTERS:
            raise NoTarget
        kind, _, slug = text.strip().partition(":")
        if kind not in set(TargetKind) or not _SLUG.fullmatch(slug):
            raise NoTarget
        return cls(TargetKind(kind), slug)


parse = Target.parse
