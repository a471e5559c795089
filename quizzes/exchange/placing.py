"""Questions from elsewhere as items of a module: what only the module can say is put in, and twins are recognised."""

import json
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from courses.fields import SLUG
from quizzes.exchange.report import Question
from quizzes.exchange.tags import told
from quizzes.interaction_fields import interaction_json, kind_of
from quizzes.interactions import folded
from quizzes.item import CognitiveLevel
from quizzes.parts import Content

LONGEST_NAME = 48
_HEADS = re.compile(r"^(?:\$[a-z0-9]+\$|top)$")


@dataclass(frozen=True, slots=True)
class Placement:
    """What the questions of a file are given where the file itself does not say it."""

    objectives: Mapping[str, str]
    """The objective for each category, empty where it is not chosen yet."""
    level: CognitiveLevel
    sources: tuple[str, ...] = ()
    law_as_of: date | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """What one question is given."""

    objective: str
    level: CognitiveLevel
    sources: tuple[str, ...]
    law_as_of: date | None
    review_by: date | None
    critical: bool
    strangers: tuple[str, ...]
    """Sources that the file names and the module does not have."""


def placed(question: Question, placement: Placement, *, sources: Collection[str]) -> Placed:
    """Return what *question* is given: what its tags say, and else what *placement* says.

    :param sources: ids of the module's sources; one that is not among them is not taken over.
    """
    said = told(question.tags)
    known = tuple(source for source in said.sources if source in sources)
    return Placed(
        objective=placement.objectives.get(question.category, ""),
        level=said.level or placement.level,
        sources=known or placement.sources,
        law_as_of=said.law_as_of or placement.law_as_of,
        review_by=said.review_by,
        critical=said.critical,
        strangers=tuple(source for source in said.sources if source not in sources),
    )


def objective_of(category: str, objectives: Mapping[str, str]) -> str:
    """Return the objective that *category* names by its last step, by id or in words; empty if none.

    :param objectives: the text of each by its id.
    """
    last = folded(spoken(category).rpartition("/")[2])
    return next((name for name, text in objectives.items() if last and last in (name, folded(text))), "")


def spoken(category: str) -> str:
    """Return *category* without what Moodle puts before every one: ``$course$/top/``."""
    return "/".join(step for step in category.split("/") if not _HEADS.fullmatch(step))


def item_content(question: Question, name: str, language: str, given: Placed) -> Content:
    """Return *question* as the part ``item/<name>`` of a draft; what is not known yet is left out."""
    content: dict[str, object] = {
        "id": name,
        "kind": kind_of(question.interaction).value,
        "objective": given.objective,
        "level": given.level.value,
        **interaction_json(question.interaction),
        "points": question.points,
        "sources": list(given.sources),
        "law_as_of": None if given.law_as_of is None else given.law_as_of.isoformat(),
        "review_by": None if given.review_by is None else given.review_by.isoformat(),
        "texts": {language: question.text.to_json()},
    }
    if given.critical:
        content["critical"] = True
    return {field: value for field, value in content.items() if value not in (None, "")}


def digest(content: Content, language: str) -> str:
    """Return the digest of what the item with *content* asks in *language*.

    Two items have the same if an officer is asked the same, whatever they and their options are called.  Feedback and
    points do not count: an item whose feedback was mended is still the same.
    """
    texts = content.get("texts")
    text = texts.get(language) if isinstance(texts, Mapping) else None
    asked = _asked(content, text if isinstance(text, Mapping) else {})
    return sha256(json.dumps(asked, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def digest_of(question: Question) -> str:
    """Return the digest of *question*, the same as of the item that it becomes."""
    content = {"kind": kind_of(question.interaction).value, **interaction_json(question.interaction)}
    return digest({**content, "texts": {"": question.text.to_json()}}, "")


def _asked(content: Mapping[str, object], text: Mapping[str, object]) -> object:
    """Return kind, stem, and what can be answered with whether it is right; by their texts, not by their names."""
    said = text.get("options")
    options = said if isinstance(said, Mapping) else {}
    rows = text.get("rows")
    words = {**options, **(rows if isinstance(rows, Mapping) else {})}
    key = content.get("key")
    shown: object = [
        _in_order([_word(words.get(one)), isinstance(key, list) and one in key] for one in _list(content.get(field)))
        for field in ("options", "rows", "reasons", "matches")
        if not (field == "options" and content.get("kind") == "ordering")
    ]
    return [
        content.get("kind"),
        _word(text.get("stem")),
        shown,
        [_word(words.get(one)) for one in _list(content.get("options"))] if content.get("kind") == "ordering" else [],
        _in_order([_word(words.get(one)), _word(words.get(two))] for one, two in key.items())
        if isinstance(key, Mapping)
        else [],
        [
            content.get("verdict"),
            _word(words.get(content.get("reason"))),
            content.get("value"),
            content.get("tolerance"),
        ],
        sorted(folded(str(one)) for one in _list(text.get("accepted"))),
        [_part(part, text) for part in _list(content.get("parts")) if isinstance(part, Mapping)],
    ]


def _part(part: Mapping[str, object], text: Mapping[str, object]) -> object:
    parts = text.get("parts")
    own = parts.get(part.get("id")) if isinstance(parts, Mapping) else None
    return _asked(part, own if isinstance(own, Mapping) else {})


def _in_order(values: Iterable[object]) -> list[object]:
    return sorted(values, key=lambda value: json.dumps(value, ensure_ascii=False))


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _word(value: object) -> object:
    return [_word(one) for one in value] if isinstance(value, list) else folded(str(value or ""))


def name_for(question: Question, taken: Collection[str]) -> str:
    """Return a name for the item that *question* becomes: its own id where that fits, else its title in small letters.

    :param taken: names that an item has or once had; with a number behind it no name is used twice.
    """
    wanted = question.name if SLUG.fullmatch(question.name) else _slug(question.name) or _slug(question.title)
    wanted = wanted[:LONGEST_NAME].strip("-") or "question"
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted}-{number}"
    return name


def _slug(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")


def categories(questions: Iterable[Question]) -> dict[str, int]:
    """Return the categories in the order of the file, each with its number of questions."""
    found: dict[str, int] = {}
    for question in questions:
        found[question.category] = found.get(question.category, 0) + 1
    return found
