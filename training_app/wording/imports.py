"""Imports in words: what is wrong at a line and what to do, and what a line would record."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from training_app.rules.permissions import Role
from training_app.services.imports import Change, Fault, FileRefused, Kind, NotReadable, Outcome, What, Wrong
from training_app.wording.decisions import ROLES, civil

KINDS: Mapping[Kind, Any] = {
    Kind.UNITS: _l("Units"),
    Kind.PEOPLE: _l("Officers and supervisors"),
    Kind.LEGACY: _l("Certificates of an older system"),
}

OUTCOMES: Mapping[Outcome, Any] = {
    Outcome.NEW: _l("New"),
    Outcome.CHANGED: _l("Changed"),
    Outcome.UNCHANGED: _l("Unchanged"),
    Outcome.LEFT_OUT: _l("Left out"),
}

COLUMNS: Mapping[str, Any] = {
    "parent": _l("Name of the unit above; empty for the top"),
    "service_number": _l("Service number"),
    "email": _l("E-mail address; empty says nothing"),
    "unit": _l("Name of the unit; empty says nothing"),
    "roles": _l("officer, supervisor or both, parted by a space; roles are only ever added"),
    "course": _l("Course, as the older system calls it"),
    "awarded_on": _l("Day of the certificate, as 2026-11-22"),
    "evidence": _l("Where the proof is kept: a file or certificate number"),
}

_NAMES: Mapping[Kind, Any] = {
    Kind.UNITS: _l("Name of the unit; no two units share one"),
    Kind.PEOPLE: _l("Name of the person; needed for who is new, empty says nothing"),
}


def column(kind: Kind, name: str) -> str:
    """Say what stands in the column *name* of a file of this *kind*."""
    return str(_NAMES[kind] if name == "name" else COLUMNS[name])


_FAULTS: Mapping[Wrong, Callable[[Fault], str]] = {
    Wrong.TOO_MANY_CELLS: lambda one: _(
        "The line has %(found)s cells, the header %(about)s. Put text with a delimiter in quotation marks.",
        found=one.found,
        about=one.about,
    ),
    Wrong.TOO_LONG: lambda one: _(
        "“%(found)s” is longer than %(about)s characters. Shorten it.", found=one.found, about=one.about
    ),
    Wrong.CHARACTER: lambda one: _("%(found)s holds a character that cannot stand here. Remove it.", found=one.found),
    Wrong.MISSING: lambda one: _("Nothing stands here. Enter it, or remove the line."),
    Wrong.TWICE: lambda one: _(
        "“%(found)s” stands in line %(about)s already. Keep one of the two.", found=one.found, about=one.about
    ),
    Wrong.UNIT_UNKNOWN: lambda one: _(
        "No unit is called “%(found)s”. Write it as it is registered, or import the units first.", found=one.found
    ),
    Wrong.UNIT_ELSEWHERE: lambda one: (
        _("The unit is registered below “%(about)s”, and a file cannot move it. Write that unit here.", about=one.about)
        if one.about
        else _("The unit is registered at the top, and a file cannot move it. Leave this cell empty.")
    ),
    Wrong.UNIT_CIRCLE: lambda one: _(
        "By way of “%(found)s” the unit would be below itself. Correct one of the parents.", found=one.found
    ),
    Wrong.EMAIL: lambda one: _("“%(found)s” is not an e-mail address. Correct it or leave it empty.", found=one.found),
    Wrong.EMAIL_TAKEN: lambda one: _(
        "Somebody else has, or once had, the address “%(found)s”. Correct it or leave it empty.", found=one.found
    ),
    Wrong.ROLE_UNKNOWN: lambda one: _(
        "“%(found)s” is not a role. Write officer, supervisor, or both.", found=one.found
    ),
    Wrong.ROLE_NOT_BY_FILE: lambda one: _(
        "The role “%(found)s” is never given by file. Remove it from this cell.", found=one.found
    ),
    Wrong.ONESELF: lambda one: _("This is you. Another registrar imports what is about you; remove the line."),
    Wrong.OFFICER_UNKNOWN: lambda one: _(
        "Nobody here has the service number “%(found)s”. Correct it, or import the people first.", found=one.found
    ),
    Wrong.DAY: lambda one: _("“%(found)s” is not a day. Write it as 2026-11-22.", found=one.found),
    Wrong.DAY_TO_COME: lambda one: _("%(found)s is still to come. Correct the day.", found=one.found),
    Wrong.BEFORE_ANNOUNCEMENT: lambda one: _(
        "%(found)s is before the version was announced here (%(about)s). "
        "Correct the day, or map the course to an earlier version.",
        found=one.found,
        about=one.about,
    ),
}


def fault(one: Fault) -> str:
    """Return what is wrong and what to do."""
    return _FAULTS[one.wrong](one)


def refusal(error: FileRefused) -> str:
    """Return why nothing of a file can be read, and what to do."""
    what = ", ".join(error.what)
    match error.reason:
        case NotReadable.TOO_LARGE:
            return _("The file is larger than %(size)s MB. Import it in parts.", size=what)
        case NotReadable.EMPTY:
            return _("The file holds no line below its header. Choose another one.")
        case NotReadable.NOT_UTF8:
            return _(
                "Line %(line)s is not in UTF-8, perhaps in Windows-1252. "
                "Save the file as “CSV UTF-8” and send it again.",
                line=what,
            )
        case NotReadable.COLUMNS_MISSING:
            return _(
                "The first line does not name the columns %(what)s. Begin with the template's first line.", what=what
            )
        case NotReadable.COLUMNS_UNKNOWN:
            return _("The columns %(what)s are not known here. Remove them, so that nothing is lost unseen.", what=what)
        case NotReadable.COLUMNS_TWICE:
            return _("The columns %(what)s stand there twice. Keep one of each.", what=what)
        case NotReadable.NOT_CSV:
            return _("The file is not CSV: a quotation mark is missing, perhaps. Save it as CSV again.")


def change(one: Change) -> str:
    """Return one thing that a line would record."""
    match one.what:
        case What.UNIT:
            return _("Unit, below %(parent)s", parent=one.old) if one.old else _("Unit, at the top")
        case What.PERSON:
            return _("%(name)s, with an open account and no password", name=one.new)
        case What.NAME:
            return _("Name: %(new)s, before %(old)s", new=one.new, old=one.old)
        case What.EMAIL:
            if one.old:
                return _("E-mail: %(new)s, before %(old)s", new=one.new, old=one.old)
            return _("E-mail: %(new)s", new=one.new)
        case What.PLACE:
            if one.old:
                return _("Unit: %(new)s, before %(old)s. Seats given there end.", new=one.new, old=one.old)
            return _("Unit: %(new)s", new=one.new)
        case What.ROLE:
            return _("Role: %(role)s", role=ROLES[Role(one.new)])
        case What.AWARD:
            day = civil(date.fromisoformat(one.old))
            return _("Certificate for %(version)s, of %(day)s", version=one.new, day=day)


def lines(number: int) -> str:
    return ngettext("%(num)s line", "%(num)s lines", number)
