"""Tests by group past their date: versions in use that were never tested by group, or not for too long."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.models.tools import Tool, ToolVersion
from training_app.rules import cards as rule
from training_app.rules import versions
from training_app.rules.cards import GroupTest, GroupTesting
from training_app.rules.civil_time import CivilInstant
from training_app.services import cards, gather


@dataclass(frozen=True, slots=True)
class Row:
    """A version in use."""

    version_id: int
    tool: str
    """Name."""
    slug: str
    version: str
    in_use_since: datetime
    testing: GroupTesting
    outdated: Sequence[GroupTest]
    """To be made again, the oldest first."""
    oldest_months: int | None
    """Whole months since the test that is the oldest of those that count; ``None`` without any test."""


def rows(session: Session, *, on: CivilInstant) -> list[Row]:
    """Return every version in use, the worst first: never tested by group, then by the age of its oldest test."""
    tools = gather.tools(session)
    used = {slug: versions.in_use(tool, at=on.instant) for slug, tool in tools.items()}
    known = session.execute(
        select(ToolVersion.id, ToolVersion.label, Tool.slug, Tool.name).join(Tool, Tool.id == ToolVersion.tool_id)
    ).all()
    here = [row for row in known if row.label in used[row.slug]]
    found_cards = cards.cards_of(session, [row.id for row in here])
    found = []
    for row in here:
        card = found_cards[row.id].card
        tests = card.tests if card else ()
        since = versions.first_releases(tools[row.slug], at=on.instant)[row.label]
        counting = rule.standing(tests)
        age = rule.age_months(counting[0].date, on=on) if counting else None
        state = rule.how_tested(tests, on=on)
        late = rule.outdated(tests, on=on)
        found.append(Row(row.id, row.name, row.slug, row.label, since, state, late, age))
    return sorted(found, key=_worst_first)


def _worst_first(one: Row) -> tuple[int, int, datetime, str, str]:
    return list(GroupTesting).index(one.testing), -(one.oldest_months or 0), one.in_use_since, one.tool, one.version
