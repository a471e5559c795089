"""A registrar orders that somebody who left long ago be erased, another signs it, and nothing of them is left."""

from playwright.sync_api import Page, expect

from tests.browser.accessibility import axe_violations, sideways_scroll
from tests.browser.agency import order_erasure
from tests.browser.conftest import Open
from tests.browser.demo_server import DemoServer
from tests.browser.signing import sign_in
from training_app.demo.people import FORMER_NAME, FORMER_NUMBER


def check(page: Page) -> None:
    assert axe_violations(page) == []
    assert sideways_scroll(page) == []


def test_two_registrars_erase_who_left_long_ago(own_server: DemoServer, open_page: Open):
    server = own_server
    first, second, officer = open_page(server), open_page(server, scripts=False), open_page(server, width=320)
    sign_in(first, server, "registrar")
    sign_in(second, server, "registrar2")
    sign_in(officer, server, "officer")
    officer.get_by_role("link", name="How long we keep records").click()
    expect(officer.get_by_role("heading", name="How long we keep records", level=1)).to_be_visible()
    check(officer)

    first.goto(f"/people/erasures/order/{FORMER_NUMBER}")
    check(first)
    number = order_erasure(first, FORMER_NUMBER)
    check(first)
    expect(first.get_by_role("button", name="Sign and erase")).to_have_count(0)

    second.goto("/people/erasures")
    second.get_by_role("link", name=f"Erasure {number}").click()
    second.get_by_role("button", name="Sign and erase").click()
    expect(second.get_by_text("Nothing that concerned the person alone is left.")).to_be_visible()
    expect(second.get_by_text(FORMER_NAME)).to_have_count(0)
    first.goto("/registrar/people?words=willems")
    expect(first.get_by_text("Nobody is found.")).to_be_visible()
    first.goto(f"/people/erasures/{number}")
    expect(first.get_by_text("erased-").first).to_be_visible()
    check(first)
    assert server.value("SELECT count(*) FROM evaluation WHERE through = '2018-03-20'") == 0
