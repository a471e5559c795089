"""Oversight in a real browser: a search of the journal, a proof, a replayed decision, a name after a reason."""

import json
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.demo_server import DemoServer
from tests.browser.gateway import answer
from tests.browser.signing import sign_in
from tests.browser.test_conduct import check


def test_a_decision_is_found_proved_and_replayed_and_its_officer_named_after_a_reason(
    own_server: DemoServer, open_page: Open
):
    answer(own_server, "DP-1001", "3.2")
    oversight, other = open_page(own_server), open_page(own_server)
    sign_in(oversight, own_server, "oversight")
    sign_in(other, own_server, "oversight2")

    entry = _find_it_in_the_journal(oversight)
    _prove_it(oversight)
    _replay_it(oversight)
    _give_a_reason_for_the_name(oversight, entry)
    other.goto(entry)
    expect(other.get_by_role("main")).not_to_contain_text("Almeida")
    _read_the_looks(other)


def _find_it_in_the_journal(page: Page) -> str:
    page.goto("/oversight/journal")
    page.get_by_text("Look for certain entries").click()
    page.get_by_label("What was recorded").select_option("recorded_decision")
    page.get_by_label("About whom, by service number").fill("dp-1001")
    page.get_by_role("button", name="Look for them").click()
    expect(page.get_by_text("1 entry", exact=True)).to_be_visible()
    check(page)
    page.get_by_role("table").get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Entry [0-9]+"))
    expect(page.get_by_text("This content has the digest above")).to_be_visible()
    expect(page.get_by_role("main")).not_to_contain_text("Almeida")
    check(page)
    return page.url


def _prove_it(page: Page) -> None:
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download the proof").click()
    proof = json.loads(Path(downloading.value.path()).read_text("utf-8"))
    assert proof["proof"]["leaf"]["kind"] == "recorded_decision"
    assert proof["content"] is None
    page.get_by_role("link", name="See the proof").click()
    expect(page.get_by_text("The entry stands in the tree.")).to_be_visible()
    check(page)
    page.get_by_role("link", name="Entry of the journal").click()


def _replay_it(page: Page) -> None:
    page.get_by_role("link", name="Open what it is about").click()
    expect(page.get_by_text("The same answer")).to_be_visible()
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download the facts").click()
    assert json.loads(Path(downloading.value.path()).read_text("utf-8"))["origin"]["officer"] == "DP-1001"
    check(page)


def _give_a_reason_for_the_name(page: Page, entry: str) -> None:
    page.goto(entry)
    page.get_by_role("link", name="DP-1001").first.click()
    page.get_by_role("button", name="Record the reason and show the name").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose why you need the name.")
    check(page)
    page.get_by_label("A complaint or an incident report is handled").check()
    page.get_by_label("Reference of the case").fill("OB-2026-014")
    page.get_by_role("button", name="Record the reason and show the name").click()
    expect(page).to_have_url(entry)
    expect(page.get_by_role("main")).to_contain_text("Ruben Almeida")
    page.goto("/trainers")
    expect(page.get_by_role("main")).not_to_contain_text("Karim Haddad")


def _read_the_looks(page: Page) -> None:
    page.goto("/oversight/looks?overseer=DP-6001")
    looks = page.get_by_role("table")
    for seen in ("Entry of the journal", "Proof of an entry", "Decision, answered again", "Facts behind an answer"):
        expect(looks).to_contain_text(seen)
    expect(looks).to_contain_text("name shown: A complaint or an incident report is handled")
    expect(looks).not_to_contain_text("Almeida")
    check(page)
    page.get_by_role("link", name="Names that were shown").click()
    expect(page.get_by_role("row", name=re.compile("DP-1001"))).to_contain_text("OB-2026-014")
    check(page)
