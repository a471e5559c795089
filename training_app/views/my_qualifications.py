"""A trainer's own page: what one is qualified for and may do, the yearly declaration, interests in vendors.

And the officers' page: who may teach and assess them.
"""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from training_app import refusals, wording
from training_app.agency import moment, on_now
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.trainers import DeclarationForm, InterestForm
from training_app.models.people import Person
from training_app.models.trainers import DeclaredInterest, TrainerQualification
from training_app.rules.permissions import Permission
from training_app.rules.qualifying import RENEWAL_ACTS, RENEWAL_HOURS
from training_app.security import current_person, requires
from training_app.services import (
    conduct,
    trainer_acts,
    trainer_currency,
    trainer_declarations,
    trainer_desk,
    trainer_measures,
)
from training_app.services.trainer_desk import State
from training_app.wording import conduct as words_of_conduct
from training_app.wording import trainers as words

bp = Blueprint("my_qualifications", __name__)


@bp.context_processor
def what_every_page_here_shows() -> dict[str, Any]:
    names = trainer_acts.tool_names(reading_session())
    return {
        "moment": moment,
        "civil": wording.civil,
        "words": words,
        "scope_of": lambda scope: words.scope(scope, names),
        "states": words.STATES,
    }


@bp.get("/my-qualifications")
@requires(Permission.TRAINER_SELF)
def mine() -> ResponseReturnValue:
    return _page()


@bp.route("/my-qualifications/declaration", methods=["GET", "POST"])
@requires(Permission.TRAINER_SELF)
def declaration() -> ResponseReturnValue:
    form = DeclarationForm()
    if form.validate_on_submit():
        with transaction() as session:
            me = session.get_one(Person, current_person().id)
            trainer_declarations.declare(session, me, text=words.ethics_text(), language=str(get_locale()), on=on_now())
        flash(_("Signed. The declaration holds for a year."), "ok")
        return redirect(url_for(".mine"), 303)
    return render_template("trainers/declaration.html", form=form), 422 if form.errors else 200


@bp.route("/my-qualifications/interests", methods=["GET", "POST"])
@requires(Permission.TRAINER_SELF)
def interest() -> ResponseReturnValue:
    form = InterestForm().offering(trainer_desk.vendors(reading_session()))
    if form.validate_on_submit():
        try:
            with transaction() as session:
                me = session.get_one(Person, current_person().id)
                trainer_declarations.declare_interest(session, me, form.interest, form.vendor.data, on=on_now())
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(_("Declared. You no longer assess for tools of this vendor."), "ok")
            return redirect(url_for(".mine"), 303)
    return render_template("trainers/interest.html", form=form), 422 if form.errors else 200


@bp.post("/my-qualifications/interests/<int:interest_id>/end")
@requires(Permission.TRAINER_SELF)
def end_interest(interest_id: int) -> ResponseReturnValue:
    with transaction() as session:
        row = session.get(DeclaredInterest, interest_id)
        if row is None or row.person_id != current_person().id:
            abort(404)
        trainer_declarations.end_interest(session, row, at=now())
    flash(_("Recorded: this interest has ended."), "ok")
    return redirect(url_for(".mine"), 303)


@bp.get("/my-trainers")
@requires(Permission.TRAINING_TAKE)
def for_me() -> ResponseReturnValue:
    """Show an officer who may teach and who may assess them, tool by tool."""
    tools = trainer_desk.for_officer(reading_session(), current_person().id, on=on_now())
    return render_template("trainers/for_me.html", tools=tools)


def _page() -> str:
    session, on, me = reading_session(), on_now(), current_person()
    row = trainer_desk.trainer(session, me, on=on)
    currency = {
        one.id: trainer_currency.currency(session, session.get_one(TrainerQualification, one.id), on=on)
        for one in row.standing
        if one.against_renewal is None and one.state in {State.IN_FORCE, State.RUNS_OUT}
    }
    return render_template(
        "trainers/mine.html",
        row=row,
        may_do=[(one.scope, trainer_desk.may_do(session, row, one.scope, on=on)) for one in row.standing],
        currency=currency,
        least_acts=RENEWAL_ACTS,
        least_hours=RENEWAL_HOURS,
        interests=trainer_desk.interests(row, on=on),
        education=trainer_desk.education(session, me.id),
        sign_by=row.declared_through,
        taken=trainer_measures.of_trainer(session, me.id),
        told=conduct.told(session, me.id),
        conduct_words=words_of_conduct,
    )
