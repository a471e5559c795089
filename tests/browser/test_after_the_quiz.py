"""After a quiz: the officer appeals, a lead voids the item after a dry run, and the officer passes and is certified."""

import re
from collections.abc import Collection

from playwright.sync_api import Page, expect

from quizzes.item import Item
from tests.browser.bank import Choose, right
from tests.browser.conftest import Open
from tests.browser.demo_server import DemoServer
from tests.browser.gateway import verdict
from tests.browser.officer_steps import confirm, follow, take_quiz
from tests.browser.signing import sign_in
from tests.browser.test_every_route import assert_faultless

MODULE = "ai-limits"
AT_AN_APPEAL = re.compile(r"/judging/appeals/\d+$")


def right_but_for_two() -> Choose:
    """Choose a wrong option in the first two questions that are asked, and the key in all others."""
    asked: list[str] = []

    def choose(item: Item) -> Collection[str]:
        if item.id not in asked:
            asked.append(item.id)
        key = right(item)
        return key if asked.index(item.id) >= 2 else {next(option for option in "abcd" if option not in key)}

    return choose


def test_an_appeal_leads_over_a_dry_run_and_a_ruling_to_a_certificate(own_server: DemoServer, open_page: Open):
    server = own_server
    officer = open_page(server, scripts=False, width=390, scheme="dark")
    sign_in(officer, server, "officer")
    lead = open_page(server)
    sign_in(lead, server, "lead")

    officer.goto(f"/modules/{MODULE}")
    take_quiz(officer, right_but_for_two())
    result = officer.url
    assert verdict(server, "DP-1002", "3.2") != "allow"
    _appeals_for_the_first_question(officer)
    _voids_its_item_after_a_dry_run(lead)
    assert verdict(server, "DP-1002", "3.2") == "allow"
    _tells_the_officer(lead)
    officer.goto(result)
    expect(officer.locator(".verdict.ok")).to_be_visible()
    expect(officer.locator(".timeline li")).to_have_count(2)
    expect(officer.locator("main")).to_contain_text("It can be read in two ways.")
    expect(officer.locator("main a[href*='/certificates/']").first).to_be_visible()


def _appeals_for_the_first_question(officer: Page) -> None:
    follow(officer, "$=/appeal")
    officer.locator("input[name=about][value='1']").check()
    officer.locator("#text").fill("Two answers are right.")
    confirm(officer)
    expect(officer).to_have_url(re.compile(r"/appeals/\d+$"))
    expect(officer.locator(".thread")).to_contain_text("Two answers are right.")


def _voids_its_item_after_a_dry_run(lead: Page) -> None:
    lead.goto("/judging")
    follow(lead, "*=/judging/appeals/")
    follow(lead, "*=/items/")
    lead.locator("form:has(input[name=kind][value=voided]) button").click()
    expect(lead.locator("main")).to_contain_text("DP-1002")
    assert_faultless(lead)
    lead.locator("#reason").fill("It can be read in two ways.")
    lead.locator("main button.danger").click()
    expect(lead).to_have_url(AT_AN_APPEAL)


def _tells_the_officer(lead: Page) -> None:
    lead.locator("input[name=follows][value^=ruling]").check()
    lead.locator("#reason").fill("You are right.")
    confirm(lead)
    expect(lead).to_have_url(AT_AN_APPEAL)
    expect(lead.locator("main .notice.ok").last).to_contain_text("You are right.")
