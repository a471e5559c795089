"""Held seats as pages show them: rows of a list, bars under the caps, and what is to be done first."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from training_app import wording
from training_app.rules.seats import Held, Review, Room, with_units_above
from training_app.services.own_unit import OwnUnit
from training_app.services.seats import ToolSeats
from training_app.wording import seats as words


@dataclass(frozen=True, slots=True)
class Mark:
    """A badge: what is unusual about a seat."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Row:
    """One held seat."""

    seat_id: int
    number: str
    name: str
    unit: str
    purposes: str
    since: str
    review: str
    marks: tuple[Mark, ...]
    may_review: bool
    """Whether policy asks for reviews at all."""


@dataclass(frozen=True, slots=True)
class ToDo:
    """Something to do about a seat, for the list above all tools."""

    sentence: str
    href: str
    action: str
    about: str
    """Whose seat, for who hears the link by itself."""


@dataclass(frozen=True, slots=True)
class ToolShown:
    """One tool's seats as a supervisor sees them."""

    slug: str
    name: str
    note: str
    """How many are held in the agency; "" where `over` says it, or where no seat is held or can be."""
    over: str
    """What it means that too many seats are held; "" where that is not so."""
    blocked: str
    """Why nobody can be granted a seat now; "" where somebody can."""
    bars: list[dict[str, Any]]
    """Of every cap that bears on the unit; empty where there is none."""
    rows: list[Row]


def tool_shown(seats: ToolSeats, names: Mapping[str, str], own: OwnUnit) -> ToolShown:
    """Return the seats on one tool that the unit *own* holds, and the caps that bear on it."""
    ids, place = [str(unit) for unit in own.ids], str(own.unit.id)
    over, nothing = words.over(seats.whole), seats.prohibited and not seats.held
    capped = [room for room in (seats.whole, *seats.rooms_around(ids, place)) if room.cap is not None]
    return ToolShown(
        slug=seats.tool.slug,
        name=seats.tool.name,
        note="" if over or nothing else _note(seats),
        over=over,
        blocked=blocked(seats, place),
        bars=[] if nothing else bars(seats, capped),
        rows=rows(seats, seats.held_in(ids), names),
    )


def _note(seats: ToolSeats) -> str:
    whole = seats.whole
    if not seats.needed:
        return _("This tool asks for no seat: nobody is refused for want of one.")
    if whole.cap is None:
        return ngettext(
            "%(num)s seat is held in the agency. No cap is set.",
            "%(num)s seats are held in the agency. No cap is set.",
            whole.held,
        )
    numbers = {"held": whole.held, "cap": whole.cap}
    if not whole.free:
        return _("%(held)s of %(cap)s seats are held in the agency. None is free.", **numbers)
    return ngettext(
        "%(held)s of %(cap)s seats are held in the agency. %(num)s is free.",
        "%(held)s of %(cap)s seats are held in the agency. %(num)s are free.",
        whole.free,
        **numbers,
    )


def blocked(seats: ToolSeats, unit: str) -> str:
    """Return why no officer of *unit* (an id) can be granted a seat now, as a sentence; "" where one can."""
    if seats.prohibited:
        return _("This tool is prohibited. Nobody can be given a seat for it.")
    rooms = [seats.whole, *(seats.room(above) for above in with_units_above(unit, seats.units.parents))]
    return next((words.full(room, units=seats.units.names) for room in rooms if room.full), "")


def bars(seats: ToolSeats, rooms: Iterable[Room]) -> list[dict[str, Any]]:
    """Return the bars of the *rooms*; where no cap is set, the bar is as long as all held seats."""
    return [
        {
            "label": _("Whole agency") if room.unit is None else seats.units.names.get(room.unit, room.unit),
            "value": room.held,
            "max": seats.whole.held if room.cap is None else room.cap,
            "text": words.taken(room),
        }
        for room in rooms
    ]


def rows(seats: ToolSeats, held: Iterable[Held], names: Mapping[str, str]) -> list[Row]:
    over = over_in(seats)
    found = [_row(seats, one, names, over) for one in held]
    return sorted(found, key=lambda row: (not row.marks, row.name.casefold(), row.number))


def over_in(seats: ToolSeats) -> frozenset[str]:
    """Return the ids of the seats that are over a cap, of the tool or of a unit."""
    return frozenset(one.seat.id for room in (seats.whole, *seats.unit_rooms()) for one in room.over)


def _row(seats: ToolSeats, held: Held, names: Mapping[str, str], over: Collection[str]) -> Row:
    who = seats.holders[held.officer]
    return Row(
        seat_id=int(held.seat.id),
        number=held.officer,
        name=who.name,
        unit=who.unit,
        purposes=words.purposes(held.seat.purposes, names),
        since=wording.civil(seats.on.at(held.seat.effective_at).day),
        review=review(held),
        marks=tuple(_marks(held, over)),
        may_review=held.review is not Review.NOT_ASKED,
    )


def review(held: Held) -> str:
    """Return when the seat is to be reviewed, and until when it lasts without."""
    if held.review_day is None:
        return _("Not asked for")
    days = {"day": wording.civil(held.review_day), "last": wording.civil(held.last_day)}
    if held.review is Review.OVERDUE:
        return _("Was due on %(day)s. The seat ends after %(last)s.", **days)
    return _("By %(day)s", **days)


def _marks(held: Held, over: Collection[str]) -> Iterable[Mark]:
    if held.ended is not None:
        yield Mark("expired", str(words.ENDED[held.ended]))
    if held.review is Review.OVERDUE:
        yield Mark("overdue", _("Review overdue"))
    elif held.review is Review.DUE:
        yield Mark("due", _("Review due"))
    if held.seat.id in over:
        yield Mark("due", _("Over the cap"))
    if held.suspended:
        yield Mark("suspended", _("Suspended, seat counts") if held.counts else _("Suspended, seat does not count"))


def to_do(found: Sequence[tuple[ToolSeats, Collection[str]]]) -> list[ToDo]:
    """Return what is to be done about the seats of units (ids), the seat that ends first before the others.

    A seat whose officer's certification has ended is to be released, whatever its review says.
    """
    urgent = [
        (one.last_day if not one.to_release else None, seats, one)
        for seats, units in found
        for one in seats.held_in(units)
        if one.to_release or one.review in {Review.DUE, Review.OVERDUE}
    ]
    reviews = sorted((entry for entry in urgent if entry[0] is not None), key=lambda entry: str(entry[0]))
    releases = [entry for entry in urgent if entry[0] is None]
    return [_to_do(seats, one) for _last_day, seats, one in [*reviews, *releases]]


def _to_do(seats: ToolSeats, held: Held) -> ToDo:
    named = {"name": seats.holders[held.officer].name, "tool": seats.tool.name}
    about = _("%(name)s, %(tool)s", **named)
    if held.to_release:
        sentence = _(
            "%(name)s holds a seat for %(tool)s and is no longer certified. The seat counts until it is released.",
            **named,
        )
        return ToDo(sentence, url_for("seats.release", seat_id=int(held.seat.id)), _("Release the seat"), about)
    days = {"day": wording.civil(held.review_day), "last": wording.civil(held.last_day)}
    if held.review is Review.OVERDUE:
        sentence = _(
            "The review of %(name)s's seat for %(tool)s was due on %(day)s. The seat ends after %(last)s.",
            **named,
            **days,
        )
    else:
        sentence = _("Review %(name)s's seat for %(tool)s by %(day)s.", **named, **days)
    return ToDo(sentence, url_for("seats.review", seat_id=int(held.seat.id)), _("Review the seat"), about)
