"""Seats: granted, reviewed and released by supervisors; capped by registrars.

Who decides on a tool's seats takes its turn, so that the last one is granted once.  A decision is dated no earlier than
the one before it, whatever the clocks of two servers say: else it would not see what it must count.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.people import Person, SeatCap, SeatGrant, SeatRelease, SeatReview, Unit, UnitSeatCap
from training_app.models.tools import Tool, ToolPurpose
from training_app.rules import seats as rule
from training_app.rules.civil_time import CivilInstant, add_months
from training_app.rules.facts import Policy, ToolFacts, latest
from training_app.rules.purposes import permitted_purposes
from training_app.rules.seats import CapSet, Held, Obstacle, Room
from training_app.services import gather, own_unit
from training_app.services.gather import officer_rows, tool_rows
from training_app.services.locks import one_at_a_time
from training_app.services.units import Member

A_MOMENT = timedelta(microseconds=1)


class SeatRefused(TrainingError):
    """Something stands against the grant; `obstacles` names everything, `seats` what it was judged on."""

    def __init__(self, seats: "ToolSeats", obstacles: Collection[Obstacle]) -> None:
        super().__init__("The seat cannot be granted: " + ", ".join(found.kind for found in obstacles) + ".")
        self.seats, self.obstacles = seats, tuple(obstacles)


class SeatEnded(TrainingError):
    def __init__(self) -> None:
        super().__init__("This seat has ended already, perhaps a moment ago by somebody else. Nothing was changed.")


class ReviewNotAsked(TrainingError):
    def __init__(self) -> None:
        super().__init__("Seats for this tool need no review. Nothing was changed.")


class ReviewedAlready(TrainingError):
    def __init__(self) -> None:
        super().__init__("This seat was reviewed today already. Nothing was changed.")


class CapUnchanged(TrainingError):
    def __init__(self, seats: int) -> None:
        super().__init__(f"The cap is {seats} already. Nothing was changed.")
        self.seats = seats


@dataclass(frozen=True, slots=True)
class UnitNames:
    """Every unit by its id as the rules write it."""

    names: Mapping[str, str]
    parents: rule.Parents


@dataclass(frozen=True, slots=True)
class ToolSeats:
    """All seats held on one tool, and the caps over them."""

    tool: Tool
    facts: ToolFacts
    held: tuple[Held, ...]
    holders: Mapping[str, Member]
    """Who ever held a seat, by service number; with the unit of the running seat, if one runs."""
    caps: tuple[CapSet, ...]
    units: UnitNames
    on: CivilInstant

    @property
    def policy(self) -> Policy | None:
        return latest(self.facts.policies, self.on.instant)

    @property
    def needed(self) -> bool:
        """Whether the tool is refused to whom holds no seat."""
        return self.policy is None or self.policy.seats_required

    @property
    def prohibited(self) -> bool:
        return rule.prohibited(self.facts, at=self.on.instant)

    @property
    def whole(self) -> Room:
        return self.room(None)

    def room(self, unit: str | None) -> Room:
        return rule.room(self.held, self.caps, unit, self.units.parents, at=self.on.instant)

    def unit_rooms(self) -> tuple[Room, ...]:
        """Return how the seats stand under each unit's cap, as the caps were first set."""
        return tuple(self.room(unit) for unit in rule.capped_units(self.caps, at=self.on.instant))

    def rooms_around(self, unit_ids: Collection[str], own: str) -> tuple[Room, ...]:
        """Return the unit caps that bear on a supervisor of *own*: of units in *unit_ids*, and of those above."""
        near = {*unit_ids, *rule.with_units_above(own, self.units.parents)}
        return tuple(found for found in self.unit_rooms() if found.unit in near)

    def held_in(self, unit_ids: Collection[str]) -> tuple[Held, ...]:
        return tuple(one for one in self.held if one.seat.unit in unit_ids)


def tool_seats(session: Session, tool: Tool, *, on: CivilInstant) -> ToolSeats:
    """Return the seats on *tool* as of *on*.

    Reads about those who ever held one, so it costs the same however many officers the agency has.
    """
    facts = gather.tool(session, tool.slug)
    if facts is None:
        raise LookupError(tool.slug)
    ever = session.execute(
        select(Person.id, Person.service_number, Person.name).where(
            Person.id.in_(select(SeatGrant.officer_id).where(SeatGrant.tool_id == tool.id))
        )
    ).all()
    officers = gather.officers(session, [row.id for row in ever], tool.slug)
    held = rule.held_seats(facts, officers.values(), on=on)
    units = unit_names(session)
    places = {one.officer: units.names.get(one.seat.unit, "") for one in held}
    holders = {
        row.service_number: Member(row.id, row.service_number, row.name, places.get(row.service_number, ""))
        for row in ever
    }
    return ToolSeats(tool, facts, held, holders, caps_of(session, tool.id), units, on)


def on_every_tool(session: Session, *, on: CivilInstant) -> list[ToolSeats]:
    """Return the seats on every tool as of *on*, by the tool's name; as many statements whatever the number of tools.

    Equal to `tool_seats` for each; reads about those who ever held a seat on any.
    """
    session.flush()
    rows = session.scalars(select(Tool).order_by(Tool.name)).all()
    known, units, caps = tool_rows.read_all(session), unit_names(session), _caps_by_tool(session)
    ever: dict[int, dict[int, tuple[str, str]]] = {}
    for row in session.execute(
        select(SeatGrant.tool_id, Person.id, Person.service_number, Person.name)
        .join(Person, Person.id == SeatGrant.officer_id)
        .distinct()
    ):
        ever.setdefault(row.tool_id, {})[row.id] = (row.service_number, row.name)
    people = sorted({person for holders in ever.values() for person in holders})
    kept = officer_rows.by_tool(officer_rows.some(session, people, None), [tool.id for tool in rows])
    found = []
    for tool in rows:
        read, holders = known[tool.slug], ever.get(tool.id, {})
        officers = [officer_rows.facts(kept[tool.id][person], read.names) for person in sorted(holders)]
        held = rule.held_seats(read.facts, officers, on=on)
        places = {one.officer: units.names.get(one.seat.unit, "") for one in held}
        members = {
            number: Member(person, number, name, places.get(number, "")) for person, (number, name) in holders.items()
        }
        found.append(ToolSeats(tool, read.facts, held, members, caps.get(tool.id, ()), units, on))
    return found


def unit_names(session: Session) -> UnitNames:
    rows = session.execute(select(Unit.id, Unit.name, Unit.parent_id)).all()
    return UnitNames(
        {str(row.id): row.name for row in rows},
        {str(row.id): None if row.parent_id is None else str(row.parent_id) for row in rows},
    )


def caps_of(session: Session, tool_id: int) -> tuple[CapSet, ...]:
    """Return every cap that was ever set for the tool, of the tool and of units."""
    whole = session.scalars(select(SeatCap).where(SeatCap.tool_id == tool_id).order_by(SeatCap.id))
    parts = session.scalars(select(UnitSeatCap).where(UnitSeatCap.tool_id == tool_id).order_by(UnitSeatCap.id))
    return (*map(_cap, whole), *map(_cap, parts))


def _caps_by_tool(session: Session) -> dict[int, tuple[CapSet, ...]]:
    found: dict[int, tuple[CapSet, ...]] = {}
    rows = (
        *session.scalars(select(SeatCap).order_by(SeatCap.id)),
        *session.scalars(select(UnitSeatCap).order_by(UnitSeatCap.id)),
    )
    for one in rows:
        found[one.tool_id] = (*found.get(one.tool_id, ()), _cap(one))
    return found


def _cap(one: SeatCap | UnitSeatCap) -> CapSet:
    unit = str(one.unit_id) if isinstance(one, UnitSeatCap) else None
    return CapSet(effective_at=one.effective_at, recorded_at=one.recorded_at, seats=one.seats, unit=unit)


def purpose_names(session: Session, seats: ToolSeats) -> dict[str, str]:
    """Return every purpose ever stated for the tool with its name ("" where it has none), by code."""
    named = session.execute(
        select(ToolPurpose.code, ToolPurpose.name)
        .where(ToolPurpose.tool_id == seats.tool.id)
        .order_by(ToolPurpose.effective_at, ToolPurpose.id)
    )
    return {one.code: "" for one in seats.facts.purposes} | {row.code: row.name for row in named}


def purpose_names_by_tool(session: Session, found: Collection[ToolSeats]) -> dict[str, dict[str, str]]:
    """Return what `purpose_names` does for each of *found*, by the tool's slug; one statement."""
    by_id = {seats.tool.id: {one.code: "" for one in seats.facts.purposes} for seats in found}
    named = select(ToolPurpose.tool_id, ToolPurpose.code, ToolPurpose.name)
    for row in session.execute(named.order_by(ToolPurpose.effective_at, ToolPurpose.id)):
        if row.tool_id in by_id:
            by_id[row.tool_id][row.code] = row.name
    return {seats.tool.slug: by_id[seats.tool.id] for seats in found}


def permitted(seats: ToolSeats) -> tuple[str, ...]:
    """Return the codes of the purposes for which the tool may be used."""
    return tuple(permitted_purposes(seats.facts, at=seats.on.instant))


# -- granting, reviewing, releasing ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NewSeat:
    """What a supervisor states when granting a seat."""

    officer: str
    """Service number."""
    purposes: tuple[str, ...]
    justification: str


def grant(session: Session, tool: Tool, new: NewSeat, *, at: datetime, by: Person, zone: ZoneInfo) -> SeatGrant:
    """Grant an officer of the unit of *by*, or of a unit below it, a seat for *tool* from now on.

    :raises NotInUnit: if the officer is of another unit; :raises OwnCase: if it is *by*;
    :raises SeatRefused: if anything else stands against it, as a cap that is reached.
    """
    member = own_unit.decide_about(session, new.officer, at=at, by=by)
    one_at_a_time(session, "tool", tool.id)
    last = session.scalar(select(func.max(SeatGrant.effective_at)).where(SeatGrant.tool_id == tool.id))
    on = CivilInstant(max(at, last or at), zone)
    seats = tool_seats(session, tool, on=on)
    officer = gather.officer(session, member.person_id, tool.slug)
    own = own_unit.own_unit(session, by, at=at)
    if officer is None or own is None:
        raise own_unit.NotInUnit(new.officer)
    asked = rule.Asked(officer, new.purposes, by.service_number, [str(unit) for unit in own.ids])
    found = rule.obstacles(asked, seats.facts, seats.held, seats.caps, seats.units.parents, on=on)
    if found:
        raise SeatRefused(seats, found)
    fact = SeatGrant(
        effective_at=on.instant,
        recorded_at=on.instant,
        recorded_by_id=by.id,
        officer_id=member.person_id,
        tool_id=tool.id,
        unit_id=int(rule.unit_of(officer, at=on.instant) or own.unit.id),
        purposes=list(new.purposes),
        justification=new.justification,
    )
    session.add(fact)
    session.flush()
    return fact


def release(session: Session, seat: SeatGrant, *, at: datetime, by: Person, zone: ZoneInfo) -> SeatRelease:
    """End *seat* from now on.

    :raises NotInUnit: if its officer is of another unit; :raises OwnCase: if it is the seat of *by*;
    :raises SeatEnded: if it has ended.
    """
    held, on = _running(session, seat, at=at, by=by, zone=zone)
    fact = SeatRelease(
        effective_at=on.instant,
        recorded_at=on.instant,
        recorded_by_id=by.id,
        officer_id=seat.officer_id,
        seat_id=int(held.seat.id),
    )
    try:
        with session.begin_nested():
            session.add(fact)
    except IntegrityError as error:
        raise SeatEnded from error
    return fact


def review(session: Session, seat: SeatGrant, *, at: datetime, by: Person, zone: ZoneInfo) -> SeatReview:
    """State that *seat* is still needed; its next review counts from today.

    :raises NotInUnit: if its officer is of another unit; :raises OwnCase: if it is the seat of *by*;
    :raises SeatEnded: if it has ended; :raises ReviewNotAsked: if policy asks for none;
    :raises ReviewedAlready: if a review today moves nothing.
    """
    held, on = _running(session, seat, at=at, by=by, zone=zone)
    policy = latest(_facts(session, seat).policies, on.instant)
    if held.review_day is None or policy is None or policy.seat_review_months is None:
        raise ReviewNotAsked
    if add_months(on.day, policy.seat_review_months) <= held.review_day:
        raise ReviewedAlready
    fact = SeatReview(
        effective_at=on.instant,
        recorded_at=on.instant,
        recorded_by_id=by.id,
        officer_id=seat.officer_id,
        seat_id=seat.id,
    )
    session.add(fact)
    session.flush()
    return fact


def held_seat(session: Session, seat: SeatGrant, *, on: CivilInstant) -> Held | None:
    """Return how *seat* stands, or ``None`` if it has ended."""
    facts = _facts(session, seat)
    officer = gather.officer(session, seat.officer_id, facts.slug)
    if officer is None:
        return None
    return next((one for one in rule.held_seats(facts, [officer], on=on) if one.seat.id == str(seat.id)), None)


def _running(
    session: Session, seat: SeatGrant, *, at: datetime, by: Person, zone: ZoneInfo
) -> tuple[Held, CivilInstant]:
    """Return how *seat* stands now that nobody else decides on its officer, and the instant of the decision."""
    number = session.scalars(select(Person.service_number).where(Person.id == seat.officer_id)).one()
    own_unit.decide_about(session, number, at=at, by=by)
    last = session.scalar(select(func.max(SeatReview.effective_at)).where(SeatReview.seat_id == seat.id))
    on = CivilInstant(max(at, seat.effective_at, last or at), zone)
    held = held_seat(session, seat, on=on)
    if held is None or session.scalar(select(SeatRelease.id).where(SeatRelease.seat_id == seat.id)) is not None:
        raise SeatEnded
    return held, on


def _facts(session: Session, seat: SeatGrant) -> ToolFacts:
    facts = gather.tool(session, session.get_one(Tool, seat.tool_id).slug)
    if facts is None:
        raise LookupError(seat.tool_id)
    return facts


# -- caps --------------------------------------------------------------------------------------------------------------


def set_cap(
    session: Session, tool: Tool, seats: int, *, unit: Unit | None = None, at: datetime, by: Person
) -> SeatCap | UnitSeatCap:
    """Cap the seats of *tool*, or those of *unit* with all units below it, from now on.  Nobody loses a seat by it.

    :raises CapUnchanged: if that is the cap already.
    """
    one_at_a_time(session, "tool", tool.id)
    key = None if unit is None else str(unit.id)
    caps = [fact for fact in caps_of(session, tool.id) if fact.unit == key]
    last = max((fact.effective_at for fact in caps), default=None)
    moment = at if last is None else max(at, last + A_MOMENT)
    if rule.cap_of(caps, key, at=moment) == seats:
        raise CapUnchanged(seats)
    stamp = {"effective_at": moment, "recorded_at": moment, "recorded_by_id": by.id}
    fact: SeatCap | UnitSeatCap
    if unit is None:
        fact = SeatCap(**stamp, tool_id=tool.id, seats=seats)
    else:
        fact = UnitSeatCap(**stamp, tool_id=tool.id, unit_id=unit.id, seats=seats)
    session.add(fact)
    session.flush()
    return fact
