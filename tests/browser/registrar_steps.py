"""What registrars do in the pages to bring a version into use, step by step, with or without scripts."""

import re

from playwright.sync_api import Page, expect

from tests.browser.officer_steps import confirm, follow, go_to

WHAT_CHANGED = "The score is shown as a band, and a rejected match asks for a reason."
A_VERSION = re.compile(r"/registrar/versions/\d+$")

REQUIREMENTS, CARD, RELEASE = "*=/requirement", "$=/card", "$=/release"
"""Addresses of what a version's page leads to: what earns a certification, the card, the forecast."""


def register(page: Page, label: str, *, replaces: str) -> str:
    """Register a version of the demonstration's tool; return the address of its page."""
    go_to(page, "/registrar/tools")
    follow(page, "$=/registrar/tools/sightline")
    follow(page, "$=/register-version")
    page.locator("#label").fill(label)
    page.locator("#predecessor").select_option(label=replaces)
    page.locator("#what_changed").fill(WHAT_CHANGED)
    page.locator("#how_to_stop").fill("Press Stop search; to set a result aside, say why.")
    page.locator("input[name=prohibition][value=none]").check()
    confirm(page)
    expect(page).to_have_url(A_VERSION)
    return page.url


def propose_requirements(page: Page, version_page: str) -> None:
    """Ask for what the version before asks for, which the form starts from."""
    page.goto(version_page)
    follow(page, REQUIREMENTS)
    expect(page.locator("input[name=full][value=ai-limits]")).to_be_checked()
    confirm(page)
    expect(page).to_have_url(version_page)


def fill_in_card(page: Page, version_page: str) -> None:
    """Write what officers read of the version: one figure and one test by group are enough to complete it."""
    page.goto(version_page)
    follow(page, CARD)
    page.locator("#training_data").fill("Portraits that the vendor licensed.")
    page.locator("#known_limits").fill("Pictures taken at night.")
    figure = {"group": "Women", "measure": "False matches", "value": "0.5 %"}
    test = {
        "date": "2026-09-01",
        "owner": "Methods unit",
        "data_set": "Custody sample 2026",
        "groups": "women and men",
        "finding": "No difference found.",
    }
    for rows, said in (("figures", figure), ("tests", test)):
        for name, value in said.items():
            page.locator(f"#{rows}-0-{name}").fill(value)
    confirm(page)
    expect(page).to_have_url(version_page)


def do_without_card(page: Page, version_page: str) -> None:
    """Say why the version may be released without a complete card."""
    page.goto(version_page)
    follow(page, CARD)
    follow(page, "$=/card/waiver")
    page.locator("#reason").fill("The vendor publishes no figures; the methods unit tests it in spring.")
    confirm(page)
    expect(page).to_have_url(version_page)


def announce(page: Page, version_page: str) -> None:
    page.goto(version_page)
    page.locator("main form[action$='/announce'] button").click()
    expect(page.locator("main form[action$='/announce']")).to_have_count(0)


def open_way(page: Page, version_page: str, start: str) -> None:
    """Open the assessment of the way from the version *start*, or the form for one."""
    page.goto(version_page)
    page.locator(f"main .tasks a[href*='/assess']:has-text('{start}')").click()


def assess(page: Page, version_page: str, *, start: str, module: str) -> None:
    """Find that officers certified on *start* take what changed, with its quiz."""
    open_way(page, version_page, start)
    page.locator("input[name=level][value='2']").check()
    page.locator(f"input[name=modules][value={module}]").check()
    page.locator("#what_changed").fill(WHAT_CHANGED)
    confirm(page)
    expect(page).to_have_url(version_page)


def sign_requirements(page: Page, version_page: str) -> None:
    """Sign, as the second person, what earns a certification."""
    page.goto(version_page)
    follow(page, REQUIREMENTS)
    confirm(page)
    expect(page).to_have_url(version_page)


def sign_way(page: Page, version_page: str, *, start: str) -> None:
    """Sign, as the second person, the assessment of the way from *start*."""
    open_way(page, version_page, start)
    confirm(page)
    expect(page).to_have_url(version_page)


def show_forecast(page: Page, version_page: str) -> None:
    page.goto(version_page)
    follow(page, RELEASE)
    expect(page).to_have_url(re.compile("/release$"))
