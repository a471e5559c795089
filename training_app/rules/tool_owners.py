"""Who owns a tool, and for how long a report on it is kept for the owner.

Source: popAI recommendations (January 2024): what is found is followed up by who answers for the tool, and overseen by
somebody independent.  That the owner comes first is this product's own.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from training_app.rules.civil_time import CivilInstant, working_days_after
from training_app.rules.reports import History, Terms


@dataclass(frozen=True, slots=True)
class Naming:
    at: datetime
    person: int | None
    """``None``: from then on nobody owns the tool."""


def owner(namings: Sequence[Naming], *, at: datetime) -> int | None:
    """Return who owns the tool at that moment; the latest naming governs.

    :param namings: in the order of the record.
    """
    return next((one.person for one in reversed(namings) if one.at <= at), None)


def owners_between(namings: Sequence[Naming], start: datetime, end: datetime) -> frozenset[int]:
    """Return everybody who owned the tool at any moment from *start* to *end*, both inclusive."""
    found = {owner(namings, at=start)} | {one.person for one in namings if start <= one.at <= end}
    return frozenset(person for person in found if person is not None)


def kept_until(history: History, terms: Terms, *, on: CivilInstant) -> date:
    """Return the first day on which another may take a report in the owner's place: the last working day but one."""
    received_on = on.at(history.received_at).day
    return working_days_after(received_on, max(terms.acknowledge_working_days - 1, 0), terms.holidays)


def kept_for(
    history: History,
    owner: int | None,
    *,
    urgent: bool,
    reported_by: int | None,
    registrars: Collection[int],
    terms: Terms,
    on: CivilInstant,
) -> int | None:
    """Return the owner for whom the report is kept, or ``None`` where any registrar may take it.

    It is not kept once it was taken or the day is near by which it has to be, nor for somebody who may not handle it:
    who made it, who is no registrar any more, or whose account is closed.

    :param urgent: somebody still bears what followed from the result: whoever comes first takes it.
    """
    if owner is None or urgent or history.acknowledged_at is not None:
        return None
    if owner == reported_by or owner not in registrars:
        return None
    return owner if on.day < kept_until(history, terms, on=on) else None
