"""The officers whom a version's release or withdrawal can concern, those whose facts say the same taken together."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from training_app.models.certification import Award
from training_app.models.people import AccountFact, SeatGrant
from training_app.models.tools import ToolVersion
from training_app.rules.facts import OfficerFacts, ToolFacts
from training_app.services.gather import RUN, officer_rows, tool_rows
from training_app.services.gather.patterns import Ruler, pattern


@dataclass(frozen=True, slots=True)
class Alike:
    """Officers whose facts differ in nothing that a rule can see: what is answered for one holds for each.

    *facts* are those of the first; *people* are the id and the service number of each.
    """

    facts: OfficerFacts
    people: tuple[tuple[int, str], ...]


def concerned(session: Session, tool: ToolFacts, *, at: datetime, zone: ZoneInfo) -> tuple[Alike, ...]:
    """Return every officer with an account who was ever given an award or a seat for *tool*.

    A fixed number of statements for every 10,000 of them, and as many answers to find as there are different histories.

    :param tool: with every change that is assumed: officers are alike only in view of all that they are asked under.
    """
    session.flush()
    read = tool_rows.read(session, tool.slug)
    if read is None:
        raise LookupError(tool.slug)
    ruler = Ruler(tool, zone, at=at, as_text=session.get_bind().dialect.name == "sqlite")
    first: dict[Hashable, OfficerFacts] = {}
    people: dict[Hashable, list[tuple[int, str]]] = defaultdict(list)
    for person_id, officer in _rows(session, read.id):
        key = pattern(officer, ruler)
        if key not in first:
            first[key] = officer_rows.facts(officer, read.names)
        people[key].append((person_id, officer.number))
    return tuple(Alike(facts, tuple(people[key])) for key, facts in first.items() if facts.awards or facts.seats)


def _rows(session: Session, tool_id: int) -> Iterator[tuple[int, officer_rows.Officer]]:
    """Read those who were given something for the tool, of whom there may be far fewer than there are officers."""
    given = union(
        select(Award.officer_id)
        .join(ToolVersion, ToolVersion.id == Award.version_id)
        .where(ToolVersion.tool_id == tool_id),
        select(SeatGrant.officer_id).where(SeatGrant.tool_id == tool_id),
    ).subquery()
    accounts = select(AccountFact.person_id).where(AccountFact.person_id.in_(select(given.c.officer_id))).distinct()
    wanted = session.scalars(accounts.order_by(AccountFact.person_id)).all()
    for start in range(0, len(wanted), RUN):
        yield from officer_rows.some(session, wanted[start : start + RUN], tool_id).items()


def everyone(groups: Iterable[Alike]) -> list[int]:
    """Return the ids of all people in *groups*."""
    return [person_id for group in groups for person_id, _number in group.people]
