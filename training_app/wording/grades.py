"""Grades at learning platforms in words."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from training_app.models.lti import LtiPlacement
from training_app.rules.lti_targets import TargetKind
from training_app.services.lti.grade_desk import GradeRow, Progress

PROGRESS = {
    Progress.TOLD: _l("Sent"),
    Progress.WAITING: _l("Waiting"),
    Progress.FAILED: _l("Not taken"),
    Progress.DISMISSED: _l("Dismissed"),
}

KINDS = {
    TargetKind.MODULE: _l("Module"),
    TargetKind.COURSE: _l("Course"),
    TargetKind.CERTIFICATION: _l("Certification"),
}


def placed(placement: LtiPlacement) -> str:
    """Return what a placement is called: as the platform calls it, else by what stands there."""
    if placement.title:
        return placement.title
    if placement.target_kind is None:
        return _("A link to nothing of ours")
    return f"{KINDS[placement.target_kind]}: {placement.target}"


def course(placement: LtiPlacement) -> str:
    return placement.context_title or _("Course %(id)s", id=placement.context_id)


def wanted(row: GradeRow) -> str:
    """Return what the platform is to be told, or was."""
    if not row.given:
        return _("No grade")
    score: dict[str, Any] = row.grade.wanted
    return _("%(points)s of %(most)s", points=score["scoreGiven"], most=score["scoreMaximum"])
