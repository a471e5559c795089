"""A version suspended for safety: in whose name it was, why the oversight body does it, and who may end it.

Two people, always: nobody ends what they suspended.  What the oversight body suspended, only somebody else of it ends;
a registrar can say why it is safe again, and that is signed or it is not.

Source: popAI recommendations (January 2024): independent oversight that can act, beside those who run the tools.
"""

from collections.abc import Collection
from enum import StrEnum

from training_app.rules.permissions import Role


class Body(StrEnum):
    """Who suspends: those who run the tools, or those who look at them from outside."""

    REGISTRARS = "registrars"
    OVERSIGHT = "oversight"


class Cause(StrEnum):
    """Why the oversight body takes a version out of use; a sentence says what was seen."""

    WRONG = "wrong-results"
    BIASED = "biased-results"
    BEYOND_THE_LAW = "beyond-the-law"
    """It is used for what the law or the agency's guideline does not permit."""
    DATA = "data-protection"
    UNTESTED = "tests-by-group"
    """Tests by group are missing, outdated, or show what was not acted on."""
    TRAINING = "training"
    """Officers use it without having been taught what they need for it."""
    NO_ANSWER = "no-answer"
    """A question on the record was not answered."""


class Bar(StrEnum):
    """Why somebody does not end a suspension, in the order in which it is told."""

    OWN = "own"
    OVERSIGHT_ENDS_IT = "oversight-ends-it"
    REGISTRARS_END_IT = "registrars-end-it"


_OFFICE = {Body.REGISTRARS: Role.REGISTRAR, Body.OVERSIGHT: Role.OVERSIGHT}
_BAR = {Body.REGISTRARS: Bar.REGISTRARS_END_IT, Body.OVERSIGHT: Bar.OVERSIGHT_ENDS_IT}


def bars(person: int, roles: Collection[Role], *, suspended_by: int | None, body: Body) -> tuple[Bar, ...]:
    """Return everything that keeps *person* from ending a suspension; empty: may end it.

    :param roles: what *person* holds now; :param body: in whose name it was suspended.
    """
    held = {Bar.OWN: person == suspended_by, _BAR[body]: _OFFICE[body] not in roles}
    return tuple(bar for bar, holds in held.items() if holds)


def who_can_end(holders: Collection[int], *, suspended_by: int | None) -> frozenset[int]:
    """Return who of the *holders* of the office that ends a suspension is not who suspended; empty: nobody can now."""
    return frozenset(one for one in holders if one != suspended_by)
