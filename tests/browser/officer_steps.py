"""What an officer does in the pages, step by step, with or without scripts.

Steps go by what a page is made of, not by its words, so that they are the same in every language.
"""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.bank import Choose, asked, fields, starter_items

MOST_QUESTIONS = 40
IN_A_QUESTION = re.compile(r"/attempts/\d+/questions/\d+$")
AT_THE_CHECK = re.compile(r"/attempts/\d+/check$")
AT_THE_RESULT = re.compile(r"/attempts/\d+/result$")


def go_to(page: Page, path: str) -> None:
    """Follow the entry of the main navigation that leads to *path*; on a small screen, open the menu first."""
    menu = page.locator("header summary")
    if menu.is_visible():
        menu.click()
    page.locator(f"header nav a[href='{path}']").locator("visible=true").first.click()


def confirm(page: Page) -> None:
    """Press the page's primary button; there is one at most."""
    page.locator("main button.primary").click()


def confirm_and_leave(page: Page) -> None:
    """Press the primary button, and wait for the page after: a form of a quiz goes once every answer has arrived."""
    address = page.url
    confirm(page)
    page.wait_for_url(lambda url: url != address)


def follow(page: Page, address: str) -> None:
    """Follow the first link on the page whose address matches *address*: with ``^=``, ``$=`` or ``*=`` before it."""
    operator, path = address.split("=", 1)
    page.locator(f"main a[href{operator}='{path}']").first.click()


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
        confirm(page)
    expect(page).to_have_url(re.compile(rf"/modules/{module}(#quiz)?$"))


def give(page: Page, choose: Choose) -> None:
    """Answer the question on the page as *choose* says; of a radio button, only another takes its place."""
    area = asked(page)
    item = starter_items()[area.get_attribute("data-item") or ""]
    for field, kind, marks in fields(area, item, choose(item)):
        if kind == "radio":
            if field.get_attribute("value") in marks:
                field.check()
        elif kind == "checkbox":
            field.set_checked(field.get_attribute("value") in marks)
        elif kind == "select-one":
            offered = field.locator("option").evaluate_all("(all) => all.map((one) => one.value)")
            field.select_option([value for value in offered if value in marks])
        else:
            field.fill(next(iter(marks), ""))


def answer_every_question(page: Page, choose: Choose) -> None:
    """From the first question on, answer each as *choose* says and come to the page with all answers."""
    for _question in range(MOST_QUESTIONS):
        if not IN_A_QUESTION.search(page.url):
            break
        give(page, choose)
        confirm_and_leave(page)
    expect(page).to_have_url(AT_THE_CHECK)


def start(page: Page, mode: str = "assessment") -> None:
    """From the page of a module, start its quiz, or practise with it."""
    follow(page, f"$=/quiz?mode={mode}")
    confirm(page)
    expect(page).to_have_url(IN_A_QUESTION)


def take_quiz(page: Page, choose: Choose) -> None:
    """From the page of a module, take its quiz to the result."""
    start(page)
    answer_every_question(page, choose)
    confirm(page)
    expect(page).to_have_url(AT_THE_RESULT)


def version_on(page: Page, label: str) -> Locator:
    """Return the part of a page about a tool that is about one version."""
    return page.locator(f"main section[id$='-{label}']")
