"""What a supervisor looks at: the unit with everybody in it, every tool, and the week in one value."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.models.people import Person
from training_app.models.tools import Tool
from training_app.rules import outlook
from training_app.rules import seats as seat_rule
from training_app.rules.access import Ground
from training_app.rules.civil_time import CivilInstant, first_instant
from training_app.rules.facts import Facts, ToolFacts
from training_app.rules.seats import Held, Review, Room
from training_app.services import access_outlook, gather, own_unit, seats, units
from training_app.services.access_outlook import Answer, ToolAt
from training_app.services.own_unit import OwnUnit
from training_app.services.units import Member

#: How far a digest looks back and ahead, in civil days.
A_WEEK, A_MONTH = 7, 30


@dataclass(frozen=True, slots=True)
class KnownTool:
    row: Tool
    facts: ToolFacts

    @property
    def name(self) -> str:
        return self.row.name


Tools = Mapping[str, KnownTool]
"""Every tool by its slug, in the order of their names."""


@dataclass(frozen=True, slots=True)
class UnitDesk:
    """A supervisor's unit with the officers in it and below it, by name."""

    own: OwnUnit
    members: Sequence[Member]
    tools: Tools

    @property
    def unit(self) -> str:
        return self.own.unit.name

    @property
    def units(self) -> list[str]:
        """Names of the units in which the officers work."""
        return sorted({one.unit for one in self.members}, key=str.casefold)


def desk(session: Session, supervisor: Person, *, at: datetime) -> UnitDesk | None:
    """Return what *supervisor* may see, or ``None`` for somebody who is assigned to no unit."""
    own = own_unit.own_unit(session, supervisor, at=at)
    return None if own is None else UnitDesk(own, units.officers_in(session, own.ids, at=at), tools(session))


def tools(session: Session) -> Tools:
    """Return every tool; a fixed number of statements, however many there are."""
    rows = session.scalars(select(Tool).order_by(Tool.name, Tool.slug)).all()
    known = gather.tools(session)
    return {row.slug: KnownTool(row, known[row.slug]) for row in rows if row.slug in known}


# -- the week ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class VersionCount:
    """How many officers of the unit may use one version, of how many."""

    tool: str
    slug: str
    version: str
    may_use: int
    officers: int


@dataclass(frozen=True, slots=True)
class Lost:
    """An officer who could use a version a week ago, as known then, and cannot now."""

    answer: Answer
    since: datetime | None
    """``None`` where, by what is known now, it should not have been allowed a week ago either."""


@dataclass(frozen=True, slots=True)
class UnitSeat:
    """A seat that asks for something, with its officer as a list shows one."""

    member: Member
    tool: str
    slug: str
    held: Held


@dataclass(frozen=True, slots=True)
class ToolRoom:
    """A cap that more officers are under than it has room for."""

    tool: str
    slug: str
    unit: str
    """Name of the unit whose cap it is; empty for the tool's own."""
    room: Room


@dataclass(frozen=True, slots=True)
class Digest:
    """A unit's week: derived from the facts recorded by *at*, so that any week can be read again."""

    unit: str
    since: datetime
    at: datetime
    officers: int
    versions: tuple[VersionCount, ...]
    lost: tuple[Lost, ...]
    losing: tuple[Answer, ...]
    """In the next 30 civil days, the earliest first."""
    overdue: tuple[Answer, ...]
    """Who misses training on what changed."""
    to_review: tuple[UnitSeat, ...]
    to_release: tuple[UnitSeat, ...]
    over_cap: tuple[ToolRoom, ...]


@dataclass(frozen=True, slots=True)
class _Week:
    """What was answered for one tool, before and after."""

    counts: tuple[VersionCount, ...]
    lost: tuple[Lost, ...]
    losing: tuple[Answer, ...]
    overdue: tuple[Answer, ...]
    seats: tuple[UnitSeat, ...]


def digest(session: Session, own: OwnUnit, *, at: datetime, zone: ZoneInfo) -> Digest:
    """Return the last seven civil days up to *at* of the unit and all below it, as known at *at*."""
    on = CivilInstant(at, zone)
    last = on.at(at - timedelta.resolution).day
    since = first_instant(last - timedelta(days=A_WEEK - 1), zone)
    members = units.officers_in(session, own.ids, at=at)
    known = tools(session)
    weeks = [_week(session, tool, members, since=since, on=on) for tool in known.values()]
    asking = [found for week in weeks for found in week.seats]
    return Digest(
        unit=own.unit.name,
        since=since,
        at=at,
        officers=len(members),
        versions=tuple(count for week in weeks for count in week.counts),
        lost=_by_person(lost for week in weeks for lost in week.lost),
        losing=access_outlook.in_order(one for week in weeks for one in week.losing),
        overdue=access_outlook.in_order(one for week in weeks for one in week.overdue),
        to_review=tuple(one for one in asking if one.held.review in {Review.DUE, Review.OVERDUE}),
        to_release=tuple(one for one in asking if one.held.to_release),
        over_cap=tuple(room for tool in known.values() for room in _over_cap(session, tool, own, on=on)),
    )


def _by_person(lost: Iterable[Lost]) -> tuple[Lost, ...]:
    return tuple(sorted(lost, key=lambda one: (one.answer.member.name.casefold(), one.answer.tool.casefold())))


def _week(session: Session, tool: KnownTool, members: Sequence[Member], *, since: datetime, on: CivilInstant) -> _Week:
    here, before = ToolAt.of(tool.facts, on), ToolAt.of(tool.facts, on.at(since))
    officers = gather.officers(session, [member.person_id for member in members], tool.row.slug)
    labels = tuple(dict.fromkeys([*before.labels, *here.labels]))
    now: list[Answer] = []
    lost: list[Lost] = []
    losing: list[Answer] = []
    for member in members:
        known, then_known = here.known(officers[member.person_id]), before.known(officers[member.person_id])
        for label in labels:
            answer = Answer(member, tool.name, here.judge(known, label))
            used = label in here.labels
            now.extend([answer] if used else [])
            if not outlook.usable(answer.decision):
                if outlook.usable(before.judge(then_known, label)):
                    lost.append(
                        Lost(answer, outlook.lost_at(answer.decision.question, known, since=since, at=on.instant))
                    )
            elif used and (then := access_outlook.loss(answer.decision.question, known, on, A_MONTH)):
                losing.append(Answer(member, tool.name, then))
    counts = tuple(_count(tool, label, now, len(members)) for label in here.labels)
    overdue = tuple(one for one in now if Ground.OVERDUE in one.decision.grounds)
    held = _seats(tool, members, [here.known(officers[member.person_id]) for member in members], here)
    return _Week(counts, tuple(lost), tuple(losing), overdue, tuple(held))


def _count(tool: KnownTool, label: str, answers: Iterable[Answer], officers: int) -> VersionCount:
    may_use = sum(outlook.usable(one.decision) for one in answers if one.version == label)
    return VersionCount(tool.name, tool.row.slug, label, may_use, officers)


def _seats(tool: KnownTool, members: Sequence[Member], known: Iterable[Facts], here: ToolAt) -> list[UnitSeat]:
    """Return the seats that *members* hold on one tool, by the name of the officer."""
    by_number = {member.service_number: member for member in members}
    held = seat_rule.held_seats(here.facts, [one.officer for one in known if one.officer], on=here.on)
    found = [UnitSeat(by_number[one.officer], tool.name, tool.row.slug, one) for one in held]
    return sorted(found, key=lambda one: one.member.name.casefold())


def _over_cap(session: Session, tool: KnownTool, own: OwnUnit, *, on: CivilInstant) -> list[ToolRoom]:
    """Return the caps of the tool and of the units in sight that more hold seats under than there are."""
    whole = seats.tool_seats(session, tool.row, on=on)
    rooms = [whole.whole, *whole.rooms_around([str(unit) for unit in own.ids], str(own.unit.id))]
    return [
        ToolRoom(tool.name, tool.row.slug, whole.units.names.get(room.unit, "") if room.unit else "", room)
        for room in rooms
        if room.over
    ]
