"""A trainer who is new to the product writes a module, another reviews it, and an officer finds it: no manual read."""

import re

from playwright.sync_api import Page, expect

from tests.browser.author_steps import AN_ITEM, write_module
from tests.browser.conftest import Open
from tests.browser.demo_server import DemoServer
from tests.browser.officer_steps import confirm, go_to, heading, start
from tests.browser.signing import sign_in


def _signed_in(page: Page, server: DemoServer, mailbox: str) -> Page:
    sign_in(page, server, mailbox)
    return page


def test_a_module_with_ten_items_is_written_reviewed_published_and_opened(own_server: DemoServer, open_page: Open):
    """The author has scripts; the reviewer and the officer have a phone and none."""
    server = own_server
    author = _signed_in(open_page(server), server, "trainer")
    reviewer, officer = (
        _signed_in(open_page(server, scripts=False, width=390, scheme="dark"), server, mailbox)
        for mailbox in ("trainer2", "officer")
    )
    go_to(author, "/content")
    draft = write_module(author)
    _is_tried_as_an_officer(author, draft)
    _is_put_up(author, "The first module on body cameras.")
    expect(author.get_by_text("You wrote a part of this, so somebody else reviews it.")).to_be_visible()
    expect(author.get_by_role("button", name="Approve and publish")).to_have_count(0)

    _is_commented_on_and_returned(reviewer)
    _is_mended_where_the_reviewer_says(author, draft)
    _is_put_up(author, "The third question is clearer.")
    assert officer.request.get("/modules/body-cameras").status == 404

    _open_what_waits(reviewer)
    confirm(reviewer)
    expect(reviewer.get_by_role("main")).to_contain_text("Approved and published")
    go_to(reviewer, "/content")
    expect(reviewer.get_by_role("rowheader", name="Body cameras")).to_be_visible()

    officer.goto("/modules/body-cameras")
    assert heading(officer) == "Body cameras"
    start(officer, "practice")
    expect(officer.get_by_text("Question 1 of 3")).to_be_visible()


def _is_tried_as_an_officer(page: Page, draft: str) -> None:
    """Try every item, answering one right, and leave nothing behind."""
    page.get_by_role("link", name="Try the quiz as an officer").click()
    expect(page.get_by_text("Question 3 of 3")).to_be_visible()
    page.get_by_role("link", name="Every item").click()
    page.get_by_role("group", name="When do you record?").get_by_label("Where the rules say so").check()
    confirm(page)
    expect(page.get_by_role("main")).to_contain_text("1 of 10 points.")
    page.goto(draft)


def _is_put_up(page: Page, note: str) -> None:
    page.locator("#note").fill(note)
    page.get_by_role("button", name="Put up for review").click()
    expect(page).to_have_url(re.compile(r"/content/reviews/\d+$"))
    page.wait_for_load_state("domcontentloaded")


def _open_what_waits(page: Page) -> None:
    go_to(page, "/content")
    expect(page.get_by_role("heading", name="Waiting for a review")).to_be_visible()
    page.get_by_role("link", name="Body cameras").click()
    expect(page).to_have_url(re.compile(r"/content/reviews/\d+$"))
    page.wait_for_load_state("domcontentloaded")


def _is_commented_on_and_returned(page: Page) -> None:
    _open_what_waits(page)
    item = page.get_by_role("region", name=re.compile("^item-03"))
    paragraph = item.locator("div.flow").filter(has_text="Who may delete?").first
    paragraph.locator("summary").click()
    paragraph.locator("textarea").fill("Delete what?")
    paragraph.get_by_role("button", name="Add the comment").click()
    expect(page.get_by_text("Delete what?")).to_be_visible()
    page.locator("#note").fill("One question is not clear.")
    page.get_by_role("button", name="Return to the authors").click()
    expect(page.get_by_role("main")).to_contain_text("Returned")


def _is_mended_where_the_reviewer_says(page: Page, draft: str) -> None:
    """Read what came back, and change the item, which is saved as it is typed."""
    page.goto(draft)
    page.get_by_role("link", name="Read what the reviewer says").click()
    expect(page.get_by_text("One question is not clear.")).to_be_visible()
    expect(page.get_by_text("Delete what?")).to_be_visible()
    page.goto(draft)
    page.get_by_role("link", name="Who may delete?").click()
    expect(page).to_have_url(AN_ITEM)
    page.locator("#question-stem_en").fill("Who may delete a recording?")
    expect(page.locator("[data-save-status]")).to_have_text(re.compile("^Saved at"))
    expect(page.locator("#preview")).to_contain_text("Who may delete a recording?")
    confirm(page)
    expect(page.get_by_role("link", name="Who may delete a recording?")).to_be_visible()
