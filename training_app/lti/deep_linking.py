"""What a platform is told to place in a course (Deep Linking 2.0): a message that we sign, for the browser to bring."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pylti1p3.deep_link import DeepLink
from pylti1p3.deep_link_resource import DeepLinkResource
from pylti1p3.lineitem import LineItem

from training_app.lti.connector import Client, OurRegistration, Signing
from training_app.rules.lti_grades import SCORE_MAXIMUM
from training_app.rules.lti_targets import PARAMETER, Target

RESOURCE_LINK = "ltiResourceLink"
"""The one type of item that there is of ours."""
DATA = "https://purl.imsglobal.org/spec/lti-dl/claim/data"


@dataclass(frozen=True, slots=True)
class Placing:
    """One item to place."""

    target: Target
    title: str


@dataclass(frozen=True, slots=True)
class Settings:
    """What the platform asks for, of its claim ``deep_linking_settings``."""

    return_url: str
    """Holds secrets of the platform's session: shown to the browser that came with it, and never logged."""
    takes_links: bool
    """Whether it takes what there is of ours."""
    takes_several: bool
    takes_columns: bool
    data: str | None

    @classmethod
    def read(cls, claim: Mapping[str, Any]) -> "Settings":
        """Return what *claim* asks for, as `rules.lti_claims.kept` returns it."""
        data = claim.get("data")
        return cls(
            return_url=str(claim.get("deep_link_return_url", "")),
            takes_links=RESOURCE_LINK in claim.get("accept_types", ()),
            takes_several=_true(claim.get("accept_multiple", False)),
            takes_columns=_true(claim.get("accept_lineitem", True)),
            data=data if isinstance(data, str) else None,
        )


def response(
    client: Client, signing: Signing, settings: Settings, chosen: Sequence[Placing], *, launch_address: str
) -> str:
    """Return the signed message that has the platform place *chosen*; it holds for ten minutes."""
    link = DeepLink(OurRegistration(client, signing), client.deployment_id, {})
    message = link.get_message_jwt([_item(one, settings, launch_address) for one in chosen])
    del message[DATA]
    if settings.data is not None:
        message[DATA] = settings.data
    return str(link.encode_jwt(message))


def _item(placing: Placing, settings: Settings, launch_address: str) -> DeepLinkResource:
    item = DeepLinkResource().set_url(launch_address).set_title(placing.title)
    item.set_custom_params({PARAMETER: str(placing.target)})
    if settings.takes_columns:
        column = LineItem().set_label(placing.title).set_score_maximum(SCORE_MAXIMUM)
        column.set_resource_id(placing.target.resource_id).set_tag(placing.target.kind.value)
        item.set_lineitem(column)
    return item


def _true(value: object) -> bool:
    return value is True or (isinstance(value, str) and value.lower() == "true")
