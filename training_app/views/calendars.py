"""Training sessions for calendar programs: a file for each, and an address that shows one person's own."""

import secrets
from datetime import datetime

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from icalendar import Calendar, Event

from training_app.agency import moment
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.forms.seats import ConfirmForm
from training_app.models.people import Person
from training_app.rules.permissions import Permission
from training_app.security import current_person, may, requires
from training_app.services import calendar_feeds, rosters
from training_app.services.browser_sessions import digest_of
from training_app.services.rosters import SessionNow
from training_app.views.session_rows import about_of, module_titles
from training_app.wording.training_sessions import KINDS

bp = Blueprint("calendars", __name__)

PRODUCT = "-//AI tool training//Training sessions//EN"
TOKEN_BYTES = 32
FEED_NAME = "training-sessions.ics"


@bp.get("/calendar")
@requires(Permission.SIGNED_IN)
def address() -> ResponseReturnValue:
    """Show whether there is an address; the address itself is shown once, when it is made."""
    return _page(ConfirmForm())


@bp.post("/calendar")
@requires(Permission.SIGNED_IN)
def make() -> ResponseReturnValue:
    form = ConfirmForm()
    if not form.validate_on_submit():
        return _page(form)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with transaction() as session:
        person = session.get_one(Person, current_person().id)
        calendar_feeds.make(session, person, digest_of(token), at=now())
    return _page(form, made=url_for(".feed", token=token, _external=True))


@bp.post("/calendar/end")
@requires(Permission.SIGNED_IN)
def end() -> ResponseReturnValue:
    form = ConfirmForm()
    if form.validate_on_submit():
        with transaction() as session:
            calendar_feeds.revoke(session, session.get_one(Person, current_person().id))
        flash(_("The address shows nothing any more. Remove it from your calendar program."), "ok")
    return redirect(url_for(".address"))


def _page(form: ConfirmForm, *, made: str = "") -> ResponseReturnValue:
    return render_template(
        "training_sessions/calendar.html",
        form=form,
        made=made,
        feed=calendar_feeds.of_person(reading_session(), current_person().id),
        moment=moment,
        shown_days=calendar_feeds.SHOWN_DAYS,
        home=url_for("training_sessions.overview") if may(Permission.TRAINING_TAKE) else url_for("teaching.desk"),
    )


@bp.get(f"/calendar/<token>/{FEED_NAME}")
@requires(None)
def feed(token: str) -> ResponseReturnValue:
    """Give the sessions of whose address it is.  It names nobody: neither who teaches nor who else is there."""
    session, at = reading_session(), now()
    person = calendar_feeds.owner(session, digest_of(token), at=at)
    if person is None:
        abort(404)
    titles = module_titles()
    events = [
        event_of(one, str(about_of(one, titles)), person) for one in calendar_feeds.sessions_of(session, person, at=at)
    ]
    return _file(calendar_of(events))


@bp.get("/sessions/<int:session_id>/session.ics")
@requires(Permission.SIGNED_IN)
def session_file(session_id: int) -> ResponseReturnValue:
    found = rosters.one(reading_session(), session_id) or abort(404)
    event = event_of(found, str(about_of(found, module_titles())), current_person().id)
    return _file(calendar_of([event]), f"session-{found.id}.ics")


def _file(calendar: Calendar, name: str = FEED_NAME) -> Response:
    response = Response(calendar.to_ical(), mimetype="text/calendar")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def calendar_of(events: list[Event]) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("Training sessions"))
    for event in events:
        calendar.add_component(event)
    return calendar


def event_of(found: SessionNow, about: str, reader: int) -> Event:
    """Return the session as an event for *reader*, with its times in UTC: every program shows them on its own clocks.

    UID stays and SEQUENCE grows with each change (RFC 5545, 3.8.7.4), so that the event is moved and not doubled.
    """
    event = Event()
    event.add("uid", found.row.uid)
    event.add("sequence", found.sequence)
    event.add("dtstamp", _utc_second(found.touched_at))
    event.add("last-modified", _utc_second(found.touched_at))
    event.add("created", _utc_second(found.row.recorded_at))
    event.add("dtstart", found.plan.starts_at)
    event.add("dtend", found.plan.ends_at)
    event.add("summary", found.row.title)
    event.add("location", found.plan.place)
    event.add("status", _status(found, reader))
    event.add("description", _description(found, about, reasons=found.concerns(reader)))
    return event


def _status(found: SessionNow, reader: int) -> str:
    if found.cancelled is not None:
        return "CANCELLED"
    return "TENTATIVE" if found.roster.line_of(reader) is not None else "CONFIRMED"


def _description(found: SessionNow, about: str, *, reasons: bool) -> str:
    lines = [f"{KINDS[found.row.kind]}: {about}"]
    if not reasons:
        return lines[0]
    if found.cancelled is not None:
        lines.append(_("Called off: %(reason)s", reason=found.cancelled.reason))
    elif found.changes:
        lines.append(_("Changed: %(reason)s", reason=found.changes[-1].reason))
    return "\n".join(lines)


def _utc_second(instant: datetime) -> datetime:
    return instant.replace(microsecond=0)
