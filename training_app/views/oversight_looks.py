"""What oversight looked at: each look of each of its people, for the others to read."""

from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from training_app.agency import moment, zone
from training_app.db import reading_session
from training_app.forms.oversight_looks import LooksForm
from training_app.rules.permissions import Permission
from training_app.security import requires
from training_app.services import oversight_looks as service
from training_app.views.pages import Page
from training_app.wording.oversight_looks import FIELDS, REASONS, page_of

bp = Blueprint("oversight_looks", __name__, url_prefix="/oversight/looks")

ROWS_A_PAGE = 50


@bp.get("")
@requires(Permission.JOURNAL_READ)
def looks() -> ResponseReturnValue:
    session, form = reading_session(), LooksForm(request.args)
    status = 200 if form.validate() else 422
    sought = form.sought(zone())
    page: Page[Any] = Page.counted(count := service.count_looks(session, sought), size=ROWS_A_PAGE)
    rows = service.looks(session, sought, page=page.number, size=page.size)
    words = {"page_of": page_of, "reasons": REASONS, "fields": FIELDS, "moment": moment}
    return render_template("oversight_looks/looks.html", form=form, rows=rows, page=page, count=count, **words), status
