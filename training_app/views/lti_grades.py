"""Grades of a learning platform: what was sent, what waits, what the platform would not take, and trying again."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from training_app.agency import moment
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.rules.lti_targets import Target
from training_app.rules.permissions import Permission
from training_app.security import may, requires
from training_app.services.lti import grade_desk, platforms
from training_app.services.lti.grade_desk import PlacementRow, Progress
from training_app.services.lti.platforms import Registered
from training_app.views import lti_pages as pages
from training_app.wording import grades as words

bp = Blueprint("lti_grades", __name__, url_prefix="/registrar/platforms/<int:platform_id>/grades")


@bp.get("")
@requires(Permission.CLIENT_READ)
def grades(platform_id: int) -> ResponseReturnValue:
    """Show how the grades of a platform stand."""
    platform = _platform(platform_id)
    found = grade_desk.standing(reading_session(), platform_id)
    titles = pages.titles_of(row.placement for row in found.placements)
    return render_template(
        "lti/grades.html",
        platform=platform,
        standing=found,
        counts={progress.value: found.count(progress) for progress in Progress},
        bars=[_bar(row, titles) for row in found.placements if row.total],
        titles=titles,
        moment=moment,
        words=words,
        may_manage=may(Permission.CLIENT_MANAGE),
    )


@bp.post("/try-again")
@requires(Permission.CLIENT_MANAGE)
def try_again(platform_id: int) -> ResponseReturnValue:
    """Send what waits and what was not taken, now; of one grade where one is named."""
    platform = _platform(platform_id)
    if platform.closed:
        abort(409)
    with transaction() as session:
        number = grade_desk.try_again(session, platform_id, _named(), at=now())
    current_app.extensions["courier"].tell(current_app.extensions["database"])
    flash(
        ngettext(
            "%(num)d grade is sent now. Load this page again in a moment.",
            "%(num)d grades are sent now. Load this page again in a moment.",
            number,
        ),
        "ok",
    )
    return redirect(url_for(".grades", platform_id=platform_id), 303)


@bp.post("/dismiss")
@requires(Permission.CLIENT_MANAGE)
def dismiss(platform_id: int) -> ResponseReturnValue:
    """Let be what was not taken; of one grade where one is named."""
    _platform(platform_id)
    with transaction() as session:
        number = grade_desk.dismiss(session, platform_id, _named(), at=now())
    flash(ngettext("%(num)d grade is dismissed.", "%(num)d grades are dismissed.", number), "ok")
    return redirect(url_for(".grades", platform_id=platform_id), 303)


def _platform(platform_id: int) -> Registered:
    return platforms.registered(reading_session(), platform_id) or abort(404)


def _named() -> list[int] | None:
    named = request.form.get("grade", type=int)
    return None if named is None else [named]


def _bar(row: PlacementRow, titles: Mapping[Target, str]) -> Any:
    told = row.counts.get(Progress.TOLD, 0)
    label = f"{words.course(row.placement)}, {words.placed(row.placement, titles)}"
    text = _("%(told)d of %(all)d", told=told, all=row.total)
    return SimpleNamespace(label=label, value=told, max=row.total, text=text)
