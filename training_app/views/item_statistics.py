"""How the items of a revision perform: all of them, one of them, and the figures as a file."""

from typing import Any

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from sqlalchemy import select

from training_app import csv_files
from training_app.agency import moment
from training_app.db import reading_session
from training_app.models.training import ModuleRevision
from training_app.rules.permissions import Permission
from training_app.security import requires
from training_app.services import content, item_statistics
from training_app.services.content import Published
from training_app.services.item_statistics import RevisionStatistics
from training_app.views import statistics_page
from training_app.wording import items as wording_of_items
from training_app.wording import statistics as wording

bp = Blueprint("statistics", __name__, url_prefix="/content")

REVISION = "revision"
"""Name of the parameter that asks for an earlier revision, by the start of its digest."""


@bp.context_processor
def words() -> dict[str, Any]:
    return {
        "page_language": str(get_locale()),
        "moment": moment,
        "share": wording.share,
        "figure": wording.figure,
        "between": wording.between,
        "seconds": wording.seconds,
        "weights": wording.WEIGHTS,
        "coefficients": wording.COEFFICIENTS,
        "sizes": wording.SIZES,
        "language_name": wording.language_name,
        "harder_for": wording.harder_for,
        "item_kinds": wording_of_items.KINDS,
    }


@bp.get("/<slug>/statistics")
@requires(Permission.CONTENT_READ)
def revision(slug: str) -> ResponseReturnValue:
    revisions, asked = _revisions(slug)
    found = _found(asked)
    return render_template(
        "statistics/revision.html",
        revisions=revisions,
        of_reliability=wording.of_reliability(found.reliability),
        **statistics_page.context(found),
    )


@bp.get("/<slug>/statistics/<item_id>")
@requires(Permission.CONTENT_READ)
def item(slug: str, item_id: str) -> ResponseReturnValue:
    _every, asked = _revisions(slug)
    found = _found(asked)
    number, record = next(
        ((number, one) for number, one in enumerate(found.items, start=1) if one.item.id == item_id), (0, None)
    )
    if record is None:
        abort(404)
    return render_template(
        "statistics/item.html",
        found=found,
        row=statistics_page.row(record, number),
        record=record,
        alternatives=statistics_page.alternatives(record),
        even_share=statistics_page.even_share(found, record),
    )


@bp.get("/<slug>/statistics.csv")
@requires(Permission.CONTENT_READ)
def revision_file(slug: str) -> Response:
    """Return the figures of a revision's items as a file."""
    _every, asked = _revisions(slug)
    name = f"statistics-{slug}-{asked.revision.digest[:12]}.csv"
    return csv_files.response(name, statistics_page.HEADER, statistics_page.file_rows(_found(asked)))


def _revisions(slug: str) -> tuple[list[ModuleRevision], Published]:
    """Return the revisions of a module, the newest first, and the one that was asked for: else the newest."""
    rows = list(
        reading_session().scalars(
            select(ModuleRevision).where(ModuleRevision.slug == slug).order_by(ModuleRevision.id.desc())
        )
    )
    wanted = request.args.get(REVISION, "")
    asked = next((row for row in rows if row.digest.startswith(wanted)), None)
    if asked is None:
        abort(404)
    return rows, content.published(asked)


def _found(asked: Published) -> RevisionStatistics:
    return item_statistics.of_revision(reading_session(), asked)
