"""For what a tool may be used, and an intrusive one under which rows of the agency's guideline; each save is a fact."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.people import Person
from training_app.models.tools import Tool, ToolPurpose
from training_app.rules.facts import GuidelineCase
from training_app.services.gather import guideline_case
from training_app.services.locks import one_at_a_time

#: Of purposes, crime types and circumstances: what a tool sends with each use.
CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class PurposeExists(TrainingError):
    def __init__(self, code: str) -> None:
        super().__init__(f"The purpose {code} exists already. Open it to change it.")
        self.code = code


class PurposeOvertaken(TrainingError):
    def __init__(self) -> None:
        super().__init__("Somebody saved this purpose since you opened it. Read it again, then save yours.")


class GuidelineMissing(TrainingError):
    """An intrusive tool's purpose would be permitted without limits."""

    def __init__(self) -> None:
        super().__init__("Write at least one row of the guideline: this tool is intrusive.")


class PurposeEnded(TrainingError):
    def __init__(self, code: str) -> None:
        super().__init__(f"The purpose {code} is not permitted any more. Nothing was changed.")
        self.code = code


@dataclass(frozen=True, slots=True)
class StatedPurpose:
    """A purpose as it was saved last.  *fact_id* is 0 where it stands as the tool was registered with it."""

    code: str
    name: str
    permitted: bool
    cases: tuple[GuidelineCase, ...]
    fact_id: int
    since: datetime
    by_id: int | None


def purposes_of(session: Session, tool: Tool) -> Sequence[StatedPurpose]:
    """Return every purpose that was ever stated for *tool*, by code; those that have ended are not permitted."""
    found = {
        code: StatedPurpose(code, code, True, (), 0, tool.effective_at, tool.recorded_by_id) for code in tool.purposes
    }
    rows = session.scalars(
        select(ToolPurpose)
        .where(ToolPurpose.tool_id == tool.id)
        .order_by(ToolPurpose.effective_at, ToolPurpose.recorded_at, ToolPurpose.id)
    )
    for row in rows:
        cases = tuple(guideline_case(case) for case in row.cases)
        found[row.code] = StatedPurpose(
            row.code, row.name, row.permitted, cases, row.id, row.effective_at, row.recorded_by_id
        )
    return [found[code] for code in sorted(found)]


def purpose_of(session: Session, tool: Tool, code: str) -> StatedPurpose | None:
    return next((found for found in purposes_of(session, tool) if found.code == code), None)


def add(
    session: Session, tool: Tool, code: str, name: str, cases: Sequence[GuidelineCase], *, at: datetime, by: Person
) -> ToolPurpose:
    """Permit a purpose that is not permitted now; one that has ended may be permitted again.

    :raises PurposeExists: if it is permitted; :raises GuidelineMissing: if the tool is intrusive and there is no row.
    """
    one_at_a_time(session, "tool", tool.id)
    found = purpose_of(session, tool, code)
    if found is not None and found.permitted:
        raise PurposeExists(code)
    return _saved(session, tool, code, name, cases, permitted=True, at=at, by=by)


def change(
    session: Session,
    tool: Tool,
    code: str,
    name: str,
    cases: Sequence[GuidelineCase],
    *,
    after: int,
    at: datetime,
    by: Person,
) -> ToolPurpose:
    """Give the purpose *code* another name or other rows, from now on.

    :param after: `StatedPurpose.fact_id` of what *by* was shown.
    :raises PurposeEnded: if it is not permitted now; :raises PurposeOvertaken: if it was saved since;
    :raises GuidelineMissing: if the tool is intrusive and there is no row.
    """
    _as_shown(session, tool, code, after)
    return _saved(session, tool, code, name, cases, permitted=True, at=at, by=by)


def end(session: Session, tool: Tool, code: str, *, after: int, at: datetime, by: Person) -> ToolPurpose:
    """Permit the purpose *code* no longer, from now on; its seats stand and permit nothing for it.

    :raises PurposeEnded: if it is not permitted now; :raises PurposeOvertaken: if it was saved since.
    """
    found = _as_shown(session, tool, code, after)
    return _saved(session, tool, code, found.name, found.cases, permitted=False, at=at, by=by)


def _as_shown(session: Session, tool: Tool, code: str, after: int) -> StatedPurpose:
    one_at_a_time(session, "tool", tool.id)
    found = purpose_of(session, tool, code)
    if found is None or not found.permitted:
        raise PurposeEnded(code)
    if found.fact_id != after:
        raise PurposeOvertaken
    return found


def _saved(
    session: Session,
    tool: Tool,
    code: str,
    name: str,
    cases: Sequence[GuidelineCase],
    *,
    permitted: bool,
    at: datetime,
    by: Person,
) -> ToolPurpose:
    if permitted and tool.purpose_required and not cases:
        raise GuidelineMissing
    fact = ToolPurpose(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=by.id,
        tool_id=tool.id,
        code=code,
        name=name,
        permitted=permitted,
        cases=[case_row(case) for case in cases],
    )
    session.add(fact)
    session.flush()
    return fact


def case_row(case: GuidelineCase) -> dict[str, Any]:
    """Return one row of the guideline as `ToolPurpose` keeps it; `gather.guideline_case` is its inverse."""
    return {
        "crime_types": sorted(case.crime_types),
        "circumstances": sorted(case.circumstances),
        "authorisation": case.authorisation,
        "sentence": case.sentence,
        "source": case.source,
    }
