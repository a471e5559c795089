"""Concerns about a trainer's conduct: what they are about, who may handle one, how one ends, how long its text is kept.

Sources: popAI recommendations (January 2024): the ethical conduct of trainers; the ideas of ISO/IEC 17024:2012, 4.3
and 9.9 (impartiality; complaints are handled by persons who are not concerned); GDPR art. 5(1)(e) (storage limitation).
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from training_app.rules.permissions import Role


class ConcernKind(StrEnum):
    """What a concern is about: a fixed list, so that a record needs no words of accusation."""

    UNFAIR = "unfair-treatment"
    """Unequal treatment of people who were taught or assessed."""
    HARASSMENT = "harassment"
    SIGNED_UNSEEN = "signed-unseen"
    """Signed for what was not observed."""
    HELPED = "gave-answers"
    """Gave away answers, or marked by favour."""
    INTEREST = "undeclared-interest"
    FALSE_TEACHING = "false-teaching"
    """Taught what is not so, or against the law."""
    CONFIDENTIALITY = "confidentiality"
    """Disclosed what was to be kept confidential."""
    OTHER = "other"


class CaseOutcome(StrEnum):
    NONE = "none"
    """Nothing was found against the trainer."""
    CAUTION = "caution"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


MEASURED = frozenset({CaseOutcome.SUSPENDED, CaseOutcome.REVOKED})
"""Outcomes that name a measure."""


class Step(StrEnum):
    """How far a concern is, as whoever raised it sees it."""

    RECEIVED = "received"
    LOOKED_AT = "looked-at"
    ENDED = "ended"


class Bar(StrEnum):
    """Why somebody does not handle a concern about a trainer, in the order in which it is told."""

    TRAINER = "trainer"
    """It is about them."""
    RAISED_IT = "raised-it"
    QUALIFIED_BY_THE_TRAINER = "qualified-by-the-trainer"
    """Over any number of steps."""
    QUALIFIED_THE_TRAINER = "qualified-the-trainer"
    """Their own judgement of the trainer would be looked at."""
    NO_LEAD = "no-lead"
    """They lead none of the scopes in which the trainer was qualified, or may not act as a lead now."""
    A_LEAD_IS_THERE = "a-lead-is-there"
    """Oversight handles a concern only where no lead can who is not concerned."""


@dataclass(frozen=True, slots=True)
class Case:
    """Who has to do with a concern; persons by id."""

    trainer: int
    raised_by: int | None
    """``None`` once the text was deleted."""
    qualified_by_trainer: frozenset[int]
    qualified_trainer: frozenset[int]


def of_the_person(person: int, case: Case) -> tuple[Bar, ...]:
    """Return why *person* is too close to the case to handle it, whatever their office; empty: nothing."""
    held = {
        Bar.TRAINER: person == case.trainer,
        Bar.RAISED_IT: person == case.raised_by,
        Bar.QUALIFIED_BY_THE_TRAINER: person in case.qualified_by_trainer,
        Bar.QUALIFIED_THE_TRAINER: person in case.qualified_trainer,
    }
    return tuple(bar for bar, holds in held.items() if holds)


def bars(person: int, case: Case, *, leads: Collection[int], oversight: bool) -> tuple[Bar, ...]:
    """Return everything that keeps *person* from handling the case; empty: may handle it.

    :param leads: who leads a scope of the trainer's and may act as a lead now, whoever is concerned.
    :param oversight: whether *person* is of the oversight body.
    """
    close = of_the_person(person, case)
    if person in leads:
        return close
    if not oversight:
        return (*close, Bar.NO_LEAD)
    unconcerned = any(not of_the_person(lead, case) for lead in leads)
    return (*close, Bar.A_LEAD_IS_THERE) if unconcerned else close


def may_handle(case: Case, *, leads: Collection[int], overseers: Collection[int]) -> frozenset[int]:
    """Return everybody who may handle the case; empty: nobody who is there may, and a further person is needed."""
    people = {*leads, *overseers}
    return frozenset(one for one in people if not bars(one, case, leads=leads, oversight=one in overseers))


def named_before_it_is_taken(roles: Collection[Role]) -> bool:
    """Tell whether who raised a concern, with *roles* then, is named to everybody who may handle it.

    A supervisor speaks for the unit, by office; an officer speaks in confidence, and only to whoever takes the case.
    """
    return Role.SUPERVISOR in roles
