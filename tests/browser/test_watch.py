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
    "another site": ("new Image().src = 'https://elsewhere.invalid/one.png'", "another site|Content Security Policy"),
    "script error": ("setTimeout(() => { throw new Error('broken') })", "broken"),
    "missing file": ("new Image().src = '/static/there-is-none.png'", "status 404"),
}
