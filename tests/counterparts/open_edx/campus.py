"""What the consumer asks of Open edX around it: two members, one course, and blocks to which the tool is tied.

Each of its ways into Open edX is a function of `lti_consumer.plugin.compat`; those that it takes here are replaced.
"""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

from django.conf import settings
from django.contrib.auth.models import User
from lti_consumer.models import CourseAllowPIISharingInLTIFlag, Lti1p3Passport, LtiConfiguration
from lti_consumer.plugin import compat
from opaque_keys.edx.keys import CourseKey, UsageKey

COURSE = CourseKey.from_string("course-v1:police+ai+2026")
CLIENTS = ("first", "second", "third")
"""The tool is registered several times: clients of one issuer, each with keys of its own."""
WEIGHT = 100


@dataclass(frozen=True)
class Member:
    name: str
    role: str
    external_id: str
    full_name: str
    """Sent in launches and in the roster, as courses may that share them."""

    @property
    def mail(self) -> str:
        return f"{self.name}@academy.example"

    @property
    def user(self) -> User:
        return User.objects.get(username=self.name)


MEMBERS = {
    one.name: one
    for one in (
        Member("student", "student", "5a3c0f0e-0000-4000-8000-000000000001", "Stella Student"),
        Member("staff", "staff", "5a3c0f0e-0000-4000-8000-000000000002", "Steve Staff"),
    )
}

GUEST = "guest-"


def member(name: str) -> Member:
    """Return an enrolled member, or the guest of that name: guests may open blocks, and are on no roster."""
    if not name.startswith(GUEST):
        return MEMBERS[name]
    guest = Member(name, "guest", str(uuid5(NAMESPACE_DNS, name)), name.title())
    User.objects.get_or_create(username=guest.name, email=guest.mail)
    return _guests.setdefault(guest.external_id, guest)


_guests: dict[str, Member] = {}

grade_book: list[dict[str, Any]] = []
"""What reached the course's own grade book, in order."""


def open_campus() -> None:
    """Enrol the members, register the tool, and stand in for Open edX."""
    for one in MEMBERS.values():
        User.objects.get_or_create(username=one.name, email=one.mail, is_staff=one.role == "staff")
    for client in CLIENTS:
        Lti1p3Passport.objects.get_or_create(
            name=client, defaults={"lti_1p3_tool_keyset_url": f"{settings.TOOL}/lti/jwks.json"}
        )
        configuration("registered", client)  # the consumer serves no keys of a client without a block
    if not CourseAllowPIISharingInLTIFlag.current(COURSE).enabled:
        CourseAllowPIISharingInLTIFlag.objects.create(course_id=COURSE, enabled=True)
    for name, ours in _instead_of_open_edx().items():
        if not hasattr(compat, name):
            raise AttributeError(f"the consumer has no {name} any more")
        setattr(compat, name, ours)


def location(block: str) -> UsageKey:
    return COURSE.make_usage_key("lti_consumer", block)


def configuration(
    block: str, client: str, *, grades: str = LtiConfiguration.LTI_ADVANTAGE_AGS_PROGRAMMATIC
) -> LtiConfiguration:
    """Return what ties *block* to the tool by *client*, made where there is none.

    :param grades: ``programmatic``, by which the tool makes the columns of the grade book; or ``declarative``, by which
        the platform makes the one that there is.
    """
    launch = f"{settings.TOOL}/lti/launch"
    found, _made = LtiConfiguration.objects.get_or_create(
        location=location(block if client == CLIENTS[0] else f"{block}-{client}"),
        defaults={
            "version": LtiConfiguration.LTI_1P3,
            "config_store": LtiConfiguration.CONFIG_ON_DB,
            "lti_1p3_passport": Lti1p3Passport.objects.get(name=client),
            "lti_1p3_oidc_url": f"{settings.TOOL}/lti/login",
            "lti_1p3_launch_url": launch,
            "lti_1p3_redirect_uris": [launch],
            "lti_advantage_ags_mode": grades,
            "lti_advantage_deep_linking_enabled": True,
            "lti_advantage_deep_linking_launch_url": launch,
            "lti_advantage_enable_nrps": True,
        },
    )
    return found


def _instead_of_open_edx() -> dict[str, Any]:
    return {
        "load_enough_xblock": _block,
        "load_block_as_user": _block,
        "get_course_by_id": lambda key: SimpleNamespace(id=key),
        "user_course_access": lambda *_, **__: True,
        "user_has_access": lambda *_, **__: True,
        "user_has_studio_write_access": lambda user, _course: user.is_staff,
        "get_user_from_external_user_id": _member_of,
        "get_course_members": lambda _course: {one.user.id: _enrolled(one) for one in MEMBERS.values()},
        "merge_course_forum_roles": lambda _course, members: members,
        "batch_get_or_create_externalids": lambda _users: {
            one.user.id: SimpleNamespace(external_user_id=one.external_id) for one in MEMBERS.values()
        },
        "get_event_tracker": lambda: None,
    }


def _member_of(external_id: str) -> Member:
    """Return whose id it is; another fails, as Open edX does, and with it the score."""
    return next(one for one in (*MEMBERS.values(), *_guests.values()) if one.external_id == external_id)


def _enrolled(one: Member) -> dict[str, Any]:
    user = one.user
    return {
        "id": user.id,
        "username": user.username,
        "email": user.email,
        "name": one.full_name,
        "roles": [one.role],
    }


def _block(usage: UsageKey) -> SimpleNamespace:
    """Return the graded block at *usage*, open for as long as the course is."""

    def set_score(graded: Member, share: float, possible: float, comment: str | None) -> None:
        grade_book.append(
            {"block": usage.block_id, "member": graded.name, "share": share, "possible": possible, "comment": comment}
        )

    return SimpleNamespace(
        scope_ids=SimpleNamespace(usage_id=usage),
        display_name="AI tools",
        weight=WEIGHT,
        has_score=True,
        is_past_due=lambda: False,
        max_score=lambda: WEIGHT,
        set_user_module_score=set_score,
    )
