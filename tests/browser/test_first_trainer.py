"""The first assessor of a tool, from founding to revocation from a past date, on everybody's pages.

Two registrars found her, she signs the declaration, observes and signs, an officer is certified on it; oversight
revokes her from before that day, the officer's certification comes under review at once, and another person voids it.
"""

import re
from datetime import timedelta

from playwright.sync_api import Page, expect

from tests.browser.bank import right
from tests.browser.conftest import Open
from tests.browser.demo_server import DemoServer
from tests.browser.gateway import verdict
from tests.browser.officer_steps import confirm, take_quiz
from tests.browser.signing import sign_in
from tests.browser.test_every_route import assert_faultless
from tests.services import version_life
from training_app.clock import now
from training_app.db import Database
from training_app.rules.facts import Level


def test_a_trainer_is_founded_assesses_is_revoked_from_a_past_date_and_all_of_it_is_followed(
    own_server: DemoServer, open_page: Open
):
    server = own_server
    people = ("registrar", "registrar2", "trainer", "officer1", "oversight", "oversight2")
    pages = {who: open_page(server) for who in people}
    for who, page in pages.items():
        sign_in(page, server, who)
    _ask_an_observation(server)
    _founded_by_two(pages["registrar"], pages["registrar2"])
    _signs_the_declaration(pages["trainer"])
    _passes(pages["officer1"])
    _observes(pages["trainer"])
    _signs_too(pages["officer1"])
    assert verdict(server, "DP-1001", "3.2") == "allow"

    _revokes_from_a_past_day(pages["oversight"])
    assert verdict(server, "DP-1001", "3.2") == "deny: award-under-review"
    pages["trainer"].goto("/my-qualifications")
    expect(pages["trainer"].locator("main")).to_contain_text("Revoked")
    assert_faultless(pages["trainer"])
    _voids(pages["oversight2"])
    assert verdict(server, "DP-1001", "3.2") == "deny: overdue"
    pages["officer1"].goto("/tools/sightline")
    expect(pages["officer1"].get_by_role("heading", name=re.compile("was declared void on"))).to_be_visible()
    expect(pages["officer1"].get_by_text("Nowak")).to_have_count(0)
    assert_faultless(pages["officer1"])


def _ask_an_observation(server: DemoServer) -> None:
    database = Database(f"sqlite:///{server.database}")
    with database.transaction() as session:
        version_life.assess(session, "3.1", "3.2", Level.DIFFERENCES_OBSERVED, "sightline-3-2", at=now())
    database.dispose()


def _founded_by_two(first: Page, second: Page) -> None:
    first.goto("/trainers/of?person=dp-4001")
    first.get_by_role("link", name="Qualify specially").click()
    assert_faultless(first)
    first.locator("#scope").select_option("tool:sightline@3.2")
    first.locator("input[name=level][value=assessor]").check()
    first.locator("#through").fill((now() + timedelta(days=300)).date().isoformat())
    first.locator("#experience").fill("Seven years on identification requests")
    first.locator("#conduct_day").fill((now() - timedelta(days=3)).date().isoformat())
    first.locator("#conduct_by").fill("DP-3002")
    confirm(first)
    expect(first.locator("main")).to_contain_text("It waits for a second signature.")
    second.goto("/trainers")
    second.get_by_role("link", name=re.compile("Read and sign Petra Nowak")).click()
    assert_faultless(second)
    confirm(second)
    expect(second.locator("main")).to_contain_text("Signed. The qualification is in force.")
    assert_faultless(second)


def _signs_the_declaration(trainer: Page) -> None:
    trainer.goto("/my-qualifications")
    expect(trainer.locator("main")).to_contain_text("Sightline Face Matching 3.2")
    trainer.get_by_role("link", name="Read the declaration").click()
    trainer.locator("#agreed").check()
    confirm(trainer)
    expect(trainer.locator("main")).to_contain_text("Signed. The declaration holds for a year.")


def _passes(officer: Page) -> None:
    officer.goto("/modules/sightline-3-2")
    take_quiz(officer, right)
    officer.goto("/my-trainers")
    expect(officer.locator("main")).to_contain_text("Petra Nowak")


def _observes(trainer: Page) -> None:
    trainer.goto("/practice")
    trainer.locator("tr", has_text="Ruben Almeida").get_by_role("button").click()
    expect(trainer.locator("button[name=sign]")).to_be_visible()  # all of the page is there
    for card in trainer.locator("section.card").all():
        card.get_by_label("Met", exact=True).check()
    trainer.locator("button[name=sign]").click()
    expect(trainer).to_have_url(re.compile(r"/practice/signed/\d+$"))


def _signs_too(officer: Page) -> None:
    officer.goto("/tools")
    officer.locator("main .next a").click()
    officer.locator("input[name=agreement][value=agree]").check()
    confirm(officer)
    expect(officer.locator("main")).to_contain_text("It counts")


def _revokes_from_a_past_day(oversight: Page) -> None:
    oversight.goto("/trainers/DP-4001")
    oversight.get_by_role("link", name=re.compile("Suspend or revoke")).click()
    assert_faultless(oversight)
    oversight.get_by_label("Revoke", exact=True).check()
    oversight.get_by_label("From which day?").fill((now() - timedelta(days=1)).date().isoformat())
    oversight.get_by_label("Why?").select_option("signed-unseen")
    oversight.get_by_role("button", name="Show what would follow").click()
    expect(oversight.get_by_text("1 certification would be under review")).to_be_visible()
    assert_faultless(oversight)
    oversight.get_by_role("button", name="Record this measure").click()
    expect(oversight.get_by_role("heading", name="Revoked: every qualification")).to_be_visible()


def _voids(other: Page) -> None:
    other.goto("/oversight/award-reviews")
    other.get_by_role("link", name=re.compile("DP-4001")).click()
    expect(other.get_by_role("button", name="Show what would follow")).to_be_visible()
    assert_faultless(other)
    other.get_by_label(re.compile("^All 1 for|^The one for|for Sightline")).first.check()
    other.get_by_label("Void: The requirements were not met").check()
    other.get_by_role("button", name="Show what would follow").click()
    expect(other.get_by_role("heading", name="What would follow", level=1)).to_be_visible()
    assert_faultless(other)
    other.locator("main form button[type=submit]").last.click()
    expect(other.locator("main")).to_contain_text("void")
