"""One's own accounts of learning platforms: linked after signing in, listed, and unlinked."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app.agency import moment
from training_app.clock import now
from training_app.db import reading_session, transaction
from training_app.lti.refused import LaunchRefused
from training_app.models.lti import LinkBy, LtiLaunch
from training_app.models.people import Person
from training_app.rules.lti_claims import Check
from training_app.rules.permissions import Permission
from training_app.security import current_person, requires
from training_app.services import accounts
from training_app.services.lti import grade_desk, launches, links, platforms
from training_app.services.lti.platforms import Registered
from training_app.views import lti_pages as pages
from training_app.views.lti_continue import address_for
from training_app.wording import grades as words

bp = Blueprint("lti_links", __name__)
pages.answer_refusals(bp)


@bp.get("/lti/link/<name>")
@requires(Permission.SIGNED_IN)
def confirm(name: str) -> ResponseReturnValue:
    """Ask who is signed in whether the account of the platform is theirs."""
    launch = launches.launch_of(reading_session(), pages.code_cookie(name))
    platform = _waiting(launch)
    assert launch is not None
    return render_template("lti/link.html", platform=platform, launch=launch, name=name)


@bp.post("/lti/link/<name>")
@requires(Permission.SIGNED_IN)
def link(name: str) -> ResponseReturnValue:
    """Link the account with who is signed in, and lead on to what was opened."""
    code, at, by = pages.code_cookie(name), now(), current_person()
    try:
        with transaction() as session:
            _waiting(launches.launch_of(session, code))
            launch = launches.take_launch(session, code, at=at)
            if launch is None:
                raise LaunchRefused(Check.LAUNCH)
            person = session.get_one(Person, by.id)
            number = launch.claims.get("service_number")
            if number is not None and accounts.find(session, number) is not person:
                raise LaunchRefused(Check.LINKED)
            links.link(session, launch.platform_id, launch.subject, person, how=LinkBy.SIGN_IN, at=at, by=by)
            address = address_for(session, launch, person)
    except links.LinkedToAnother:
        raise LaunchRefused(Check.LINKED) from None
    flash(_("The account is linked. From now on the platform signs you in here."), "ok")
    return redirect(address, 303)


@bp.get("/my-platforms")
@requires(Permission.SIGNED_IN)
def mine() -> ResponseReturnValue:
    """List the accounts of learning platforms that sign one in here."""
    session, person = reading_session(), current_person()
    grades = grade_desk.of_officer(session, person.id)
    return render_template(
        "lti/my_platforms.html",
        links=links.of_person(session, person.id),
        grades=grades,
        titles=pages.titles_of(row.placement for row, _platform in grades),
        words=words,
        moment=moment,
    )


@bp.post("/my-platforms/unlink")
@requires(Permission.SIGNED_IN)
def unlink() -> ResponseReturnValue:
    """End the link of an account with one's own."""
    person = current_person()
    try:
        with transaction() as session:
            links.unlink(session, request.form.get("link", 0, int), of=person, at=now(), by=person)
    except links.NotYourLink:
        flash(_("This account is not linked with yours."), "warn")
    else:
        flash(_("The account is not linked with yours any more."), "ok")
    return redirect(url_for(".mine"), 303)


def _waiting(launch: LtiLaunch | None) -> Registered:
    """Return the platform of a launch that waits for its account to be linked."""
    found = platforms.registered(reading_session(), launch.platform_id) if launch else None
    if launch is None or found is None or launch.used_at is not None or launch.expires_at <= now():
        raise LaunchRefused(Check.LAUNCH)
    if not found.launches:
        raise LaunchRefused(Check.CLOSED, platform=found.name)
    return found
