"""Observed practice on one tablet: ticked over a lost network, signed, handed over, and signed by the officer."""

import re

from playwright.sync_api import Page, expect

from tests.browser.bank import right
from tests.browser.conftest import Open
from tests.browser.demo_server import DemoServer
from tests.browser.gateway import verdict
from tests.browser.officer_steps import confirm, follow, take_quiz
from tests.browser.signing import sign_in
from tests.browser.test_every_route import assert_faultless
from tests.services import version_life
from training_app.clock import now
from training_app.db import Database
from training_app.rules.facts import Level

NO_NETWORK = "ERR_INTERNET_DISCONNECTED"
TABLET = 820


def test_a_sign_off_on_a_tablet_without_network_lets_the_officer_use_the_version(
    own_server: DemoServer, open_page: Open
):
    server = own_server
    _ask_an_observation(server)
    officer = open_page(server, width=390, scheme="dark")
    sign_in(officer, server, "officer1")
    _passes_the_module_and_finds_an_assessor(officer)
    tablet = open_page(server, width=TABLET, expected=NO_NETWORK)
    sign_in(tablet, server, "trainer2")
    tablet.goto("/practice")
    assert_faultless(tablet)
    tablet.locator("tr", has_text="Ruben Almeida").get_by_role("button").click()
    _ticks_over_a_lost_network(tablet)
    tablet.locator("button[name=sign]").click()
    expect(tablet).to_have_url(re.compile(r"/practice/signed/\d+$"))
    assert_faultless(tablet)
    assert verdict(server, "DP-1001", "3.2") != "allow", "one signature is missing"
    officer.goto("/tools")
    expect(officer.locator("main .next")).to_contain_text("One click is missing")
    _is_handed_over_and_signed(tablet, server)
    assert verdict(server, "DP-1001", "3.2") == "allow"


def _ask_an_observation(server: DemoServer) -> None:
    database = Database(f"sqlite:///{server.database}")
    with database.transaction() as session:
        version_life.assess(session, "3.1", "3.2", Level.DIFFERENCES_OBSERVED, "sightline-3-2", at=now())
    database.dispose()


def _passes_the_module_and_finds_an_assessor(officer: Page) -> None:
    officer.goto("/modules/sightline-3-2")
    take_quiz(officer, right)
    officer.goto("/tools/sightline")
    assert_faultless(officer)
    follow(officer, "$=/be-observed")
    expect(officer.locator("main")).to_contain_text("Karim Haddad")
    assert_faultless(officer)


def _ticks_over_a_lost_network(tablet: Page) -> None:
    """Tick all, the second and third without a network; nothing is signed before everything has arrived."""
    cards = tablet.locator("section.card")
    lines = tablet.locator("[data-save-status]")
    cards.nth(0).get_by_label("Met", exact=True).check()
    expect(lines.nth(0)).to_contain_text("Saved at")
    assert_faultless(tablet)
    tablet.context.set_offline(True)
    for number in (1, 2):
        cards.nth(number).get_by_label("Met", exact=True).check()
        expect(lines.nth(number)).to_have_text("Kept on this device. It will be sent when the network is back.")
    address = tablet.url
    tablet.locator("button[name=sign]").click()
    expect(tablet).to_have_url(address)
    tablet.context.set_offline(False)
    expect(lines.nth(2)).to_contain_text("Saved at")
    tablet.reload()
    expect(cards.nth(2).get_by_label("Met", exact=True)).to_be_checked()
    for number in range(3, cards.count()):
        cards.nth(number).get_by_label("Met", exact=True).check()
        expect(lines.nth(number)).to_contain_text("Saved at")


def _is_handed_over_and_signed(tablet: Page, server: DemoServer) -> None:
    tablet.get_by_role("button", name="Sign out and hand it over").click()
    expect(tablet).to_have_url(re.compile("/sign-in"))
    sign_in(tablet, server, "officer1")
    expect(tablet).to_have_url(re.compile(r"/observations/\d+$"))
    assert_faultless(tablet)
    tablet.locator("input[name=agreement][value=agree]").check()
    confirm(tablet)
    expect(tablet.locator("main")).to_contain_text("It counts")
    assert tablet.evaluate("Object.keys(localStorage)") == []
