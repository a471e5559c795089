"""Signing in and out as a person does."""

from playwright.sync_api import Page, expect

from tests.browser.demo_server import DemoServer


def sign_in(page: Page, server: DemoServer, mailbox: str) -> None:
    """Sign in as a person of the demonstration, from the page that shows when nobody is signed in."""
    if "/sign-in" not in page.url:
        page.goto("/sign-in")
    page.locator("#identifier").fill(f"{mailbox}@demo.example")
    page.locator("#password").fill(server.password)
    page.locator("main form button[type=submit]").click()
    expect(page.locator("[data-sign-out]")).to_be_visible()


def sign_out(page: Page) -> None:
    page.locator("[data-sign-out] button").click()
    expect(page.locator("#password")).to_be_visible()
