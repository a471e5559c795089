"""Grades at learning platforms in words."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_pgettext

from training_app.models.lti import LtiPlacement
from training_app.rules.lti_targets import Target, TargetKind
from training_app.services.lti.grade_desk import GradeRow, Progress

PROGRESS = {
    Progress.TOLD: lazy_pgettext("grade", "Sent"),
    Progress.WAITING: lazy_pgettext("grade", "Waiting"),
    Progress.FAILED: lazy_pgettext("grade", "Not taken"),
    Progress.DISMISSED: lazy_pgettext("grade", "Dismissed"),
}


def target_of(placement: LtiPlacement) -> Target | None:
    """Return what of ours stands at a placement; ``None`` where nothing does."""
    if placement.target_kind is None or placement.target is None:
        return None
    return Target(placement.target_kind, placement.target)


def called(target: Target, name: str) -> str:
    """Return what an activity with *target* is called; *name*: of the module or the tool."""
    match target.kind:
        case TargetKind.CERTIFICATION:
            return _("Certification: %(tool)s", tool=name)
        case TargetKind.COURSE:
            return _("Course: %(tool)s", tool=name)
        case TargetKind.MODULE:
            return name


def stands(placement: LtiPlacement, names: Mapping[Target, str]) -> str:
    """Return what of ours stands at a placement.

    :param names: of modules and tools; one that is missing is called by its slug.
    """
    target = target_of(placement)
    return called(target, names.get(target, target.slug)) if target else _("A link to nothing of ours")


def placed(placement: LtiPlacement, names: Mapping[Target, str]) -> str:
    """Return what a placement is called: as the platform calls it, else by what stands there."""
    return placement.title or stands(placement, names)


def course(placement: LtiPlacement) -> str:
    return placement.context_title or _("Course %(id)s", id=placement.context_id)


def wanted(row: GradeRow) -> str:
    """Return what the platform is to be told, or was."""
    if not row.given:
        return _("No grade")
    score: dict[str, Any] = row.grade.wanted
    return _("%(points)s of %(most)s", points=score["scoreGiven"], most=score["scoreMaximum"])
