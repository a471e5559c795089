"""The watch itself: what the other tests rely on to notice that a page broke a rule without showing it."""

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import watched_context
from tests.browser.demo_server import DemoServer

BREACHES = {
    "inline style": ("document.body.setAttribute('style', 'color: red')", "Content Security Policy"),
    "inline script": (
        "document.head.append(Object.assign(document.createElement('script'), {textContent: '1'}))",
        "Content Security Policy",
    ),
    "another site": (
        "new Image().src = 'https://elsewhere.invalid/'",
        "elsewhere",
    ),
    "script error": (
        # in a task of its own, and awaited: the page that is opened next would call it off
        "new Promise((done) => setTimeout(() => { done(); throw new Error('broken') }))",
        "script error.*broken",
    ),
    "missing file": ("fetch('/static/there-is-none.png').then(() => undefined)", "status 404"),
}


@pytest.mark.parametrize("breach", BREACHES)
def test_the_watch_notices(server: DemoServer, chromium: Browser, breach: str):
    script, complaint = BREACHES[breach]
    context, watch = watched_context(chromium, server)
    page = context.new_page()
    page.goto("/sign-in")
    assert watch.complaints == []
    page.evaluate(script)
    page.goto("/accessibility")
    context.close()
    assert watch.unexpected() != []
    watch.expect(complaint)
    assert watch.unexpected() == []
