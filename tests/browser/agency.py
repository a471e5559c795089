"""The demonstration brought on until every page has something to show: quizzes in every state, versions under way."""

import re
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect
from sqlalchemy import select

from tests.browser import registrar_steps as registrar
from tests.browser.demo_server import DemoServer
from tests.browser.gateway import answer
from tests.browser.officer_steps import (
    answer_every_question,
    confirm,
    give,
    heading,
    right_in,
    start,
    take_quiz,
)
from tests.browser.signing import sign_in
from training_app.clock import now
from training_app.db import Database
from training_app.models.people import Person
from training_app.models.training import Mode
from training_app.services import content, training

NOTHING: tuple[str, ...] = ()


def bring_on(server: DemoServer, pages: dict[str, Page]) -> dict[str, str]:
    """Let the people of the demonstration work; *pages* are browsers by mailbox.

    :returns: what addresses name, by what it stands for in `PAGES` of the test of every route.
    """
    for mailbox, page in pages.items():
        sign_in(page, server, mailbox)
    to_come = {"day to come": (datetime.now(UTC) + timedelta(days=300)).date().isoformat()}
    return {**_officers(server, pages), **_versions(server, pages), **_decisions(server), **to_come}


def _officers(server: DemoServer, pages: dict[str, Page]) -> dict[str, str]:
    """One officer passed, fails, practises and is in the middle of a quiz; another let the time of one run out."""
    officer, other = pages["officer"], pages["officer1"]
    officer.goto("/modules/ai-limits")
    take_quiz(officer, right_in("ai-limits"))
    names = {"passed": _attempt(officer)}
    officer.goto("/modules/ai-limits")
    start(officer, "practice")
    practice = _attempt(officer)
    give(officer, {"a"})
    confirm(officer)
    expect(officer).to_have_url(re.compile("/feedback$"))

    other.goto("/modules/ai-limits")
    start(other)
    answer_every_question(other, lambda _stem: NOTHING)
    other.locator("#blanks").check()
    confirm(other)
    names |= {"failed": _attempt(other), "practice": practice}
    other.goto("/modules/ai-limits")
    start(other)
    give(other, right_in("ai-limits")(heading(other)))
    confirm(other)
    names |= {"open": _attempt(other), "overtaken": _overtaken_by_its_deadline(server)}
    return names | {"award": str(server.value("SELECT max(id) FROM award"))}


def _attempt(page: Page) -> str:
    """Return the id in the address of a page of an attempt."""
    return page.url.partition("/attempts/")[2].partition("/")[0]


def _overtaken_by_its_deadline(server: DemoServer) -> str:
    """Open an attempt so long ago that it has closed by itself."""
    database = Database(f"sqlite:///{server.database}")
    with database.transaction() as session:
        officer = session.scalars(select(Person).where(Person.service_number == "DP-1001")).one()
        published = content.newest(session, "sightline-3-2")
        assert published is not None
        at = now() - timedelta(days=published.bank.plan.open_days + 1)
        attempt = training.open_attempt(session, officer, published, Mode.ASSESSMENT, language="en", seed=1, at=at)
        opened = str(attempt.id)
    database.dispose()
    return opened


def _versions(server: DemoServer, pages: dict[str, Page]) -> dict[str, str]:
    """3.3 is ready to be released; 3.4 waits for everything that a second registrar does; 3.5 is only registered."""
    first, second = pages["registrar"], pages["registrar2"]
    ready = registrar.register(first, "3.3", replaces="3.2")
    registrar.propose_requirements(first, ready)
    registrar.announce(first, ready)
    registrar.assess(first, ready, start="3.2", module="sightline-3-3")
    registrar.sign_requirements(second, ready)
    registrar.sign_way(second, ready, start="3.2")
    waiting = registrar.register(first, "3.4", replaces="3.3")
    registrar.propose_requirements(first, waiting)
    registrar.announce(first, waiting)
    registrar.assess(first, waiting, start="3.2", module="sightline-3-3")
    registered = registrar.register(first, "3.5", replaces="3.4")
    labels = {"ready": ready, "waiting": waiting, "registered": registered}
    ids = {name: address.rpartition("/")[2] for name, address in labels.items()}
    unsigned = "SELECT max(id) FROM {} WHERE id NOT IN (SELECT {}_id FROM {}_signature)"
    signed = "SELECT max({}_id) FROM {}_signature"
    for table in ("requirement_set", "assessment"):
        source = "impact_assessment" if table == "assessment" else table
        ids[f"unsigned {table}"] = str(server.value(unsigned.format(source, table, table)))
        ids[f"signed {table}"] = str(server.value(signed.format(table, table)))
    ids["in use"] = str(server.value("SELECT id FROM tool_version WHERE label = '3.2'"))
    return ids


def _decisions(server: DemoServer) -> dict[str, str]:
    """A tool has asked; the values are the ids of the recorded decisions."""
    officers = {"allowed": "DP-1003", "denied": "DP-1004"}
    return {name: answer(server, number, "3.2")["context"]["id"] for name, number in officers.items()}
