"""Versions in the field: what tools report of themselves, held against what is registered.

A report is a claim: it is kept, it can alert a registrar, and it grants nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.clients import Client
from training_app.models.field import FieldPlace, FieldReport
from training_app.models.tools import Tool
from training_app.rules import versions
from training_app.rules.clients import Caller
from training_app.rules.versions import VersionState
from training_app.services import gather
from training_app.services.locks import one_at_a_time

SILENT_AFTER = timedelta(days=30)
"""A place that was not heard of for so long may be gone: it is shown apart, and alerts nobody."""
MOST_PLACES = 10_000
"""Of one client."""


class ToolNotKnownToClient(TrainingError):
    """No such tool is registered, or the client may not speak of it."""

    def __init__(self, slug: str) -> None:
        super().__init__(f"No tool {slug} is known to this client.")


class TooManyPlaces(TrainingError):
    def __init__(self) -> None:
        super().__init__(f"This client has reported {MOST_PLACES} places. Report by machines that stay.")


@dataclass(frozen=True, slots=True)
class Reported:
    state: VersionState | None
    """``None`` where the version is not registered."""
    changed: bool
    """Whether another version, or none, was reported from that place last."""


def report(session: Session, caller: Caller, slug: str, label: str, place: str, *, at: datetime) -> Reported:
    """Note that the tool *slug* runs the version *label* in *place*; a fact only where that is new.

    :raises ToolNotKnownToClient: if there is no such tool, or the caller may not ask about it;
    :raises TooManyPlaces: if the client has reported `MOST_PLACES` others.
    """
    facts = gather.tool(session, slug) if caller.sees(slug) else None
    if facts is None:
        raise ToolNotKnownToClient(slug)
    tool_id = session.scalars(select(Tool.id).where(Tool.slug == slug)).one()
    one_at_a_time(session, "field reports of client", caller.client_id)
    of_client = select(FieldPlace).where(FieldPlace.client_id == caller.client_id)
    found = session.scalar(of_client.where(FieldPlace.tool_id == tool_id, FieldPlace.place == place))
    known = found is not None and session.get_one(FieldReport, found.report_id).label == label
    if found is None and (session.scalar(select(func.count()).select_from(of_client.subquery())) or 0) >= MOST_PLACES:
        raise TooManyPlaces
    if not known:
        stamp = {"effective_at": at, "recorded_at": at, "recorded_by_id": None}
        fact = FieldReport(**stamp, client_id=caller.client_id, tool_id=tool_id, label=label, place=place)
        session.add(fact)
        session.flush()
        if found is None:
            found = FieldPlace(client_id=caller.client_id, tool_id=tool_id, place=place)
            session.add(found)
        found.report_id = fact.id
    assert found is not None
    found.heard_at = at
    session.flush()
    registered = label in versions.by_registration(facts, at=at)
    return Reported(versions.state(facts, label, at=at) if registered else None, changed=not known)


# -- what a registrar sees ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    name: str
    client: str
    since: datetime
    heard_at: datetime
    silent: bool
    """Not heard of for `SILENT_AFTER`."""


@dataclass(frozen=True, slots=True)
class VersionInField:
    label: str
    state: VersionState | None
    """``None``: not registered, so that every question about it is refused."""
    places: Sequence[Place]
    """By name."""

    @property
    def heard(self) -> Sequence[Place]:
        return [place for place in self.places if not place.silent]

    @property
    def alarming(self) -> bool:
        """Whether something runs that nobody registered."""
        return self.state is None and bool(self.heard)


@dataclass(frozen=True, slots=True)
class ToolInField:
    tool: Tool
    versions: Sequence[VersionInField]
    """Those that are not registered first, then the newest registered one first."""

    @property
    def alarming(self) -> Sequence[VersionInField]:
        return [version for version in self.versions if version.alarming]

    @property
    def heard(self) -> int:
        """How many places are heard of."""
        return sum(len(version.heard) for version in self.versions)


def in_the_field(session: Session, *, at: datetime) -> Sequence[ToolInField]:
    """Return every tool, by name, with its registered versions and those that were reported."""
    places: dict[tuple[int, str], list[Place]] = {}
    rows = session.execute(
        select(FieldPlace, FieldReport.label, FieldReport.effective_at, Client.name)
        .join(FieldReport, FieldReport.id == FieldPlace.report_id)
        .join(Client, Client.id == FieldPlace.client_id)
        .order_by(FieldPlace.place, Client.name)
    )
    for row, label, since, client in rows:
        place = Place(row.place, client, since, row.heard_at, silent=at - row.heard_at > SILENT_AFTER)
        places.setdefault((row.tool_id, label), []).append(place)
    known = gather.tools(session)
    found = []
    for tool in session.scalars(select(Tool).order_by(Tool.name)):
        registered = [*reversed(versions.by_registration(known[tool.slug], at=at))]
        strangers = sorted({label for of, label in places if of == tool.id} - set(registered))
        rest = [
            VersionInField(label, versions.state(known[tool.slug], label, at=at), places.get((tool.id, label), ()))
            for label in registered
        ]
        unknown = [VersionInField(label, None, places[tool.id, label]) for label in strangers]
        found.append(ToolInField(tool, [*unknown, *rest]))
    return found


def alarms(session: Session, *, at: datetime) -> Sequence[tuple[Tool, VersionInField]]:
    """Return what runs somewhere and is registered nowhere, for the registrar's desk."""
    if session.scalar(select(FieldPlace.id).limit(1)) is None:
        return []
    return [(found.tool, version) for found in in_the_field(session, at=at) for version in found.alarming]
