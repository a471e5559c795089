"""A platform registers itself: what is asked of it, and what it is told of this tool.

The platform's token for that is passed on and nothing more: it is neither kept nor logged.

Source: 1EdTech LTI Dynamic Registration 1.0.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

import requests

from training_app.errors import TrainingError
from training_app.lti.calls import LOOPBACK, CallFailed, CallRules, PlatformSession
from training_app.rules.lti_claims import Message
from training_app.rules.lti_registration import TOOL, PlatformConfiguration, platform_configuration, registered_as

SCOPES = (
    "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem",
    "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly",
    "https://purl.imsglobal.org/spec/lti-ags/scope/score",
    "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly",
)
CLAIMS = ("iss", "sub")
"""No name and no mail address."""
SERVICE_NUMBER = "service_number"
"""Custom parameter in which the platform may state whose account it is."""
STATED_BY = "Person.sourcedId"
"""The variable of LTI that it is filled in from."""
PLACES = ("ContentArea", "assignment_selection", "link_selection")
"""Where a trainer chooses content: Moodle's name for it, and Canvas's two."""


class Stage(StrEnum):
    CONFIGURATION = "configuration"
    REGISTRATION = "registration"


class PlatformGaveNothing(TrainingError):
    """The platform could not be asked, or answered something else; nothing was registered there."""

    def __init__(self, stage: Stage, reason: str) -> None:
        super().__init__(f"The platform gave no {stage}: {reason}")
        self.stage, self.reason = stage, reason


class RegistrationInDoubt(TrainingError):
    """Whether the platform registered us is not known, or under which id."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The platform may have registered this tool, and did not say so: {reason}")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Tool:
    """This product, as platforms are told of it."""

    address: str
    """Scheme and host, without a path."""
    logo_url: str
    names: Mapping[str, str]
    """By language; English is always there."""
    descriptions: Mapping[str, str]

    @property
    def login_url(self) -> str:
        return f"{self.address}/lti/login"

    @property
    def launch_url(self) -> str:
        return f"{self.address}/lti/launch"

    @property
    def key_set_url(self) -> str:
        return f"{self.address}/lti/jwks.json"


def plain_hosts(rules: CallRules) -> frozenset[str]:
    """Return the hosts for which http will do."""
    return LOOPBACK & rules.private_hosts


def configuration(rules: CallRules, url: str, token: str | None) -> PlatformConfiguration:
    """Return what the platform says of itself at *url*; some want to see their *token* for that too.

    :raises PlatformGaveNothing: if it could not be asked, or answered something else.
    :raises RegistrationRefused: if what it says cannot be, or is of another platform.
    """
    with PlatformSession(rules) as session:
        try:
            answer = session.get(url, headers=_headers(token))
        except CallFailed as error:
            raise PlatformGaveNothing(Stage.CONFIGURATION, str(error)) from None
    if not answer.ok:
        raise PlatformGaveNothing(Stage.CONFIGURATION, f"HTTP {answer.status_code}")
    return platform_configuration(_json(answer), url, plain=plain_hosts(rules))


def register(
    rules: CallRules, platform: PlatformConfiguration, tool: Tool, token: str | None
) -> tuple[str, str | None]:
    """Register *tool* at *platform*, and return our client id there and, where it gives one, the deployment's id.

    :raises PlatformGaveNothing: if it refused.
    :raises RegistrationInDoubt: if it may have registered us, and did not say under which id.
    """
    with PlatformSession(rules) as session:
        try:
            answer = session.post(platform.registration_url, json=registration(tool, platform), headers=_headers(token))
        except CallFailed as error:
            raise RegistrationInDoubt(str(error)) from None
    if not answer.ok:
        raise PlatformGaveNothing(Stage.REGISTRATION, f"HTTP {answer.status_code}")
    try:
        return registered_as(_json(answer))
    except ValueError as error:
        raise RegistrationInDoubt(str(error)) from None


def registration(tool: Tool, platform: PlatformConfiguration) -> dict[str, Any]:
    """Return what *platform* is told: nothing that it says it does not know, where it says what it knows."""
    scopes = [scope for scope in SCOPES if not platform.scopes or scope in platform.scopes]
    asks_number = not platform.variables or STATED_BY in platform.variables
    return {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["implicit", "client_credentials"],
        "initiate_login_uri": tool.login_url,
        "redirect_uris": [tool.launch_url],
        **_in_languages("client_name", tool.names),
        "jwks_uri": tool.key_set_url,
        "logo_uri": tool.logo_url,
        "client_uri": tool.address,
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": " ".join(scopes),
        TOOL: {
            "domain": urlsplit(tool.address).netloc,
            **_in_languages("description", tool.descriptions),
            "target_link_uri": tool.launch_url,
            "custom_parameters": {SERVICE_NUMBER: f"${STATED_BY}"} if asks_number else {},
            "claims": list(CLAIMS),
            "messages": [
                _message(tool, message, platform)
                for message in Message
                if not platform.messages or message in platform.messages or message is Message.RESOURCE_LINK
            ],
        },
    }


def _message(tool: Tool, message: Message, platform: PlatformConfiguration) -> dict[str, Any]:
    told: dict[str, Any] = {"type": message.value, "target_link_uri": tool.launch_url}
    told |= _in_languages("label", tool.names)
    if message is Message.DEEP_LINKING and (
        places := [place for place in PLACES if place in platform.messages.get(message, ())]
    ):
        told["placements"] = places
    return told


def _in_languages(member: str, texts: Mapping[str, str]) -> dict[str, str]:
    """Return *member* in English and, with the language after ``#``, in the others (OpenID Registration 1.0, 2.1)."""
    return {member if language == "en" else f"{member}#{language}": text for language, text in texts.items()}


def _headers(token: str | None) -> dict[str, str]:
    return {"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})


def _json(answer: requests.Response) -> object:
    """Return what the answer says, ``None`` where it is no JSON; the type that it claims is not looked at."""
    try:
        return answer.json()
    except (ValueError, RecursionError):
        return None
