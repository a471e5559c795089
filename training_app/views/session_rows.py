"""Training sessions as the pages show them: when, what about, how full, and where the reader stands."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from training_app.agency import zone
from training_app.rules.training_sessions import Presence
from training_app.services import rosters
from training_app.services.rosters import SessionNow
from training_app.views.registrar_desk import modules_by_slug, title_of
from training_app.wording import training_sessions as words


@dataclass(frozen=True, slots=True)
class State:
    """Where a session or a person on it stands: *look* is the tone, *icon* the shape, *label* the word."""

    look: str
    icon: str
    label: str


@dataclass(frozen=True, slots=True)
class Row:
    session: SessionNow
    when: str
    week: str
    about: Any
    """The tool with its version, or the title of the module."""
    state: State
    note: str = ""


_PRESENCE_LOOKS: Mapping[Presence, tuple[str, str]] = {
    Presence.PRESENT: ("ok", "certified"),
    Presence.LEFT_EARLY: ("warn", "triangle"),
    Presence.ABSENT: ("no", "dash"),
}


def presence_state(presence: Presence) -> State:
    return State(*_PRESENCE_LOOKS[presence], str(words.PRESENCES[presence]))


def called_off() -> State:
    return State("stop", "blocked", _("Called off"))


def own_state(found: SessionNow, person_id: int, *, at: datetime) -> State:
    """Return where the person stands with a session."""
    if found.cancelled is not None:
        return called_off()
    if person_id in found.attendance:
        return presence_state(found.attendance[person_id])
    line = found.roster.line_of(person_id)
    over = found.plan.ends_at <= at
    if found.plan.instructor == person_id:
        return State("go", "certified", _("You hold it"))
    if line is not None and not over:
        return State("warn", "triangle", _("You wait, number %(line)s in line", line=line))
    if found.roster.of(person_id) is not None:
        return State("go", "half", _("Not recorded yet")) if over else State("ok", "certified", _("You have a place"))
    return room(found)


def place_of(found: SessionNow, person_id: int) -> State:
    """Return where somebody on the roster stands, as others read it."""
    if person_id in found.attendance:
        return presence_state(found.attendance[person_id])
    line = found.roster.line_of(person_id)
    if line is not None:
        return State("warn", "triangle", _("Waits, number %(line)s in line", line=line))
    return State("ok", "certified", _("Has a place"))


def attended(session: Session, person_id: int, *, at: datetime) -> list[Row]:
    """Return the sessions that are over with the person's attendance, the latest first, for their record."""
    begun = ~rosters.starting_after(at)
    found = rosters.listed(
        session, rosters.with_any_of([person_id]), rosters.not_called_off(), begun, latest_first=True
    )

    def state(one: SessionNow) -> State:
        if person_id in one.attendance:
            return presence_state(one.attendance[person_id])
        return State("no", "dash", _("Not recorded yet"))

    return rows(found, state)


def room(found: SessionNow) -> State:
    """Return how full a session is."""
    if found.cancelled is not None:
        return called_off()
    free = found.plan.capacity - len(found.roster.placed)
    if free > 0:
        return State("go", "ring", ngettext("%(num)s place free", "%(num)s places free", free))
    waiting = len(found.roster.waiting)
    if not waiting:
        return State("no", "dash", _("Full"))
    return State("no", "dash", ngettext("Full, %(num)s waits", "Full, %(num)s wait", waiting))


def about_of(found: SessionNow, titles: Mapping[str, Any]) -> Any:
    if found.tool is None:
        return titles.get(found.row.module or "", found.row.module)
    return f"{found.tool.name} {found.version}" if found.version else found.tool.name


def module_titles() -> Mapping[str, Any]:
    """Return the titles of the published modules, by slug."""
    return {slug: title_of(one) for slug, one in modules_by_slug().items()}


def rows(found: Iterable[SessionNow], state: Any, note: Any = lambda _found: "") -> list[Row]:
    """Return *found* as rows; *state* and *note* are asked of each session."""
    held = list(found)
    titles = module_titles() if any(one.row.module for one in held) else {}
    return [
        Row(
            one,
            words.when(one.plan, zone()),
            words.week_of(one.plan, zone()),
            about_of(one, titles),
            state(one),
            note(one),
        )
        for one in held
    ]


def by_week(shown: Sequence[Row]) -> Iterator[tuple[str, list[Row]]]:
    for week, held in groupby(shown, key=lambda row: row.week):
        yield week, list(held)


def by_name(people: Mapping[int, Any], ids: Iterable[int]) -> list[Any]:
    return sorted((people[one] for one in ids), key=lambda person: (person.name.casefold(), person.service_number))
