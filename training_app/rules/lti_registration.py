"""What a platform says of itself when it registers: that it is one platform, and that what it names belongs together.

A configuration is taken from the issuer's own origin only, so that nobody can claim to be another platform, and what it
names is there too, or on a host below it.  Hosted platforms that answer under several domains are listed by name.
Everything else is refused: the registrar can add such a platform by hand.

Source: 1EdTech LTI Dynamic Registration 1.0; OpenID Connect Discovery 1.0, section 4.3.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv6Address
from typing import Any

from training_app.rules.lti_claims import identifier, title

PLATFORM = "https://purl.imsglobal.org/spec/lti-platform-configuration"
TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"

MOST_CHARACTERS_OF_URL = 2_000
MOST_NAME = 80
"""Characters of a platform's name."""

ONE_OPERATOR: tuple[frozenset[str], ...] = (frozenset({"instructure.com", "canvaslms.com"}),)
"""Domains all of whose hosts are one operator's platform.

Canvas: its issuer is on the first, its authorization, tokens and keys on the second (Instructure's developer
documentation, "Configuring LTI Advantage Tools").
"""

_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{1,5}))?"
    r"(?:[/?][A-Za-z0-9!$%&'()*+,./:;=?@_~-]*)?"
)
_ENDS_IN_NUMBER = re.compile(r"(?:^|\.)[0-9]+$|:")
"""Hosts that are addresses: nothing is below them."""
_PORTS = {"https": 443, "http": 80}


class Fault(StrEnum):
    ADDRESS = "address"
    """An address that is not https, or has parts that none of a platform has."""
    NO_CONFIGURATION = "no-configuration"
    """What was fetched is no configuration of a learning platform."""
    MISSING = "missing"
    """Something that must be in it is not, or is of another type."""
    FOREIGN = "foreign"
    """An address that does not belong to the platform's own."""
    UNFIT_ANSWER = "unfit-answer"
    """What the platform answered to our registration lacks what launches need."""


class RegistrationRefused(ValueError):
    """A platform cannot be registered as it says."""

    def __init__(self, fault: Fault, member: str, host: str = "", expected: str = "") -> None:
        super().__init__(" ".join(filter(None, (fault.value, member, host, expected))))
        self.fault, self.member, self.host, self.expected = fault, member, host, expected


@dataclass(frozen=True, slots=True)
class Origin:
    scheme: str
    host: str
    """In lower case; an address of IPv6 without brackets."""
    port: int

    def __str__(self) -> str:
        """Return it as the web writes origins."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + ("" if self.port == _PORTS[self.scheme] else f":{self.port}")


@dataclass(frozen=True, slots=True)
class PlatformConfiguration:
    """What a platform that can be registered says of itself."""

    issuer: str
    authorization_url: str
    token_url: str
    key_set_url: str
    registration_url: str
    token_audience: str | None
    """``None``: *token_url*."""
    name: str
    """What its account is called there, or its host."""
    messages: Mapping[str, frozenset[str]]
    """Types of messages that it sends, with the places from which; empty where it does not say."""
    scopes: frozenset[str]
    """Of services that it offers; empty where it does not say."""
    variables: frozenset[str]
    """What it fills in for us in custom parameters, without the dollar sign."""


def origin(url: object, member: str, *, plain: Collection[str] = ()) -> Origin:
    """Return the origin of an address that a platform may have.

    :param member: what the address is of, for the refusal.
    :param plain: hosts for which http will do; they are this machine's own.
    :raises RegistrationRefused: unless it is https, of plain characters, without user and fragment.
    """
    refused = RegistrationRefused(Fault.ADDRESS, member)
    if not isinstance(url, str) or len(url) > MOST_CHARACTERS_OF_URL or (parts := _URL.fullmatch(url)) is None:
        raise refused
    scheme, host = parts["scheme"], parts["host"].lower().strip("[]")
    port = int(parts["port"]) if parts["port"] else _PORTS[scheme]
    if scheme == "http" and host not in plain:
        raise refused
    if not 0 < port < 65_536 or ".." in host or (":" in host) != _is_ipv6(host):
        raise refused
    return Origin(scheme, host, port)


def platform_configuration(
    document: object, fetched_from: str, *, plain: Collection[str] = ()
) -> PlatformConfiguration:
    """Return what the *document* at *fetched_from* says, once it is certain that it is its issuer's.

    :param plain: as for `origin`.
    :raises RegistrationRefused: if it is no configuration, lacks something, or names what is not the platform's own.
    """
    where = origin(fetched_from, "openid_configuration", plain=plain)
    if not isinstance(document, dict):
        raise RegistrationRefused(Fault.NO_CONFIGURATION, "openid_configuration")
    issuer = _address(document, "issuer", plain)
    issued = origin(issuer, "issuer", plain=plain)
    if "?" in issuer:
        raise RegistrationRefused(Fault.ADDRESS, "issuer")
    if issued != where and not _one_operator(issued, where):
        raise RegistrationRefused(Fault.FOREIGN, "issuer", issued.host, where.host)
    urls = {}
    for member in ("authorization_endpoint", "token_endpoint", "jwks_uri", "registration_endpoint"):
        urls[member] = _address(document, member, plain)
        named = origin(urls[member], member, plain=plain)
        if not belongs(named, issued):
            raise RegistrationRefused(Fault.FOREIGN, member, named.host, issued.host)
    about = document.get(PLATFORM)
    if not isinstance(about, dict):
        raise RegistrationRefused(Fault.NO_CONFIGURATION, PLATFORM)
    return PlatformConfiguration(
        issuer=issuer,
        authorization_url=urls["authorization_endpoint"],
        token_url=urls["token_endpoint"],
        key_set_url=urls["jwks_uri"],
        registration_url=urls["registration_endpoint"],
        token_audience=_audience(document, issued, plain),
        name=_name(about, issued),
        messages=_messages(about),
        scopes=_texts(document.get("scopes_supported")),
        variables=_texts(about.get("variables")),
    )


def belongs(named: Origin, own: Origin) -> bool:
    """Return whether what is at *named* is of the platform at *own*: there, on a host below it, or of its operator."""
    below = (named.scheme, named.port) == (own.scheme, own.port) and _is_below(named.host, own.host)
    return named == own or below or _one_operator(named, own)


def registered_as(answer: object) -> tuple[str, str | None]:
    """Return the client's id that a platform's *answer* to our registration gives, and the deployment's, if it has one.

    Platforms give the deployment's inside their tool configuration, as a text or as a number, or give none.

    :raises RegistrationRefused: if there is no client id, or one of the two is nothing that a launch could name.
    """
    if not isinstance(answer, dict):
        raise RegistrationRefused(Fault.UNFIT_ANSWER, "client_id")
    client_id = _id(answer.get("client_id"), "client_id")
    if client_id is None:
        raise RegistrationRefused(Fault.UNFIT_ANSWER, "client_id")
    tool = answer.get(TOOL)
    found = tool.get("deployment_id") if isinstance(tool, dict) else None
    return client_id, _id(answer.get("deployment_id") if found is None else found, "deployment_id")


def operators_pages(configured: Origin) -> tuple[str, ...]:
    """Return where an operator of several domains shows pages, as sources of ``frame-ancestors``; else nothing."""
    found = _operator(configured)
    return tuple(f"https://*.{domain}" for domain in sorted(found)) if found else ()


def _address(document: Mapping[str, Any], member: str, plain: Collection[str]) -> str:
    value = document.get(member)
    if not isinstance(value, str) or not value:
        raise RegistrationRefused(Fault.MISSING, member)
    origin(value, member, plain=plain)
    return value


def _audience(document: Mapping[str, Any], issued: Origin, plain: Collection[str]) -> str | None:
    """Return the ``aud`` that the platform wants; one of another platform would give it tokens that are good there."""
    value = document.get("authorization_server")
    if value is None or value == "":
        return None
    if identifier(value) is None:
        raise RegistrationRefused(Fault.MISSING, "authorization_server")
    named = origin(value if "://" in value else f"{issued.scheme}://{value}", "authorization_server", plain=plain)
    if not belongs(named, issued):
        raise RegistrationRefused(Fault.FOREIGN, "authorization_server", named.host, issued.host)
    return str(value)


def _name(about: Mapping[str, Any], issued: Origin) -> str:
    return (
        title(about.get("https://canvas.instructure.com/lti/account_name"), most=MOST_NAME) or issued.host[:MOST_NAME]
    )


def _messages(about: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    listed = about.get("messages_supported")
    found = {}
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, dict) and isinstance(one.get("type"), str):
            found[one["type"]] = _texts(one.get("placements"))
    return found


def _texts(values: object) -> frozenset[str]:
    return frozenset(one for one in values if isinstance(one, str)) if isinstance(values, list) else frozenset()


def _id(value: object, member: str) -> str | None:
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**18:
        value = str(value)
    if (found := identifier(value)) is None:
        raise RegistrationRefused(Fault.UNFIT_ANSWER, member)
    return found


def _operator(one: Origin) -> frozenset[str] | None:
    if (one.scheme, one.port) != ("https", 443):
        return None
    for domains in ONE_OPERATOR:
        if any(one.host == domain or _is_below(one.host, domain) for domain in domains):
            return domains
    return None


def _one_operator(one: Origin, other: Origin) -> bool:
    found = _operator(one)
    return found is not None and found == _operator(other)


def _is_below(host: str, parent: str) -> bool:
    return _ENDS_IN_NUMBER.search(parent) is None and host.endswith(f".{parent}")


def _is_ipv6(host: str) -> bool:
    try:
        return IPv6Address(host).scope_id is None
    except ValueError:
        return False
