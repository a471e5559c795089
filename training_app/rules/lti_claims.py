"""What a launch of a learning platform must say to be believed, and what of it is kept.

Everything here is total: whatever JSON the token holds, it is judged and never raises.

Source: 1EdTech LTI Core 1.3 and Security Framework 1.0 (5.1.3); OpenID Connect Core 1.0 (3.1.3.7).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

SKEW = timedelta(seconds=60)
"""By so much may the platform's clock differ from ours, either way."""
LONGEST_TOKEN = timedelta(hours=1)
"""A token that claims to hold longer is refused."""
LOGIN_LIFE = timedelta(minutes=10)
"""So long may the platform take to answer a login; some ask the user to sign in there first, or add a hop."""

VERSION: Final = "1.3.0"
MOST_ID = 255
"""Characters of an identifier, as LTI bounds it; longer ones are refused."""
MOST_TITLE = 200
MOST_VALUE = 2_000
MOST_CUSTOM = 60

_LTI = "https://purl.imsglobal.org/spec/lti/claim/"
DEPLOYMENT_ID: Final = f"{_LTI}deployment_id"
MESSAGE_TYPE: Final = f"{_LTI}message_type"
LTI_VERSION: Final = f"{_LTI}version"
TARGET_LINK_URI: Final = f"{_LTI}target_link_uri"
ROLES: Final = f"{_LTI}roles"
RESOURCE_LINK: Final = f"{_LTI}resource_link"
CONTEXT: Final = f"{_LTI}context"
CUSTOM: Final = f"{_LTI}custom"
FOR_USER: Final = f"{_LTI}for_user"
ENDPOINT: Final = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NAMES_AND_ROLES: Final = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
DEEP_LINKING: Final = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"

TEST_USER: Final = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"


class Message(StrEnum):
    RESOURCE_LINK = "LtiResourceLinkRequest"
    DEEP_LINKING = "LtiDeepLinkingRequest"
    SUBMISSION_REVIEW = "LtiSubmissionReviewRequest"
    DATA_PRIVACY = "DataPrivacyLaunchRequest"


class Check(StrEnum):
    """A check that a login or a launch can fail; the code is shown and logged."""

    REQUEST = "request"
    """A parameter is missing, given twice, or too long."""
    PLATFORM_ERROR = "platform-error"
    """The platform answered with an error of its own."""
    PLATFORM = "platform"
    CLIENT_ID = "client-id"
    """Several registrations have the issuer, and the login does not say which is meant."""
    APPROVAL = "approval"
    CLOSED = "closed"
    STATE = "state"
    STATE_EXPIRED = "state-expired"
    STATE_USED = "state-used"
    BROWSER = "browser"
    TOKEN = "token"  # noqa: S105 - a code, no secret
    ALGORITHM = "algorithm"
    KEYS = "keys"
    """The platform's keys cannot be fetched."""
    KEY = "key"
    SIGNATURE = "signature"
    ISSUER = "issuer"
    AUDIENCE = "audience"
    AUTHORIZED_PARTY = "authorized-party"
    EXPIRED = "expired"
    LIFETIME = "lifetime"
    ISSUED_AT = "issued-at"
    NONCE = "nonce"
    VERSION = "version"
    MESSAGE = "message"
    """The message lacks what its type must have."""
    MESSAGE_TYPE = "message-type"
    TARGET = "target"
    DEPLOYMENT = "deployment"
    DEPLOYMENT_APPROVAL = "deployment-approval"
    SUBJECT = "subject"
    ROLES = "roles"
    LAUNCH = "launch"
    """The launch was gone on with before, or is too old for it."""
    CLAIM = "claim"
    """The claim that names the officer is missing."""
    OFFICER = "officer"
    """Nobody here has the service number that the platform states."""
    ACCOUNT_CLOSED = "account-closed"
    LINKED = "linked"
    """The platform's account belongs to another person here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What the claims are held against."""

    issuer: str
    client_id: str
    launch_address: str
    """Of ours, to which launches are posted: the only target there is."""
    target_at_login: str


def failed(claims: Mapping[str, Any], expected: Expected, *, at: datetime) -> Check | None:
    """Return the first check that *claims* fail at *at*; ``None`` if they pass all.

    Nonce, signature and deployment are checked by who knows them.  An audience of several is refused even if we are
    among them: nobody else is to hold a token that opens this door.
    """
    checks = (
        (Check.ISSUER, claims.get("iss") == expected.issuer),
        (Check.AUDIENCE, claims.get("aud") in (expected.client_id, [expected.client_id])),
        (Check.AUTHORIZED_PARTY, claims.get("azp", expected.client_id) == expected.client_id),
    )
    for check, holds in checks:
        if not holds:
            return check
    return _failed_in_time(claims, at=at) or _failed_message(claims, expected)


def _failed_in_time(claims: Mapping[str, Any], *, at: datetime) -> Check | None:
    expires, issued, now = _seconds(claims.get("exp")), _seconds(claims.get("iat")), at.timestamp()
    skew = SKEW.total_seconds()
    if expires is None or expires <= now - skew:
        return Check.EXPIRED
    if expires > now + LONGEST_TOKEN.total_seconds() + skew:
        return Check.LIFETIME
    oldest = now - LOGIN_LIFE.total_seconds() - skew
    if issued is None or not oldest <= issued <= now + skew:
        return Check.ISSUED_AT
    if "nbf" in claims and ((begins := _seconds(claims["nbf"])) is None or begins > now + skew):
        return Check.ISSUED_AT
    return None


def _failed_message(claims: Mapping[str, Any], expected: Expected) -> Check | None:
    if claims.get(LTI_VERSION) != VERSION:
        return Check.VERSION
    if identifier(claims.get(DEPLOYMENT_ID)) is None:
        return Check.DEPLOYMENT
    if identifier(claims.get("sub")) is None:
        return Check.SUBJECT
    if not isinstance(claims.get(ROLES), list):
        return Check.ROLES
    try:
        message = Message(claims.get(MESSAGE_TYPE))  # type: ignore[arg-type]
    except ValueError:
        return Check.MESSAGE_TYPE
    target = claims.get(TARGET_LINK_URI, expected.target_at_login if message is Message.DATA_PRIVACY else None)
    if target != expected.target_at_login or not is_target(target, expected.launch_address):
        return Check.TARGET
    return None if _is_whole(message, claims) else Check.MESSAGE


def _is_whole(message: Message, claims: Mapping[str, Any]) -> bool:
    """Return whether the claims that go with *message* are there, in the shape that they must have."""
    shapes_hold = all(isinstance(claims.get(name, {}), dict) for name in _OBJECTS)
    needed = {
        Message.RESOURCE_LINK: identifier(_part(claims, RESOURCE_LINK, "id")),
        Message.DEEP_LINKING: identifier(_part(claims, DEEP_LINKING, "deep_link_return_url"), most=MOST_VALUE),
        Message.SUBMISSION_REVIEW: identifier(_part(claims, FOR_USER, "user_id"))
        and identifier(_part(claims, ENDPOINT, "lineitem"), most=MOST_VALUE),
        Message.DATA_PRIVACY: "-",
    }
    return shapes_hold and needed[message] is not None


_OBJECTS = (RESOURCE_LINK, CONTEXT, CUSTOM, FOR_USER, ENDPOINT, NAMES_AND_ROLES, DEEP_LINKING)


def is_target(address: object, launch_address: str) -> bool:
    """Return whether *address* is where launches are posted, with or without a query."""
    return isinstance(address, str) and address.partition("?")[0] == launch_address


def is_test_student(claims: Mapping[str, Any]) -> bool:
    """Return whether the platform says that nobody is behind the account: a teacher's view as a student."""
    roles = claims.get(ROLES)
    return isinstance(roles, list) and TEST_USER in roles


def identifier(value: object, *, most: int = MOST_ID) -> str | None:
    """Return *value* if it is a text that can be kept and compared: not empty, not too long, all of it characters."""
    if not isinstance(value, str) or not value or len(value) > most or not _is_clean(value):
        return None
    return value


def title(value: object, *, most: int = MOST_TITLE) -> str | None:
    """Return *value* as one line that can be shown, cut to *most* characters; ``None`` where there is none."""
    if not isinstance(value, str):
        return None
    line = " ".join("".join(one for one in value if _is_clean(one)).split())
    return line[:most] or None


def kept(claims: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a launch is gone on with, under short names: neither name nor mail address, whatever was sent.

    ``roles`` are those of the platform, which grant nothing here.  Of ``for_user`` the account's id is kept.
    """
    context, link = _object(claims, CONTEXT), _object(claims, RESOURCE_LINK)
    named: dict[str, Any] = {
        "target_link_uri": identifier(claims.get(TARGET_LINK_URI), most=MOST_VALUE),
        "roles": _texts(claims.get(ROLES)),
        "context": _without_nothing({"id": identifier(context.get("id")), "title": title(context.get("title"))}),
        "resource_link": _without_nothing({"id": identifier(link.get("id")), "title": title(link.get("title"))}),
        "custom": custom(claims),
        "for_user": _without_nothing({"user_id": identifier(_object(claims, FOR_USER).get("user_id"))}),
    }
    services = {"endpoint": ENDPOINT, "namesroleservice": NAMES_AND_ROLES, "deep_linking_settings": DEEP_LINKING}
    named |= {short: _cleaned(_object(claims, name)) for short, name in services.items()}
    return {name: value for name, value in named.items() if value}


def custom(claims: Mapping[str, Any]) -> dict[str, str]:
    """Return the custom parameters that are texts; numbers become texts, as some platforms send them."""
    of_them = _object(claims, CUSTOM).items()
    texts = ((key, str(value)) for key, value in of_them if isinstance(value, str | int) and _is_clean(str(key)))
    clean = {key[:MOST_ID]: value for key, value in texts if len(value) <= MOST_VALUE and _is_clean(value)}
    return dict(list(clean.items())[:MOST_CUSTOM])


def _object(claims: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = claims.get(name)
    return found if isinstance(found, dict) else {}


def _part(claims: Mapping[str, Any], name: str, key: str) -> object:
    return _object(claims, name).get(key)


def _texts(value: object) -> list[str]:
    return [one for one in value if identifier(one)][:MOST_CUSTOM] if isinstance(value, list) else []


def _without_nothing(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _cleaned(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entries that are texts, truth values, or lists of texts."""
    clean: dict[str, Any] = {}
    for key, one in value.items():
        if not _is_clean(key):
            continue
        if isinstance(one, bool) or identifier(one, most=MOST_VALUE) is not None:
            clean[key] = one
        elif isinstance(one, list):
            clean[key] = _texts(one)
    return clean


def _is_clean(text: str) -> bool:
    """Return whether a database keeps *text*: no null character, and no half of a surrogate pair."""
    return not any(one == "\0" or "\ud800" <= one <= "\udfff" for one in text)


def _seconds(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        seconds = float(value)
    except OverflowError:
        return None
    return seconds if math.isfinite(seconds) else None
