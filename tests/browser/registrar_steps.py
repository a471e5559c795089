"""What registrars do in the pages to bring a version into use, step by step, with or without scripts."""

from playwright.sync_api import Page, expect

from tests.browser.officer_steps import follow, go_to, press

WHAT_CHANGED = "The score is shown as a band, and a rejected match asks for a reason."
SECOND_SIGNATURE = "Sign as the second"


def register(page: Page, label: str, *, replaces: str) -> str:
    """Register a version of the demonstration's tool; return the address of its page."""
    go_to(page, "Tools and versions")
    follow(page, "Sightline Face Matching")
    follow(page, "Register a version")
    page.get_by_label("Version", exact=True).fill(label)
    page.get_by_label("Which version does it replace?").select_option(label=replaces)
    page.get_by_label("What changed").fill(WHAT_CHANGED)
    page.get_by_label("How officers stop or override it").fill("Press Stop search; to set a result aside, say why.")
    page.get_by_role("radio", name="No, none of it").check()
    press(page, "Register this version")
    expect(page.get_by_role("status")).to_contain_text(f"Version {label} is registered")
    return page.url


def propose_requirements(page: Page, version_page: str) -> None:
    """Ask for what the version before asks for, which the form starts from."""
    page.goto(version_page)
    follow(page, "What earns a certification")
    expect(page.get_by_role("group", name="For a first certification").get_by_role("checkbox", name="The limits of AI")).to_be_checked()
    press(page, "Write it down")
    expect(page.get_by_role("status")).to_contain_text("once another registrar has signed")


def announce(page: Page, version_page: str) -> None:
    page.goto(version_page)
    press(page, "Announce it")
    expect(page.get_by_role("status")).to_contain_text("is announced")


def assess(page: Page, version_page: str, *, start: str, module: str) -> None:
    """Find that officers certified on *start* take what changed, with its quiz."""
    page.goto(version_page)
    follow(page, f"The way from {start}")
    page.get_by_role("radio", name="Level 2").check()
    page.locator(f"input[name=modules][value={module}]").check()
    page.get_by_label("What changed for officers").fill(WHAT_CHANGED)
    press(page, "Write it down")
    expect(page.get_by_role("status")).to_contain_text("once another registrar has signed")


def sign(page: Page, version_page: str, document: str) -> None:
    """Sign, as the second person, the document that the version's list of tasks calls *document*."""
    page.goto(version_page)
    follow(page, document)
    press(page, SECOND_SIGNATURE)
    expect(page.get_by_role("status")).to_contain_text("Signed")
    expect(page).to_have_url(version_page)


def show_forecast(page: Page, version_page: str) -> None:
    page.goto(version_page)
    follow(page, "Forecast and release")
    expect(page.get_by_role("heading", name="Who will be able to use it")).to_be_visible()
