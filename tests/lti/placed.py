"""A platform that is approved, and something of ours placed in a course there, with what does not matter filled in."""

from datetime import datetime
from itertools import count

from sqlalchemy.orm import Session

from tests.lti.moodle import QUERY, SERVICES
from tests.services.recorded import NOW
from training_app.models.lti import LinkBy, LtiDeployment, LtiLink, LtiPlacement, LtiPlatform, RegisteredHow
from training_app.models.people import Person
from training_app.rules.lti_targets import Target
from training_app.services.lti import grades, participants, platforms
from training_app.services.lti.platforms import NewPlatform, PlatformSetting

DEPLOYMENT = "1"
ALL_SCOPES = [grades.SCORE, grades.RESULTS, grades.LINE_ITEMS]

_serial = count(1)


def platform(session: Session, origin: str, *, client_id: str = "moodle-client", at: datetime = NOW) -> LtiPlatform:
    """Register and approve a platform with one approved deployment."""
    setting = PlatformSetting(
        authorization_url=f"{origin}/mod/lti/auth.php",
        token_url=f"{origin}/mod/lti/token.php",
        key_set_url=f"{origin}/mod/lti/certs.php",
    )
    new = NewPlatform(name=f"Academy {next(_serial)}", issuer=origin, client_id=client_id)
    made = platforms.register(session, new, setting, RegisteredHow.BY_HAND, at=at, by=None)
    platforms.approve(session, made, at=at, by=None)
    stamp = {"effective_at": at, "recorded_at": at, "recorded_by_id": None}
    session.add(LtiDeployment(**stamp, platform_id=made.id, deployment_id=DEPLOYMENT))
    session.flush()
    return made


def placement(
    session: Session,
    of: LtiPlatform,
    target: str,
    *,
    column: int | None = None,
    scopes: list[str] = ALL_SCOPES,
    at: datetime = NOW,
) -> LtiPlacement:
    """Place *target*; with a *column* of the platform's own, by its number there, where that is given."""
    aim = Target.parse(target)
    services = f"{of.issuer}{SERVICES}"
    made = LtiPlacement(
        platform_id=of.id,
        deployment_id=DEPLOYMENT,
        context_id="7",
        context_title="AI tools in practice",
        resource_link_id=f"link-{next(_serial)}",
        title="Use the tool",
        target_kind=aim.kind,
        target=aim.slug,
        line_item_url=None if column is None else f"{services}/2/lineitems/{column}/lineitem?{QUERY}",
        line_items_url=f"{services}/2/lineitems?{QUERY}",
        scopes=list(scopes),
        memberships_url=f"{services}/CourseSection/7/bindings/1/memberships",
        first_launched_at=at,
        last_launched_at=at,
    )
    session.add(made)
    session.flush()
    return made


def link(session: Session, of: LtiPlatform, subject: str, person: Person, *, at: datetime = NOW) -> LtiLink:
    made = LtiLink(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=person.id,
        platform_id=of.id,
        subject=subject,
        person_id=person.id,
        how=LinkBy.SIGN_IN,
    )
    session.add(made)
    session.flush()
    return made


def opens(
    session: Session, at_placement: LtiPlacement, of: LtiPlatform, subject: str, person: Person, *, at: datetime = NOW
) -> None:
    """Let an officer's account open what is placed, linked."""
    link(session, of, subject, person, at=at)
    participants.opened(session, at_placement, subject, at=at)
