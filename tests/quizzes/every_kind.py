"""A module whose quiz has an item of every kind: that of `docs/authors.md`, with the plan that a test needs."""

import re
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from quizzes.interaction_fields import ItemKind
from quizzes.interactions import Case, Choice, MarkingUp, Matching, NumericEntry, Ordering, ReasonedVerdict, TextEntry
from quizzes.item import Item
from training_app.services import content
from training_app.services.content import Published

ROOT = Path(__file__).parents[2]
SLUG = "plate-reading"
ITEMS = 10
"""In the bank; a paper of so many holds every kind."""

_FILES = re.compile(r"^`((?:courses|quizzes)/[^`]+)`\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def write(folder: Path, *plan: str, items: int = ITEMS) -> tuple[Path, Path]:
    """Write the module and its bank below *folder*, with the lines *plan* in its plan; return both content folders.

    :param items: on a paper; all of them fit on one, since none has enemies here.
    """
    for name, text in _FILES.findall((ROOT / "docs/authors.md").read_text("utf-8")):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(_planned(text, plan, items) if file.name == "bank.toml" else text, "utf-8")
    glossary = Path("courses/content/glossary.toml")
    (folder / glossary).write_bytes((ROOT / glossary).read_bytes())
    return folder / "courses/content", folder / "quizzes/content"


def _planned(bank: str, plan: tuple[str, ...], items: int) -> str:
    bank = re.sub(r"^enemies = .*\n", "", bank, flags=re.MULTILINE)
    changed = re.sub(r"^length = \d+$", "\n".join([f"length = {items}", *plan]), bank, count=1, flags=re.MULTILINE)
    return re.sub(r"^items = \d+$", f"items = {items}", changed, count=1, flags=re.MULTILINE)


def publish(session: Session, folder: Path, *plan: str, at: datetime, items: int = ITEMS) -> Published:
    content.load_catalogue(session, *write(folder, *plan, items=items), at=at)
    found = content.newest(session, SLUG)
    assert found is not None
    return found


def wrong(item: Item) -> list[str]:
    """Return marks that answer the whole of *item*, none of which earns anything."""
    return sorted(_wrong(item.interaction))


def _wrong(asked: object) -> set[str]:
    match asked:
        case Choice(options=options, key=key):
            return {next(option for option in options if option not in key)}
        case MarkingUp(rows=rows, key=key):
            return {next(row for row in rows if row not in key)}
        case ReasonedVerdict(verdict=verdict, reasons=reasons):
            return {"false" if verdict else "true", reasons[0]}
        case Matching(prompts=prompts, matches=matches, key=key):
            return {f"{one}:{next(match for match in matches if f'{one}:{match}' not in key)}" for one in prompts}
        case Ordering(options=options):
            return {f"{option}:{place}" for place, option in enumerate(reversed(options), start=1)}
        case NumericEntry():
            return {"-999"}
        case TextEntry():
            return {"nothing of the kind"}
        case Case(parts=parts):
            return {f"{part.id}/{mark}" for part in parts for mark in _wrong(part.interaction)}
    raise AssertionError(asked)


def kinds(published: Published) -> set[ItemKind]:
    return {item.kind for item in published.bank.items}
