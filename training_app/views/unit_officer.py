"""One officer in words to the supervisor: every answer, every ground with its way out, and what comes next."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for
from flask_babel import gettext as _

from training_app import wording
from training_app.agency import moment
from training_app.rules.access import Badge, Decision, Ground
from training_app.rules.certification import Standing, Validity
from training_app.rules.civil_time import CivilInstant
from training_app.rules.outlook import lasting, lasting_badge, lasting_grounds, usable
from training_app.rules.seats import Held, Review
from training_app.services.suspensions import Suspension
from training_app.services.unit_officer import Course, OfficerOnTool
from training_app.views.unit_matrix import anchor
from training_app.wording import seats as seat_words
from training_app.wording import supervisor as words

MOST_STEPS_AHEAD = 8


@dataclass(frozen=True, slots=True)
class WayOut:
    """One ground with its way out, and the page on which the supervisor takes it, if it is for the supervisor."""

    sentence: str
    way_out: str
    href: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True)
class VersionAnswer:
    """The answer for one version: the sentence, every ground with its way out, and how long an allow can last."""

    anchor: str
    label: str
    allowed: bool
    sentence: str
    detail: str
    grounds: list[WayOut]


@dataclass(frozen=True, slots=True)
class ToolAnswers:
    name: str
    facts: list[dict[str, Any]]
    """Validity, last day and seat as rows of a list."""
    versions: list[VersionAnswer]
    concerns: bool
    """Whether the officer ever had anything to do with the tool."""
    deeds: list[dict[str, str]]
    """What the supervisor can do about the officer and the tool: links with their words."""


def tool_answers(
    found: OfficerOnTool, suspended: Sequence[Suspension], *, decides: bool, on: CivilInstant
) -> ToolAnswers:
    """Return one officer's answers for a tool; of an evaluation it tells no more than its ground does.

    :param decides: whether the reader may decide about the officer: then the pages on which that is done are named.
    """
    standing = found.standing
    rows: list[dict[str, Any]] = [{"term": _("Certification"), "description": _validity(standing)}]
    if standing and standing.last_day:
        rows.append({"term": _("Last day"), "description": wording.civil(standing.last_day)})
    rows.append({"term": _("Seat"), "description": _seat(found, on)})
    pages = _pages(found, suspended) if decides else {}
    versions = [_answer(found, course.now, pages, on) for course in reversed(found.courses)]
    ever = bool(found.seat or (standing and standing.validity is not Validity.NEVER_CERTIFIED))
    return ToolAnswers(found.tool.name, rows, versions, ever, _deeds(found, suspended) if decides else [])


def _answer(
    found: OfficerOnTool, decision: Decision, pages: Mapping[Ground, tuple[str, str]], on: CivilInstant
) -> VersionAnswer:
    texts = zip(lasting_grounds(decision), words.lasting(decision, zone=on.zone), strict=True)
    return VersionAnswer(
        anchor=anchor(decision.question.tool, decision.question.version),
        label=decision.question.version or "",
        allowed=usable(decision),
        sentence=_sentence(found, decision),
        detail=_detail(decision),
        grounds=[WayOut(text.sentence, text.way_out, *pages.get(ground, ("", ""))) for ground, text in texts],
    )


def _sentence(found: OfficerOnTool, decision: Decision) -> str:
    names = {"officer": found.member.name, "tool": found.tool.name}
    return wording.sentence(lasting(decision), stating_purpose=not decision.allowed, **names)


def _detail(decision: Decision) -> str:
    if usable(decision) and decision.stable_until:
        return _("Nothing known changes this before %(when)s.", when=moment(decision.stable_until))
    return ""


def _pages(found: OfficerOnTool, suspended: Sequence[Suspension]) -> dict[Ground, tuple[str, str]]:
    """Return address and words of the page on which a supervisor meets a ground, for those that are theirs to meet."""
    number, slug = found.member.service_number, found.tool.row.slug
    pages = {Ground.NO_SEAT: (url_for("seats.grant", slug=slug, officer=number), _("Grant a seat"))}
    standing = next((one for one in suspended if one.slug in {None, slug}), None)
    if standing is not None:
        reinstate = url_for("suspensions.reinstate", service_number=number, suspension_id=standing.id)
        pages[Ground.SUSPENDED] = (reinstate, _("Reinstate"))
    return pages


def _deeds(found: OfficerOnTool, suspended: Sequence[Suspension]) -> list[dict[str, str]]:
    number, slug = found.member.service_number, found.tool.row.slug
    deeds: list[dict[str, str]] = []
    if found.seat is None and not found.seats_required:
        deeds.append({"href": url_for("seats.grant", slug=slug, officer=number), "text": _("Grant a seat")})
    if found.seat is not None:
        seat = int(found.seat.seat.id)
        if found.seat.review is not Review.NOT_ASKED:
            deeds.append({"href": url_for("seats.review", seat_id=seat), "text": _("Review the seat")})
        deeds.append({"href": url_for("seats.release", seat_id=seat), "text": _("Release the seat")})
    if not any(one.slug in {None, slug} for one in suspended):
        suspend = url_for("suspensions.suspend", service_number=number, tool=slug)
        deeds.append({"href": suspend, "text": _("Suspend from this tool")})
    return deeds


def _validity(standing: Standing | None) -> str:
    texts: Mapping[Validity, str] = {
        Validity.NEVER_CERTIFIED: _("Never certified"),
        Validity.IN_TRAINING: _("Never certified, in training"),
        Validity.VALID: _("In force"),
        Validity.RENEWAL_OPEN: _("In force, renewal is open"),
        Validity.EXPIRED: _("Ended"),
        Validity.REVOKED: _("Revoked"),
    }
    return texts[standing.validity] if standing else texts[Validity.NEVER_CERTIFIED]


def _seat(found: OfficerOnTool, on: CivilInstant) -> str:
    if found.seat is None:
        return _("None") if found.seats_required else _("None, and none is required")
    held = _("Held since %(day)s", day=wording.civil(on.at(found.seat.seat.effective_at).day))
    if found.seat.seat.purposes:
        purposes = seat_words.purposes(found.seat.seat.purposes, found.purposes)
        held = _("%(held)s, for: %(purposes)s", held=held, purposes=purposes)
    return f"{held}. {_review(found.seat)}" if found.seat.review is not Review.NOT_ASKED else held


def _review(held: Held) -> str:
    day, last = wording.civil(held.review_day), wording.civil(held.last_day)
    if held.review is Review.OVERDUE:
        return _("Its review was due by %(day)s; without one it ends after %(last)s.", day=day, last=last)
    return _("To be reviewed by %(day)s; without a review it ends after %(last)s.", day=day, last=last)


# -- what comes next ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Event:
    at: datetime
    title: str
    text: str = ""


def steps_ahead(found: Sequence[OfficerOnTool], *, zone: ZoneInfo) -> list[dict[str, Any]]:
    """Return what changes in the coming year without anything being recorded, as steps of a timeline."""
    events = dict.fromkeys(event for one in found for event in _events(one, zone))
    in_order = sorted(events, key=lambda event: event.at)[:MOST_STEPS_AHEAD]
    return [
        {
            "date": wording.civil_of(event.at, zone) if words.is_start_of_day(event.at, zone) else moment(event.at),
            "iso": event.at.astimezone(zone).date().isoformat(),
            "title": event.title,
            "text": event.text,
            "state": "ahead",
        }
        for event in in_order
    ]


def _events(found: OfficerOnTool, zone: ZoneInfo) -> Iterator[_Event]:
    for course in found.courses:
        yield from _events_of(found, course, zone)
    for then in found.to_come:
        names = {"tool": found.tool.name, "version": then.question.version}
        why = " ".join(text.sentence for text in words.lasting(then, zone=zone))
        may = _("The officer may use it.") if usable(then) else _("The officer may not use it. %(why)s", why=why)
        yield _Event(then.at, _("%(tool)s %(version)s comes into use", **names), may)


def _events_of(found: OfficerOnTool, course: Course, zone: ZoneInfo) -> Iterator[_Event]:
    before = course.now
    for then in course.later:
        names = {"tool": found.tool.name, "version": then.question.version}
        if usable(before) and not usable(then):
            text = " ".join(f"{one.sentence} {one.way_out}" for one in words.coming(then, zone=zone))
            yield _Event(then.at, _("May no longer use %(tool)s %(version)s", **names), text)
        elif usable(then) and not usable(before):
            yield _Event(then.at, _("May use %(tool)s %(version)s", **names))
        elif usable(then) and lasting_badge(then) is Badge.RENEWAL_OPEN:
            yield _Event(then.at, _("The certification for %(tool)s can be renewed from this day on", **names))
        before = then
