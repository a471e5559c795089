"""About whom and about which tools a fact is, as it is noticed and once it is told of."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from training_app.models.base import Fact
from training_app.models.certification import Award, AwardReview
from training_app.models.emergencies import EmergencyRequest
from training_app.models.people import OfficerSuspension, Person, SeatGrant
from training_app.models.tools import (
    ImpactAssessment,
    ProhibitionCorrection,
    RequirementSet,
    TermsRebase,
    Tool,
    ToolVersion,
    VersionFact,
)
from training_app.rules.signals import CAUSES, Concern, Reach

IDS_AT_ONCE = 10_000

_OF_AWARD = select(Award.id, ToolVersion.tool_id).join(ToolVersion, ToolVersion.id == Award.version_id)
_OF_VERSION = select(ToolVersion.id, ToolVersion.tool_id)

#: For each cause the column that leads to its tool and, where that is not the tool's id itself, how to go on from
#: there: a statement of two columns, the value and the tool's id.  ``None`` where a fact is about every tool.
WAYS: Mapping[str, tuple[str, Select[Any, Any] | None] | None] = {
    "account_fact": None,
    "agency_policy": None,
    "assessment_signature": ("assessment_id", select(ImpactAssessment.id, ImpactAssessment.tool_id)),
    "award": ("version_id", _OF_VERSION),
    "award_end": ("award_id", _OF_AWARD),
    "award_review": ("award_id", _OF_AWARD),
    "award_upholding": (
        "review_id",
        select(AwardReview.id, ToolVersion.tool_id)
        .join(Award, Award.id == AwardReview.award_id)
        .join(ToolVersion, ToolVersion.id == Award.version_id),
    ),
    "emergency_end": (
        "request_id",
        select(EmergencyRequest.id, ToolVersion.tool_id).join(
            ToolVersion, ToolVersion.id == EmergencyRequest.version_id
        ),
    ),
    "emergency_grant": ("version_id", _OF_VERSION),
    "emergency_setting": ("tool_id", None),
    "evaluation": None,
    "officer_reinstatement": ("suspension_id", select(OfficerSuspension.id, OfficerSuspension.tool_id)),
    "officer_suspension": ("tool_id", None),
    "prohibition_correction_signature": (
        "correction_id",
        select(ProhibitionCorrection.id, ProhibitionCorrection.tool_id),
    ),
    "release_cancellation": (
        "release_id",
        select(VersionFact.id, ToolVersion.tool_id).join(ToolVersion, ToolVersion.id == VersionFact.version_id),
    ),
    "requirement_set_signature": (
        "requirement_set_id",
        select(RequirementSet.id, ToolVersion.tool_id).join(ToolVersion, ToolVersion.id == RequirementSet.version_id),
    ),
    "retraining_order": ("tool_id", None),
    "seat_grant": ("tool_id", None),
    "seat_release": ("seat_id", select(SeatGrant.id, SeatGrant.tool_id)),
    "seat_review": ("seat_id", select(SeatGrant.id, SeatGrant.tool_id)),
    "terms_rebase_signature": ("rebase_id", select(TermsRebase.id, TermsRebase.tool_id)),
    "tool_policy": ("tool_id", None),
    "tool_purpose": ("tool_id", None),
    "trainer_measure": None,
    "unit_assignment": None,
    "version_fact": ("version_id", _OF_VERSION),
}


@dataclass(frozen=True, slots=True)
class Noticed:
    """What of a fact is needed to tell of it."""

    kind: str
    person_id: int | None
    reference: int | None
    """What the column in `WAYS` says."""
    takes_back: bool
    recorded_at: datetime


def noticed(fact: Fact) -> Noticed | None:
    """Return what is needed of *fact*, which was just flushed; ``None`` where it sets off no event."""
    kind = fact.__tablename__
    cause = CAUSES.get(kind)
    if cause is None:
        return None
    way = WAYS[kind]
    of_officer = cause.reach is Reach.OFFICER and fact.about is not None
    return Noticed(
        kind=kind,
        person_id=getattr(fact, fact.about) if of_officer and fact.about else None,
        reference=getattr(fact, way[0]) if way else None,
        takes_back=cause.takes_back and (cause.where is None or getattr(fact, cause.where[0]) == cause.where[1]),
        recorded_at=fact.recorded_at,
    )


def concerns(session: Session, facts: Sequence[Noticed]) -> list[Concern]:
    """Return about whom and what the facts are, by service numbers and slugs; a statement for each kind."""
    tools = _tools(session, facts)
    slugs = {row.id: row.slug for row in session.execute(select(Tool.id, Tool.slug))}
    numbers = _numbers(session, {one.person_id for one in facts if one.person_id is not None})
    found = []
    for one in facts:
        tool_id = tools[one.kind].get(one.reference)
        about = None if tool_id is None else frozenset({slugs[tool_id]})
        officer = None if one.person_id is None else numbers[one.person_id]
        found.append(Concern(officer, about, one.takes_back))
    return found


def _tools(session: Session, facts: Iterable[Noticed]) -> Mapping[str, Mapping[int | None, int | None]]:
    """Return, for each kind of fact, the tool's id by the reference; nothing by it where every tool is meant."""
    references: dict[str, set[int]] = defaultdict(set)
    for one in facts:
        references[one.kind] |= {one.reference} if one.reference is not None else set()
    found: dict[str, dict[int | None, int | None]] = {}
    for kind, ids in references.items():
        way = WAYS[kind]
        if way is None or way[1] is None:
            found[kind] = dict(zip(ids, ids, strict=True))
            continue
        query = way[1]
        column = query.selected_columns[0]
        found[kind] = {row[0]: row[1] for some in _runs(ids) for row in session.execute(query.where(column.in_(some)))}
    return found


def _numbers(session: Session, people: set[int]) -> dict[int, str]:
    query = select(Person.id, Person.service_number)
    return {
        row.id: row.service_number
        for some in _runs(people)
        for row in session.execute(query.where(Person.id.in_(some)))
    }


def _runs(ids: set[int]) -> Iterable[list[int]]:
    wanted = sorted(ids)
    return (wanted[start : start + IDS_AT_ONCE] for start in range(0, len(wanted), IDS_AT_ONCE))
