"""A few facts to record, with what does not matter filled in."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from typing import TypeVar
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

from training_app.models.people import Person, Unit, UnitAssignment
from training_app.models.tools import Tool
from training_app.rules.facts import Prohibition

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Brussels")
ORIGIN = "agency.example/journal"
JOURNAL_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
FORGERS_KEY = Ed25519PrivateKey.from_private_bytes(b"\x09" * 32)

_serial = count(1001)
F = TypeVar("F")
S = TypeVar("S")


def person(session: Session, **columns: object) -> Person:
    number = columns.get("service_number", f"RP-{next(_serial)}")
    defaults = {"service_number": number, "name": f"Officer {number}", "email": None}
    return _added(session, Person(**_when() | defaults | columns))


def tool(session: Session, **columns: object) -> Tool:
    slug = columns.get("slug", f"tool-{next(_serial)}")
    defaults = {
        "slug": slug,
        "name": f"The tool {slug}",
        "vendor": "A vendor",
        "description": "What it does",
        "prohibition": Prohibition.NONE,
        "purposes": ["missing-person"],
        "purpose_required": False,
        "max_cache_seconds": 60,
    }
    return _added(session, Tool(**_when() | defaults | columns))


def unit(session: Session, **columns: object) -> Unit:
    return _added(session, Unit(**_when() | {"name": f"Unit {next(_serial)}"} | columns))


def assignment(session: Session, **columns: object) -> UnitAssignment:
    """A fact about one person, recorded by another."""
    made = {"person_id": person, "unit_id": unit, "recorded_by_id": person}
    for name in made.keys() - columns.keys():
        columns[name] = made[name](session).id
    return _added(session, UnitAssignment(**_when() | columns))


class Interruption(Exception):
    """Something else went wrong before the work was committed."""


def interrupted(session: S, record: Callable[[S], object]) -> None:
    """Record, and raise `Interruption`."""
    record(session)
    raise Interruption


def _when() -> dict[str, object]:
    return {"effective_at": NOW, "recorded_at": NOW}


def _added(session: Session, fact: F) -> F:
    session.add(fact)
    session.flush()
    return fact
