"""Every kind of item, by keyboard alone, without scripts, and on a phone whose connection is cut."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from quizzes.bank import Bank
from quizzes.item import Item
from tests.browser.accessibility import axe_violations, clipped_text, sideways_scroll, small_targets, structural_faults
from tests.browser.bank import HALF_ORDERED, asked, right
from tests.browser.conftest import Open
from tests.browser.demo_server import DemoServer
from tests.browser.keyboard_steps import answer_by_keys, tab_to
from tests.browser.officer_steps import AT_THE_CHECK, AT_THE_RESULT, IN_A_QUESTION, confirm, start
from tests.browser.signing import sign_in
from tests.quizzes import every_kind
from training_app.clock import now
from training_app.db import Database

MODULE = f"/modules/{every_kind.SLUG}"
PHONE = 360
NO_CONNECTION = (
    "ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET|status 422: POST"
)
ALL_AT_ONCE = 'layout = "all-at-once"'

Items = dict[str, Item]


def publish(server: DemoServer, folder: Path, *plan: str) -> Items:
    """Publish a quiz with an item of every kind on its paper; return the items by id."""
    database = Database(f"sqlite:///{server.database}")
    with database.transaction() as session:
        published = every_kind.publish(session, folder, *plan, at=now(), items=every_kind.ITEMS)
    database.dispose()
    bank: Bank = published.bank
    return dict(bank.by_id())


def at_quiz(page: Page, server: DemoServer) -> Page:
    sign_in(page, server, "officer")
    page.goto(MODULE)
    return page


def item_of(area: Locator, items: Items) -> Item:
    return items[area.get_attribute("data-item") or ""]


def faults_of(page: Page) -> list[str]:
    return [
        *axe_violations(page),
        *structural_faults(page),
        *small_targets(page),
        *sideways_scroll(page),
        *clipped_text(page),
    ]


def saved(server: DemoServer) -> dict[str, list[str]]:
    """Return what the server holds of each item: the answer with the highest number."""
    rows = server.rows("SELECT item_id, options FROM answer ORDER BY sequence, id")
    return {item: json.loads(options) for item, options in rows}


def whole(items: Items) -> dict[str, list[str]]:
    return {name: sorted(right(item)) for name, item in items.items()}


def status_of(area: Locator) -> Locator:
    return area.locator("[data-save-status]")


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_a_question_of_every_kind_is_answered_by_keys_alone_on_a_phone(
    own_server: DemoServer, open_page: Open, tmp_path: Path, scripts: bool
):
    items = publish(own_server, tmp_path)
    page = at_quiz(open_page(own_server, width=PHONE, scripts=scripts, expected=HALF_ORDERED), own_server)
    start(page)
    seen, faults = set(), []
    while IN_A_QUESTION.search(page.url):
        address, item = page.url, item_of(asked(page), items)
        seen.add(item.kind)
        if scripts:  # axe is one
            faults += [f"{item.kind}: {fault}" for fault in faults_of(page)]
        answer_by_keys(page, asked(page), item, right(item))
        tab_to(page, page.locator("main button.primary"))
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url, left=address: url != left)
    assert seen == {item.kind for item in items.values()}
    assert faults == []
    expect(page).to_have_url(AT_THE_CHECK)
    assert saved(own_server) == whole(items)
    confirm(page)
    expect(page).to_have_url(AT_THE_RESULT)
    expect(page.get_by_role("main")).to_contain_text("Passed: 13 of 13 points")


def test_a_whole_paper_is_answered_without_scripts_and_saved_by_one_button(
    own_server: DemoServer, open_page: Open, tmp_path: Path
):
    items = publish(own_server, tmp_path, ALL_AT_ONCE)
    page = at_quiz(open_page(own_server, width=PHONE, scripts=False), own_server)
    page.locator(f"main a[href='{MODULE}/quiz?mode=assessment']").click()
    expect(page.get_by_role("main")).to_contain_text("10, all on one page")
    confirm(page)
    areas = page.locator("[data-save-url]")
    expect(areas).to_have_count(len(items))
    for area in areas.all():
        prefix = area.get_attribute("data-prefix") or ""
        item = item_of(area, items)
        answer_by_keys(page, area, item, right(item), prefix=prefix)
    confirm(page)
    expect(page).to_have_url(AT_THE_CHECK)
    assert saved(own_server) == whole(items)


def test_on_a_whole_paper_each_answer_is_saved_when_given_and_the_button_saves_nothing_twice(
    own_server: DemoServer, open_page: Open, tmp_path: Path
):
    items = publish(own_server, tmp_path, ALL_AT_ONCE, "minutes = 40")
    page = at_quiz(open_page(own_server, width=PHONE, expected=HALF_ORDERED), own_server)
    page.locator(f"main a[href='{MODULE}/quiz?mode=assessment']").click()
    confirm(page)
    expect(page.locator("[data-time-left]")).to_contain_text("Minutes left: 40")
    assert faults_of(page) == []
    areas = page.locator("[data-save-url]")
    expect(areas).to_have_count(len(items))
    for area in areas.all():
        item, prefix = item_of(area, items), area.get_attribute("data-prefix") or ""
        answer_by_keys(page, area, item, right(item), prefix=prefix)
        page.keyboard.press("Tab")
        expect(status_of(area)).to_contain_text("Saved at")
    assert saved(own_server) == whole(items)
    rows = own_server.value("SELECT count(*) FROM answer")
    confirm(page)
    expect(page).to_have_url(AT_THE_CHECK)
    assert own_server.value("SELECT count(*) FROM answer") == rows
    assert page.evaluate("Object.keys(localStorage).filter((key) => !key.endsWith('#'))") == []


def test_a_quiz_on_a_phone_survives_two_cuts_of_the_network_and_a_kill_of_the_server(
    own_server: DemoServer, open_page: Open, tmp_path: Path
):
    items = publish(own_server, tmp_path)
    page = at_quiz(open_page(own_server, width=PHONE, expected=NO_CONNECTION), own_server)
    start(page)
    cuts = {2: "network", 5: "server", 7: "network"}
    for number in range(1, every_kind.ITEMS + 1):
        expect(page).to_have_url(re.compile(f"/questions/{number}$"))
        area, address = asked(page), page.url
        item = item_of(area, items)
        cut = cuts.get(number)
        if cut == "network":
            page.context.set_offline(True)
        elif cut == "server":
            own_server.kill()
        answer_by_keys(page, area, item, right(item))
        confirm(page)
        if cut:
            expect(status_of(area)).to_contain_text("Not saved yet. Your answer is kept on this device")
            assert page.url == address  # no error page of the browser in place of the question
            assert item.id not in saved(own_server)
            if cut == "network":
                page.context.set_offline(False)
            else:
                own_server.start()
            expect(page.locator("main button.primary")).not_to_have_attribute("aria-disabled", "true")
            confirm(page)
    expect(page).to_have_url(AT_THE_CHECK)
    assert saved(own_server) == whole(items)
    page.context.set_offline(True)
    confirm(page)
    expect(page.locator("[data-save-status]")).to_contain_text("There is no connection. Nothing is lost")
    page.context.set_offline(False)
    confirm(page)
    expect(page).to_have_url(AT_THE_RESULT)
    expect(page.get_by_role("main")).to_contain_text("Passed: 13 of 13 points")
    assert own_server.value("SELECT count(*) FROM submission") == 1
    assert page.evaluate("Object.keys(localStorage)") == []


def test_a_quiz_goes_on_from_another_machine(own_server: DemoServer, open_page: Open, tmp_path: Path):
    items = publish(own_server, tmp_path)
    first = at_quiz(open_page(own_server, expected=HALF_ORDERED), own_server)
    start(first)
    item = item_of(asked(first), items)
    answer_by_keys(first, asked(first), item, right(item))
    first.keyboard.press("Tab")
    expect(status_of(asked(first))).to_contain_text("Saved at")
    other = at_quiz(open_page(own_server, width=PHONE), own_server)
    other.locator("main .actions a[href^='/attempts/']").first.click()
    expect(other).to_have_url(re.compile("/questions/2$"))
    assert item_of(asked(other), items).id != item.id


def test_the_time_left_is_told_at_calm_marks_and_its_end_at_once(
    own_server: DemoServer, open_page: Open, tmp_path: Path
):
    publish(own_server, tmp_path, "minutes = 40")
    page = open_page(own_server)
    page.clock.install()
    at_quiz(page, own_server)
    start(page)
    line = page.locator("[data-time-left]")
    spoken = line.get_by_role("status")
    expect(line).to_contain_text("This quiz closes at")
    expect(line).to_contain_text("Minutes left: 40")
    expect(spoken).to_have_text("")
    page.clock.run_for("09:00")
    expect(line).to_contain_text("Minutes left: 31")
    expect(spoken).to_have_text("")
    page.clock.run_for("02:00")
    expect(spoken).to_have_text("Minutes left: 30")
    page.clock.run_for("10:00")
    expect(spoken).to_have_text("Minutes left: 30")
    page.clock.run_for("20:00")
    expect(spoken).to_have_text("The time is over. What was saved by then counts.")
