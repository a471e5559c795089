"""Importing a file in one go, as a registrar does it in two."""

from datetime import UTC, datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from tests.services import recorded
from training_app.models.people import Person
from training_app.models.tools import Tool, ToolPolicy, ToolVersion, VersionFact
from training_app.rules.facts import Prohibition, VersionChange
from training_app.services import imports
from training_app.services.imports import Context, Kind, Plan

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Athens")
_code = count(1)


def context(by: Person | None = None, *, at: datetime = NOW) -> Context:
    return Context(at=at, by=by, zone=ZONE, new_code=lambda: f"code-{next(_code)}")


def lines(*rows: str) -> bytes:
    return "\n".join(rows).encode()


def dry_run(session: Session, kind: Kind, content: bytes, by: Person | None = None, **mapping: int | None) -> Plan:
    return imports.plan(session, kind, content, context(by), mapping)


def carry_out(session: Session, kind: Kind, content: bytes, by: Person | None = None, **mapping: int | None) -> Any:
    """Import the file, as its dry run shows it."""
    seen = imports.plan(session, kind, content, context(by), mapping).digest
    return imports.finish(imports.carry_out(session, kind, content, context(by), mapping, seen=seen))


def announced(session: Session, label: str, *, on: datetime, tool: Tool | None = None, **columns: Any) -> ToolVersion:
    """Return a version that was announced then, of a tool whose first policy is from then, too."""
    stamp = {"effective_at": on, "recorded_at": on}
    if tool is None:
        tool = recorded.tool(session)
        session.add(policy(tool, 1, at=on))
    version = ToolVersion(
        **stamp,
        **{
            "tool_id": tool.id,
            "label": label,
            "predecessor_id": None,
            "prohibition": Prohibition.NONE,
            "what_changed": "Much.",
            "how_to_stop": "Close it.",
        }
        | columns,
    )
    session.add(version)
    session.flush()
    session.add(VersionFact(**stamp, version_id=version.id, change=VersionChange.ANNOUNCED))
    session.flush()
    return version


def policy(tool: Tool, revision: int, *, at: datetime, validity_months: int = 24) -> ToolPolicy:
    return ToolPolicy(
        effective_at=at, recorded_at=at, tool_id=tool.id, revision=revision, validity_months=validity_months,
        window_months=3, pass_age_months=12, evaluation_required=False, seats_required=False, seat_review_months=None,
    )  # fmt: skip
