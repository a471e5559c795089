"""Items of every kind as Hypothesis strategies, their texts as hard to write as texts may be."""

from datetime import date
from fractions import Fraction

from hypothesis import strategies as st

from quizzes.exchange.plain_text import normal
from quizzes.interactions import (
    FALSE,
    TRUE,
    Case,
    Choice,
    Interaction,
    MarkingUp,
    Matching,
    NumericEntry,
    Ordering,
    Part,
    ReasonedVerdict,
    Response,
    Simple,
    TextEntry,
    folded,
)
from quizzes.item import CognitiveLevel, Item
from quizzes.item_text import ItemText

HARD_WORDS = (
    "{", "}", "~", "=", "#", ":", "::", "\\", "\\n", "\\:", "%", "%50%", "####", "//", "[html]", "[plain]", "[x]", "{}",
    "TRUE", "T", "$CATEGORY:", "<b>", "</p>", "&amp;", "&", "<", "a<b", "]]>", "-", "*", "_____", "é", "語", "😀", "$$",
    "{1:SA:=x}", "{#1..2}", '"', "'",
)  # fmt: skip

words = st.one_of(
    st.sampled_from(HARD_WORDS),
    st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=8),
)


def _joined(pieces: list[str]) -> str:
    return normal(" ".join(pieces))


line = st.lists(words, min_size=1, max_size=6).map(_joined).filter(bool)
lines = st.lists(line, min_size=1, max_size=3).map("\n".join)


def several(count: int, of: st.SearchStrategy[str] = line) -> st.SearchStrategy[list[str]]:
    return st.lists(of, min_size=count, max_size=count, unique=True)


@st.composite
def choices(draw: st.DrawFn, many: bool) -> tuple[Simple, ItemText]:
    options = tuple("abcdef"[: draw(st.integers(2, 6))])
    most = len(options) - 1 if many else 1
    key = Response(draw(st.sets(st.sampled_from(options), min_size=1, max_size=most)))
    return Choice(options, key, many), _text(draw, options, options)


@st.composite
def verdicts(draw: st.DrawFn) -> tuple[Simple, ItemText]:
    reasons = tuple("abc"[: draw(st.integers(2, 3))])
    asked = ReasonedVerdict(draw(st.booleans()), reasons, draw(st.sampled_from(reasons)))
    return asked, _text(draw, reasons, (TRUE, FALSE, *reasons), why=line)


@st.composite
def matchings(draw: st.DrawFn) -> tuple[Simple, ItemText]:
    prompts = tuple(f"p{number}" for number in range(1, draw(st.integers(3, 4))))
    used = draw(st.lists(st.integers(1, 3), min_size=len(prompts), max_size=len(prompts)))
    # Matches stand in the order in which they are first used, those that nothing leads to last: as files have them.
    order = [*dict.fromkeys(used), *(number for number in (1, 2, 3) if number not in used)]
    key = Response(f"{prompt}:m{order.index(match) + 1}" for prompt, match in zip(prompts, used, strict=True))
    matches = ("m1", "m2", "m3")
    return Matching(prompts, matches, key), _text(draw, (*prompts, *matches), prompts)


@st.composite
def orderings(draw: st.DrawFn) -> tuple[Simple, ItemText]:
    options = tuple("abcde"[: draw(st.integers(3, 5))])
    return Ordering(options), _text(draw, options, options)


@st.composite
def numbers(draw: st.DrawFn) -> tuple[Simple, ItemText]:
    value = Fraction(draw(st.integers(-(10**15), 10**15)), 10**6)
    tolerance = Fraction(draw(st.integers(0, 10**9)), 10**6)
    text = _text(draw, (), ("right", "wrong"))
    unit = draw(st.sampled_from(("", "km/h", "%", "m<2")))
    return NumericEntry(value, tolerance), ItemText(text.stem, {}, text.feedback, unit=unit)


@st.composite
def short_texts(draw: st.DrawFn) -> tuple[Simple, ItemText]:
    accepted = tuple(draw(st.lists(line, min_size=1, max_size=3, unique_by=folded)))
    text = _text(draw, (), ("right", "wrong"))
    return TextEntry(Response(accepted)), ItemText(text.stem, {}, text.feedback, accepted=accepted)


@st.composite
def tables(draw: st.DrawFn) -> tuple[Simple, ItemText]:
    rows = tuple("abcd"[: draw(st.integers(2, 4))])
    key = Response(draw(st.sets(st.sampled_from(rows), min_size=1, max_size=len(rows) - 1)))
    text = _text(draw, (), rows)
    cells = {row: tuple(draw(several(2))) for row in rows}
    return MarkingUp(rows, key), ItemText(text.stem, {}, text.feedback, columns=("Group", "Rate"), rows=cells)


SIMPLE = {
    "single-choice": choices(many=False),
    "multiple-response": choices(many=True),
    "true-false-reason": verdicts(),
    "matching": matchings(),
    "ordering": orderings(),
    "numeric": numbers(),
    "short-text": short_texts(),
    "marking-up": tables(),
}


@st.composite
def cases(draw: st.DrawFn, kinds: tuple[str, ...]) -> tuple[Interaction, ItemText]:
    parts, texts = [], {}
    for name in ("a", "b", "c")[: draw(st.integers(2, 3))]:
        asked, text = draw(SIMPLE[draw(st.sampled_from(kinds))])
        parts.append(Part(name, draw(st.integers(1, 3)), asked))
        texts[name] = text
    return Case(tuple(parts)), ItemText(draw(lines), {}, {}, parts=texts)


def _text(
    draw: st.DrawFn, options: tuple[str, ...], feedback: tuple[str, ...], why: st.SearchStrategy[str] = lines
) -> ItemText:
    said = draw(several(len(options)))
    return ItemText(
        stem=draw(lines),
        options=dict(zip(options, said, strict=True)),
        feedback={name: draw(why) for name in feedback},
    )


@st.composite
def items(draw: st.DrawFn, asked: st.SearchStrategy[tuple[Interaction, ItemText]]) -> Item:
    """Any sound item that asks what *asked* draws."""
    interaction, text = draw(asked)
    points = (
        sum(part.points for part in interaction.parts) if isinstance(interaction, Case) else draw(st.integers(1, 9))
    )
    return Item(
        id="count-01",
        objective="count-alarms",
        level=draw(st.sampled_from(CognitiveLevel)),
        interaction=interaction,
        points=points,
        sources=("crowd", "led-7"),
        law_as_of=date(2026, 11, 22),
        review_by=draw(st.none() | st.just(date(2027, 6, 1))),
        texts={"en": text},
        critical=draw(st.booleans()),
    )
