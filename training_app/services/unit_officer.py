"""One officer on every tool: the answers of today, what becomes of them, and the seat."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.models.tools import ToolPurpose
from training_app.rules import outlook, releases, seats
from training_app.rules.access import Decision, Question, decide
from training_app.rules.certification import Standing
from training_app.rules.civil_time import CivilInstant
from training_app.rules.facts import Facts, ToolFacts, latest
from training_app.rules.seats import Held
from training_app.rules.versions import by_registration, in_use
from training_app.services import gather
from training_app.services.unit_desk import KnownTool, Tools
from training_app.services.units import Member

A_YEAR = 365


@dataclass(frozen=True, slots=True)
class Course:
    """The answer for one version as it is now, and every later one without a new fact, the earliest first."""

    now: Decision
    later: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class OfficerOnTool:
    member: Member
    tool: KnownTool
    courses: tuple[Course, ...]
    """Of every version in use, the newest last."""
    to_come: tuple[Decision, ...]
    """The answer for every version that is scheduled for release, as of its release."""
    seat: Held | None
    seats_required: bool
    purposes: Mapping[str, str]
    """Names of the tool's purposes ("" where one has none), by code."""

    @property
    def standing(self) -> Standing | None:
        return self.courses[-1].now.standing if self.courses else None


def on_every_tool(session: Session, member: Member, tools: Tools, *, on: CivilInstant) -> list[OfficerOnTool]:
    """Return *member* on every tool with a version in use; a fixed number of statements for each."""
    names = purpose_names(session, tools)
    found = (_on_tool(session, member, tool, names[tool.row.slug], on) for tool in tools.values())
    return [one for one in found if one.courses]


def _on_tool(
    session: Session, member: Member, tool: KnownTool, purposes: Mapping[str, str], on: CivilInstant
) -> OfficerOnTool:
    officer = gather.officer(session, member.person_id, tool.row.slug)
    facts = Facts(zone=on.zone, tool=tool.facts, officer=officer)
    policy = latest(tool.facts.policies, on.instant)
    return OfficerOnTool(
        member=member,
        tool=tool,
        courses=tuple(_course(member, label, tool.facts, facts, on) for label in in_use(tool.facts, at=on.instant)),
        to_come=tuple(_scheduled(member, tool.facts, facts, on)),
        seat=next(iter(seats.held_seats(tool.facts, [officer] if officer else [], on=on)), None),
        seats_required=policy is None or policy.seats_required,
        purposes=purposes,
    )


def _course(member: Member, label: str, tool: ToolFacts, facts: Facts, on: CivilInstant) -> Course:
    question = Question(member.service_number, tool.slug, label)
    until = on.instant + timedelta(days=A_YEAR)
    return Course(
        decide(question, facts, at=on.instant, known_at=on.instant),
        tuple(outlook.turns(question, facts, at=on.instant, until=until, known_at=on.instant)),
    )


def _scheduled(member: Member, tool: ToolFacts, facts: Facts, on: CivilInstant) -> Iterable[Decision]:
    used = in_use(tool, at=on.instant)
    for label in by_registration(tool, at=on.instant):
        release = releases.is_scheduled(tool, label, at=on.instant)
        if release is not None and label not in used:
            question = Question(member.service_number, tool.slug, label)
            yield decide(question, facts, at=release, known_at=on.instant)


def purpose_names(session: Session, tools: Tools) -> dict[str, dict[str, str]]:
    """Return every purpose ever stated for each tool with its name ("" where it has none), by slug and code."""
    found = {slug: {one.code: "" for one in tool.facts.purposes} for slug, tool in tools.items()}
    slugs = {tool.row.id: slug for slug, tool in tools.items()}
    named = select(ToolPurpose.tool_id, ToolPurpose.code, ToolPurpose.name)
    for row in session.execute(named.order_by(ToolPurpose.effective_at, ToolPurpose.id)):
        if row.tool_id in slugs:
            found[slugs[row.tool_id]][row.code] = row.name
    return found
