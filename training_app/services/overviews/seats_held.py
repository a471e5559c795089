"""Seats per tool against their caps: how many are held, who is over, what is to be released or reviewed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.models.people import SeatCap
from training_app.models.tools import Tool
from training_app.rules import versions
from training_app.rules.civil_time import CivilInstant
from training_app.rules.seats import Review, Room, prohibited
from training_app.services import gather, seats
from training_app.services.seats import ToolSeats


@dataclass(frozen=True, slots=True)
class Row:
    seats: ToolSeats
    rooms: tuple[Room, ...]
    """Of the whole agency first, then of each unit that has a cap of its own, by name."""
    to_release: int
    """Seats of officers whose certification has ended."""
    overdue: int
    """Seats whose review is overdue."""
    in_use: bool
    """A version of the tool is in use."""

    @property
    def over(self) -> int:
        """How many seats are held beyond the caps, of the agency or of units; a seat counts once."""
        return len({one.seat.id for room in self.rooms for one in room.over})


def tools(session: Session) -> Sequence[Tool]:
    """Return every tool by its name."""
    return session.scalars(select(Tool).order_by(Tool.name)).all()


def rows(session: Session, wanted: Iterable[Tool], *, on: CivilInstant) -> list[Row]:
    """Return the seats of the *wanted* tools as of *on*; it asks the rules about everybody who ever held one."""
    return [_row(seats.tool_seats(session, tool, on=on)) for tool in wanted]


def _row(found: ToolSeats) -> Row:
    by_name = sorted(found.unit_rooms(), key=lambda room: found.units.names.get(room.unit or "", ""))
    return Row(
        seats=found,
        rooms=(found.whole, *by_name),
        to_release=sum(held.to_release for held in found.held),
        overdue=sum(held.review is Review.OVERDUE for held in found.held),
        in_use=bool(versions.in_use(found.facts, at=found.on.instant)),
    )


def without_cap(session: Session, *, on: CivilInstant) -> tuple[int, int]:
    """Return for how many tools in use no cap of the agency was set, and how many are in use; prohibited ones aside."""
    capped = set(session.scalars(select(SeatCap.tool_id).where(SeatCap.effective_at <= on.instant)))
    ids = {row.slug: row.id for row in session.execute(select(Tool.slug, Tool.id))}
    known = gather.tools(session).items()
    used = {
        ids[slug]
        for slug, facts in known
        if versions.in_use(facts, at=on.instant) and not prohibited(facts, at=on.instant)
    }
    return len(used - capped), len(used)
