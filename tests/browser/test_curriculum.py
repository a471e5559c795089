"""The starter curriculum as an officer takes it: every module of a course, and the certificate at its end."""

import pytest
from playwright.sync_api import expect

from courses.catalogue import STARTER_CONTENT, load_courses, load_module
from courses.module import Module
from tests.browser.bank import HALF_ORDERED, right
from tests.browser.conftest import Open
from tests.browser.demo_server import DemoServer
from tests.browser.gateway import verdict
from tests.browser.officer_steps import follow, heading, take_quiz
from tests.browser.signing import sign_in
from tests.services import version_life
from training_app.clock import now
from training_app.db import Database
from training_app.rules.facts import Level
from training_app.services import requirements
from training_app.services.assessments import Verdict

COURSES = {course.slug: course for course in load_courses(STARTER_CONTENT)}


def ask_for(server: DemoServer, course: str) -> list[Module]:
    """Let Sightline 3.2 ask for every module of *course*, of officers who are not certified yet; return the modules."""
    slugs = list(COURSES[course].modules)
    database, nothing_new = Database(f"sqlite:///{server.database}"), Verdict(Level.CARRY_OVER, 0, (), "-", None)
    with database.transaction() as session:
        first, second = version_life.registrars(session)
        version = version_life.version(session, "3.2")
        asked = requirements.propose_requirements(
            session, version, full=slugs, renewal=slugs, change=nothing_new, at=now(), by=first
        )
        requirements.sign_requirements(session, asked, reason=None, at=now(), by=second)
    database.dispose()
    return [load_module(STARTER_CONTENT / slug) for slug in slugs]


@pytest.mark.parametrize(("course", "language"), [("ai-foundations", "fr")])
def test_a_course_is_taken_to_its_certificate(
    own_shipped_server: DemoServer, open_page: Open, course: str, language: str
):
    server = own_shipped_server
    modules = ask_for(server, course)
    page = open_page(server, expected=HALF_ORDERED)
    sign_in(page, server, "officer")
    page.locator(f"footer button[name=language][value={language}]").click()
    expect(page.locator("html")).to_have_attribute("lang", language)
    for module in modules:
        assert verdict(server, "DP-1002", "3.2").startswith("deny: ")
        page.goto(f"/modules/{module.slug}")
        assert heading(page) == module.title_in(language)
        take_quiz(page, right)
        expect(page.locator(".verdict.ok")).to_be_visible()
    assert verdict(server, "DP-1002", "3.2") == "allow"
    follow(page, "*=/certificates/")
    for module in modules:
        expect(page.get_by_role("main")).to_contain_text(module.title_in(language))
