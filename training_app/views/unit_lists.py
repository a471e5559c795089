"""The supervisor's lists in words: who loses access when and why, who may use one version, and the week."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for
from flask_babel import format_date, get_locale
from flask_babel import gettext as _

from training_app import wording
from training_app.rules.access import Decision
from training_app.rules.civil_time import CivilInstant
from training_app.rules.outlook import lasting_badge, usable
from training_app.services.access_outlook import Answer
from training_app.services.unit_desk import Lost
from training_app.services.units import Member
from training_app.wording import BadgeText, GroundText
from training_app.wording import supervisor as words

# -- who loses access --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entry:
    """One officer who is refused from one instant on, with every tool version that it concerns for the same reasons."""

    at: datetime
    member: Member
    href: str
    tools: str
    when: str
    reasons: tuple[GroundText, ...]


@dataclass(frozen=True, slots=True)
class Day:
    iso: str
    title: str
    entries: tuple[Entry, ...]


def entries(answers: Sequence[Answer], *, zone: ZoneInfo) -> list[Entry]:
    """Return *answers*, in order of time; what one officer loses at once and for the same reasons is told together."""
    together: dict[tuple[datetime, int, tuple[GroundText, ...]], list[Answer]] = {}
    for answer in answers:
        reasons = tuple(words.coming(answer.decision, zone=zone))
        together.setdefault((answer.decision.at, answer.member.person_id, reasons), []).append(answer)
    return [
        Entry(
            at=at,
            member=of_one[0].member,
            href=officer_page(of_one[0].member),
            tools=_tools(of_one),
            when=words.from_when(at, zone=zone),
            reasons=reasons,
        )
        for (at, _person, reasons), of_one in together.items()
    ]


def _tools(answers: Iterable[Answer]) -> str:
    """Return the tools with their versions: "Sightline 3.1, 3.2; Hearken 2.0"."""
    return "; ".join(
        f"{name} {', '.join(one.version for one in of_tool)}"
        for name, of_tool in groupby(answers, key=lambda one: one.tool)
    )


def officers_in(found: Iterable[Entry]) -> int:
    """Return how many officers *found* is about; one may lose several tools, or one after the other."""
    return len({entry.member.person_id for entry in found})


def by_day(found: Sequence[Entry], *, zone: ZoneInfo) -> list[Day]:
    def day(entry: Entry) -> date:
        return CivilInstant(entry.at, zone).day

    return [Day(on.isoformat(), with_weekday(on), tuple(of_day)) for on, of_day in groupby(found, key=day)]


def with_weekday(day: date) -> str:
    """Return *day* written out with the day of the week, for example Monday, 30 November 2026."""
    if get_locale().language == "en":  # that of the catalogue is European, as in `wording.civil`
        return format_date(day, "EEEE, d MMMM y")
    return format_date(day, "full")


def officer_page(member: Member) -> str:
    return url_for("supervisor.officer", service_number=member.service_number)


def losing_header() -> list[str]:
    return [
        *_who_and_what(),
        _("Refused from"),
        _("Why"),
        _("What to do"),
    ]


def _who_and_what() -> list[str]:
    return [_("Service number"), _("Name"), _("Unit"), _("Tool"), _("Version")]


def losing_rows(answers: Iterable[Answer], *, zone: ZoneInfo) -> Iterable[Sequence[object]]:
    for answer in answers:
        member, reasons = answer.member, words.coming(answer.decision, zone=zone)
        yield (
            member.service_number,
            member.name,
            member.unit,
            answer.tool,
            answer.version,
            answer.decision.at.astimezone(zone).isoformat(timespec="minutes"),
            " ".join(one.sentence for one in reasons),
            " ".join(one.way_out for one in reasons),
        )


# -- the picture -------------------------------------------------------------------------------------------------------

#: In pixels, from the top of the picture: where the highest bar ends, and where all of them stand.
TOP, GROUND = 28, 150


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days of the picture; what it is drawn with is in pixels down and in percent across."""

    days: str
    officers: int
    first: str
    x: float
    width: float
    y: float
    height: float
    labelled: bool

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


def weeks(found: Sequence[Entry], *, today: date, days: int, zone: ZoneInfo) -> list[Week]:
    """Return how many officers lose something in each seven days from tomorrow on; the last may be shorter."""
    number = -(-days // 7)
    concerned: list[set[int]] = [set() for _week in range(number)]
    for entry in found:
        ahead = max(0, (CivilInstant(entry.at, zone).day - today).days - 1)
        concerned[min(ahead // 7, number - 1)].add(entry.member.person_id)
    most = max(max((len(officers) for officers in concerned), default=0), 1)
    step, every = 100 / number, -(-number // 4)
    return [
        Week(
            days=_span(today + timedelta(days=1 + 7 * place), today + timedelta(days=min(7 * place + 7, days))),
            officers=len(officers),
            first=_short(today + timedelta(days=1 + 7 * place)),
            x=round(place * step + step * 0.12, 2),
            width=round(step * 0.76, 2),
            y=round(GROUND - (GROUND - TOP) * len(officers) / most, 1),
            height=round((GROUND - TOP) * len(officers) / most, 1),
            labelled=place % every == 0,
        )
        for place, officers in enumerate(concerned)
    ]


def _span(first: date, last: date) -> str:
    return _("%(first)s to %(last)s", first=wording.civil(first), last=wording.civil(last))


def _short(day: date) -> str:
    return format_date(day, "d MMM")


# -- who may use one version -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """One officer's answer in a list: may or may not, and why not."""

    member: Member
    href: str
    badge: BadgeText
    may: bool
    last_day: str
    reasons: tuple[GroundText, ...]


def told(member: Member, decision: Decision, *, zone: ZoneInfo) -> Told:
    standing = decision.standing
    return Told(
        member=member,
        href=officer_page(member),
        badge=wording.badge(lasting_badge(decision)),
        may=usable(decision),
        last_day=wording.civil(standing.last_day) if standing and usable(decision) else "",
        reasons=tuple(words.lasting(decision, zone=zone)),
    )


def who_header() -> list[str]:
    return [
        *_who_and_what(),
        _("Purpose"),
        _("May use it"),
        _("State"),
        _("Certified through"),
        _("Why not"),
    ]


def who_rows(answers: Iterable[tuple[Member, Decision]], tool: str, *, zone: ZoneInfo) -> Iterable[Sequence[object]]:
    for member, decision in answers:
        standing = decision.standing
        yield (
            member.service_number,
            member.name,
            member.unit,
            tool,
            decision.question.version,
            decision.question.purpose,
            _("yes") if usable(decision) else _("no"),
            wording.badge(lasting_badge(decision)).label,
            standing.last_day.isoformat() if standing and standing.last_day else "",
            " ".join(one.sentence for one in words.lasting(decision, zone=zone)),
        )


# -- the week ----------------------------------------------------------------------------------------------------------


def lost_line(lost: Lost, *, zone: ZoneInfo) -> dict[str, Any]:
    """Return one loss of the past week: who, what, since when and why."""
    answer = lost.answer
    return {
        "member": answer.member,
        "href": officer_page(answer.member),
        "tools": f"{answer.tool} {answer.version}",
        "when": words.from_when(lost.since, zone=zone) if lost.since else _("taken back from before this week"),
        "reasons": words.lasting(answer.decision, zone=zone),
    }
