"""A tool and its versions, as everything decides on them that brings a version into use or takes it out."""

from datetime import datetime
from itertools import chain

from sqlalchemy.orm import Session

from training_app.models.tools import Tool, ToolVersion
from training_app.rules.facts import ToolFacts
from training_app.services import gather
from training_app.services.locks import one_at_a_time


def facts_of(session: Session, tool: Tool) -> ToolFacts:
    """Return what the rules know of *tool*, now."""
    facts = gather.tool(session, tool.slug)
    if facts is None:
        raise LookupError(tool.slug)
    return facts


def running_on(facts: ToolFacts, at: datetime) -> datetime:
    """Return *at*, or when the latest change of a version was recorded where that is later.

    The clock is often read before a registrar's turn has come, and two servers have two clocks; what is decided second
    must see, and be dated no earlier than, what was decided first.
    """
    return max(chain([at], (one.recorded_at for one in chain(facts.changes, facts.cancellations))))


def one_registrar_at_a_time(session: Session, version: ToolVersion) -> None:
    """Let one registrar at a time decide on the versions of a tool, until the transaction ends."""
    one_at_a_time(session, "tool", version.tool_id)
