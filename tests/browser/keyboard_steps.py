"""What a person does with the keyboard alone."""

from collections.abc import Collection

from playwright.sync_api import Locator, Page, expect

from quizzes.item import Item
from tests.browser.bank import fields

MOST_STOPS = 150


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until *wanted* has the focus."""
    for _stop in range(MOST_STOPS):
        if wanted.evaluate("(element) => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the Tab key never reached {wanted}")


def answer_by_keys(page: Page, area: Locator, item: Item, marks: Collection[str], *, prefix: str = "") -> None:
    """Answer *item*, whose fields are in *area*, with *marks*.

    :param prefix: what the names of its fields begin with.
    """
    for field, kind, own in fields(area, item, marks, prefix=prefix):
        if kind == "radio":
            _choose(page, field, own)
        elif kind == "checkbox":
            _tick(page, field, own)
        elif kind == "select-one":
            _pick(page, field, own)
        else:
            tab_to(page, field)
            page.keyboard.press("ControlOrMeta+a")
            page.keyboard.type(next(iter(own)))


def _choose(page: Page, field: Locator, marks: set[str]) -> None:
    """Choose a radio button: the Tab key leads to one of its group, arrow keys to the others."""
    if field.get_attribute("value") not in marks:
        return
    group = page.locator(f"input[name='{field.get_attribute('name')}']")
    tab_to_any(page, group)
    page.keyboard.press("Space")
    for _step in range(group.count()):
        if field.is_checked():
            break
        page.keyboard.press("ArrowDown")
    expect(field).to_be_checked()


def _tick(page: Page, field: Locator, marks: set[str]) -> None:
    if field.is_checked() != (field.get_attribute("value") in marks):
        tab_to(page, field)
        page.keyboard.press("Space")


def _pick(page: Page, field: Locator, marks: set[str]) -> None:
    tab_to(page, field)
    for _step in range(field.locator("option").count()):
        if field.input_value() in marks:
            break
        page.keyboard.press("ArrowDown")
    assert field.input_value() in marks


def tab_to_any(page: Page, wanted: Locator) -> None:
    """Press Tab until one of *wanted* has the focus."""
    for _stop in range(MOST_STOPS):
        if wanted.evaluate_all("(all) => all.includes(document.activeElement)"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the Tab key never reached any of {wanted}")
