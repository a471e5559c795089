"""Questions from and for other systems: read into a draft after a dry run, written from a bank or a draft.

Nothing that stands is overwritten.  A question that the draft holds already is recognised by what it asks, also where
it was reworded since, and is left alone.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from courses.errors import ContentError
from courses.fields import Fields
from quizzes.exchange import formats
from quizzes.exchange.formats import ExchangeFormat
from quizzes.exchange.placing import (
    Placement,
    categories,
    digest,
    digest_of,
    item_content,
    name_for,
    objective_of,
    placed,
)
from quizzes.exchange.report import Note, Question, What, Written
from quizzes.item import Item, read_item
from quizzes.parts import MODULE, Content, item_part
from training_app.errors import TrainingError
from training_app.models.authoring import Draft, DraftSave
from training_app.models.imports import WaitingQuestions
from training_app.models.people import Person
from training_app.rules.canonical import digest as digest_of_text
from training_app.services import drafts
from training_app.services.deleted import deleted
from training_app.services.locks import one_at_a_time

#: How long a file waits for its questions to be added.
KEPT = timedelta(hours=24)

ITEM = item_part("")


class NoQuestionsWait(TrainingError):
    def __init__(self) -> None:
        super().__init__("No questions wait: they were added already, discarded, or sent more than a day ago.")


class QuestionsChanged(TrainingError):
    """The file or the draft is not what the dry run showed; nothing was added."""

    def __init__(self) -> None:
        super().__init__("The file or the draft has changed since the dry run. Look at it again, then add.")


@dataclass(frozen=True, slots=True)
class Entry:
    """One question of a file."""

    number: int
    question: Question
    name: str
    """Of the item that it becomes."""
    twin: str
    """The item that asks the same already, or the title of the question before it in the file; empty if none."""
    in_file: bool = False
    """Whether the twin stands in the file itself."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A dry run: what a file holds, and what of it the draft does not have yet."""

    form: ExchangeFormat
    entries: tuple[Entry, ...]
    notes: tuple[Note, ...]
    content_digest: str

    @property
    def new(self) -> list[Entry]:
        return [entry for entry in self.entries if not entry.twin]

    @property
    def twins(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.twin]

    @property
    def categories(self) -> dict[str, int]:
        """The categories of what is new, each with its number of questions."""
        return categories(entry.question for entry in self.new)

    @property
    def digest(self) -> str:
        """Names the dry run: another file, or items that came into the draft meanwhile, give another."""
        told = [[entry.number, entry.name, entry.twin] for entry in self.entries]
        return digest_of_text(json.dumps([self.content_digest, told]))


def plan(session: Session, draft: Draft, content: bytes, *, language: str, words: tuple[str, str]) -> Plan:
    """Return what the file would add to *draft*; nothing is written.

    :param words: for true and for false, in *language*.
    :raises Unreadable: if nothing of the file can be used.
    """
    reading = formats.read(content, words=words)
    known, taken = _items_of(session, draft, language)
    in_file: dict[str, str] = {}
    entries = []
    for number, question in enumerate(reading.questions, start=1):
        asks = digest_of(question)
        twin = known.get(asks) or in_file.get(asks, "")
        name = twin if asks in known else name_for(question, taken)
        entries.append(Entry(number, question, name, twin, in_file=asks in in_file and asks not in known))
        in_file.setdefault(asks, question.title or name)
        taken.add(name)
    content_digest = digest_of_text(content.decode("utf-8-sig") + language)
    return Plan(formats.format_of(content), tuple(entries), reading.notes, content_digest)


def _items_of(session: Session, draft: Draft, language: str) -> tuple[dict[str, str], set[str]]:
    """Return the items of *draft* by the digests of all that they ever asked, and every name that an item ever had."""
    stands = {name for name in drafts.parts(session, draft) if name.startswith(ITEM)}
    saved = session.execute(
        select(DraftSave.part, DraftSave.content).where(DraftSave.draft_id == draft.id, DraftSave.part.startswith(ITEM))
    ).all()
    base = drafts.as_published(session, draft)
    states: list[tuple[str, Content]] = [(name, part) for name, part in base.items() if name.startswith(ITEM)]
    states += [(name, content) for name, content in saved if content is not None]
    known = {digest(content, language): name.removeprefix(ITEM) for name, content in states if name in stands}
    return known, {
        name.removeprefix(ITEM) for name in [*(name for name, _content in states), *(row[0] for row in saved)]
    }


def guessed(plan: Plan, outline: Content, language: str) -> dict[str, str]:
    """Return for each category the objective that it names, empty where it names none of the module in *outline*."""
    listed = outline.get("objectives", [])
    texts = {one["id"]: str(one.get(language, "")) for one in listed if isinstance(one, Mapping) and one.get("id")}
    return {category: objective_of(category, texts) for category in plan.categories}


def source_ids(outline: Content) -> list[str]:
    return [str(one["id"]) for one in outline.get("sources", []) if isinstance(one, Mapping) and one.get("id")]


def law_as_of(outline: Content) -> date | None:
    """Return the day of which the module states the law, where it is said as a day."""
    try:
        return date.fromisoformat(str(outline.get("law_as_of", "")))
    except ValueError:
        return None


# -- the file between its dry run and the draft ------------------------------------------------------------------------


def sweep(session: Session, *, at: datetime) -> int:
    """Delete files that wait too long, whoever sent them; return how many."""
    return deleted(session, delete(WaitingQuestions).where(WaitingQuestions.kept_at <= at - KEPT))


def keep(
    session: Session, draft: Draft, person_id: int, content: bytes, *, language: str, file_name: str, at: datetime
) -> WaitingQuestions:
    """Keep the file in place of the one that *person_id* sent for *draft* before; those of anybody that are old go."""
    sweep(session, at=at)
    discard(session, draft.id, person_id)
    shown = "".join(character for character in file_name if character.isprintable())[:200]
    kept = WaitingQuestions(
        person_id=person_id, draft_id=draft.id, file_name=shown, content=content, language=language, kept_at=at
    )
    session.add(kept)
    session.flush()
    return kept


def waiting(session: Session, draft_id: int, person_id: int, *, at: datetime) -> WaitingQuestions | None:
    """Return the file of *person_id* that waits for the draft, or ``None``."""
    return session.scalar(
        select(WaitingQuestions).where(
            WaitingQuestions.person_id == person_id,
            WaitingQuestions.draft_id == draft_id,
            WaitingQuestions.kept_at > at - KEPT,
        )
    )


def discard(session: Session, draft_id: int, person_id: int) -> None:
    session.execute(
        delete(WaitingQuestions).where(WaitingQuestions.person_id == person_id, WaitingQuestions.draft_id == draft_id)
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the author chose on the dry run."""

    placement: Placement
    numbers: Collection[int]
    """Which questions of the file to add."""
    seen: str
    """Digest of the dry run that was shown."""


def add_waiting(
    session: Session, draft: Draft, wanted: Wanted, *, words: tuple[str, str], at: datetime, zone: ZoneInfo, by: Person
) -> list[str]:
    """Add the chosen questions of the file that waits, after which it is gone; return the names of the new items.

    :raises NoQuestionsWait: if none waits, perhaps because it was added a moment ago.
    :raises QuestionsChanged: if the dry run would be another now; :raises DraftClosed: if nothing may be changed.
    """
    one_at_a_time(session, "draft", draft.slug)
    kept = waiting(session, draft.id, by.id, at=at)
    if kept is None:
        raise NoQuestionsWait
    content, language = kept.content, kept.language
    discard(session, draft.id, by.id)
    found = plan(session, draft, content, language=language, words=words)
    if found.digest != wanted.seen:
        raise QuestionsChanged
    chosen = [entry for entry in found.new if entry.number in wanted.numbers]
    return add(session, draft, chosen, wanted.placement, language=language, at=at, zone=zone, by=by)


def add(
    session: Session,
    draft: Draft,
    entries: Iterable[Entry],
    placement: Placement,
    *,
    language: str,
    at: datetime,
    zone: ZoneInfo,
    by: Person,
) -> list[str]:
    """Add each of *entries* to *draft* as an item of its own; return their names.

    :raises DraftClosed: if the draft is closed or under review.
    """
    sources = source_ids(drafts.part(session, draft, MODULE).content or {})
    names = []
    for entry in entries:
        given = placed(entry.question, placement, sources=sources)
        content = item_content(entry.question, entry.name, language, given)
        drafts.save(session, draft, item_part(entry.name), content, made_from=0, at=at, zone=zone, by=by)
        names.append(entry.name)
    return names


# -- writing -----------------------------------------------------------------------------------------------------------


def written(
    form: ExchangeFormat, items: Sequence[Item], *, module: str, language: str, words: tuple[str, str]
) -> Written:
    """Return *items* as a file, objective by objective."""
    order = list(dict.fromkeys(item.objective for item in items))
    sorted_items = sorted(items, key=lambda item: order.index(item.objective))
    return formats.write(form, sorted_items, module=module, language=language, words=words)


def written_draft(
    session: Session, draft: Draft, form: ExchangeFormat, *, language: str, words: tuple[str, str]
) -> Written:
    """Return the items of *draft* that are finished in *language* as a file; of the others it is told why not."""
    finished: list[Item] = []
    notes: list[Note] = []
    others: dict[str, None] = {}
    for name, part in drafts.parts(session, draft).items():
        if not name.startswith(ITEM):
            continue
        item, problem = _finished(part.content or {}, draft.slug, language)
        if item is not None:
            finished.append(item)
            others |= dict.fromkeys(tag for tag in (part.content or {})["texts"] if tag != language)
        else:
            notes.append(Note(0, What.UNFINISHED, problem, name.removeprefix(ITEM)))
    file = written(form, finished, module=draft.slug, language=language, words=words)
    if others:
        notes.append(Note(0, What.OTHER_LANGUAGES, ", ".join(others)))
    return Written(file.text, file.carried, (*notes, *file.notes))


def _finished(content: Content, module: str, language: str) -> tuple[Item | None, str]:
    faults: list[ContentError] = []
    item = read_item(Fields(content, file=f"{module}/bank.toml", faults=faults), module=module, languages=(language,))
    return (None, faults[0].problem) if faults else (item, "")
