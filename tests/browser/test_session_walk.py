"""A training session from its plan to the record, on a phone: instructor, officers, supervisor; one without scripts."""

import re
from datetime import timedelta

from playwright.sync_api import Page, expect

from tests.browser.accessibility import axe_violations, sideways_scroll
from tests.browser.conftest import Open
from tests.browser.demo_server import DemoServer
from tests.browser.session_steps import person, plan, qualify
from tests.browser.signing import sign_in
from training_app.clock import now
from training_app.db import Database

PHONE = 320


def sound(page: Page) -> None:
    """Check that the page is accessible and fits."""
    assert axe_violations(page) == [], page.url
    assert not sideways_scroll(page), page.url


def test_a_session_is_planned_joined_and_attended(server: DemoServer, open_page: Open):
    database = Database(f"sqlite:///{server.database}")
    with database.transaction() as session:
        qualify(session, "DP-4001")
        instructor = person(session, "DP-4001").id

    trainer = open_page(server, width=PHONE, scripts=False)
    sign_in(trainer, server, "trainer")
    trainer.goto("/teaching/plan")
    trainer.locator("#title").fill("Sightline at the simulator")
    trainer.locator("#kind-1").check()
    trainer.locator("#subject").select_option("tool:sightline:3.2")
    trainer.locator("#instructor").select_option(str(instructor))
    trainer.locator("#place").fill("Hall 2")
    trainer.locator("#day").fill((now() + timedelta(days=14)).date().isoformat())
    trainer.locator("#starts").fill("09:00")
    trainer.locator("#ends").fill("12:00")
    trainer.locator("#capacity").fill("1")
    trainer.get_by_role("button", name="Plan the session").click()
    expect(trainer.locator("h1")).to_have_text("Sightline at the simulator")
    session_id = re.search(r"/teaching/(\d+)$", trainer.url)[1]

    officer = open_page(server, width=PHONE)
    sign_in(officer, server, "officer")
    officer.goto("/sessions")
    sound(officer)
    officer.get_by_role("link", name="Sightline at the simulator").focus()
    officer.keyboard.press("Enter")
    officer.get_by_role("button", name="Join").focus()
    officer.keyboard.press("Enter")
    expect(officer.get_by_text("You have a place").first).to_be_visible()
    sound(officer)

    supervisor = open_page(server, width=PHONE)
    sign_in(supervisor, server, "supervisor")
    supervisor.goto(f"/unit/sessions/{session_id}")
    supervisor.get_by_label("Ruben Almeida").check()
    supervisor.get_by_role("button", name="Put them on the session").click()
    expect(supervisor.get_by_text("Waits, number 1 in line")).to_be_visible()
    sound(supervisor)

    officer.get_by_role("button", name="Withdraw").click()
    supervisor.reload()
    expect(supervisor.get_by_text("Has a place")).to_be_visible()

    trainer.goto(f"/teaching/{session_id}/roster")
    expect(trainer.get_by_text("Ruben Almeida")).to_be_visible()

    with database.transaction() as session:
        begun = plan(session, person(session, "DP-4001"), "Limits of AI", now() - timedelta(minutes=3))
    database.dispose()
    trainer.goto(f"/teaching/{begun}")
    trainer.locator("#officer").fill("DP-1002")
    trainer.get_by_role("button", name="Add to the roster").click()
    trainer.get_by_role("link", name="Record attendance").click()
    trainer.get_by_label("Left early").check()
    trainer.get_by_role("button", name="Record attendance").click()
    expect(trainer.get_by_text("Attendance is recorded.")).to_be_visible()
    officer.goto("/sessions")
    expect(officer.get_by_text("Left early")).to_be_visible()

    officer.goto("/calendar")
    officer.get_by_role("button", name="Make the address").click()
    expect(officer.get_by_text("training-sessions.ics")).to_be_visible()
    sound(officer)
