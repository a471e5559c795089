"""A registrar connects platforms in the pages; whoever says that it is another's is not connected."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from requests import Response

from tests.interop.conftest import Academy
from tests.interop.visitor import Visitor
from tests.lti import registering
from tests.patience import PATIENCE_SECONDS

PLATFORMS = "/registrar/platforms"
NAME = "Open edX, by hand"


@pytest.fixture
def stand_in() -> Iterator[registering.Platform]:
    """A platform that can register itself, as Open edX cannot."""
    with registering.serving() as platform:
        yield platform


def test_open_edx_is_connected_by_hand_and_launches_once_it_is_approved(academy: Academy):
    registrar, client = academy.signed_in("registrar"), academy.platform.client("third")
    form = registrar.open(f"{academy.server.origin}{PLATFORMS}/add")
    added = registrar.submit(form, name=NAME, issuer=academy.platform.origin, link_by="sign-in", **client)
    assert NAME in added.text, added.text
    before = Visitor().open(f"{academy.platform.origin}/start?as=student&client=third")
    assert before.status_code == 400
    assert "The registrar has not approved this learning platform yet." in before.text

    approving = registrar.open(f"{added.url}/approve")
    approved = registrar.submit(approving, deployments=client["deployment_id"])
    assert approved.status_code == 200
    assert academy.begin(client="third").go().status_code == 200


def test_a_platform_that_says_it_is_another_is_not_connected(academy: Academy, stand_in: registering.Platform):
    """Of an academy that is trusted somewhere, and of the very platform that is connected here."""
    genuine = academy.platform.client()
    theirs = {
        "issuer": academy.platform.origin,
        "authorization_endpoint": genuine["authorization_url"],
        "token_endpoint": genuine["token_url"],
    }
    for claimed in ({"issuer": "https://trusted-academy.example"}, {"issuer": academy.platform.origin}, theirs):
        stand_in.configuration = claimed
        known = platforms(academy)
        said = opened(invitation(academy), stand_in)
        assert said.status_code == 400
        assert re.search(r"[A-Z][^.<>]{20,}\.", said.text.partition("<main")[2]), said.text
        assert stand_in.registered == []
        assert platforms(academy) == known
    assert academy.begin().go().status_code == 200, "the platform itself still launches"


def test_a_platform_that_says_the_truth_is_connected_by_the_same_way_and_launches_nobody_yet(
    academy: Academy, stand_in: registering.Platform
):
    address = invitation(academy)
    assert opened(address, stand_in).status_code == 200
    [told] = stand_in.registered
    assert told["jwks_uri"] == f"{academy.server.origin}/lti/jwks.json"
    login = {"iss": stand_in.address, "login_hint": "7", "target_link_uri": told["redirect_uris"][0]}
    begun = Visitor().get(told["initiate_login_uri"], params=login, timeout=PATIENCE_SECONDS)
    assert 400 <= begun.status_code < 500
    assert opened(address, stand_in).status_code == 400, "an invitation serves once"


def invitation(academy: Academy) -> str:
    """Have a registrar make the address at which one platform may register itself."""
    registrar = academy.signed_in("registrar")
    made = registrar.submit(registrar.open(f"{academy.server.origin}{PLATFORMS}/connect"))
    found = re.search(r"https?://[^\s<]+/lti/register\?invitation=[^\s<]+", made.text)
    assert found, made.text
    return unescape(found[0])


def opened(address: str, platform: registering.Platform) -> Response:
    """Open the address as the platform's administration does, in its administrator's browser."""
    return Visitor().get(address, params=platform.opened({}), timeout=PATIENCE_SECONDS)


def platforms(academy: Academy) -> list[tuple[str, str]]:
    return academy.server.rows("SELECT issuer, client_id FROM lti_platform ORDER BY id")
