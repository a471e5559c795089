"""What the authors of a draft should look at, at its place; nothing of it stands in the way of a review."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from courses.advice import Advice, Look
from quizzes.parts import GLOSSARY, MODULE, PAPER, figure_part, item_part
from training_app.wording import advice as words

CONFIRMED = {Look.OLDER_THAN_SOURCE, Look.ORIGIN_UNKNOWN}


@dataclass(frozen=True, slots=True)
class Advised:
    """One thing to look at."""

    sentence: str
    confirm: Mapping[str, str] | None
    """Of a translation: what is sent to say that it is still right."""


def by_part(slug: str, found: Iterable[Advice]) -> dict[str, list[Advised]]:
    """Return what is *found* in the draft of *slug* by the part that it is about."""
    told: dict[str, list[Advised]] = {}
    for one in found:
        part = part_of_file(slug, one.file, item=one.item)
        confirm = None
        if one.look in CONFIRMED:
            confirm = {"part": part, **{name: str(one.values[name]) for name in ("language", "read")}}
        told.setdefault(part, []).append(Advised(words.sentence(one), confirm))
    return told


def part_of_file(slug: str, file: str, *, item: str = "") -> str:
    """Return the part of a draft that *file* of the module *slug* holds, as messages name it."""
    name = file.removeprefix(f"{slug}/")
    if item:
        return item_part(item)
    if name.endswith(".svg"):
        return figure_part(name.removeprefix("figures/").removesuffix(".svg"))
    if name.endswith(".md"):
        return f"lesson/{name.removesuffix('.md')}"
    return {"bank.toml": PAPER, "glossary.toml": GLOSSARY}.get(name, MODULE)
