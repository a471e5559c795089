"""A module and its bank as the parts that are written one at a time, and put together again.

======================  ================================================================================
part                    what it holds
======================  ================================================================================
``module``              everything of ``module.toml``: titles, objectives, sources, languages
``glossary``            terms of the module's own
``paper``               the plan of the papers, and the languages of the bank
``lesson/en/01-name``   a lesson in a language: front matter and body
``figure/name``         a drawing
``item/name``           an item with its texts in every language
======================  ================================================================================

Nothing is judged here: a part may be unfinished.  Whoever puts them together reads the whole with `courses.fields`.
"""

from collections.abc import Mapping
from typing import Any

Content = Mapping[str, Any]
"""A part as JSON values."""

MODULE, GLOSSARY, PAPER = "module", "glossary", "paper"
ORDER = "order"
"""In the part ``paper``: ids of items in their order, where it is not that of the parts."""


def lesson_part(language: str, slug: str) -> str:
    return f"lesson/{language}/{slug}"


def item_part(name: str) -> str:
    return f"item/{name}"


def figure_part(name: str) -> str:
    return f"figure/{name}"


def split(module: Content, bank: Content) -> dict[str, Content]:
    """Return the parts of a module and its bank, both in the form of their ``to_json``; see `joined`."""
    lessons: Mapping[str, list[Content]] = module.get("lessons", {})
    own = {name: value for name, value in module.items() if name not in ("lessons", "figures", GLOSSARY)}
    paper = {name: value for name, value in bank.items() if name not in ("items", "module")}
    parts: dict[str, Content] = {MODULE: own, PAPER: paper}
    if module.get(GLOSSARY):
        parts[GLOSSARY] = module[GLOSSARY]
    for language, written in lessons.items():
        parts |= {lesson_part(language, lesson["slug"]): lesson for lesson in written}
    parts |= {figure_part(name): {"svg": svg} for name, svg in module.get("figures", {}).items()}
    parts |= {item_part(item["id"]): item for item in bank.get("items", [])}
    return parts


def joined(slug: str, parts: Mapping[str, Content]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return module and bank put together from *parts*: lessons by their number, items in the order of *parts*.

    Items that `ORDER` names stand before the others, in its order.  Until the plan of the papers is written, the bank
    has the languages of the module.
    """
    languages = parts.get(MODULE, {}).get("languages", [])
    lessons = {
        language: [parts[name] for name in sorted(parts) if name.startswith(f"lesson/{language}/")]
        for language in (languages if isinstance(languages, list) else [])
    }
    module = {**parts.get(MODULE, {}), "slug": slug, "lessons": lessons}
    figures = {name.partition("/")[2]: parts[name].get("svg", "") for name in parts if name.startswith("figure/")}
    if figures:
        module["figures"] = dict(sorted(figures.items()))
    if parts.get(GLOSSARY):
        module[GLOSSARY] = parts[GLOSSARY]
    paper = dict(parts.get(PAPER, {}))
    order = {item_part(name): number for number, name in enumerate(paper.pop(ORDER, []))}
    names = sorted((name for name in parts if name.startswith("item/")), key=lambda name: order.get(name, len(order)))
    return module, {"languages": languages, **paper, "module": slug, "items": [parts[name] for name in names]}
