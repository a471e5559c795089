"""What a measure against a trainer throws into doubt: which acts, and so which awards rest on nothing until judged.

An award rests on acts of trainers: who wrote and published what was learnt, who set the cut score, who accepted an
answer that passed, who signed for practice.  A measure doubts those done while it says the trainer should not have
acted; the awards that rest on them are *under review* by derivation, from the moment at which it was recorded.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class BasisKind(StrEnum):
    """What a trainer did that an award rests on."""

    SIGNED_OFF = "signed-off"
    """Observed the officer's practice and signed for it."""
    WROTE = "wrote"
    """Wrote a module that was passed, in the revision passed or in one that it was made from."""
    PUBLISHED = "published"
    """Reviewed and published that revision."""
    RATED = "rated"
    """Rated items for the cut score in force."""
    RULED = "ruled"
    """Voided or re-keyed an item, by which the quiz was passed."""
    ACCEPTED_LATE = "accepted-late"
    """Accepted late answers, by which the quiz was passed."""
    DECIDED_APPEAL = "decided-appeal"
    """Upheld an appeal, by which the quiz was passed."""


class Part(StrEnum):
    """What of an award a measure can doubt.  Signatures it always doubts; the others where it says so."""

    SIGNATURES = "signatures"
    CONTENT = "content"
    MARKS = "marks"


PART_OF: Mapping[BasisKind, Part] = {
    BasisKind.SIGNED_OFF: Part.SIGNATURES,
    BasisKind.WROTE: Part.CONTENT,
    BasisKind.PUBLISHED: Part.CONTENT,
    BasisKind.RATED: Part.MARKS,
    BasisKind.RULED: Part.MARKS,
    BasisKind.ACCEPTED_LATE: Part.MARKS,
    BasisKind.DECIDED_APPEAL: Part.MARKS,
}


@dataclass(frozen=True, slots=True)
class TrainersAct:
    """One act of a trainer; *scope* is the subject area or tool that it was in, as `Scope` writes it."""

    kind: BasisKind
    done_at: datetime
    scope: str


@dataclass(frozen=True, slots=True)
class Doubting:
    """A measure in view of what it doubts: a suspension or a revocation, from *since* on, recorded at *until*.

    *scope*: of the qualification that was taken; ``None`` where all were.
    """

    since: datetime
    until: datetime
    scope: str | None
    parts: frozenset[Part]


def parts_doubted(*, content: bool, marks: bool) -> frozenset[Part]:
    chosen = {Part.SIGNATURES: True, Part.CONTENT: content, Part.MARKS: marks}
    return frozenset(part for part, doubted in chosen.items() if doubted)


def doubts(measure: Doubting, act: TrainersAct) -> bool:
    """Tell whether *measure* throws *act* into doubt: both instants included.

    What was done after the measure had been recorded was done under a qualification that was looked at at that moment,
    with the measure known: of it nothing is in doubt.
    """
    return (
        PART_OF[act.kind] in measure.parts
        and measure.since <= act.done_at <= measure.until
        and measure.scope in (None, act.scope)
    )


OF_A_MEASURE = "measure:"
"""What the ids of reviews begin with that a measure brings; those of reviews that a person opened are numbers."""


def review_id(measure_id: int, award_id: int) -> str:
    """Return the id of the review that a measure brings upon an award, among the facts about an officer."""
    return f"{OF_A_MEASURE}{measure_id}:{award_id}"


# -- who judges --------------------------------------------------------------------------------------------------------


class Concerned(StrEnum):
    """Why somebody does not judge an award under a measure, or an objection; the weightiest first.

    Source: the ideas of ISO/IEC 17024:2012, 4.3 and 9.8 (impartiality; appeals are decided by others than those who
    made the decision).
    """

    OWN = "own"
    """It is their own award, or objection."""
    TRAINER = "trainer"
    """They are the trainer whose acts are in doubt."""
    RECORDED_AWARD = "recorded-award"
    RECORDED_MEASURE = "recorded-measure"
    """They recorded the measure, or raised the concern that led to it: who found against the trainer does not also
    judge what follows for the officers."""
    HANDLED_CONCERN = "handled-concern"
    """They took the concern that led to the measure, also if they gave it back."""
    VOIDED = "voided"
    """They put the award under review, or voided it, that the objection is about."""


def concerned(person: int, roles: Mapping[Concerned, Collection[int | None]]) -> Concerned | None:
    """Return the weightiest reason why *person* does not judge; ``None``: may judge."""
    return next((reason for reason in Concerned if person in roles.get(reason, ())), None)


def unconcerned(people: Collection[int], roles: Mapping[Concerned, Collection[int | None]]) -> frozenset[int]:
    """Return those of *people* who may judge; empty: a further person is needed."""
    return frozenset(one for one in people if concerned(one, roles) is None)
