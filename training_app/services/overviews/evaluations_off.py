"""Psychological evaluations switched off: by the agency or for one tool, since when, by whom, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.models.tools import AgencyPolicy, Tool, ToolPolicy
from training_app.rules import versions
from training_app.rules.facts import latest
from training_app.rules.switched_off import Stretch, off_since, stretches
from training_app.services import gather
from training_app.services.people import numbers_of


@dataclass(frozen=True, slots=True)
class Row:
    """What the agency, or one tool's own policy, asks."""

    tool: str | None
    """Name; ``None``: the agency, whatever the tool."""
    slug: str
    asked: bool
    """By this policy alone; the agency's reaches every tool."""
    since: datetime | None
    """Since when none is asked; ``None`` where one is."""
    by: str
    """Service number of who decided that."""
    reason: str
    """Empty where none is recorded: a tool's policy has none."""
    stretches: Sequence[Stretch]
    in_use: bool
    """A version of the tool is in use; of the agency always."""


def rows(session: Session, *, at: datetime) -> list[Row]:
    """Return the agency first, then every tool by its name, with what each asked over time."""
    tools = gather.tools(session)
    names = session.execute(select(Tool.slug, Tool.id, Tool.name).order_by(Tool.name)).all()
    agency = next(iter(tools.values())).agency if tools else ()
    own = session.scalars(select(AgencyPolicy)).all()
    of_tools = session.scalars(select(ToolPolicy)).all()
    numbers = numbers_of(session, {one.recorded_by_id for one in (*own, *of_tools)})
    since = off_since(agency, at=at)
    began = [one for one in own if one.effective_at == since and not one.evaluation_required]
    decided = max(began, key=lambda one: one.revision, default=None)
    found = [
        Row(
            tool=None,
            slug="",
            asked=since is None,
            since=since,
            by=numbers.get(decided.recorded_by_id, "") if decided else "",
            reason=decided.reason if decided else "",
            stretches=stretches(agency, at=at),
            in_use=True,
        )
    ]
    for slug, tool_id, name in names:
        policies = tools[slug].policies
        since = off_since(policies, at=at)
        began_here = [
            one
            for one in of_tools
            if one.tool_id == tool_id and one.effective_at == since and not one.evaluation_required
        ]
        last = max(began_here, key=lambda one: one.revision, default=None)
        by = numbers.get(last.recorded_by_id, "") if last else ""
        used = bool(versions.in_use(tools[slug], at=at))
        found.append(Row(name, slug, since is None, since, by, "", stretches(policies, at=at), used))
    return found


def count(session: Session, *, at: datetime) -> tuple[bool, int]:
    """Return whether the agency asks none at all, and for how many tools in use their own policy asks none."""
    tools = gather.tools(session)
    agency = next(iter(tools.values())).agency if tools else ()
    governing = latest(agency, at)
    return governing is not None and not governing.evaluation_required, sum(
        off_since(one.policies, at=at) is not None for one in tools.values() if versions.in_use(one, at=at)
    )
