"""What everybody may know of the tools in use: what each is for, and whether an evaluation is asked; no names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.models.tools import Tool, ToolCard
from training_app.rules import versions
from training_app.rules.facts import latest
from training_app.services import gather, policies


@dataclass(frozen=True, slots=True)
class ToolInUse:
    """A tool with a version in use; *purpose* in plain words, empty where nobody has written its card."""

    name: str
    purpose: str
    versions: tuple[str, ...]
    tool_asks_evaluation: bool
    intrusive: bool


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
    return ToolInUse(row.name, purpose, used, asked, row.purpose_required)


def _purposes(session: Session, at: datetime) -> dict[int, str]:
    """Return what each tool is for, by its id, as the card in effect says it."""
    cards: Sequence[ToolCard] = session.scalars(
        select(ToolCard).where(ToolCard.effective_at <= at).order_by(ToolCard.effective_at, ToolCard.revision)
    ).all()
    return {card.tool_id: card.purpose for card in cards}
