"""The yearly figures for everybody: pages with pictures, and the same report as files, signed by the journal's key.

Whatever is shown is the report that the command `figures` writes; it is made once by each process and kept.
"""

from functools import cache
from importlib.resources import files
from typing import Any

from flask import Blueprint, Response, abort, current_app, render_template
from flask.typing import ResponseReturnValue

from training_app import journal_key, wording
from training_app.agency import zone
from training_app.clock import now
from training_app.db import reading_session
from training_app.languages import FOR_CITIZENS
from training_app.rules import yearly_report
from training_app.rules.disclosure import LIMIT
from training_app.rules.yearly_figures import Figure
from training_app.rules.yearly_report import Report
from training_app.security import requires
from training_app.services import yearly_figures
from training_app.services.journal import NothingSealed
from training_app.services.yearly_counts import Year
from training_app.services.yearly_figures import BeingMade, YearNotOver
from training_app.views import yearly_plots
from training_app.wording import figures as words

bp = Blueprint("public_figures", __name__, url_prefix=FOR_CITIZENS.rstrip("/"))


@bp.context_processor
def _frame() -> dict[str, Any]:
    return {"agency_name": current_app.extensions["config"].agency_name, "licence": yearly_report.LICENCE}


@bp.get("/figures")
@requires(None)
def years() -> ResponseReturnValue:
    """List the years that there are figures of."""
    at = now()
    return render_template(
        "public/figures_years.html",
        years=yearly_figures.years(reading_session(), zone(), at=at),
        running=at.astimezone(zone()).year,
    )


@bp.get("/figures/<int:year>")
@requires(None)
def year(year: int) -> ResponseReturnValue:
    found = _report(year)
    return render_template(
        "public/figures_year.html",
        report=found,
        sections=yearly_plots.of_agency(found),
        with_access={one.slug: _with_access(found, one.slug) for one in found.tools},
        known_on=wording.civil_of(found.known_at, zone()),
        verifier_key=journal_key.verifier_line(current_app.extensions["config"]),
        limit=LIMIT,
    )


@bp.get("/figures/<int:year>/<slug>")
@requires(None)
def tool(year: int, slug: str) -> ResponseReturnValue:
    found = _report(year)
    one = found.tool(slug) or abort(404)
    return render_template(
        "public/figures_tool.html",
        report=found,
        tool=one,
        sections=yearly_plots.of_tool(found, slug),
        with_access=_with_access(found, slug),
        limit=LIMIT,
    )


@bp.get("/figures/<int:year>.json")
@requires(None)
def json_file(year: int) -> ResponseReturnValue:
    return _file(yearly_report.as_json(_document(year)), "application/json")


@bp.get("/figures/<int:year>.csv")
@requires(None)
def csv_file(year: int) -> ResponseReturnValue:
    content = _document(year)
    answer = _file(yearly_report.as_csv(content), "text/csv")
    answer.headers.set(
        "Content-Disposition", "attachment", filename=f"{yearly_report.stem(content)}{yearly_report.CSV}"
    )
    return answer


@bp.get("/figures/<int:year>.json.sig")
@requires(None)
def signature(year: int) -> ResponseReturnValue:
    """Give the signed note on the JSON file; none while a fact behind it waits to be sealed, or without a key."""
    config = current_app.extensions["config"]
    report = _report(year)
    try:
        key, origin = journal_key.signing_key(config), journal_key.journal_origin(config)
        head = current_app.extensions["yearly_reports"].head_behind(reading_session(), report, origin=origin)
    except (NothingSealed, journal_key.UnusableKey):
        abort(503)
    return _file(yearly_report.note(yearly_report.document(report), head, key=key).encode(), "text/plain")


@bp.get("/figures.schema.json")
@requires(None)
def schema() -> ResponseReturnValue:
    return current_app.response_class(_schema(), mimetype="application/schema+json")


@cache
def _schema() -> str:
    return (files("training_app") / "yearly_figures.schema.json").read_text("utf-8")


def _report(year: int) -> Report:
    """Return the report of *year*, made or kept; 404 where there is none (yet), 503 while another request makes it."""
    config, session, at = current_app.extensions["config"], reading_session(), now()
    if year not in yearly_figures.years(session, zone(), at=at):
        abort(404)
    try:
        found: Report = current_app.extensions["yearly_reports"].of(
            session, Year(year, zone()), agency=config.agency_name, unpublished=config.unpublished_tools, at=at
        )
    except YearNotOver:
        abort(404)
    except BeingMade:
        abort(503)
    return found


def _document(year: int) -> dict[str, Any]:
    return yearly_report.document(_report(year))


def _file(content: bytes, mimetype: str) -> Response:
    return Response(content, mimetype=mimetype)


def _with_access(report: Report, tool: str) -> str | None:
    row = next((row for row in report.of(tool) if row.figure is Figure.WITH_ACCESS), None)
    return None if row is None else words.value(row)
