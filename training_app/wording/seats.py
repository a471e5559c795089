"""Seats in words: purposes, what stands against a grant, and how a seat stands."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from training_app.rules.certification import Validity
from training_app.rules.seats import Obstacle, ObstacleKind, Room

ENDED: Mapping[Validity, Any] = {
    Validity.EXPIRED: _l("To release: certification expired"),
    Validity.REVOKED: _l("To release: certification revoked"),
}

_FIXED: Mapping[ObstacleKind, Any] = {
    ObstacleKind.TOOL_PROHIBITED: _l("This tool is prohibited. Nobody can be given a seat for it."),
    ObstacleKind.FOR_ONESELF: _l("You cannot grant yourself a seat. A supervisor of a unit above yours does that."),
    ObstacleKind.NOT_IN_UNIT: _l("This officer is not of your unit or of one below it. Choose one of your officers."),
    ObstacleKind.ACCOUNT_CLOSED: _l("This officer's account is closed. Ask the registrar to open it first."),
    ObstacleKind.ALREADY_HELD: _l(
        "This officer holds a seat for this tool already. To change its purposes, release it and grant a new one."
    ),
    ObstacleKind.PURPOSE_NEEDED: _l("Choose at least one purpose."),
}


def purpose(code: str, names: Mapping[str, str]) -> str:
    """Return the name of a purpose; one that was stated by its code only is read out of the code."""
    return names.get(code) or code.replace("-", " ").capitalize()


def purposes(codes: tuple[str, ...] | frozenset[str], names: Mapping[str, str]) -> str:
    return ", ".join(sorted(purpose(code, names) for code in codes))


def obstacle(found: Obstacle, *, units: Mapping[str, str], names: Mapping[str, str]) -> str:
    """Return what stands against a grant, as a sentence that says what to do.

    :param units: names of units by id; :param names: names of purposes by code.
    """
    if found.kind is ObstacleKind.PURPOSE_NOT_PERMITTED:
        return _(
            "The tool is not permitted for: %(purposes)s. Choose other purposes.",
            purposes=purposes(found.purposes, names),
        )
    if found.room is not None:
        return full(found.room, units=units)
    return str(_FIXED[found.kind])


def full(room: Room, *, units: Mapping[str, str]) -> str:
    """Return that the cap of *room* is reached, and the way out."""
    numbers = {"held": room.held, "cap": room.cap or 0}
    if room.unit is None:
        why = _("%(held)s seats are held in the agency, and the cap is %(cap)s.", **numbers)
    else:
        unit = units.get(room.unit, "")
        why = _("%(held)s seats are held in %(unit)s, and its cap is %(cap)s.", unit=unit, **numbers)
    return _(
        "%(why)s Release a seat that is no longer needed, or ask the registrar to raise the cap.",
        why=why,
    )


def taken(room: Room) -> str:
    """Return how many seats are held under the cap of *room*, in short, for a table."""
    if room.cap is None:
        return _("%(held)s, no cap", held=room.held)
    if room.held > room.cap:
        return _("%(held)s of %(cap)s, %(over)s over", held=room.held, cap=room.cap, over=room.held - room.cap)
    return _("%(held)s of %(cap)s", held=room.held, cap=room.cap)


def over(room: Room) -> str:
    """Return what it means that more seats are held than the cap allows; "" where that is not so."""
    if room.cap is None or room.held <= room.cap:
        return ""
    first = max(1, room.held - room.cap + 1)
    return " ".join(
        (
            _(
                "%(held)s seats are held, and the cap is %(cap)s. Nobody loses a seat by that.",
                held=room.held,
                cap=room.cap,
            ),
            ngettext(
                "A new seat can be granted once %(num)s is released.",
                "A new seat can be granted once %(num)s are released.",
                first,
            )
            if room.cap
            else _("No seat can be granted while the cap is 0."),
        )
    )
