"""What counts as a look of oversight, when names are withheld from it, and what of an address a look keeps.

Whoever opens a page by a permission that only the role of oversight gives them looks as oversight: that goes on record
before the page is answered, and people stand on it by their service numbers.  A name is shown after a reason was
recorded, to who gave it, about one person, through that civil day.

Source: popAI recommendations (January 2024), for LEAs: independent oversight, and few who reach personal data;
Directive (EU) 2016/680 art. 25 (logging of who consulted data, when and, as far as possible, for what reason).
"""

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from itertools import islice
from zoneinfo import ZoneInfo

from training_app.rules.civil_time import CivilInstant, ends_at
from training_app.rules.permissions import Permission, Role, permissions_of

LONGEST_CODE = 80
MOST_FIELDS = 20
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FIELD = re.compile(r"[a-z][a-z0-9_-]{0,39}")
DIGITS = 18
"""As many as a number of a row can have in both databases."""


class DisclosureReason(StrEnum):
    """Why a name is needed; a fixed list, so that reasons can be counted."""

    COMPLAINT = "complaint"
    """A complaint or an incident report about the person's use of a tool is handled."""
    INSPECTION = "inspection"
    COURT = "court"
    """A court or a prosecutor asked."""
    CONFLICT_OF_INTEREST = "conflict-of-interest"
    """It is checked whether somebody decided on their own matter or a relative's."""
    DATA_SUBJECT = "data-subject"
    """The person asked for their own data, or to have them put right or erased."""
    MISCONDUCT = "misconduct"


def is_look(asked: Permission, roles: Collection[Role]) -> bool:
    """Return whether somebody with *roles* has *asked* from the role of oversight alone, and so looks as oversight."""
    others = frozenset(roles) - {Role.OVERSIGHT}
    return asked in permissions_of(roles) and asked not in permissions_of(others)


def withholds_names(asked: Permission, roles: Collection[Role]) -> bool:
    """Return whether people stand by number on a page that asks for this permission.

    Beside looks, these are the pages open to everybody who is signed in.
    """
    return Role.OVERSIGHT in roles and (asked is Permission.SIGNED_IN or is_look(asked, roles))


def shown_until(at: datetime, zone: ZoneInfo) -> datetime:
    """Return the first instant at which a name disclosed at *at* is withheld again: the next civil day's first."""
    return ends_at(CivilInstant(at, zone).day, zone)


def kept_of(stated: Iterable[tuple[str, str]], codes: Mapping[str, Collection[str]]) -> dict[str, str]:
    """Return what a look keeps of what an address states: numbers, days, and values known as codes of their field.

    Of anything else, as a word that somebody typed, it keeps that the field was filled in, with an empty value: words
    could name a person, and a fact stays.  What is empty is left out, as is what cannot be the
    name of a field; of fields that repeat, the first counts, as it does for the pages.

    :param codes: by the name of a field, the values that it is chosen from.
    """
    filled = ((name, value) for name, value in stated if value and _FIELD.fullmatch(name))
    kept: dict[str, str] = {}
    for name, value in islice(filled, MOST_FIELDS):
        kept.setdefault(name, value if _tells_nothing(value) or value in codes.get(name, ()) else "")
    return kept


def _tells_nothing(value: str) -> bool:
    if value.isascii() and value.isdecimal():
        return len(value) <= DIGITS
    try:
        return bool(_DAY.fullmatch(value)) and bool(date.fromisoformat(value))
    except ValueError:
        return False
