"""What follows from a launch that was verified: where it may come from, whose account it is, and how it goes on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from training_app.lti.launch import Launch
from training_app.lti.login import new_secret
from training_app.lti.refused import LaunchRefused
from training_app.models.lti import LinkBy, LtiPlacement
from training_app.models.people import Person
from training_app.rules import lti_accounts, lti_claims, lti_roles
from training_app.rules.lti_claims import DEPLOYMENT_ID, MESSAGE_TYPE, Check, Message
from training_app.services.lti import deployments, launches, links, participants, placements, platforms
from training_app.services.lti.platforms import Registered


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """A launch that goes on by *code*, once."""

    code: str
    platform: Registered
    message: Message
    subject: str
    claims: dict[str, Any]
    """As `rules.lti_claims.kept` returns them."""
    person: Person | None
    """``None`` where the account is linked with nobody yet."""
    test_student: bool = False


def admit(session: Session, launch: Launch, *, at: datetime) -> Admitted | LaunchRefused:
    """Note *launch* and return how it goes on, or why it does not though what was noted stays.

    :raises LaunchRefused: if it does not, and nothing is to be noted.
    """
    claims = launch.claims
    platform, deployment = _launching(session, launch.platform.id), str(claims[DEPLOYMENT_ID])
    if deployment not in platform.deployments:
        deployments.note_seen(session, platform.id, deployment, at=at)
        return LaunchRefused(Check.DEPLOYMENT_APPROVAL, f"deployment {deployment}", platform=platform.name)
    message, subject, kept = Message(claims[MESSAGE_TYPE]), str(claims["sub"]), lti_claims.kept(claims)
    test_student = lti_claims.is_test_student(claims)
    placement: LtiPlacement | None = None
    person: Person | None = None
    if message is Message.RESOURCE_LINK:
        placement = placements.note(session, platform.id, deployment, kept, at=at)
    if message is not Message.DATA_PRIVACY and not test_student:
        person = _person(session, platform, subject, launch, message, at=at)
        if person is None and platform.claim and (number := lti_accounts.stated(claims, platform.claim)):
            kept["service_number"] = number  # whoever confirms that the account is theirs must have it
    if placement is not None:
        _note_learner(session, placement, subject, kept, at=at)
    code = new_secret()
    launches.record_launch(
        session,
        code,
        platform_id=platform.id,
        deployment_id=deployment,
        subject=subject,
        message_type=message.value,
        claims=kept,
        placement_id=placement.id if placement else None,
        person_id=person.id if person else None,
        at=at,
    )
    return Admitted(
        code=code,
        platform=platform,
        message=message,
        subject=subject,
        claims=kept,
        person=person,
        test_student=test_student,
    )


def _note_learner(
    session: Session, placement: LtiPlacement, subject: str, claims: Mapping[str, Any], *, at: datetime
) -> None:
    """Note who opened the placement to learn: grades there are told of these accounts alone."""
    roles = claims.get("roles", [])
    if lti_roles.learns(roles) and lti_claims.TEST_USER not in roles:
        participants.opened(session, placement, subject, at=at)


def _launching(session: Session, platform_id: int) -> Registered:
    found = platforms.registered(session, platform_id)
    if found is None or not found.launches:
        raise LaunchRefused(Check.CLOSED, platform=found.name if found else None)
    return found


def _person(
    session: Session, platform: Registered, subject: str, launch: Launch, message: Message, *, at: datetime
) -> Person | None:
    """Return whose account it is; ``None`` where that is to be confirmed here first, whatever the message.

    Accounts are linked by the platform's word when training is opened; other messages find the link that is there.
    """
    try:
        if platform.link_by is LinkBy.SIGN_IN or message is not Message.RESOURCE_LINK:
            return links.person_of(session, platform.id, subject, at=at)
        path = platform.claim or ""
        number = lti_accounts.stated(launch.claims, path)
        if number is None:
            raise LaunchRefused(Check.CLAIM, path, platform=platform.name)
        return links.person_stated(session, platform.id, subject, number, at=at)
    except links.NoOfficerOfThatNumber:
        raise LaunchRefused(Check.OFFICER, platform=platform.name) from None
    except links.AccountClosed:
        raise LaunchRefused(Check.ACCOUNT_CLOSED, platform=platform.name) from None
    except links.LinkedToAnother:
        raise LaunchRefused(Check.LINKED, platform=platform.name) from None
