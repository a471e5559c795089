"""Rows into facts: everything that a rule needs to know about a tool, and about some officers in view of it.

Facts of all kinds come with one statement, which is written down once and names its values (``tool``, ``ids`` and the
like), because this is read for every access question: putting a statement together, and sending it, costs several
times what running it does.
"""

from collections.abc import Collection
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from training_app.rules import facts as known
from training_app.services.gather import officer_rows, tool_rows
from training_app.services.gather.steps import covered_step, step_row
from training_app.services.gather.tool_rows import guideline_case

__all__ = ["RUN", "covered_step", "guideline_case", "officer", "officers", "question", "step_row", "tool", "tools"]

#: Officers are asked for in runs of this many.
RUN = 10_000


def tool(session: Session, slug: str) -> known.ToolFacts | None:
    """Return all that is recorded about the tool called *slug*, or ``None`` if no such tool is registered."""
    session.flush()
    found = tool_rows.read(session, slug)
    return None if found is None else found.facts


def tools(session: Session) -> dict[str, known.ToolFacts]:
    """Return all that is recorded about every tool, by slug; one statement, however many there are."""
    session.flush()
    return {slug: found.facts for slug, found in tool_rows.read_all(session).items()}


def officer(session: Session, person_id: int, slug: str) -> known.OfficerFacts | None:
    """Return all that is recorded about one officer in view of the tool *slug*; see `officers`."""
    return officers(session, [person_id], slug).get(person_id)


def officers(session: Session, person_ids: Collection[int], slug: str) -> dict[int, known.OfficerFacts]:
    """Return all that is recorded about each officer in view of the tool *slug*, by the id of the person.

    A fixed number of statements for every 10,000 officers, whatever their history.
    """
    session.flush()
    of = tool_rows.read(session, slug)
    tool_id, names = (of.id, of.names) if of else (0, tool_rows.NO_NAMES)
    wanted = sorted(person_ids)
    found: dict[int, known.OfficerFacts] = {}
    for first in range(0, len(wanted), RUN):
        rows = officer_rows.some(session, wanted[first : first + RUN], tool_id)
        found |= {person: officer_rows.facts(rows[person], names) for person in sorted(rows)}
    return found


def question(session: Session, *, number: str, slug: str, zone: ZoneInfo) -> known.Facts:
    """Return everything that an answer about the officer *number* and the tool *slug* rests on."""
    session.flush()
    found = tool_rows.read(session, slug)
    subject = officer_rows.one(session, number, found.id if found else 0)
    names = found.names if found else tool_rows.NO_NAMES
    return known.Facts(
        zone=zone,
        tool=found.facts if found else None,
        officer=officer_rows.facts(subject, names) if subject else None,
    )
