"""A pass: what an officer may do without a network, for how long, and what of it is written into the pass.

A pass says what holds whenever it is shown.  What is decided use by use, as the authorisation that an intrusive tool
asks for, cannot stand in it: such a tool, or such a purpose, is not for offline use.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from training_app.rules.access import Decision, Question, decide
from training_app.rules.canonical import canonical
from training_app.rules.facts import Facts

TYPE = "officer-pass+jwt"
LONGEST = timedelta(hours=24)
"""No pass and no status list lives longer."""


class Obstacle(StrEnum):
    """Why an officer gets no pass."""

    ASKED_ONLINE = "asked-online"
    """The tool asks for a purpose, and perhaps an authorisation, at each use."""
    DENIED = "denied"
    """The officer may not use the version now, or by an emergency only, which no pass carries."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a pass allows.  *purposes* and *obligations* are sorted codes."""

    purposes: tuple[str, ...]
    obligations: tuple[str, ...]

    def hold(self, purposes: Collection[str], obligations: Collection[str]) -> bool:
        """Tell whether these terms allow nothing beyond *purposes*, and leave out none of *obligations*."""
        return set(self.purposes) <= set(purposes) and set(self.obligations) >= set(obligations)

    def __str__(self) -> str:
        """Return them as canonical JSON, as they are kept."""
        return canonical({"purposes": list(self.purposes), "obligations": list(self.obligations)})

    @classmethod
    def read(cls, text: str) -> "Terms":
        kept = json.loads(text)
        return cls(tuple(kept["purposes"]), tuple(kept["obligations"]))


@dataclass(frozen=True, slots=True)
class Offer:
    """Whether an officer can have a pass for a version now, and what would stand in it."""

    decision: Decision
    obstacle: Obstacle | None
    terms: Terms
    stable_until: datetime | None
    """Earliest instant at which the answer to any use that the pass allows can change without a new fact."""

    def expires_at(self, *, at: datetime, longest: timedelta) -> datetime:
        """Return when a pass that is given at *at* expires."""
        return min(filter(None, [at + min(longest, LONGEST), self.stable_until]))


def offer(facts: Facts, question: Question, *, at: datetime) -> Offer:
    """Return what an officer can take along for the version that *question*, which states no purpose, asks about."""
    plain = decide(question, facts, at=at, known_at=at)
    nothing = Terms((), ())
    if facts.tool is not None and facts.tool.purpose_required:
        return Offer(plain, Obstacle.ASKED_ONLINE, nothing, None)
    if not plain.allowed or plain.emergency is not None or facts.tool is None:
        return Offer(plain, Obstacle.DENIED, nothing, None)
    codes = sorted({purpose.code for purpose in facts.tool.purposes})
    asked = [decide(replace(question, purpose=code), facts, at=at, known_at=at) for code in codes]
    allowed = [decision for decision in asked if decision.allowed]
    purposes = tuple(decision.question.purpose or "" for decision in allowed)
    changes = [one.stable_until for one in (plain, *allowed) if one.stable_until is not None]
    return Offer(plain, None, Terms(purposes, tuple(sorted(plain.obligations))), min(changes, default=None))


def claims(
    terms: Terms, *, issuer: str, tool: str, version: str, place: int, uri: str, issued_at: datetime, expires: datetime
) -> dict[str, Any]:
    """Return what a signed pass says: nothing that names the officer but *place*, their place on the list at *uri*."""
    return {
        "iss": issuer,
        "aud": tool,
        "version": version,
        "purposes": list(terms.purposes),
        "obligations": list(terms.obligations),
        "iat": int(issued_at.timestamp()),
        "exp": int(expires.timestamp()),
        "status": {"status_list": {"idx": place, "uri": uri}},
    }
