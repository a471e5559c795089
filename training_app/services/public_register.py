"""What everybody may know of the tools in use: what each is for, and whether an evaluation is asked; no names."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.models.tools import Tool, ToolCard
from training_app.rules import versions
from training_app.rules.civil_time import CivilInstant
from training_app.rules.facts import Level, ToolFacts, in_effect, latest
from training_app.rules.paths import Graph
from training_app.services import gather, policies

UTC_ZONE = ZoneInfo("UTC")
"""Which assessment is in force does not depend on the agency's calendar."""


@dataclass(frozen=True, slots=True)
class ToolInUse:
    """A tool with a version in use; *purpose* in plain words, empty where nobody has written its card."""

    name: str
    purpose: str
    versions: tuple[str, ...]
    tool_asks_evaluation: bool
    intrusive: bool
    graces: tuple[int, ...] = ()
    """Days of grace of each signed finding that lets officers use a version in use before they are trained on it.

    Of level 2 and up: what is only read and signed stands for no training that was put off.
    """


@dataclass(frozen=True, slots=True)
class PublicRegister:
    tools: tuple[ToolInUse, ...]
    agency_asks_evaluation: bool


def register(session: Session, *, at: datetime) -> PublicRegister:
    """Return every tool that has a version in use at *at*, by name."""
    rows = session.scalars(select(Tool).where(Tool.effective_at <= at).order_by(Tool.name, Tool.id)).all()
    purposes = _purposes(session, at)
    found = (_tool(session, row, purposes.get(row.id, ""), at) for row in rows)
    listed = tuple(one for one in found if one is not None)
    return PublicRegister(listed, policies.agency_asks_evaluation(session, at=at))


def _tool(session: Session, row: Tool, purpose: str, at: datetime) -> ToolInUse | None:
    facts = gather.tool(session, row.slug)
    used = versions.in_use(facts, at=at) if facts else ()
    if facts is None or not used:
        return None
    policy = latest(facts.policies, at)
    asked = policy is None or policy.evaluation_required
    return ToolInUse(row.name, purpose, used, asked, row.purpose_required, _graces(facts, used, at))


def _graces(facts: ToolFacts, used: Collection[str], at: datetime) -> tuple[int, ...]:
    graph = Graph(facts, CivilInstant(at, UTC_ZONE))
    edges = {(one.start, one.end) for one in facts.assessments if one.end in used}
    held = filter(None, (graph.assessment(*edge) for edge in sorted(edges)))
    found = [one.grace_days for one in held if one.level is not None and one.level >= Level.DIFFERENCES]
    found += [
        one.grace_days
        for one in in_effect(facts.requirements, at)
        if one.revision > 1 and one.version in used and one.level >= Level.DIFFERENCES
    ]
    return tuple(sorted(days for days in found if days))


def _purposes(session: Session, at: datetime) -> dict[int, str]:
    """Return what each tool is for, by its id, as the card in effect says it."""
    cards: Sequence[ToolCard] = session.scalars(
        select(ToolCard).where(ToolCard.effective_at <= at).order_by(ToolCard.effective_at, ToolCard.revision)
    ).all()
    return {card.tool_id: card.purpose for card in cards}
