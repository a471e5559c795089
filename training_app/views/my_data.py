"""What is kept about whoever is signed in: read section by section, taken along as a file, and contested."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app import refusals
from training_app.agency import on_now
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.rectification import RectificationForm
from training_app.models.people import Person
from training_app.models.rectification import RectificationRequest
from training_app.rules.own_data import Section
from training_app.rules.permissions import Permission
from training_app.rules.rectification import State
from training_app.security import current_person, requires
from training_app.services import own_data, rectification_handling, rectifications
from training_app.services.rectifications import Asked, Row
from training_app.views import own_data_file
from training_app.views.pages import Page, row_asked
from training_app.views.rectification_pages import events, months, office, subject, what_every_page_here_shows

bp = Blueprint("my_data", __name__, url_prefix="/my-data")
bp.context_processor(what_every_page_here_shows)

NEWEST = 5
"""Records of a kind that a section shows; the rest has pages of its own."""
ROWS_A_PAGE = 50


@bp.get("")
@requires(Permission.SIGNED_IN)
def overview() -> ResponseReturnValue:
    me = subject(current_person())
    amounts = own_data.amounts(reading_session(), me, own_data.kinds())
    return render_template(
        "my_data/overview.html",
        amounts={section: [one for one in amounts if one.kind.section is section] for section in Section},
        acts=own_data.acts_by_kind(reading_session(), me),
        programs=own_data.asked_by(reading_session(), me),
        requests=_own_rows(),
        sections_shown=_sections(),
    )


def _sections() -> list[Section]:
    """Return the sections of the page: every one in which something of a kind that exists can stand."""
    known = {kind.section for kind in own_data.kinds()}
    return [section for section in Section if section in known or section is Section.ACTS]


@bp.get("/sections/<name>")
@requires(Permission.SIGNED_IN)
def section(name: str) -> ResponseReturnValue:
    found = _section(name)
    naming = own_data.Naming(reading_session(), subject(current_person()))
    kinds = tuple(kind for kind in own_data.kinds() if kind.section is found)
    shown = [
        (one, own_data.page_of_records(naming, one.kind, page=1, size=NEWEST))
        for one in own_data.amounts(reading_session(), naming.subject, kinds)
    ]
    acts = own_data.acts_by_kind(reading_session(), naming.subject) if found is Section.ACTS else []
    return render_template("my_data/section.html", section=found, shown=shown, acts=acts, newest=NEWEST)


@bp.get("/sections/<name>/<kind>")
@requires(Permission.SIGNED_IN)
def records(name: str, kind: str) -> ResponseReturnValue:
    """Show every record of one kind, the newest first, a page at a time."""
    found = _section(name)
    which = next((one for one in own_data.kinds() if one.name == kind and one.section is found), None) or abort(404)
    naming = own_data.Naming(reading_session(), subject(current_person()))
    amounts = own_data.amounts(reading_session(), naming.subject, (which,))
    page: Page[Any] = Page.counted(amounts[0].count if amounts else 0, size=ROWS_A_PAGE)
    rows = own_data.page_of_records(naming, which, page=page.number, size=page.size)
    return render_template("my_data/records.html", section=found, kind=which, page=page, rows=rows)


def _section(name: str) -> Section:
    if name not in {one.value for one in Section}:
        abort(404)
    return Section(name)


@bp.get("/export")
@requires(Permission.SIGNED_IN)
def export() -> ResponseReturnValue:
    """Hand out everything as a file: to read, and for programs."""
    return own_data_file.response(own_data.Naming(reading_session(), subject(current_person())), at=now())


# -- contested ---------------------------------------------------------------------------------------------------------


@bp.route("/rectifications/new", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
def ask() -> ResponseReturnValue:
    """Ask for something to be put right; the same sent twice is one request."""
    form = RectificationForm(section=request.args.get("section", ""))
    record = _record_asked()
    if form.validate_on_submit():
        asked = Asked(Section(form.section.data), form.wrong.data or "", form.proposed.data or "", record)
        try:
            with transaction() as session:
                me = subject(session.get_one(Person, current_person().id))
                made, is_new = rectifications.ask(session, asked, subject=me, at=now())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(
                _("Received. You follow it here.")
                if is_new
                else _("You had asked for this already. It is one request."),
                "ok",
            )
            return redirect(url_for(".request_", request_id=made.id), 303)
    page = render_template("my_data/ask.html", form=form, record=record)
    return page, 422 if form.errors else 200


def _record_asked() -> tuple[str, int] | None:
    kind, number = request.args.get("kind", ""), row_asked("number")
    return (kind, number) if kind and number is not None else None


@bp.get("/rectifications/<int:request_id>")
@requires(Permission.SIGNED_IN)
def request_(request_id: int) -> ResponseReturnValue:
    return _request_page(_own(request_id))


@bp.post("/rectifications/<int:request_id>/withdraw")
@requires(Permission.SIGNED_IN)
def withdraw(request_id: int) -> ResponseReturnValue:
    row = _own(request_id)
    try:
        with transaction() as session:
            found = session.get_one(RectificationRequest, request_id)
            rectification_handling.withdraw(session, found, on=on_now(), by=current_person())
    except TrainingError as error:
        return _request_page(row, [refusals.sentence(error)])
    flash(_("The request is withdrawn."), "ok")
    return redirect(url_for(".request_", request_id=request_id), 303)


def _own_rows() -> list[Row]:
    return rectifications.own_rows(reading_session(), current_person(), registrars=office(), on=on_now())


def _own(request_id: int) -> Row:
    """Return one's own request; else 404, as if there were none."""
    return next((one for one in _own_rows() if one.request.id == request_id), None) or abort(404)


def _request_page(row: Row, errors: list[str] | None = None) -> ResponseReturnValue:
    said = rectifications.words_of(reading_session(), row.request, months=months(), on=on_now())
    shown = events(row.request, said, named=False)
    refused = row.state is State.REFUSED
    page = render_template(
        "my_data/request.html", row=row, said=said, events=shown, refused=refused, errors=errors or []
    )
    return page, 422 if errors else 200
