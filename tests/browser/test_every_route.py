"""Every page is accessible, fits a phone, and says what it is: in light and dark, wide and narrow.

The list of pages is held against the application's own map of addresses, so that a new page cannot be left out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

import pytest
from playwright.sync_api import Browser, Page, expect

from config import Config
from tests.browser.accessibility import (
    COLOURS_ONLY,
    axe_violations,
    clipped_text,
    sideways_scroll,
    small_targets,
    space_out,
    structural_faults,
)
from tests.browser.agency import bring_on
from tests.browser.conftest import HEIGHT, watched_context
from tests.browser.demo_server import DemoServer
from tests.browser.routes import LEAD_ON, NO_PAGES, ON_THE_WAY, PAGES, PEOPLE, VISITOR
from tests.browser.watch import Watch
from training_app import create_app

WIDE, NARROW, NARROWEST = 1280, 390, 320
EVERY_PAGE = [(who, address) for addresses in PAGES.values() for who, address in addresses]


@dataclass
class Agency:
    """The server with one browser for each person, and what the addresses name."""

    server: DemoServer
    pages: dict[str, Page]
    watches: dict[str, Watch]
    names: dict[str, str]

    def open(self, who: str, address: str, *, status: int = 200) -> Page:
        page = self.pages[who]
        page.set_viewport_size({"width": WIDE, "height": HEIGHT})
        page.emulate_media(color_scheme="light")
        response = page.goto(address.format(**self.names))
        assert response is not None
        assert response.status == status, page.url
        return page


@pytest.fixture(scope="module")
def agency(server: DemoServer, chromium: Browser) -> Iterator[Agency]:
    contexts = {who: watched_context(chromium, server) for who in (VISITOR, *PEOPLE)}
    pages = {who: context.new_page() for who, (context, _watch) in contexts.items()}
    names = bring_on(server, {who: page for who, page in pages.items() if who})
    yield Agency(server, pages, {who: watch for who, (_context, watch) in contexts.items()}, names)
    for context, _watch in contexts.values():
        context.close()


@pytest.fixture(autouse=True)
def unwatched_complaints(agency: Agency) -> Iterator[None]:
    """Fail the test during which a browser complained."""
    yield
    complaints = [text for watch in agency.watches.values() for text in watch.unexpected()]
    for watch in agency.watches.values():
        watch.complaints.clear()
    assert complaints == []


def test_the_list_of_pages_is_whole(agency: Agency):
    config = Config.for_demo({"TRAINING_DATA": str(agency.server.data_folder)})
    app = create_app(config)
    asked = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    app.extensions["database"].dispose()
    assert asked == {*PAGES, *LEAD_ON, *ON_THE_WAY, *NO_PAGES}


@pytest.mark.parametrize(("who", "address"), EVERY_PAGE)
def test_a_page_is_accessible_and_fits(agency: Agency, who: str, address: str):
    page = agency.open(who, address)
    assert_faultless(page)


def assert_faultless(page: Page) -> None:
    faults = faults_of(page)
    assert not faults, "\n".join((page.url, *faults))


def faults_of(page: Page) -> list[str]:
    """Return everything that is wrong with a page in light and dark, wide and narrow.

    What the colour scheme cannot change is looked at in light only, and in dark on a phone only: no colour depends on
    the width.
    """
    faults = structural_faults(page)
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        faults += [f"at {width}, light: {text}" for text in axe_violations(page)]
    page.emulate_media(color_scheme="dark")
    faults += [f"at {NARROW}, dark: {text}" for text in axe_violations(page, COLOURS_ONLY)]
    page.emulate_media(color_scheme="light")
    faults += small_targets(page)
    page.set_viewport_size({"width": NARROWEST, "height": HEIGHT})
    faults += [f"at {NARROWEST}: {text}" for text in sideways_scroll(page) + clipped_text(page)]
    space_out(page)
    return faults + [f"spaced out: {text}" for text in sideways_scroll(page) + clipped_text(page)]


@pytest.mark.parametrize("who", [VISITOR, *PEOPLE])
def test_no_two_pages_of_a_person_have_the_same_title(agency: Agency, who: str):
    titles: dict[str, set[str]] = {}
    for owner, address in EVERY_PAGE:
        if owner == who:
            path = address.format(**agency.names)
            found = re.search(r"<title>(.*?)</title>", agency.pages[who].request.get(path).text(), re.DOTALL)
            assert found, path
            titles.setdefault(unescape(found[1]).strip(), set()).add(path.partition("?")[0])
    assert {title: paths for title, paths in titles.items() if len(paths) > 1} == {}


@pytest.mark.parametrize("endpoint", LEAD_ON)
def test_an_address_that_is_no_page_leads_to_one(agency: Agency, endpoint: str):
    for who, address in LEAD_ON[endpoint]:
        path = address.format(**agency.names)
        assert agency.open(who, path).url != agency.server.origin + path


#: Forms, each sent as empty as it can be: who sends it from where, and what says that something is wrong.
EMPTY_FORMS = [
    (VISITOR, "/sign-in", "Enter your password."),
    ("registrar", "/registrar/tools/sightline/register-version", "Enter the version as the vendor writes it."),
    ("registrar", "/registrar/versions/{registered}/requirements", "Choose at least one module"),
    ("registrar", "/registrar/versions/{waiting}/assess/{in use}", "Choose what officers must do."),
    ("officer1", "/attempts/{open}/check", "questions have no answer yet"),
    ("evaluator", "/evaluations/record", "Choose the outcome."),
    ("registrar", "/registrar/tools/sightline/emergency", "Choose on or off."),
    ("trainer", "/content/drafts/{draft}/questions/import", "Choose a file or paste the questions"),
]


@pytest.mark.parametrize(("who", "address", "told"), EMPTY_FORMS)
def test_an_empty_form_says_what_is_missing_and_leads_there(agency: Agency, who: str, address: str, told: str):
    page = agency.open(who, address)
    for box in page.locator("main form[method=post] input[type=checkbox]").all():
        box.uncheck()
    page.locator("main form[method=post] button[type=submit]").last.click()
    summary = page.locator("[data-error-summary]")
    expect(summary).to_contain_text(told)
    expect(summary).to_be_focused()
    assert page.title().startswith("Error:")
    for link in summary.get_by_role("link").all():
        assert page.locator(link.get_attribute("href") or "").count() == 1, link.inner_text()
    assert_faultless(page)


def test_a_wrong_password_is_told_without_saying_which_was_wrong(agency: Agency):
    page = agency.open(VISITOR, "/sign-in")
    page.locator("#identifier").fill("nobody@demo.example")
    page.locator("#password").fill("wrong")
    page.locator("main form button[type=submit]").click()
    expect(page.locator("[data-error-summary]")).to_contain_text("do not belong together")
    assert_faultless(page)


@pytest.mark.parametrize(
    ("who", "address", "status"),
    [
        ("officer", "/there-is-none", 404),
        (VISITOR, "/there-is-none", 404),
        ("officer", "/registrar/tools", 403),
        ("officer", "/attempts/{open}/check", 404),
    ],
)
def test_a_refused_page_is_a_page_too(agency: Agency, who: str, address: str, status: int):
    assert_faultless(agency.open(who, address, status=status))
