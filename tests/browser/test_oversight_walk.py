"""The oversight body stops a version, asks why, is answered on the record, and lets it be used again: in a browser."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.demo_server import DemoServer
from tests.browser.officer_steps import go_to
from tests.browser.signing import sign_in
from tests.browser.test_conduct import check

SEEN = "In each of ten tries the first three candidates were far older than the person in the picture."
QUESTION = "Since when do you know of it, and what have you done?"


def test_oversight_suspends_asks_is_answered_and_signs_the_end(own_server: DemoServer, open_page: Open):
    server = own_server
    overseer, second, registrar = (open_page(server) for _ in range(3))
    sign_in(overseer, server, "oversight")
    sign_in(second, server, "oversight2")
    sign_in(registrar, server, "registrar")

    _look_around(overseer)
    _suspend(overseer)
    _ask(overseer)
    _answer(registrar)
    _propose(registrar)
    _sign(second)
    _close(overseer)

    registrar.goto("/questions")
    registrar.get_by_role("link", name=re.compile("^Since when do you know")).click()
    expect(registrar.get_by_text("It is closed. Nothing is added to it.")).to_be_visible()
    check(registrar)


def _look_around(overseer: Page) -> None:
    """Open every overview from the home."""
    overseer.goto("/")
    cards = overseer.locator(".cards-of-figures h3 a")
    for place in range(cards.count()):
        cards.nth(place).click()
        expect(overseer).not_to_have_url(re.compile("/oversight/$"))
        check(overseer)
        overseer.go_back()


def _suspend(overseer: Page) -> None:
    overseer.goto("/")
    expect(overseer.get_by_role("heading", name="Oversight", exact=True)).to_be_visible()
    check(overseer)
    overseer.get_by_role("link", name="Suspend a version").click()
    overseer.get_by_role("link", name="Suspend Sightline Face Matching 3.2").click()
    expect(overseer.get_by_text("3 officers may use 3.2 today and would be refused at once")).to_be_visible()
    expect(overseer.get_by_text("Luca Conti")).to_have_count(0)
    check(overseer)
    overseer.get_by_label("Results that treat a group worse than others").check()
    overseer.get_by_label("What was seen?").fill(SEEN)
    overseer.get_by_role("button", name="Suspend 3.2 now").click()
    expect(overseer.get_by_text("Version 3.2 is suspended for safety from now on.")).to_be_visible()
    check(overseer)


def _ask(overseer: Page) -> None:
    overseer.goto("/oversight/")
    overseer.get_by_role("link", name="Ask a question on the record").click()
    overseer.get_by_label("Who is to answer?").select_option(label="The registrars")
    overseer.get_by_label("What is it about?").select_option(label="Sightline Face Matching 3.2")
    overseer.get_by_label("Your question").fill(QUESTION)
    check(overseer)
    overseer.get_by_role("button", name="Ask", exact=True).click()
    expect(overseer.get_by_text("Asked, on the record.")).to_be_visible()
    check(overseer)


def _answer(registrar: Page) -> None:
    registrar.goto("/registrar/tools")
    registrar.get_by_role("link", name="Questions (1 waits)").click()
    registrar.get_by_role("link", name=re.compile("^Since when do you know")).click()
    registrar.get_by_label("Your answer").fill("Since yesterday. The threshold was set too low; it is set again.")
    check(registrar)
    registrar.get_by_role("button", name="Answer on the record").click()
    expect(registrar.get_by_text("Answered, on the record.")).to_be_visible()


def _propose(registrar: Page) -> None:
    go_to(registrar, "/registrar/tools")
    registrar.goto("/registrar/tools/sightline")
    registrar.get_by_role("link", name=re.compile(r"3\.2")).first.click()
    expect(registrar.get_by_text("By the oversight body (DP-6001)")).to_be_visible()
    check(registrar)
    registrar.get_by_role("link", name=re.compile("^Say why it is safe again")).click()
    registrar.get_by_label("Why is it safe again?").fill("The threshold is set again, and was tried on 200 pictures.")
    check(registrar)
    registrar.get_by_role("button", name="Put it to the oversight body").click()
    expect(registrar.get_by_text("The version stays suspended until the oversight body signs.")).to_be_visible()


def _sign(second: Page) -> None:
    second.goto("/oversight/")
    second.get_by_role("link", name="A registrar says that Sightline Face Matching 3.2 is safe again").click()
    expect(second.get_by_text("tried on 200 pictures")).to_be_visible()
    second.get_by_label("Why is it safe again?").fill("Looked at the new tests. They are as they should be.")
    check(second)
    second.get_by_role("button", name="Sign the end of this suspension").click()
    expect(second.get_by_text("Version 3.2 may be used again.")).to_be_visible()


def _close(overseer: Page) -> None:
    overseer.goto("/oversight/questions")
    overseer.get_by_role("link", name=re.compile("^Since when do you know")).click()
    overseer.get_by_role("link", name="Close the question").click()
    overseer.get_by_label("Something was done because of it").check()
    overseer.get_by_label("What came of it?").fill("The threshold was set again, and tried.")
    check(overseer)
    overseer.get_by_role("button", name="Close the question").click()
    expect(overseer.get_by_text("Closed. It stays on record.")).to_be_visible()
    check(overseer)
