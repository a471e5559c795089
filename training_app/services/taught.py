"""Who taught whom: what keeps teaching apart from assessing, and keeps current.

Attendance says it once it is recorded.  Until then whoever is on the roster counts as taught from the day of the
session on: who signs for an officer does not get round it by recording attendance afterwards.

A session on a delta module is one on the tool whose assessment names the module; general modules belong to no tool.
"""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from training_app.models.tools import ImpactAssessment, Tool
from training_app.models.training import ModuleRevision
from training_app.models.training_sessions import (
    SessionAttendance,
    SessionEnrolment,
    SessionWithdrawal,
    TrainingSession,
)
from training_app.rules.trainers import Scope, Taught
from training_app.rules.training_sessions import TAUGHT
from training_app.services.rosters import instructed_by, not_called_off, standing


def of(session: Session, trainers: Collection[int]) -> Iterator[tuple[int, Taught]]:
    """Yield, by the id of the trainer, each officer taught on each tool; from the start of the session on."""
    rows = [*session.execute(_attended(trainers)), *session.execute(_on_the_roster(trainers))]
    by_module = tools_of_modules(session) if any(row.module for row in rows) else {}
    for row in rows:
        for slug in (row.slug,) if row.slug else by_module.get(row.module, ()):
            yield (
                row.instructor_id,
                Taught(effective_at=row.held_at, recorded_at=row.recorded_at, learner=str(row.person_id), tool=slug),
            )


def _attended(trainers: Collection[int]) -> Select[Any]:
    later = aliased(SessionAttendance)
    corrected = select(later.id).where(
        later.session_id == SessionAttendance.session_id,
        later.person_id == SessionAttendance.person_id,
        later.revision > SessionAttendance.revision,
    )
    return (
        select(
            SessionAttendance.instructor_id,
            SessionAttendance.person_id,
            SessionAttendance.recorded_at,
            Tool.slug,
            TrainingSession.module,
            standing("starts_at").label("held_at"),
        )
        .join(TrainingSession, TrainingSession.id == SessionAttendance.session_id)
        .join(Tool, Tool.id == TrainingSession.tool_id, isouter=True)
        .where(
            SessionAttendance.instructor_id.in_(trainers),
            SessionAttendance.presence.in_(TAUGHT),
            ~corrected.exists(),
        )
        .order_by(SessionAttendance.id)
    )


def _on_the_roster(trainers: Collection[int]) -> Select[Any]:
    recorded = select(SessionAttendance.id).where(
        SessionAttendance.session_id == SessionEnrolment.session_id,
        SessionAttendance.person_id == SessionEnrolment.person_id,
    )
    return (
        select(
            standing("instructor_id").label("instructor_id"),
            SessionEnrolment.person_id,
            SessionEnrolment.recorded_at,
            Tool.slug,
            TrainingSession.module,
            standing("starts_at").label("held_at"),
        )
        .join(TrainingSession, TrainingSession.id == SessionEnrolment.session_id)
        .join(Tool, Tool.id == TrainingSession.tool_id, isouter=True)
        .where(
            instructed_by(trainers),
            not_called_off(),
            ~select(SessionWithdrawal.id).where(SessionWithdrawal.enrolment_id == SessionEnrolment.id).exists(),
            ~recorded.exists(),
        )
        .order_by(SessionEnrolment.id)
    )


def tools_of_modules(session: Session) -> dict[str, tuple[str, ...]]:
    """Return for each module that an assessment names as a delta module the tools, by slug, that it is about."""
    found: dict[str, set[str]] = {}
    edges = select(Tool.slug, ImpactAssessment.modules).join(ImpactAssessment, ImpactAssessment.tool_id == Tool.id)
    for row in session.execute(edges):
        for module in row.modules:
            found.setdefault(module, set()).add(row.slug)
    return {module: tuple(sorted(tools)) for module, tools in found.items()}


def sessions_held(session: Session, trainer_id: int, scope: Scope, since: datetime) -> int:
    """Return how many sessions with somebody in them the trainer held in *scope* since then."""
    rows = session.execute(
        select(TrainingSession.id, Tool.slug, TrainingSession.module)
        .join(SessionAttendance, SessionAttendance.session_id == TrainingSession.id)
        .join(Tool, Tool.id == TrainingSession.tool_id, isouter=True)
        .where(
            SessionAttendance.instructor_id == trainer_id,
            SessionAttendance.presence.in_(TAUGHT),
            standing("starts_at") >= since,
        )
        .distinct()
    ).all()
    if scope.tool is not None:
        by_module = tools_of_modules(session)
        return sum(scope.tool in ((row.slug,) if row.slug else by_module.get(row.module, ())) for row in rows)
    areas = {slug: _area(session, slug) for slug in {row.module for row in rows if row.module}}
    return sum(areas.get(row.module) == scope.subject for row in rows)


def _area(session: Session, slug: str) -> str | None:
    newest = select(ModuleRevision.content).where(ModuleRevision.slug == slug).order_by(ModuleRevision.id.desc())
    content = session.scalars(newest.limit(1)).first()
    return None if content is None else str(content["subject_area"])
