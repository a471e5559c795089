"""The keys of the starter quizzes, looked up by the question as the page asks it."""

import tomllib
from collections.abc import Collection, Mapping
from functools import cache

from tests.browser.demo_server import REPOSITORY

BANKS = REPOSITORY / "quizzes" / "content"


@cache
def keys(module: str, language: str = "en") -> Mapping[str, Collection[str]]:
    """Return the ids of the right options of each item in the bank of *module*, by its stem."""
    bank = tomllib.loads((BANKS / module / "bank.toml").read_text("utf-8"))
    texts = tomllib.loads((BANKS / module / f"{language}.toml").read_text("utf-8"))
    return {" ".join(texts[item["id"]]["stem"].split()): item["key"] for item in bank["items"]}
