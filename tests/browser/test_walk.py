"""The product's main job from end to end, in a browser, as a new user would try it."""

import re
from datetime import datetime

import pytest
from playwright.sync_api import Page, expect

from tests.browser import registrar_steps as registrar
from tests.browser.bank import HALF_ORDERED, right
from tests.browser.conftest import Open
from tests.browser.demo_server import DemoServer
from tests.browser.gateway import answer, verdict
from tests.browser.officer_steps import (
    confirm,
    follow,
    go_to,
    heading,
    read_every_lesson,
    take_quiz,
    version_on,
)
from tests.browser.signing import sign_in
from training_app.rules.access import Badge

ANSWERS = {
    ("DP-1001", "3.1"): "allow",
    ("DP-1001", "3.2"): "deny: overdue",
    ("DP-1002", "3.1"): "deny: never-certified",
    ("DP-1002", "3.2"): "deny: never-certified",
    ("DP-1003", "3.1"): "allow",
    ("DP-1003", "3.2"): "allow",
    ("DP-1004", "3.1"): "deny: evaluation-not-in-force",
    ("DP-1004", "3.2"): "deny: evaluation-not-in-force",
    ("DP-1005", "3.1"): "deny: no-seat",
    ("DP-1005", "3.2"): "deny: no-seat",
    ("DP-1006", "3.1"): "deny: suspended",
    ("DP-1006", "3.2"): "deny: suspended",
    ("DP-1007", "3.1"): "deny: not-covered",
    ("DP-1007", "3.2"): "allow",
}


@pytest.mark.parametrize(("officer", "version"), ANSWERS)
def test_a_tool_that_asks_over_http_gets_the_published_answer(server: DemoServer, officer: str, version: str):
    assert verdict(server, officer, version) == ANSWERS[officer, version]


@pytest.mark.parametrize(
    "browser",
    [
        pytest.param({}, id="with-scripts"),
        pytest.param({"scripts": False, "width": 390, "scheme": "dark"}, id="without-scripts-on-a-phone"),
    ],
)
def test_an_officer_is_certified_refused_after_an_update_and_certified_again_by_what_changed(
    own_shipped_server: DemoServer, open_page: Open, browser: dict[str, object]
):
    server = own_shipped_server
    people = {
        mailbox: _signed_in(open_page(server, expected=HALF_ORDERED, **browser), server, mailbox)
        for mailbox in ("officer", "registrar", "registrar2", "supervisor")
    }
    officer = people["officer"]

    through = _is_certified_on_the_newest_version(officer, server)
    version_page = _is_prepared_by_the_first_registrar(people["registrar"], server)
    _cannot_be_released_without_a_second_signature(people["registrar"], server, version_page)
    assert verdict(server, "DP-1002", "3.2") == "allow"
    _is_signed_foreseen_and_released_by_the_second(people["registrar2"], version_page)

    assert verdict(server, "DP-1002", "3.3") == "deny: overdue"
    assert verdict(server, "DP-1002", "3.2") == "allow", "a version in use stays in use"
    _is_told_why_and_takes_only_what_changed(officer, through)
    assert verdict(server, "DP-1002", "3.3") == "allow"
    assert answer(server, "DP-1002", "3.3")["context"]["valid_through"] == _iso(through)
    _is_answered_for_by_the_supervisor(people["supervisor"], server)


def _signed_in(page: Page, server: DemoServer, mailbox: str) -> Page:
    sign_in(page, server, mailbox)
    return page


def _is_certified_on_the_newest_version(page: Page, server: DemoServer) -> str:
    """Take the module and its quiz; return the last day of the certification as the page writes it."""
    go_to(page, "/tools")
    card = page.get_by_role("region", name="Get certified on Sightline Face Matching 3.2")
    expect(card).to_contain_text("Do this next")
    card.get_by_role("link").click()
    assert heading(page) == "The limits of AI"
    expect(page.get_by_role("main")).to_contain_text("Provisional: the cut score")
    read_every_lesson(page, "ai-limits")
    take_quiz(page, right)
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"Passed: (\d+) of \1 points"))
    sentence = page.get_by_text("You are certified on Sightline Face Matching 3.2 through")
    found = re.search(r"through (\d+ \w+ \d{4})\.", sentence.inner_text())
    assert found, sentence.inner_text()
    assert verdict(server, "DP-1002", "3.2") == "allow"
    assert verdict(server, "DP-1002", "3.1") == "deny: not-covered"
    follow(page, "*=/certificates/")
    expect(page.get_by_role("main")).to_contain_text("Julie Bakker has met the requirements")
    return found[1]


def _is_prepared_by_the_first_registrar(page: Page, server: DemoServer) -> str:
    """Register, announce and assess 3.3; return the address of its page."""
    version_page = registrar.register(page, "3.3", replaces="3.2")
    registrar.propose_requirements(page, version_page)
    registrar.fill_in_card(page, version_page)
    registrar.announce(page, version_page)
    registrar.assess(page, version_page, start="3.2", module="sightline-3-3")
    assert verdict(server, "DP-1002", "3.3") == "deny: version-not-released"
    return version_page


def _cannot_be_released_without_a_second_signature(page: Page, server: DemoServer, version_page: str) -> None:
    """See no button for it, nor one to sign one's own, and be refused where a forged form asks for it."""
    registrar.open_way(page, version_page, "3.2")
    expect(page.get_by_text("You wrote this yourself.")).to_be_visible()
    expect(page.locator("main form")).to_have_count(0)
    registrar.show_forecast(page, version_page)
    expect(page.get_by_text("The way from 3.2 must be assessed, and signed by a second registrar.")).to_be_visible()
    expect(page.locator("main form[method=post]")).to_have_count(0)
    form = {
        "csrf_token": page.locator("input[name=csrf_token]").first.get_attribute("value"),
        "when": "now",
        "seen": "",
    }
    refused = page.request.post(
        f"{version_page}/release", form=form, headers={"Referer": version_page}, max_redirects=0
    )
    assert refused.status == 422
    assert verdict(server, "DP-1002", "3.3") == "deny: version-not-released"


def _is_signed_foreseen_and_released_by_the_second(page: Page, version_page: str) -> None:
    registrar.sign_requirements(page, version_page)
    registrar.sign_way(page, version_page, start="3.2")
    registrar.show_forecast(page, version_page)
    for name in ("Julie Bakker", "Luca Conti", "Nikos Georgiou"):
        row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name))
        expect(row).to_contain_text("Refused")
        expect(row).to_contain_text("from the release on")
    expect(page.get_by_role("row").filter(has_text="Marie Dubois")).to_contain_text("today either")
    confirm(page)
    expect(page.get_by_role("status")).to_contain_text("Version 3.3 is released")


def _is_told_why_and_takes_only_what_changed(page: Page, through: str) -> None:
    go_to(page, "/tools")
    card = page.get_by_role("region", name="Train for Sightline Face Matching 3.3")
    expect(card).to_contain_text("first cover what changed since 3.2")
    card.get_by_role("link").click()
    version = version_on(page, "3.3")
    expect(version).to_contain_text("You may not use Sightline Face Matching 3.3 now.")
    expect(version).to_contain_text(registrar.WHAT_CHANGED)
    expect(version).to_contain_text("The rest of the course stays valid.")
    expect(version.get_by_role("listitem").filter(has_text="The limits of AI")).to_have_count(0)
    version.locator("a[href='/modules/sightline-3-3']").first.click()
    read_every_lesson(page, "sightline-3-3")
    take_quiz(page, right)
    expect(page.get_by_text(f"You are certified on Sightline Face Matching 3.3 through {through}.")).to_be_visible()
    go_to(page, "/tools")
    for label in ("3.2", "3.3"):
        row = page.locator("main .versions > li").filter(has_text=f"Version {label}")
        expect(row).to_contain_text("Certified")
        expect(row).to_contain_text(f"Valid through {through}")


def _is_answered_for_by_the_supervisor(page: Page, server: DemoServer) -> None:
    """See everybody by version in use, and for one officer the whole answer, as the tool gets it."""
    go_to(page, "/unit")
    page.goto(f"{page.url}?tool=sightline")
    matrix = page.get_by_role("table", name="Officers by tool version in use")
    for number in range(1001, 1013):
        officer = f"DP-{number}"
        badges = matrix.get_by_role("row").filter(has_text=officer).locator(".badge:visible")
        told = [answer(server, officer, version)["context"]["badge"] for version in ("3.1", "3.2", "3.3")]
        gravest = min(told, key=lambda badge: [*Badge].index(Badge(badge["code"])))
        shown = [badge.strip() for badge in badges.all_text_contents()]
        # The gravest stands first; on a small screen it stands alone.
        labels = [badge["label"] for badge in (gravest, *told)]
        assert shown in (labels, labels[:1]), officer
    matrix.get_by_role("link", name="Marie Dubois").click()
    told = answer(server, "DP-1004", "3.3")["context"]
    version = version_on(page, "3.3")
    expect(version).to_contain_text("Marie Dubois may not use Sightline Face Matching 3.3 now.")
    assert [ground["code"] for ground in told["grounds"]] == ["overdue", "evaluation-not-in-force"]
    for ground in told["grounds"]:
        expect(version).to_contain_text(ground["sentence"])


def _iso(day: str) -> str:
    """Return a day as the answer over HTTP writes it."""
    return datetime.strptime(day, "%d %B %Y").date().isoformat()  # noqa: DTZ007 - a civil day has no zone
