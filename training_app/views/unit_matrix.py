"""The supervisor's matrix: officers by tool version, sorted and filtered, and the unit in figures."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from flask import request, url_for
from flask_babel import gettext as _

from training_app import wording
from training_app.rules.access import Badge, Decision, worst
from training_app.rules.outlook import lasting_badge
from training_app.services.units import Member
from training_app.wording import supervisor as words

#: What somebody should act on: access is lost, held up, or about to end.
ATTENTION = frozenset(
    {
        Badge.PROHIBITED,
        Badge.REVOKED,
        Badge.SUSPENDED,
        Badge.EXPIRED,
        Badge.OVERDUE,
        Badge.ON_HOLD,
        Badge.EMERGENCY,
        Badge.DUE,
        Badge.RENEWAL_OPEN,
    }
)

#: With more columns than this a small screen shows one state for each officer, the gravest.
FEW_COLUMNS = 2
#: With more columns than this a cell that asks for nothing shows its shape only; the key above gives its word.
MANY_COLUMNS = 6

NAME, NUMBER, UNIT, STATE = "name", "number", "unit", "state"
DESCENDING = "descending"

_GRAVITY = {badge: place for place, badge in enumerate(Badge)}


@dataclass(frozen=True, slots=True)
class Cell:
    """A badge, with its count or its link where the component takes one."""

    code: str
    label: str
    href: str | None = None
    count: int | None = None
    calm: bool = False
    why: str = ""
    """Where the badge does not say it: what stands in the way, in two or three words."""


@dataclass(frozen=True, slots=True)
class Column:
    """One version in use."""

    slug: str
    tool: str
    version: str

    @property
    def key(self) -> str:
        """How an address names the column."""
        return f"{self.slug}:{self.version}"


@dataclass(frozen=True, slots=True)
class Line:
    """One officer with a badge for each column."""

    member: Member
    badges: tuple[Badge, ...]
    decisions: tuple[Decision, ...]

    @property
    def needs_attention(self) -> bool:
        return any(badge in ATTENTION for badge in self.badges)

    @property
    def worst(self) -> Badge | None:
        return worst(self.badges) if self.badges else None


def lines(members: Sequence[Member], answers: Mapping[int, Sequence[Decision]]) -> list[Line]:
    return [
        Line(one, tuple(lasting_badge(found) for found in answers[one.person_id]), tuple(answers[one.person_id]))
        for one in members
    ]


def named(members: Sequence[Member], text: str) -> list[Member]:
    """Return who has *text* in the name or in the service number; every word of it, in any order."""
    parts = text.casefold().split()
    return [one for one in members if all(part in f"{one.name} {one.service_number}".casefold() for part in parts)]


# -- order -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Order:
    """What the rows are sorted by: name, number, unit, state (of all columns), or one column by its key."""

    by: str = NAME
    descending: bool = False

    @classmethod
    def asked(cls, columns: Sequence[Column]) -> "Order":
        """Return the order that the request asks for; by name where it asks for none that there is."""
        by = request.args.get("sort", NAME)
        known = {NAME, NUMBER, UNIT, STATE, *(column.key for column in columns)}
        return cls(by, request.args.get("order") == DESCENDING) if by in known else cls()

    def sort(self, found: Sequence[Line], columns: Sequence[Column]) -> list[Line]:
        """Return the lines in this order, by name within it; states from the gravest on."""
        place = next((number for number, column in enumerate(columns) if column.key == self.by), None)

        def key(line: Line) -> Any:
            if place is not None:
                return _GRAVITY[line.badges[place]]
            if self.by == STATE:
                return _GRAVITY[line.worst] if line.worst else len(_GRAVITY)
            return {NUMBER: line.member.service_number, UNIT: line.member.unit.casefold()}.get(self.by, "")

        by_name = sorted(found, key=lambda line: line.member.service_number)
        reverse = self.descending and self.by == NAME
        by_name.sort(key=lambda line: line.member.name.casefold(), reverse=reverse)
        return by_name if self.by == NAME else sorted(by_name, key=key, reverse=self.descending)

    def link(self, by: str, label: str) -> dict[str, Any]:
        """Return the link of a heading: it sorts by it, and the other way round where that is done already."""
        active = self.by == by
        turned = active and not self.descending
        query = {name: value for name, value in request.args.items() if name not in {"sort", "order", "page"}}
        query |= {"sort": by} | ({"order": DESCENDING} if turned else {})
        state = ("descending" if self.descending else "ascending") if active else None
        return {"label": label, "href": f"{url_for(request.endpoint or '')}?{urlencode(query)}", "state": state}


# -- the table ---------------------------------------------------------------------------------------------------------


def caption(columns: Sequence[Column]) -> str:
    names = dict.fromkeys(column.tool for column in columns)
    if len(names) == 1:
        return _("Officers by tool version in use: %(tool)s", tool=next(iter(names)))
    return _("Officers by tool version in use")


def heading(columns: Sequence[Column], order: Order) -> dict[str, Any]:
    """Return the headings of the table: by whom, and a group of versions for each tool."""
    groups = [
        {"label": tool, "columns": [order.link(column.key, column.version) for column in of_tool]}
        for (_slug, tool), of_tool in groupby(columns, key=lambda column: (column.slug, column.tool))
    ]
    return {
        "name": order.link(NAME, _("Name")),
        "number": order.link(NUMBER, _("Number")),
        "unit": order.link(UNIT, _("Unit")),
        "state": order.link(STATE, _("Gravest state")),
        "groups": groups,
        "several": len(columns) > FEW_COLUMNS,
        "many": len(columns) > MANY_COLUMNS,
    }


def row(line: Line) -> dict[str, Any]:
    """Return one officer as the matrix shows them; each cell leads to the answer about that version."""
    page = url_for("supervisor.officer", service_number=line.member.service_number)
    cells = [
        _cell(badge, f"{page}#{anchor(decision.question.tool, decision.question.version)}", decision)
        for badge, decision in zip(line.badges, line.decisions, strict=True)
    ]
    state = _cell(line.worst, None) if line.worst else None
    return {"member": line.member, "href": page, "cells": cells, "state": state}


def _cell(badge: Badge, href: str | None, decision: Decision | None = None) -> Cell:
    why = words.in_short(decision) if decision is not None and badge is Badge.ON_HOLD else ""
    return Cell(*_words(badge), href=href, calm=badge not in ATTENTION, why=why)


def anchor(slug: str, label: str | None) -> str:
    """Return the name of a version's place on the officer's page; a label may hold what no such name may."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", f"{slug}-{label}")


def counted(found: Sequence[Line]) -> list[Cell]:
    """Return every badge that occurs with its count, the gravest first."""
    counts = Counter(badge for line in found for badge in line.badges)
    return [Cell(*_words(badge), count=counts[badge]) for badge in Badge if badge in counts]


def bars(counts: Sequence[Cell]) -> list[dict[str, Any]]:
    total = sum(found.count or 0 for found in counts)
    return [{"label": found.label, "value": found.count, "max": total} for found in counts]


def _words(found: Badge) -> tuple[str, str]:
    text = wording.badge(found)
    return text.code, text.label


# -- the file ----------------------------------------------------------------------------------------------------------


def file_header(columns: Sequence[Column]) -> list[str]:
    return [_("Service number"), _("Name"), _("Unit"), *(f"{column.tool} {column.version}" for column in columns)]


def file_row(line: Line) -> list[str]:
    return [
        line.member.service_number,
        line.member.name,
        line.member.unit,
        *(wording.badge(badge).label for badge in line.badges),
    ]
