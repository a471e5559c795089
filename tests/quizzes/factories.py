"""Banks for tests, as objects, as folders and as Hypothesis strategies."""

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from quizzes.bank import Bank, BlueprintCell, CutScoreStandard, PaperPlan
from quizzes.interactions import Choice, Response
from quizzes.item import CognitiveLevel, Item
from quizzes.item_text import ItemText
from quizzes.paper import Paper

BANK_TOML = """\
module = "base-rates"
languages = ["en"]

[paper]
length = 1
cut_score = "4/5"
standard = "provisional"
open_days = 14

[[paper.blueprint]]
objective = "count-alarms"
items = 1
"""

ITEM_TOML = """
[[items]]
id = "{id}"
kind = "single-choice"
objective = "count-alarms"
level = "apply"
options = ["a", "b"]
key = ["b"]
points = 1
sources = ["crowd"]
law_as_of = 2026-11-22
"""

TEXT_TOML = """\
[{id}]
stem = "Of 109 alarms, how many are false?"
[{id}.options]
a = "None"
b = "100"
[{id}.feedback]
a = "Count the innocent people."
b = "Yes: 0.1 % of 99,990."
"""

ITEM_IDS = ("count-01", "count-02", "count-03")


def content(root: Path, *, bank: str | None = None, texts: str | None = None) -> Path:
    """Write the bank of the module base-rates under *root*: three items for a paper of one."""
    folder = root / "base-rates"
    folder.mkdir(parents=True)
    whole_bank = BANK_TOML + "".join(ITEM_TOML.format(id=item) for item in ITEM_IDS)
    whole_texts = "".join(TEXT_TOML.format(id=item) for item in ITEM_IDS)
    (folder / "bank.toml").write_text(whole_bank if bank is None else bank, "utf-8")
    (folder / "en.toml").write_text(whole_texts if texts is None else texts, "utf-8")
    return root


def item(name: str = "count-01", **parts: Any) -> Item:
    """Return a single-choice item; *options*, *key* and *several* are those of its interaction."""
    options = parts.pop("options", ("a", "b", "c", "d"))
    choice = Choice(options, parts.pop("key", frozenset({"b"})), several=parts.pop("several", False))
    text = ItemText(
        stem=f"The stem of {name}",
        options={option: f"Option {option}" for option in options},
        feedback={option: f"Why {option}" for option in options},
    )
    defaults: dict[str, Any] = {
        "id": name,
        "objective": "count-alarms",
        "level": CognitiveLevel.APPLY,
        "interaction": choice,
        "points": 1,
        "sources": ("crowd",),
        "law_as_of": date(2026, 11, 22),
        "review_by": None,
        "texts": {"en": text},
    }
    return Item(**defaults | parts)


def multiple_response(name: str = "count-02", **parts: Any) -> Item:
    defaults = {"several": True, "key": frozenset({"a", "b"})}
    return item(name, **defaults | parts)


def bank(*items: Item, blueprint: dict[str, int], cut_score: Fraction = Fraction(4, 5)) -> Bank:
    cells = tuple(BlueprintCell(objective, count) for objective, count in blueprint.items())
    plan = PaperPlan(
        length=sum(blueprint.values()),
        cut_score=cut_score,
        standard=CutScoreStandard.PROVISIONAL,
        open_days=14,
        blueprint=cells,
    )
    return Bank(module="base-rates", languages=("en",), plan=plan, items=items)


@st.composite
def items(draw: st.DrawFn, name: str, objective: str, several: bool | None = None) -> Item:
    """Any sound choice item named *name* for *objective*."""
    options = tuple("abcdef"[: draw(st.integers(2, 6))])
    several = draw(st.booleans()) if several is None else several
    most = len(options) - 1 if several else 1
    key = frozenset(draw(st.sets(st.sampled_from(options), min_size=1, max_size=most)))
    review_by = draw(st.none() | st.just(date(2027, 6, 1)))
    return item(
        name,
        objective=objective,
        several=several,
        options=options,
        key=key,
        points=draw(st.integers(1, 4)),
        level=draw(st.sampled_from(CognitiveLevel)),
        review_by=review_by,
    )


@st.composite
def banks(draw: st.DrawFn) -> Bank:
    """Any sound bank: up to four objectives, each with as many items as its cell asks for or more."""
    blueprint = {f"objective-{number}": draw(st.integers(1, 3)) for number in range(draw(st.integers(1, 4)))}
    there = [
        draw(items(f"{objective}-{number}", objective))
        for objective, count in blueprint.items()
        for number in range(count + draw(st.integers(0, 4)))
    ]
    cut_score = draw(st.fractions(Fraction(1, 20), 1, max_denominator=20))
    return bank(*draw(st.permutations(there)), blueprint=blueprint, cut_score=cut_score)


def choices(asked: Item) -> st.SearchStrategy[Response]:
    """Any response that the choice item *asked* admits."""
    most = None if asked.interaction.several else 1
    return st.frozensets(st.sampled_from(asked.interaction.options), max_size=most)


@st.composite
def responses(draw: st.DrawFn, paper: Paper, from_bank: Bank) -> dict[str, Response]:
    """Any responses to *paper*: some items unanswered, options right or wrong."""
    answered = draw(st.lists(st.sampled_from(paper.items), unique=True))
    known = from_bank.by_id()
    return {entry.item_id: draw(choices(known[entry.item_id])) for entry in answered}
