"""A judge rates on a phone: by keyboard, saved as typed, nothing lost; and the same without a script."""

from playwright.sync_api import Page, expect
from sqlalchemy import select

from tests.browser.conftest import Open
from tests.browser.demo_server import DemoServer
from tests.browser.signing import sign_in
from tests.services.recorded import ZONE
from training_app.clock import now
from training_app.db import Database
from training_app.models.people import Person
from training_app.services import content, standard_setting

PHONE = 360


def panel(server: DemoServer) -> str:
    """Open a panel with one trainer and return the address of its first page of items."""
    database = Database(f"sqlite:///{server.database}")
    with database.transaction() as session:
        by_number = {person.service_number: person for person in session.scalars(select(Person))}
        published = content.newest(session, "ai-limits")
        assert published is not None
        lead, judge = by_number["DP-4003"], by_number["DP-4001"]
        setting = standard_setting.open_setting(session, published, [judge.id], at=now(), zone=ZONE, by=lead)
        address = f"/content/standards/{setting.id}/ratings/1"
    database.dispose()
    return address


def given(page: Page) -> list[str]:
    return [page.locator(f"#item_{place}").input_value() for place in (1, 2, 3)]


def test_a_judge_rates_by_keyboard_and_every_figure_is_saved_as_it_is_typed(server: DemoServer, open_page: Open):
    page = open_page(server, width=PHONE, expected="ERR_INTERNET_DISCONNECTED")
    sign_in(page, server, "trainer")
    address = panel(server)
    page.goto(address)
    page.locator("#item_1").focus()
    for percent in ("63", "71"):
        page.keyboard.type(percent)
        page.keyboard.press("Tab")
    expect(page.locator("#item_3")).to_be_focused()
    saved = page.locator("[data-save-status]")
    expect(saved).to_contain_text("Saved at")
    page.context.set_offline(True)
    page.keyboard.type("85")
    expect(saved).to_contain_text("Not saved yet")
    page.context.set_offline(False)
    expect(saved).to_contain_text("Saved at")
    page.goto(address)
    assert given(page) == ["63", "71", "85"]

    plain = open_page(server, width=PHONE, scripts=False)
    sign_in(plain, server, "trainer")
    plain.goto(address)
    plain.locator("#item_2").fill("72")
    plain.locator("#item_3").fill("many")
    plain.keyboard.press("Enter")
    expect(plain.locator(".problem")).to_contain_text("Enter a whole number from 1 to 100.")
    plain.locator("#item_3").fill("86")
    plain.keyboard.press("Enter")
    expect(plain).to_have_url(f"{server.origin}{address[:-1]}2")
    plain.goto(address)
    assert given(plain) == ["63", "72", "86"]
