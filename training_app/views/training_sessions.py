"""Training sessions as officers see them: what they are on, what they can join, what they attended."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from training_app import refusals, wording
from training_app.agency import moment
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.errors import TrainingError
from training_app.forms.seats import ConfirmForm
from training_app.models.people import Person
from training_app.rules.permissions import Permission
from training_app.security import current_person, requires
from training_app.services import calendar_feeds, rosters
from training_app.services import training_sessions as service
from training_app.services.rosters import SessionNow
from training_app.views import session_rows
from training_app.views.pages import Page
from training_app.wording import training_sessions as words

bp = Blueprint("training_sessions", __name__, url_prefix="/sessions")

SESSIONS_A_PAGE = 40
PAST_A_PAGE = 20


@bp.context_processor
def what_every_page_here_shows() -> dict[str, Any]:
    return {"moment": moment, "kinds": words.KINDS, "civil": wording.civil}


@bp.get("")
@requires(Permission.TRAINING_TAKE)
def overview() -> ResponseReturnValue:
    session, me, at = reading_session(), current_person().id, now()
    mine = rosters.with_any_of([me])
    to_join = (~mine, rosters.starting_after(at), rosters.not_called_off())
    over = (mine, ~rosters.ending_after(at))
    page: Page[Any] = Page.counted(rosters.count(session, *to_join), size=SESSIONS_A_PAGE)
    earlier: Page[Any] = Page.second("earlier", rosters.count(session, *over), size=PAST_A_PAGE)

    def shown(found: Sequence[SessionNow]) -> list[session_rows.Row]:
        return session_rows.rows(found, lambda one: session_rows.own_state(one, me, at=at))

    past = rosters.listed(session, *over, first=earlier.first, most=earlier.size, latest_first=True)
    open_ones = rosters.listed(session, *to_join, first=page.first, most=page.size)
    return render_template(
        "training_sessions/overview.html",
        to_come=list(session_rows.by_week(shown(rosters.listed(session, mine, rosters.ending_after(at))))),
        past=shown(past),
        earlier=earlier,
        open_ones=list(session_rows.by_week(shown(open_ones))),
        page=page,
        feed=calendar_feeds.of_person(session, me),
    )


@bp.get("/<int:session_id>")
@requires(Permission.TRAINING_TAKE)
def one(session_id: int) -> ResponseReturnValue:
    return _page(session_id, ConfirmForm())


@bp.post("/<int:session_id>/join")
@requires(Permission.TRAINING_TAKE)
def join(session_id: int) -> ResponseReturnValue:
    def act(session: Session, person: Person) -> str:
        found = service.join(session, session_id, person, at=now())
        line = found.roster.line_of(person.id)
        if line is None:
            return _("You have a place.")
        return _("The session is full. You wait, number %(line)s in line, and move up by yourself.", line=line)

    return _acted(session_id, act)


@bp.post("/<int:session_id>/withdraw")
@requires(Permission.TRAINING_TAKE)
def withdraw(session_id: int) -> ResponseReturnValue:
    def act(session: Session, person: Person) -> str:
        service.withdraw(session, session_id, person, at=now())
        return _("You are no longer on this session.")

    return _acted(session_id, act)


def _acted(session_id: int, act: Callable[[Session, Person], str]) -> ResponseReturnValue:
    form = ConfirmForm()
    _of_address(session_id)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                done = act(session, session.get_one(Person, current_person().id))
        except service.JoinRefused as error:
            found = error.refusals[0].obstacles
            form.form_errors.extend(str(words.OBSTACLES_OF_ONESELF[one]) for one in found)
        except TrainingError as error:
            form.form_errors.append(refusals.sentence(error))
        else:
            flash(done, "ok")
            return redirect(url_for(".one", session_id=session_id))
    return _page(session_id, form)


def _of_address(session_id: int) -> SessionNow:
    return rosters.one(reading_session(), session_id) or abort(404)


def _page(session_id: int, form: ConfirmForm) -> ResponseReturnValue:
    session, me, at = reading_session(), current_person().id, now()
    found = _of_address(session_id)
    row = session_rows.rows([found], lambda one: session_rows.own_state(one, me, at=at))[0]
    on_it = found.roster.of(me) is not None
    against = () if on_it else service.against(session, found, me, at=at)
    page = render_template(
        "training_sessions/one.html",
        form=form,
        row=row,
        found=found,
        instructor=session.get_one(Person, found.plan.instructor).name,
        on_it=on_it,
        reasons=found.concerns(me),
        begun=found.has_begun(at),
        against=[words.OBSTACLES_OF_ONESELF[one] for one in against],
        own_records=[record for record in found.records if record.person == me],
        presence_state=session_rows.presence_state,
    )
    return page, 422 if form.errors else 200
