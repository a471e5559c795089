"""Names for oversight: shown after a recorded reason, to who gave it, about one person, through the day."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from training_app.agency import moment, zone
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.forms.oversight_names import NameForm, NumberForm
from training_app.models.people import Person
from training_app.rules.oversight_looks import shown_until
from training_app.rules.permissions import Permission
from training_app.security import current_person, requires, safe_path
from training_app.services import oversight_looks as service
from training_app.services import people
from training_app.services.journal import PersonIsErased
from training_app.views.pages import Page
from training_app.wording.oversight_looks import REASONS

bp = Blueprint("oversight_names", __name__, url_prefix="/oversight/names")

ROWS_A_PAGE = 50


@bp.context_processor
def words_for_codes() -> dict[str, Any]:
    return {"reasons": REASONS, "moment": moment}


@bp.get("")
@requires(Permission.JOURNAL_READ)
def names() -> ResponseReturnValue:
    """Ask whose name is needed, and list the names that were shown; to anybody, so that one watches the other."""
    session, form = reading_session(), NumberForm(request.args)
    status = 200
    if "number" in request.args:
        if form.validate() and (person := people.by_number(session, form.number.data.upper())):
            return redirect(url_for(".name", number=person.service_number), 303)
        status = 422 if form.errors else 404
        if status == 404:
            form.nobody_has_it()
    page: Page[Any] = Page.counted(service.count_disclosures(session), size=ROWS_A_PAGE)
    rows = service.disclosures(session, page=page.number, size=page.size)
    return render_template("oversight_names/names.html", form=form, rows=rows, page=page, at=now()), status


@bp.route("/<number>", methods=["GET", "POST"])
@requires(Permission.JOURNAL_READ)
def name(number: str) -> ResponseReturnValue:
    session, me, at = reading_session(), current_person(), now()
    person = people.by_number(session, number) or abort(404)
    form = NameForm(next=safe_path(request.args.get("next")) or "")
    if person.id != me.id and form.validate_on_submit():  # one's own is shown as it is
        try:
            with transaction() as writing:
                of = writing.get_one(Person, person.id)
                service.disclose(writing, of, form.chosen, form.reference.data, zone=zone(), at=now(), by=me)
        except PersonIsErased:
            abort(404)  # nobody's name is left to be shown
        return redirect(safe_path(form.next.data) or url_for(".name", number=number), 303)
    return render_template(
        "oversight_names/name.html",
        person=person,
        shown=person.name != person.service_number,
        until=shown_until(at, zone()),
        form=form,
    ), 422 if form.errors else 200
