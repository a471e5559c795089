"""The course at one site, the product at another, and an officer in a real browser between them."""

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import watched_context
from tests.browser.officer_steps import confirm, heading
from tests.browser.signing import sign_in
from tests.interop.conftest import Academy

COURSE = "/course?as=guest-walk&client=second&block=walk&custom_training_target=module:ai-limits"


@pytest.mark.browser
def test_an_officer_opens_the_module_from_a_frame_in_the_course_by_one_button(academy: Academy, chromium: Browser):
    """Platform and product are two sites to the browser, which lets a frame keep no cookies but its own."""
    context, watch = watched_context(chromium, academy.server)
    watch.expect(f"request to another site: {academy.platform.origin}/")

    window = opened_from(context, academy)
    expect(window).to_have_url(re.compile("/sign-in"))
    sign_in(window, academy.server, "officer")
    assert "Open edX" in heading(window)
    confirm(window)
    at_the_module(window)
    window.close()

    at_the_module(opened_from(context, academy))
    context.clear_cookies(domain="127.0.0.1")
    at_the_module(opened_from(context, academy))

    context.close()
    assert watch.unexpected() == []


def opened_from(context: BrowserContext, academy: Academy) -> Page:
    """Open the page of the course and, in its frame, press the one button there is; return the window that opens."""
    course = context.new_page()
    course.goto(academy.platform.origin + COURSE)
    frame = course.frame_locator("iframe")
    expect(frame.get_by_role("link")).to_have_count(0)
    with context.expect_page() as opened:
        frame.get_by_role("button").click()
    course.close()
    return opened.value


def at_the_module(window: Page) -> None:
    expect(window).to_have_url(re.compile("/modules/ai-limits$"))
    assert heading(window) == "The limits of AI"
    expect(window.locator("[data-sign-out]")).to_be_visible()
