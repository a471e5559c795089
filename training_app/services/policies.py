"""The terms of certification: revision by revision, each from an instant on; an award keeps those it was made under."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.people import Person
from training_app.models.tools import AgencyPolicy, Tool, ToolPolicy
from training_app.rules.civil_time import CivilInstant, add_months
from training_app.rules.facts import RenewalBasis
from training_app.services.locks import one_at_a_time

MOST_YEARS_AHEAD = 2
"""Of a policy: a day that was mistyped would be found out too late."""

P = TypeVar("P", ToolPolicy, AgencyPolicy)


class PolicyBackdated(TrainingError):
    def __init__(self) -> None:
        super().__init__("A policy holds from now or from a later day on, never from an earlier one.")


class PolicyTooFarAhead(TrainingError):
    def __init__(self) -> None:
        super().__init__(f"A policy is set for a day within {MOST_YEARS_AHEAD} years. Choose an earlier day.")


class PolicyOvertaken(TrainingError):
    """Another revision was written since the page was shown."""

    def __init__(self) -> None:
        super().__init__("Another revision was written since you opened this page. Read it, then write yours.")


class PolicyUnchanged(TrainingError):
    def __init__(self) -> None:
        super().__init__("This is what holds on that day already. Change something, or leave it as it is.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a registrar sets; see `training_app.rules.facts.Policy` for the meaning of each."""

    validity_months: int
    window_months: int
    pass_age_months: int
    evaluation_required: bool
    seats_required: bool
    seat_review_months: int | None = None
    renewal_basis: RenewalBasis = RenewalBasis.LAST_DAY
    fixed_month: int | None = None
    fixed_day: int | None = None
    minimum_months: int | None = None
    suspended_seats_count: bool = True


def terms_of(policy: ToolPolicy) -> Terms:
    """Return the terms of *policy*, with what is left empty in old ones filled in."""
    given = {one.name: getattr(policy, one.name) for one in fields(Terms)}
    given["renewal_basis"] = given["renewal_basis"] or RenewalBasis.LAST_DAY
    given["suspended_seats_count"] = given["suspended_seats_count"] is not False
    return Terms(**given)


def set_policy(
    session: Session,
    tool: Tool,
    terms: Terms,
    *,
    after: int,
    effective_at: datetime,
    at: datetime,
    by: Person,
    zone: ZoneInfo,
) -> ToolPolicy:
    """Write the next revision of the terms of *tool*; awards made before keep theirs.

    :param after: number of the last revision that *by* was shown; 0 for none.
    :raises PolicyOvertaken: if another was written since; :raises PolicyBackdated: if *effective_at* has passed;
    :raises PolicyTooFarAhead: if it is later than `last_day_for_policy`; :raises PolicyUnchanged: if these terms hold
    at that instant already.
    """
    _refuse_day(effective_at, at=at, zone=zone)
    one_at_a_time(session, "tool", tool.id)
    known = policies_of(session, tool)
    _refuse_overtaken(known, after)
    before = governing(known, at=effective_at)
    if before is not None and terms_of(before) == terms:
        raise PolicyUnchanged
    fact = ToolPolicy(
        effective_at=effective_at,
        recorded_at=at,
        recorded_by_id=by.id,
        tool_id=tool.id,
        revision=after + 1,
        **asdict(terms),
    )
    session.add(fact)
    session.flush()
    return fact


def set_agency_policy(
    session: Session,
    *,
    evaluation_required: bool,
    reason: str,
    after: int,
    effective_at: datetime,
    at: datetime,
    by: Person,
    zone: ZoneInfo,
) -> AgencyPolicy:
    """Say whether the agency asks for an evaluation at all; it is asked where both the agency and the tool do.

    :raises: as `set_policy` does.
    """
    _refuse_day(effective_at, at=at, zone=zone)
    one_at_a_time(session, "agency", "policy")
    known = agency_policies(session)
    _refuse_overtaken(known, after)
    before = governing(known, at=effective_at)
    if (before is None or before.evaluation_required) == evaluation_required:
        raise PolicyUnchanged
    fact = AgencyPolicy(
        effective_at=effective_at,
        recorded_at=at,
        recorded_by_id=by.id,
        revision=after + 1,
        evaluation_required=evaluation_required,
        reason=reason,
    )
    session.add(fact)
    session.flush()
    return fact


def policies_of(session: Session, tool: Tool) -> Sequence[ToolPolicy]:
    """Return every revision of the terms of *tool*, the first one first."""
    return session.scalars(select(ToolPolicy).where(ToolPolicy.tool_id == tool.id).order_by(ToolPolicy.revision)).all()


def agency_policies(session: Session) -> Sequence[AgencyPolicy]:
    """Return every revision of what the agency asks, the first one first."""
    return session.scalars(select(AgencyPolicy).order_by(AgencyPolicy.revision)).all()


def governing(known: Sequence[P], *, at: datetime) -> P | None:
    """Return the revision in effect at *at*, as `rules.facts.latest` finds it; ``None`` before the first."""
    held = (one for one in known if one.effective_at <= at)
    return max(held, key=lambda one: (one.effective_at, one.recorded_at), default=None)


def agency_asks_evaluation(session: Session, *, at: datetime) -> bool:
    """Tell whether the agency asks for an evaluation at *at*; without a policy it does."""
    found = governing(agency_policies(session), at=at)
    return found is None or found.evaluation_required


def tools_asking(session: Session, *, at: datetime) -> dict[int, bool]:
    """Return for each tool with a policy in effect, by its id, whether the tool itself asks for an evaluation."""
    by_tool: dict[int, list[ToolPolicy]] = {}
    for row in session.scalars(select(ToolPolicy).order_by(ToolPolicy.id)):
        by_tool.setdefault(row.tool_id, []).append(row)
    held = ((tool_id, governing(rows, at=at)) for tool_id, rows in by_tool.items())
    return {tool_id: found.evaluation_required for tool_id, found in held if found is not None}


def last_day_for_policy(*, on: CivilInstant) -> date:
    """Return the last day for which a policy can be set."""
    return add_months(on.day, 12 * MOST_YEARS_AHEAD)


def _refuse_day(effective_at: datetime, *, at: datetime, zone: ZoneInfo) -> None:
    if effective_at < at:
        raise PolicyBackdated
    if CivilInstant(effective_at, zone).day > last_day_for_policy(on=CivilInstant(at, zone)):
        raise PolicyTooFarAhead


def _refuse_overtaken(known: Sequence[P], after: int) -> None:
    if max((one.revision for one in known), default=0) != after:
        raise PolicyOvertaken
