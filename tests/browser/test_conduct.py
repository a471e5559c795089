"""A concern, a measure and all that follows from it, on everybody's pages in a real browser."""

import re

from playwright.sync_api import Page, expect

from tests.browser.accessibility import axe_violations, sideways_scroll
from tests.browser.conduct_steps import SAID, TRAINER, let_awards_rest_on_a_trainer
from tests.browser.conftest import Open
from tests.browser.demo_server import DemoServer
from tests.browser.signing import sign_in

TOOL = "/tools/sightline"


def check(page: Page) -> None:
    assert axe_violations(page) == []
    assert sideways_scroll(page) == []


def test_a_concern_leads_to_a_measure_and_what_rests_on_the_work_is_judged_and_objected_to(
    own_server: DemoServer, open_page: Open
):
    server = own_server
    let_awards_rest_on_a_trainer(server, "DP-1001", "DP-1003", "DP-1007")
    officer, oversight, other, trainer = (open_page(server) for _ in range(4))
    sign_in(officer, server, "officer1")
    sign_in(oversight, server, "oversight")
    sign_in(other, server, "oversight2")
    sign_in(trainer, server, "trainer2")

    _raise_a_concern(officer)
    _end_it_with_a_measure(oversight)

    officer.goto(TOOL)
    expect(officer.get_by_role("heading", name="Your certification is under review")).to_be_visible()
    check(officer)
    trainer.goto("/my-qualifications")
    expect(trainer.get_by_role("heading", name="Revoked: every qualification")).to_be_visible()
    check(trainer)

    _void_them_all(other)
    officer.goto(TOOL)
    expect(officer.get_by_role("heading", name=re.compile("was declared void on"))).to_be_visible()
    expect(officer.get_by_text("Haddad")).to_have_count(0)
    check(officer)
    officer.get_by_role("link", name=re.compile("Object to this decision")).click()
    check(officer)
    officer.get_by_label("Why is the decision wrong?").fill("I was observed, and the roster says so.")
    officer.get_by_role("button", name="Object").click()
    expect(officer.get_by_text("Not decided yet")).to_be_visible()
    check(officer)

    oversight.goto("/oversight/award-reviews")
    check(oversight)
    oversight.get_by_role("link", name=re.compile("DP-1001")).click()
    expect(oversight.get_by_text("Somebody else decides this")).to_be_visible()


def _raise_a_concern(officer: Page) -> None:
    officer.goto("/my-trainers")
    officer.get_by_role("link", name="Raise a concern in confidence").click()
    check(officer)
    officer.get_by_label("Which trainer is it about?").select_option(TRAINER)
    officer.get_by_label("Signed for what was not observed").check()
    officer.get_by_label("What happened?").fill(SAID)
    officer.get_by_role("button", name="Send in confidence").click()
    expect(officer.get_by_role("cell", name="Received")).to_be_visible()
    check(officer)


def _end_it_with_a_measure(oversight: Page) -> None:
    oversight.goto("/conduct/cases")
    check(oversight)
    expect(oversight.get_by_text("Karim Haddad")).to_have_count(0)
    oversight.get_by_role("link", name=re.compile(TRAINER)).click()
    expect(oversight.get_by_text(SAID)).to_have_count(0)
    oversight.get_by_role("button", name="Take this concern").click()
    expect(oversight.get_by_text(SAID)).to_be_visible()
    check(oversight)
    oversight.get_by_label("Revoked").check()
    oversight.get_by_role("button", name="Continue").click()
    oversight.get_by_label("From which day?").fill("2026-01-15")
    oversight.get_by_label("Why?").select_option("signed-unseen")
    oversight.get_by_role("button", name="Show what would follow").click()
    expect(oversight.get_by_text("3 certifications would be under review")).to_be_visible()
    check(oversight)
    oversight.get_by_role("button", name="Record this measure").click()
    expect(oversight.get_by_role("heading", name="Revoked: every qualification")).to_be_visible()
    check(oversight)


def _void_them_all(other: Page) -> None:
    other.goto("/oversight/award-reviews")
    expect(other.get_by_text("Karim Haddad")).to_have_count(0)
    other.get_by_role("link", name=re.compile(TRAINER)).click()
    check(other)
    other.get_by_label(re.compile("^All 3 for")).check()
    other.get_by_label("Void: The requirements were not met").check()
    other.get_by_role("button", name="Show what would follow").click()
    expect(other.get_by_text("3 certifications are judged")).to_be_visible()
    check(other)
    other.get_by_role("button", name="Void them").click()
    expect(other.get_by_text("Nothing waits here")).to_be_visible()
