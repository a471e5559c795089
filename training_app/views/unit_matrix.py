"""The supervisor's matrix: officers by tool version, the unit in figures, and one officer's answers in words."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from training_app import wording
from training_app.agency import moment
from training_app.rules import safeguards
from training_app.rules.access import Badge, Decision
from training_app.rules.certification import Standing, Validity
from training_app.rules.civil_time import CivilInstant
from training_app.rules.facts import OfficerFacts, ToolFacts, latest
from training_app.services.units import Member
from training_app.wording import GroundText

#: What somebody should act on: access is lost, held up, or about to end.
ATTENTION = frozenset(
    {
        Badge.PROHIBITED,
        Badge.REVOKED,
        Badge.SUSPENDED,
        Badge.EXPIRED,
        Badge.OVERDUE,
        Badge.ON_HOLD,
        Badge.DUE,
        Badge.RENEWAL_OPEN,
    }
)


def needs_attention(decisions: Sequence[Decision]) -> bool:
    return any(decision.badge in ATTENTION for decision in decisions)


@dataclass(frozen=True, slots=True)
class Cell:
    """A badge, with its count or its link where the component takes one."""

    code: str
    label: str
    href: str | None = None
    count: int | None = None


def heading(columns: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Return caption and columns for tools and version labels; the name of a single tool stands in the caption only."""
    names = dict.fromkeys(name for name, _label in columns)
    if len(names) == 1:
        return {
            "caption": _("Officers by tool version in use: %(tool)s", tool=next(iter(names))),
            "columns": [{"label": label} for _name, label in columns],
        }
    return {
        "caption": _("Officers by tool version in use"),
        "columns": [{"label": name, "note": label} for name, label in columns],
    }


def row(member: Member, decisions: Sequence[Decision]) -> dict[str, Any]:
    """Return one officer as the matrix shows them; each cell leads to the answer about that version."""
    page = url_for("supervisor.officer", service_number=member.service_number)
    cells = [
        Cell(*_words(decision.badge), href=f"{page}#{anchor(decision.question.tool, decision.question.version)}")
        for decision in decisions
    ]
    return {"label": member.name, "note": member.service_number, "href": page, "cells": cells}


def anchor(slug: str, label: str | None) -> str:
    """Return the name of a version's place on the officer's page; a label may hold what no such name may."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", f"{slug}-{label}")


def counted(decisions: Sequence[Decision]) -> list[Cell]:
    """Return every badge that occurs with its count, the gravest first."""
    counts = Counter(decision.badge for decision in decisions)
    return [Cell(*_words(found), count=counts[found]) for found in Badge if found in counts]


def bars(counts: Sequence[Cell], total: int) -> list[dict[str, Any]]:
    return [{"label": found.label, "value": found.count, "max": total} for found in counts]


def _words(found: Badge) -> tuple[str, str]:
    text = wording.badge(found)
    return text.code, text.label


# -- one officer -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class VersionAnswer:
    """The answer for one version: the sentence, every ground with its way out, and how long an allow can last."""

    anchor: str
    label: str
    allowed: bool
    sentence: str
    detail: str
    grounds: list[GroundText]


@dataclass(frozen=True, slots=True)
class ToolAnswers:
    name: str
    facts: list[dict[str, str]]
    """Validity, last day and seat as rows of a list."""
    versions: list[VersionAnswer]


def tool_answers(
    name: str,
    member: Member,
    tool: ToolFacts,
    officer: OfficerFacts,
    decisions: Sequence[Decision],
    *,
    on: CivilInstant,
) -> ToolAnswers:
    """Return one officer's answers for a tool; of an evaluation it tells no more than its ground does."""
    standing = decisions[0].standing if decisions else None
    rows = [{"term": _("Certification"), "description": _validity(standing)}]
    if standing and standing.last_day:
        rows.append({"term": _("Last day"), "description": wording.civil(standing.last_day)})
    rows.append({"term": _("Seat"), "description": _seat(tool, officer, on)})
    answers = [_answer(name, member, decision, on) for decision in reversed(decisions)]
    return ToolAnswers(name, rows, answers)


def _answer(name: str, member: Member, decision: Decision, on: CivilInstant) -> VersionAnswer:
    detail = ""
    if decision.allowed and decision.stable_until:
        detail = _("Nothing known changes this before %(when)s.", when=moment(decision.stable_until))
    return VersionAnswer(
        anchor=anchor(decision.question.tool, decision.question.version),
        label=decision.question.version or "",
        allowed=decision.allowed,
        sentence=wording.sentence(decision, officer=member.name, tool=name),
        detail=detail,
        grounds=wording.grounds(decision, zone=on.zone),
    )


def _validity(standing: Standing | None) -> str:
    words: Mapping[Validity, str] = {
        Validity.NEVER_CERTIFIED: _("Never certified"),
        Validity.IN_TRAINING: _("Never certified, in training"),
        Validity.VALID: _("In force"),
        Validity.RENEWAL_OPEN: _("In force, renewal is open"),
        Validity.EXPIRED: _("Ended"),
        Validity.REVOKED: _("Revoked"),
    }
    return words[standing.validity] if standing else words[Validity.NEVER_CERTIFIED]


def _seat(tool: ToolFacts, officer: OfficerFacts, on: CivilInstant) -> str:
    policy = latest(tool.policies, on.instant)
    seats = safeguards.running_seats(officer, policy, on=on)
    if not seats:
        return _("None") if policy is None or policy.seats_required else _("None, and none is required")
    seat = seats[-1]
    held = _("Held since %(day)s", day=wording.civil(on.at(seat.effective_at).day))
    if seat.purposes:
        held = _("%(held)s, for: %(purposes)s", held=held, purposes=", ".join(sorted(seat.purposes)))
    through = safeguards.seat_last_day(seat, officer, policy, on=on)
    return (
        held
        if through is None
        else _("%(held)s. Ends after %(day)s without a review.", held=held, day=wording.civil(through))
    )
