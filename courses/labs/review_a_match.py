"""Hits of a plate reader, some of them planted wrong: accept, reject or ask for more, and learn your own rate.

Automation bias is leaning on a machine's answer although one could know better.  Novices and experts show it, alone and
in teams, and training does not remove it: Parasuraman and Manzey, Human Factors 52(3), 2010.  Seeing a tool fail in
training lessens it: Manzey, Bahner and Hueper, 2006.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from courses.fields import Fields
from courses.labs.reading import Block, bounded

UNREADABLE = "?"
_PLATE = re.compile(r"[A-Z0-9 ]{4,10}")
_SEEN = re.compile(r"[A-Z0-9? ]{4,10}")


class Answer(StrEnum):
    ACCEPT = "accept"
    REJECT = "reject"
    ASK = "ask"
    """Ask for more: another picture, a check on the spot."""


class Body(StrEnum):
    CAR = "car"
    VAN = "van"
    TRUCK = "truck"
    MOTORCYCLE = "motorcycle"


class Paint(StrEnum):
    WHITE = "white"
    GREY = "grey"
    BLACK = "black"
    RED = "red"
    BLUE = "blue"
    GREEN = "green"


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A vehicle as it is listed, or as the picture shows it."""

    plate: str
    """Capital letters, digits and blanks; in a picture ``?`` where a sign cannot be read."""
    body: Body
    paint: Paint


@dataclass(frozen=True, slots=True)
class Hit:
    """A match that the tool suggests."""

    score: int
    """What the tool says, 0 to 100."""
    listed: Vehicle
    seen: Vehicle

    @property
    def right(self) -> Answer:
        """What the evidence bears: what differs speaks against the match, what cannot be read leaves it open."""
        if self.differing_signs or self.seen.body is not self.listed.body or self.seen.paint is not self.listed.paint:
            return Answer.REJECT
        return Answer.ASK if UNREADABLE in self.seen.plate else Answer.ACCEPT

    @property
    def is_planted(self) -> bool:
        """Whether the tool's suggestion is not to be accepted as it stands."""
        return self.right is not Answer.ACCEPT

    @property
    def differing_signs(self) -> tuple[tuple[int, str, str], ...]:
        """Return place from 1, listed and seen of each sign that differs; blanks are no signs."""
        listed, seen = (vehicle.plate.replace(" ", "") for vehicle in (self.listed, self.seen))
        return tuple(
            (place, mine, theirs)
            for place, (mine, theirs) in enumerate(zip(listed, seen, strict=False), 1)
            if theirs not in (mine, UNREADABLE)
        )


@dataclass(frozen=True, slots=True)
class Reviewed:
    """How somebody answered: whole numbers only, since a few hits are no ground for a percentage."""

    planted: int
    planted_accepted: int
    sound: int
    sound_accepted: int
    sound_rejected: int
    asked: int
    """Of all hits, how often more was asked for."""

    @property
    def planted_caught(self) -> int:
        return self.planted - self.planted_accepted


@dataclass(frozen=True, slots=True)
class ReviewAMatch:
    kind: ClassVar[str] = "review-a-match"
    title: str
    intro: str
    hits: tuple[Hit, ...]
    """4 to 12, some of them planted and some sound."""

    @classmethod
    def read(cls, block: Block) -> "ReviewAMatch":
        fields = block.fields
        title, intro = fields.text("title"), fields.text("intro")
        with block.entries("hits", each="hit") as entries:
            hits = tuple(_hit(entry) for entry in entries)
        if fields.has("hits") and not 4 <= len(hits) <= 12:
            fields.note(f"has {len(hits)} 'hits'; 4 to 12 make an exercise")
        fields.close()
        if not fields.faults and len({hit.is_planted for hit in hits}) == 1:
            fields.note("has 'hits' that are all planted or all sound; mix them")
        return cls(title, intro, hits)

    def reviewed(self, answers: Sequence[Answer]) -> Reviewed:
        """Return how *answers*, one for each hit in their order, came out."""
        pairs = list(zip(self.hits, answers, strict=True))
        planted = [answer for hit, answer in pairs if hit.is_planted]
        sound = [answer for hit, answer in pairs if not hit.is_planted]
        return Reviewed(
            planted=len(planted),
            planted_accepted=planted.count(Answer.ACCEPT),
            sound=len(sound),
            sound_accepted=sound.count(Answer.ACCEPT),
            sound_rejected=sound.count(Answer.REJECT),
            asked=[*planted, *sound].count(Answer.ASK),
        )

    def answers(self, sent: Mapping[str, str]) -> dict[int, Answer]:
        """Return the answers among what was *sent*, by the hit's place from 0; those that are none are left out."""
        known = {answer.value: answer for answer in Answer}
        found = {place: known.get(sent.get(f"hit-{place + 1}", "")) for place in range(len(self.hits))}
        return {place: answer for place, answer in found.items() if answer is not None}


def _hit(fields: Fields) -> Hit:
    score = bounded(fields, "score", least=0, most=100)
    listed, seen = _vehicle(fields, "listed", _PLATE), _vehicle(fields, "seen", _SEEN)
    if len(listed.plate.replace(" ", "")) != len(seen.plate.replace(" ", "")):
        fields.note("has plates of different length; write ? for a sign that cannot be read")
    fields.close()
    return Hit(score, listed, seen)


def _vehicle(fields: Fields, name: str, plate: re.Pattern[str]) -> Vehicle:
    table = fields.table(name, place=f"{fields.place} '{name}'")
    vehicle = Vehicle(table.text("plate"), table.choice("body", Body), table.choice("paint", Paint))
    if vehicle.plate and not plate.fullmatch(vehicle.plate):
        table.note(f"has the 'plate' '{vehicle.plate}'; use 4 to 10 capital letters, digits and blanks")
    table.close()
    return vehicle
