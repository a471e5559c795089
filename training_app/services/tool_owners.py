"""Who owns each tool: named by a registrar, from then on, and read together for a page of reports."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.people import Person
from training_app.models.tool_owners import ToolOwner
from training_app.models.tools import Tool
from training_app.rules import tool_owners as rule
from training_app.rules.permissions import Role
from training_app.rules.tool_owners import Naming
from training_app.services import accounts
from training_app.services.locks import one_at_a_time
from training_app.services.second_signatures import names_of


class NotARegistrar(TrainingError):
    """Who owns a tool handles the reports on it, which only registrars do."""

    def __init__(self) -> None:
        super().__init__("Whoever owns a tool is a registrar, who handles the reports on it. Choose another person.")


def name(session: Session, tool: Tool, person: Person | None, *, at: datetime, by: Person) -> None:
    """Let *person* own the tool from now on, or nobody; naming whoever owns it already adds nothing.

    :raises NotARegistrar: if *person* is no registrar, or their account is closed.
    """
    one_at_a_time(session, "tool", tool.id)
    if person is not None and person.id not in accounts.holders(session, Role.REGISTRAR, at=at):
        raise NotARegistrar
    chosen = None if person is None else person.id
    if rule.owner(namings(session, [tool.id])[tool.id], at=at) == chosen:
        return
    stamp = {"effective_at": at, "recorded_at": at, "recorded_by_id": by.id}
    session.add(ToolOwner(**stamp, tool_id=tool.id, person_id=chosen))
    session.flush()


def namings(session: Session, tools: Collection[int]) -> Mapping[int, Sequence[Naming]]:
    """Return who was named for each of *tools*, by the tools' ids, in the order of the record; one statement."""
    found: dict[int, list[Naming]] = {one: [] for one in tools}
    rows = session.scalars(select(ToolOwner).where(ToolOwner.tool_id.in_(sorted(found))).order_by(ToolOwner.id))
    for row in rows:
        found[row.tool_id].append(Naming(row.effective_at, row.person_id))
    return found


def owner_of(session: Session, tool: Tool, *, at: datetime) -> Person | None:
    """Return who owns the tool; also where they are no registrar any more, so that the page can say so."""
    found = rule.owner(namings(session, [tool.id])[tool.id], at=at)
    return None if found is None else session.get_one(Person, found)


def to_choose(session: Session, *, at: datetime) -> list[tuple[int, str]]:
    """Return who may be named, ids and names, by name."""
    held = accounts.holders(session, Role.REGISTRAR, at=at)
    names = names_of(session, held)
    return sorted(((one, names[one]) for one in held), key=lambda named: (named[1], named[0]))
