"""Labs in lessons: small models that an officer turns a dial of, each written as a fenced block of TOML.

Everything is counted in whole numbers and fractions; `courses.labs.rounding` says how they are shown.  The page's
script counts the same way, and a test in a browser compares the two.
"""

from dataclasses import dataclass

from courses.labs.base_rate import BaseRate
from courses.labs.bias_threshold import BiasThreshold
from courses.labs.feedback_loop import FeedbackLoop
from courses.labs.reading import Block
from courses.labs.review_a_match import ReviewAMatch
from courses.labs.spot_the_bias import SpotTheBias

Lab = BaseRate | BiasThreshold | SpotTheBias | FeedbackLoop | ReviewAMatch

__all__ = [
    "KINDS",
    "BaseRate",
    "BiasThreshold",
    "FeedbackLoop",
    "Lab",
    "Placed",
    "ReviewAMatch",
    "SpotTheBias",
    "read_lab",
]

_READ = {lab.kind: lab.read for lab in (BaseRate, BiasThreshold, SpotTheBias, FeedbackLoop, ReviewAMatch)}
KINDS = tuple(_READ)
"""Names of the fenced blocks."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A lab in its lesson."""

    lab: Lab
    number: int
    """Among the labs of the lesson, from 1."""
    level: int
    """Of its heading: one below the heading it stands under."""

    @property
    def id(self) -> str:
        return f"lab-{self.number}"


def read_lab(kind: str, text: str) -> tuple[Lab | None, list[str]]:
    """Return the lab of that *kind* that the TOML in *text* describes, or why there is none, each with its line.

    :raises KeyError: if there is no such kind.
    """
    block = Block(text)
    lab = _READ[kind](block)
    faults = block.located()
    return (None, faults) if faults else (lab, [])
