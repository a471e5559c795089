"""The registrar's desk: the forecast and the release of a version; a scheduled release moved or called off."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app import refusals
from training_app.agency import moment, zone
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.releases import CancellationForm, MoveForm, ReleaseForm
from training_app.models.tools import ToolVersion, VersionFact
from training_app.rules.permissions import Permission
from training_app.security import current_person, may, requires
from training_app.services import capacity as capacities
from training_app.services import forecasts, outlooks, releases, tool_versions
from training_app.services.capacity import SignOffs
from training_app.services.forecasts import Forecast
from training_app.views import capacity
from training_app.views.pages import Page
from training_app.views.readiness_curve import curve
from training_app.views.registrar_desk import (
    OFFICERS_A_PAGE,
    journey_of,
    modules_by_slug,
    page,
    title_of,
    version_of_address,
    what_every_page_here_shows,
)

bp = Blueprint("releases", __name__, url_prefix="/registrar")
bp.context_processor(what_every_page_here_shows)


@bp.get("/versions/<int:version_id>/release")
@requires(Permission.TOOL_READ)
def forecast(version_id: int) -> ResponseReturnValue:
    """Show what a release at the chosen time means; the form is sent with GET and changes nothing."""
    chosen = request.args if "when" in request.args else None
    form = ReleaseForm(chosen, meta={"csrf": False}).asks(zone=zone(), at=now())
    if chosen is not None:
        form.validate()
    return _forecast_page(version_of_address(version_id), form)


@bp.post("/versions/<int:version_id>/release")
@requires(Permission.TOOL_MANAGE)
def release(version_id: int) -> ResponseReturnValue:
    found, at = version_of_address(version_id), now()
    form = ReleaseForm().asks(zone=zone(), at=at)
    if form.validate():
        foreseen = forecasts.forecast(reading_session(), found, release_at=form.release_at, at=at, zone=zone())
        digests = {"seen": form.seen.data or "", "foreseen": foreseen.digest}
        try:
            with transaction() as session:
                row = session.get_one(ToolVersion, version_id)
                tool_versions.one_registrar_at_a_time(session, row)
                at = form.asks(zone=zone(), at=now()).at  # nobody else decides on the tool from here on
                terms: dict[str, Any] = {"effective_at": form.release_at, **digests}
                releases.release(session, row, **terms, at=at, by=current_person(), zone=zone())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            return _released(found, form, at)
    return _forecast_page(found, form)


@bp.get("/releases/<int:release_id>/move")
@requires(Permission.TOOL_MANAGE)
def move(release_id: int) -> ResponseReturnValue:
    """Show what the release means at another time; the form is sent with GET and changes nothing."""
    planned, chosen = _planned(release_id), request.args if "when" in request.args else None
    form = MoveForm(chosen, meta={"csrf": False}).asks(zone=zone(), at=now())
    if chosen is not None:
        form.validate_time()
    return _forecast_page(version_of_address(planned.version_id), form, planned, chosen=chosen is not None)


@bp.post("/releases/<int:release_id>/move")
@requires(Permission.TOOL_MANAGE)
def move_release(release_id: int) -> ResponseReturnValue:
    planned, at = _planned(release_id), now()
    found, form = version_of_address(planned.version_id), MoveForm().asks(zone=zone(), at=at)
    if form.validate():
        terms: dict[str, Any] = {"release_at": form.release_at, "at": at, "zone": zone(), "instead_of": planned}
        foreseen = forecasts.forecast(reading_session(), found, **terms)
        said: dict[str, Any] = {"seen": form.seen.data or "", "foreseen": foreseen.digest, "reason": form.reason.data}
        try:
            with transaction() as session:
                row = session.get_one(VersionFact, release_id)
                tool_versions.one_registrar_at_a_time(session, session.get_one(ToolVersion, row.version_id))
                at = form.asks(zone=zone(), at=now()).at  # nobody else decides on the tool from here on
                releases.move(
                    session, row, **said, effective_at=form.release_at, at=at, by=current_person(), zone=zone()
                )
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            return _released(found, form, at)
    return _forecast_page(found, form, planned)


@bp.route("/releases/<int:release_id>/cancel", methods=["GET", "POST"])
@requires(Permission.TOOL_MANAGE)
def cancel(release_id: int) -> ResponseReturnValue:
    planned, form = _planned(release_id), CancellationForm()
    found = version_of_address(planned.version_id)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                row = session.get_one(VersionFact, release_id)
                tool_versions.one_registrar_at_a_time(session, session.get_one(ToolVersion, row.version_id))
                releases.cancel(session, row, reason=form.reason.data or "", at=now(), by=current_person())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("The release of version %(version)s is called off.", version=found.label), "ok")
            return redirect(url_for("registrar.version", version_id=found.id))
    over = releases.is_called_off(reading_session(), planned) or planned.effective_at <= now()
    return page("cancel_release", form, version=found, planned=planned, over=over)


def _planned(release_id: int) -> VersionFact:
    return releases.planned_release(reading_session(), release_id) or abort(404)


def _released(version: ToolVersion, form: ReleaseForm, at: Any) -> ResponseReturnValue:
    names = {"version": version.label, "when": moment(form.release_at)}
    later = form.release_at > at
    done = _("Version %(version)s will be in use from %(when)s on.", **names) if later else None
    flash(done or _("Version %(version)s is released. It is in use from now on.", **names), "ok")
    return redirect(url_for("registrar.version", version_id=version.id))


def _forecast_page(
    version: ToolVersion, form: ReleaseForm, planned: VersionFact | None = None, *, chosen: bool = True
) -> ResponseReturnValue:
    """Return the forecast; *planned*: the scheduled release that is moved, *chosen*: whether a time was chosen."""
    session, at, journey = reading_session(), now(), journey_of(version)
    shown: dict[str, Any] = {"journey": journey, "planned": planned}
    if not chosen or any(field.errors for field in (form.when, form.day, form.clock)):
        return page("forecast", form, **shown, foreseen=None)
    terms: dict[str, Any] = {"zone": zone(), "instead_of": planned}
    foreseen = forecasts.forecast(session, version, release_at=form.release_at, at=at, **terms)
    found = outlooks.outlooks(session, foreseen, at=at, zone=zone())
    published = modules_by_slug()
    signed = _sign_offs(version, foreseen) if found.needs.observations and may(Permission.SESSION_OVERSEE) else None
    return page(
        "forecast",
        form,
        **shown,
        foreseen=foreseen,
        found=found,
        obstacles=releases.obstacles(session, version, at=form.release_at, **terms),
        page=Page.of(found.officers, size=OFFICERS_A_PAGE, **form.choice),
        curve=curve(found.readiness),
        sign_offs=signed,
        sign_off_bars=capacity.bars(signed.expected.units()) if signed else (),
        titles={slug: title_of(one) for slug, one in published.items()},
    )


def _sign_offs(version: ToolVersion, foreseen: Forecast) -> SignOffs:
    terms: dict[str, Any] = {"at": now(), "zone": zone(), "per_week": capacity.per_week()}
    return capacities.of_forecast(reading_session(), version, foreseen, **terms)
