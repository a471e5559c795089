"""For what a tool may be used, and an intrusive one: for which crimes, in which circumstances, on whose authorisation.

Source: popAI recommendations (January 2024): police hacking follows clear guidelines on crimes and circumstances.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from training_app.rules.civil_time import ends_at
from training_app.rules.clock_readings import read_instant
from training_app.rules.facts import GuidelineCase, Purpose, ToolFacts, in_effect


@dataclass(frozen=True, slots=True)
class Authorisation:
    """Leave to use an intrusive tool, as the caller states it.  It is recorded; its truth is not asserted here.

    *valid_until*: a day is its last, inclusive; an instant (aware) is the first at which it no longer holds.
    """

    issuer: str
    reference: str
    valid_until: date | datetime

    def lapses_at(self, zone: ZoneInfo) -> datetime:
        """Return the first instant at which it no longer holds."""
        return self.valid_until if isinstance(self.valid_until, datetime) else ends_at(self.valid_until, zone)


class PartMissing(ValueError):
    """An authorisation was stated in part only."""

    def __init__(self) -> None:
        super().__init__("An authorisation is stated whole: issuer, reference and until when it is valid.")


def stated_authorisation(
    issuer: str | None, reference: str | None, until: str | None, zone: ZoneInfo
) -> Authorisation | None:
    """Return the authorisation that is stated in these words, ``None`` where none is.

    :param until: a day alone is the last on which it is valid; anything else an instant, as `read_instant` takes it.
    :raises PartMissing: if a part of it is missing; :raises NoInstant: if *until* is no time.
    """
    if not (issuer or reference or until):
        return None
    if not (issuer and reference and until):
        raise PartMissing
    at = read_instant(until, zone)
    is_day = re.fullmatch(r"\d{4}-\d{2}-\d{2}", until.strip()) is not None
    return Authorisation(issuer, reference, date.fromisoformat(until.strip()) if is_day else at)


def permitted_purposes(tool: ToolFacts, *, at: datetime) -> Mapping[str, Purpose]:
    """Return the purposes for which *tool* may be used at *at*, by code; of two at one instant the one that ends it.

    Of two that permit it, the one with rows of the guideline, which ask more than a purpose alone.
    """
    governing: dict[str, Purpose] = {}
    for purpose in sorted(in_effect(tool.purposes, at), key=_place):
        governing[purpose.code] = purpose
    return {code: purpose for code, purpose in sorted(governing.items()) if purpose.permitted}


def _place(purpose: Purpose) -> tuple[object, ...]:
    rows = [
        (case.authorisation, case.sentence, case.source, sorted(case.crime_types), sorted(case.circumstances))
        for case in purpose.cases
    ]
    return purpose.effective_at, purpose.recorded_at, not purpose.permitted, bool(rows), rows


def fitting_cases(purpose: Purpose, crime_type: str | None, circumstance: str | None) -> tuple[GuidelineCase, ...]:
    """Return the rows of the guideline that what is stated fits; what is not stated (``None``) rules out no row."""

    def fits(stated: str | None, named: frozenset[str]) -> bool:
        return stated is None or not named or stated in named

    return tuple(
        case for case in purpose.cases if fits(crime_type, case.crime_types) and fits(circumstance, case.circumstances)
    )


def is_stated(cases: tuple[GuidelineCase, ...], crime_type: str | None, circumstance: str | None) -> bool:
    """Tell whether everything that *cases* turn on is stated."""
    return not any(
        (case.crime_types and crime_type is None) or (case.circumstances and circumstance is None) for case in cases
    )
