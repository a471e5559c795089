"""The items of the starter quizzes, and the fields of a page in which one is answered."""

from collections.abc import Callable, Collection, Iterator
from functools import cache

from playwright.sync_api import Locator, Page

from quizzes.catalogue import STARTER_CONTENT, load_banks
from quizzes.interactions import Case
from quizzes.item import Item

Choose = Callable[[Item], Collection[str]]
"""What to answer: the marks of an item, as its key has them; none leaves it blank."""

HALF_ORDERED = "status 422: POST"
"""On the way to an order two options have one place; the page says so, and keeps nothing of it."""


@cache
def starter_items() -> dict[str, Item]:
    """Return every item of the starter quizzes, by id."""
    return {item.id: item for bank in load_banks(STARTER_CONTENT).values() for item in bank.items}


def asked(page: Page) -> Locator:
    """The one question on the page."""
    return page.locator("[data-save-url]")


def right(item: Item) -> Collection[str]:
    return frozenset(item.interaction.key)


def nothing(_item: Item) -> Collection[str]:
    return frozenset()


def fields(
    area: Locator, item: Item, marks: Collection[str], *, prefix: str = ""
) -> Iterator[tuple[Locator, str, set[str]]]:
    """Yield each field of *item* in *area* with its type and the *marks* of its part.

    :param prefix: what the names of the fields begin with.
    """
    named = [(f"{prefix}answer", set(marks))]
    if isinstance(item.interaction, Case):
        parts = item.interaction.parts
        named = [
            (f"{prefix}answer.{part.id}", set(item.interaction.response_to(part, frozenset(marks)))) for part in parts
        ]
    for name, own in named:
        for field in area.locator(f"[name='{name}'], [name^='{name}.']").all():
            yield field, field.evaluate("(one) => one.type"), own
