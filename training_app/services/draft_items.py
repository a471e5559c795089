"""The items of a draft: added under names of ours, taken out and put back, and asked as officers would meet them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.errors import ContentError
from courses.fields import SLUG, Fields
from quizzes.bank import Bank, BlueprintCell, read_bank
from quizzes.item import Item, read_item
from quizzes.paper import Paper, draw
from quizzes.parts import MODULE, Content, item_part, joined
from training_app.models.authoring import Draft, DraftSave
from training_app.models.people import Person
from training_app.models.training import ModuleRevision
from training_app.services import drafts
from training_app.services.drafts import Part
from training_app.services.locks import one_at_a_time

_ITEM = item_part("")
_OURS = re.compile(r"item-([0-9]{1,6})")


def free_name(session: Session, slug: str) -> str:
    """Return a name that no item of the module *slug* has or ever had, be it published, in a draft, or taken out."""
    saved = select(DraftSave.part).join(Draft).where(Draft.slug == slug, DraftSave.part.startswith(_ITEM)).distinct()
    used = [part.removeprefix(_ITEM) for part in session.scalars(saved)]
    for bank in session.scalars(select(ModuleRevision.bank).where(ModuleRevision.slug == slug)):
        used.extend(item["id"] for item in bank["items"])
    numbers = [int(found[1]) for found in map(_OURS.fullmatch, used) if found]
    return f"item-{max(numbers, default=0) + 1:02}"


def add(
    session: Session, draft: Draft, name: str, content: Content, *, at: datetime, zone: ZoneInfo, by: Person
) -> Part:
    """Add an item as *name*, as `free_name` gave it; a double click adds one.

    Where somebody else has taken the name meanwhile, or it is none, the item gets another.

    :raises drafts.DraftClosed: if the draft is closed or under review.
    """
    one_at_a_time(session, "draft", draft.slug)
    stands, whole = drafts.part(session, draft, item_part(name)), {**content, "id": name}
    if stands.content == whole and stands.saved_by_id == by.id:
        return stands
    if stands.version or stands.content is not None or not SLUG.fullmatch(name):
        whole["id"] = free_name(session, draft.slug)
    return drafts.save(session, draft, item_part(whole["id"]), whole, made_from=0, at=at, zone=zone, by=by)


def items_of(parts: Mapping[str, Part]) -> dict[str, Content]:
    """Return the items among the *parts* of a draft, by name, in the order of its bank."""
    there = {name.removeprefix(_ITEM): part.content for name, part in parts.items() if name.startswith(_ITEM)}
    return {name: content for name, content in there.items() if content is not None}


@dataclass(frozen=True, slots=True)
class TakenOut:
    """An item that was taken out of a draft."""

    name: str
    version: int
    content: Content
    """As it was last."""


def taken_out(session: Session, draft: Draft) -> list[TakenOut]:
    """Return the items that were taken out of *draft* and are not back, the latest first."""
    saves = session.scalars(
        select(DraftSave)
        .where(DraftSave.draft_id == draft.id, DraftSave.part.startswith(_ITEM))
        .order_by(DraftSave.id.desc())
    ).all()
    found: list[TakenOut] = []
    for name in dict.fromkeys(row.part for row in saves):
        latest, *earlier = [row for row in saves if row.part == name]
        if latest.content is None:
            before = next((row.content for row in earlier if row.content is not None), None)
            content = before if before is not None else drafts.published_part(session, draft, name)
            if content is not None:
                found.append(TakenOut(name.removeprefix(_ITEM), latest.version, content))
    return found


@dataclass(frozen=True, slots=True)
class Askable:
    """What of a draft's bank can be asked as it stands."""

    bank: Bank
    """With the items that have no fault; its plan is fit for use only where nothing stands against a paper."""
    left_out: Mapping[str, Sequence[ContentError]]
    """The items that cannot be asked, by name, each with its faults."""
    against_paper: Sequence[ContentError]
    """Why no paper can be drawn, the items that are left out aside."""


def askable(session: Session, draft: Draft) -> Askable:
    """Return what of the bank of *draft* can be asked as it stands, for its authors to try; nothing is stored."""
    parts = drafts.parts(session, draft)
    written = {name: part.content for name, part in parts.items() if part.content is not None}
    languages = tuple(written.get(MODULE, {}).get("languages") or ["en"])
    sound: dict[str, Content] = {}
    left_out: dict[str, list[ContentError]] = {}
    for name, content in items_of(parts).items():
        faults = _read(draft.slug, name, content, languages)[1]
        if faults:
            left_out[name] = faults
        else:
            sound[name] = content
    items = [{**item, "enemies": [foe for foe in item.get("enemies", []) if foe in sound]} for item in sound.values()]
    _module, plan = joined(draft.slug, written)
    found: list[ContentError] = []
    whole = {**plan, "languages": list(languages), "items": items}
    bank = read_bank(Fields(whole, file=f"{draft.slug}/bank.toml", faults=found))
    if not found:
        try:
            draw(bank, seed=0)
        except ContentError as error:
            found.append(error)
    return Askable(bank, left_out, tuple(found))


def _read(module: str, name: str, content: Content, languages: tuple[str, ...]) -> tuple[Item, list[ContentError]]:
    faults: list[ContentError] = []
    fields = Fields(content, file=f"{module}/bank.toml", faults=faults, place=f"item '{name}'")
    return read_item(fields, module=module, languages=languages), faults


def every_item(bank: Bank) -> Bank:
    """Return *bank* with a plan that draws every item of it, enemies too."""
    items = tuple(replace(item, enemies=()) for item in bank.items)
    counts = dict.fromkeys((item.objective for item in items), 0)
    for item in items:
        counts[item.objective] += 1
    cells = tuple(BlueprintCell(objective, number) for objective, number in counts.items())
    return replace(bank, items=items, plan=replace(bank.plan, length=len(items), blueprint=cells))


def try_out(found: Askable, *, every: bool, seed: int) -> tuple[Paper, Bank]:
    """Return a paper for an author to try, and the bank by which it is marked.

    :param every: with every item that can be asked; else as one is drawn for an officer.
    :raises courses.errors.ContentError: if no paper can be drawn.
    """
    if not every and found.against_paper:
        raise found.against_paper[0]
    bank = every_item(found.bank) if every else found.bank
    return draw(bank, seed=seed), bank
