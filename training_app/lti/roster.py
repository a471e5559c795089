"""Who is in a course of a platform (Names and Roles Provisioning Service 2.0): fetched to be shown, and never kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from training_app.lti.connector import Connector, ServiceFailed
from training_app.rules import lti_roles
from training_app.rules.lti_claims import identifier, title

SCOPE = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
TYPE = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
PAGE = 200
"""Members asked for at a time; platforms may give more, or fewer."""
MOST_PAGES = 25
MOST_MEMBERS = 5_000


@dataclass(frozen=True, slots=True)
class Member:
    """An account that learns in the course."""

    subject: str
    name: str | None
    """``None`` unless the agency turned names on for the platform."""


@dataclass(frozen=True, slots=True)
class Roster:
    learners: tuple[Member, ...]
    others: int
    """How many are in the course and do not learn there; they are only counted."""
    whole: bool
    """Whether these are all: a course may have more than are asked for."""


def fetch(connector: Connector, url: str, *, names: bool) -> Roster:
    """Return who is in a course, each account once; who has left it is passed over.

    :param names: whether names are taken over; mail addresses and pictures never are.
    :raises ServiceFailed: if the platform does not tell.
    """
    found: dict[str, Member] = {}
    others: set[str] = set()
    asked = f"{url}{'&' if '?' in url else '?'}limit={PAGE}"
    next_url: str | None = asked
    for _ in range(MOST_PAGES):
        if next_url is None or len(found) > MOST_MEMBERS:
            break
        page = connector.get([SCOPE], next_url, accept=TYPE)
        members = page.body.get("members") if isinstance(page.body, dict) else None
        if not isinstance(members, list):
            raise ServiceFailed("The answer holds no list of members.", None)
        for one in members:
            _take(one, found, others, names=names)
        next_url = page.next_url
    learners = tuple(found.values())[:MOST_MEMBERS]
    return Roster(learners, len(others - found.keys()), whole=next_url is None and len(found) <= MOST_MEMBERS)


def _take(one: object, found: dict[str, Member], others: set[str], *, names: bool) -> None:
    if not isinstance(one, Mapping) or one.get("status", "Active") != "Active":
        return
    subject = identifier(one.get("user_id"))
    if subject is None:
        return
    if lti_roles.learns(_roles(one)):
        found[subject] = Member(subject, title(one.get("name")) if names else None)
    else:
        others.add(subject)


def _roles(one: Mapping[str, Any]) -> list[str]:
    roles = one.get("roles")
    return [role for role in roles if isinstance(role, str)] if isinstance(roles, list) else []
