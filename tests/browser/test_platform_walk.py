"""The registrar connects a learning platform with one address, which its administrator opens in a frame elsewhere."""

from html import escape
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import axe_violations, sideways_scroll
from tests.browser.conftest import Open
from tests.browser.demo_server import DemoServer
from tests.browser.signing import sign_in
from tests.lti import registering


@pytest.fixture
def platform():
    """A platform on another site than the product's, since cookies and frames are held apart by names of hosts."""
    with registering.serving("localhost") as serving:
        yield serving


def invite(registrar: Page) -> str:
    """Let the registrar make an address, and return it."""
    registrar.goto("/registrar/platforms")
    registrar.get_by_role("link", name="Connect with one address").click()
    registrar.get_by_role("button", name="Make the address").click()
    address = registrar.get_by_role("region", name="Address").inner_text()
    registrar.get_by_role("link", name="It is copied").click()
    expect(registrar.get_by_role("heading", name="Open invitations")).to_be_visible()
    return address


def show_in_a_frame(platform: registering.Platform, address: str) -> None:
    """Let the platform's page of administration open *address*, and note when it is told to close it."""
    added = urlencode({"openid_configuration": platform.configuration_url, "registration_token": registering.TOKEN})
    platform.page = f"""<!doctype html><html lang="en"><title>Manage tools</title>
        <link rel="icon" href="data:,"><main><h1>Manage tools</h1><p id="told">Open</p>
        <script>addEventListener("message", (event) => {{
          if (event.data.subject === "org.imsglobal.lti.close") document.getElementById("told").textContent = "Closed";
        }});</script>
        <iframe title="Tool" width="900" height="600" src="{escape(f"{address}&{added}")}"></iframe></main>"""


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_a_platform_is_connected_with_one_address(
    own_server: DemoServer, open_page: Open, platform: registering.Platform, scripts: bool
):
    registrar = open_page(own_server, scripts=scripts)
    sign_in(registrar, own_server, "registrar")
    show_in_a_frame(platform, invite(registrar))

    administrator = open_page(own_server, expected=f"another site: {platform.address}", scripts=scripts, width=1000)
    administrator.goto(f"{platform.address}/admin")
    tool = administrator.frame_locator("iframe")
    expect(tool.get_by_role("heading", name="Almost connected")).to_be_visible()
    if scripts:
        expect(administrator.locator("#told")).to_have_text("Closed")
        assert axe_violations(administrator) == []
    else:
        expect(tool.get_by_text("Does this page not close by itself?")).to_be_visible()

    registrar.goto("/registrar/platforms")
    registrar.get_by_role("link", name="localhost", exact=True).click()
    expect(registrar.get_by_text("It launches nobody yet")).to_be_visible()
    registrar.get_by_role("link", name="Approve", exact=True).click()
    registrar.get_by_role("button", name="Approve this platform").click()
    expect(registrar.get_by_text("Connected", exact=True)).to_be_visible()


def test_an_invitation_that_was_used_is_refused_in_the_frame_too_with_a_sentence(
    own_server: DemoServer, open_page: Open, platform: registering.Platform
):
    registrar = open_page(own_server)
    sign_in(registrar, own_server, "registrar")
    show_in_a_frame(platform, invite(registrar))
    administrator = open_page(own_server, expected=f"another site: {platform.address}", width=320)
    for heading in ("Almost connected", "Not connected"):
        administrator.goto(f"{platform.address}/admin")
        tool = administrator.frame_locator("iframe")
        expect(tool.get_by_role("heading", name=heading)).to_be_visible()
    address = administrator.locator("iframe").get_attribute("src")
    administrator.goto(address or "")
    expect(administrator.get_by_text("This invitation was used already")).to_be_visible()
    assert axe_violations(administrator) == []
    assert not sideways_scroll(administrator)


def test_a_page_of_another_site_cannot_show_the_answer(
    own_server: DemoServer, open_page: Open, platform: registering.Platform
):
    registrar = open_page(own_server)
    sign_in(registrar, own_server, "registrar")
    show_in_a_frame(platform, invite(registrar))
    with registering.serving("localhost") as foreign:
        foreign.page = platform.page
        administrator = open_page(
            own_server, expected="another site: http://localhost|frame-ancestors|ERR_BLOCKED_BY_RESPONSE"
        )
        administrator.goto(f"{foreign.address}/admin")
        expect(administrator.get_by_role("heading", name="Manage tools")).to_be_visible()
        expect(administrator.frame_locator("iframe").get_by_role("heading", name="Almost connected")).to_have_count(0)
