"""What an officer does in the pages, step by step, with or without scripts."""

import re
from collections.abc import Callable, Collection

from playwright.sync_api import Page, expect

from tests.browser.bank import keys

MOST_QUESTIONS = 40
IN_A_QUESTION = re.compile(r"/attempts/\d+/questions/\d+$")
AT_THE_CHECK = re.compile(r"/attempts/\d+/check$")
AT_THE_RESULT = re.compile(r"/attempts/\d+/result$")

Choose = Callable[[str], Collection[str]]


def go_to(page: Page, entry: str) -> None:
    """Follow an entry of the main navigation."""
    page.get_by_role("navigation", name="Main").get_by_role("link", name=entry, exact=True).click()


def press(page: Page, button: str) -> None:
    page.get_by_role("main").get_by_role("button", name=button).click()


def follow(page: Page, link: str) -> None:
    page.get_by_role("main").get_by_role("link", name=link).first.click()


def heading(page: Page) -> str:
    """Return the page's one main heading."""
    return " ".join(page.locator("h1").inner_text().split())


def read_every_lesson(page: Page, module: str) -> None:
    """From the page of a module, read its lessons to the last and come back to the quiz."""
    page.locator(f"main .tasks a[href*='/modules/{module}/lessons/']").first.click()
    for _lesson in range(MOST_QUESTIONS):
        if "/lessons/" not in page.url:
            break
        expect(page.locator("article")).to_be_visible()
        press(page, "Mark as read and continue")
    expect(page).to_have_url(re.compile(rf"/modules/{module}(#quiz)?$"))


def right_in(module: str) -> Choose:
    """Choose the key of every question of *module*."""
    return lambda stem: keys(module)[stem]


def give(page: Page, options: Collection[str]) -> None:
    """Choose exactly these options of the question on the page; a radio button cannot be taken back, only another chosen."""
    for box in page.locator("input[name=answer]").all():
        if box.get_attribute("value") in options:
            box.check()
        elif box.get_attribute("type") == "checkbox":
            box.uncheck()


def answer_every_question(page: Page, choose: Choose) -> None:
    """From the first question on, answer each as *choose* says and come to the page with all answers."""
    for _question in range(MOST_QUESTIONS):
        if not IN_A_QUESTION.search(page.url):
            break
        give(page, choose(heading(page)))
        press(page, "Save and continue")
    expect(page).to_have_url(AT_THE_CHECK)


def take_quiz(page: Page, choose: Choose) -> None:
    """From the page of a module, take its quiz to the result."""
    press(page, "Start the quiz")
    expect(page).to_have_url(IN_A_QUESTION)
    answer_every_question(page, choose)
    press(page, "Submit my answers")
    expect(page).to_have_url(AT_THE_RESULT)


def version_on(page: Page, label: str):
    """Return the part of a tool's page that is about one version."""
    return page.get_by_role("region", name=f"Version {label}", exact=True)
