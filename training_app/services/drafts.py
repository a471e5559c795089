"""Modules being written: opened, saved part by part, put together.

Every save adds a row and names the version it was made from.  Whoever saves from a version that is not the latest any
more is told, with what the other wrote; nothing is overwritten.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from courses.advice import Advice, module_advice
from courses.catalogue import STARTER_CONTENT, load_glossary
from courses.check import module_faults
from courses.errors import ContentError
from courses.fields import Fields
from courses.glossary import Glossary
from courses.module import Module, read_module, revision_digest
from courses.translations import digest_of, lesson_text
from quizzes.advice import bank_advice
from quizzes.bank import Bank, read_bank
from quizzes.catalogue import bank_faults
from quizzes.origins import confirmed, language_of, recorded
from quizzes.parts import MODULE, Content, joined, lesson_part, split
from training_app.errors import TrainingError
from training_app.models.authoring import Draft, DraftClosing, DraftSave, ReviewOutcome, ReviewRequest, ReviewVerdict
from training_app.models.people import Person
from training_app.models.training import ModuleRevision
from training_app.rules.civil_time import CivilInstant
from training_app.rules.trainers import Act
from training_app.services import content as revisions
from training_app.services import trainer_acts
from training_app.services.locks import one_at_a_time


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a draft as it stands."""

    name: str
    version: int
    """0 where it is still as in the revision that the draft is based on, or not there at all."""
    content: Content | None
    """Nothing where it was taken out or never written."""
    saved_by_id: int | None = None
    saved_at: datetime | None = None


class SavedMeanwhile(TrainingError):
    """Somebody else saved the part after it was read; *theirs* is what stands now."""

    def __init__(self, theirs: Part) -> None:
        super().__init__("Somebody else saved this part meanwhile. Both texts are shown; choose what holds.")
        self.theirs = theirs


class SourceChanged(TrainingError):
    """The text that a translation was compared with is not what stands now."""

    def __init__(self) -> None:
        super().__init__("The text in the source language was changed meanwhile. Compare again.")


class SubjectAreaMissing(TrainingError):
    """Without its subject area nobody knows who may write a module."""

    def __init__(self) -> None:
        super().__init__("Name the module's subject area first: by it, who may write it is told.")


class DraftClosed(TrainingError):
    """The draft was published or given up, or is under review."""

    def __init__(self) -> None:
        super().__init__("This draft is under review or closed, and cannot be changed.")


def open_draft(session: Session, slug: str, *, at: datetime, zone: ZoneInfo, by: Person) -> Draft:
    """Return the open draft of the module *slug*, or open one on its newest revision; two who open it get the same.

    :raises trainer_acts.NotAllowed: if it is to be opened, and *by* may not write in the module's subject area.
    """
    one_at_a_time(session, "draft", slug)
    running = session.scalars(_open().where(Draft.slug == slug)).first()
    if running is not None:
        return running
    newest = session.scalars(
        select(ModuleRevision.id).where(ModuleRevision.slug == slug).order_by(ModuleRevision.id.desc())
    ).first()
    if newest is not None:  # of a new module the first save tells the subject area
        matter = trainer_acts.of_module(session, slug)
        trainer_acts.require(session, Act.WRITE, by, matter, on=CivilInstant(at, zone))
    draft = Draft(slug=slug, based_on_id=newest, opened_by_id=by.id, opened_at=at)
    session.add(draft)
    session.flush()
    return draft


def open_drafts(session: Session) -> Sequence[Draft]:
    """Return every draft that is neither published nor given up, by slug."""
    return session.scalars(_open().order_by(Draft.slug)).all()


def is_open(session: Session, draft: Draft) -> bool:
    return session.scalar(_open().where(Draft.id == draft.id)) is not None


def under_review(session: Session, draft: Draft) -> ReviewRequest | None:
    """Return the review that *draft* waits for, or ``None``."""
    return session.scalars(
        select(ReviewRequest).where(
            ReviewRequest.draft_id == draft.id, ~exists().where(ReviewVerdict.request_id == ReviewRequest.id)
        )
    ).first()


def _open() -> Select[Draft]:
    published = exists().where(
        ReviewRequest.draft_id == Draft.id,
        ReviewVerdict.request_id == ReviewRequest.id,
        ReviewVerdict.outcome == ReviewOutcome.APPROVED,
    )
    return select(Draft).where(~published, ~exists().where(DraftClosing.draft_id == Draft.id))


def give_up(session: Session, draft: Draft, *, at: datetime, by: Person) -> None:
    """Close *draft* without publishing it; what was saved is kept.

    :raises DraftClosed: if it is closed already, or under review.
    """
    _lock_to_change(session, draft)
    session.add(DraftClosing(draft_id=draft.id, closed_by_id=by.id, closed_at=at))
    session.flush()


def parts(session: Session, draft: Draft) -> dict[str, Part]:
    """Return the parts of *draft* as they stand: of the revision it is based on, and what was saved since."""
    found = {name: Part(name, 0, written) for name, written in as_published(session, draft).items()}
    for row in session.scalars(_latest(draft).order_by(DraftSave.id)):
        found[row.part] = _part(row)
    return {name: part for name, part in found.items() if part.content is not None}


def part(session: Session, draft: Draft, name: str) -> Part:
    """Return the part *name* of *draft*; with version 0 and no content where there is none yet."""
    row = session.scalars(_latest(draft).where(DraftSave.part == name)).first()
    return _part(row) if row is not None else Part(name, 0, as_published(session, draft).get(name))


def save(
    session: Session,
    draft: Draft,
    name: str,
    content: Content | None,
    *,
    made_from: int,
    at: datetime,
    zone: ZoneInfo,
    by: Person,
) -> Part:
    """Save the part *name*, or take it out with ``None``; saving what stands already adds nothing.

    A translation that is new is recorded as one of what its source says now; see `confirm_translation`.

    :param made_from: the version that the writer saw.
    :raises SavedMeanwhile: if another version stands, and says something else.
    :raises SubjectAreaMissing: if the module's subject area is not stated with it or before.
    :raises trainer_acts.NotAllowed: if *by* may not write in the module's subject area.
    :raises DraftClosed: if the draft is closed or under review.
    """
    _lock_to_change(session, draft)
    stands = part(session, draft, name)
    if content is not None:
        source, original = _original(session, draft, name)
        content = recorded(name, content, stands.content, source=source, original=original)
    return _put(session, draft, stands, content, made_from=made_from, at=at, zone=zone, by=by)


def put(
    session: Session, draft: Draft, name: str, content: Content | None, *, at: datetime, zone: ZoneInfo, by: Person
) -> Part:
    """Save the part *name* exactly as it is given, over whatever stands: for content that comes whole, from files.

    :raises DraftClosed: if the draft is closed or under review.
    """
    _lock_to_change(session, draft)
    stands = part(session, draft, name)
    return _put(session, draft, stands, content, made_from=stands.version, at=at, zone=zone, by=by)


def _put(
    session: Session,
    draft: Draft,
    stands: Part,
    content: Content | None,
    *,
    made_from: int,
    at: datetime,
    zone: ZoneInfo,
    by: Person,
) -> Part:
    if stands.content == content:
        return stands
    if stands.version != made_from:
        raise SavedMeanwhile(stands)
    _require_to_write(session, draft, stands.name, content, at=at, zone=zone, by=by)
    row = DraftSave(
        draft_id=draft.id,
        part=stands.name,
        version=made_from + 1,
        content=None if content is None else dict(content),
        saved_by_id=by.id,
        saved_at=at,
    )
    session.add(row)
    session.flush()
    return _part(row)


def _require_to_write(
    session: Session, draft: Draft, name: str, content: Content | None, *, at: datetime, zone: ZoneInfo, by: Person
) -> None:
    """Let *by* write in the module's subject area; who moves it to another area needs to be qualified for both.

    :raises SubjectAreaMissing: if the module has none, or would have none.
    """
    outline = part(session, draft, MODULE).content
    stated = [outline or {}, content or {}] if name == MODULE else [outline or {}]
    areas = [str(one.get("subject_area") or "") for one in stated]
    if not areas[-1]:
        raise SubjectAreaMissing
    for area in sorted({*areas} - {""}):
        matter = trainer_acts.of_subject(area)
        trainer_acts.require(session, Act.WRITE, by, matter, on=CivilInstant(at, zone))


def confirm_translation(
    session: Session, draft: Draft, name: str, language: str, *, read: str, at: datetime, zone: ZoneInfo, by: Person
) -> Part:
    """Record that the translation into *language* in the part *name* says what its source says.

    :param read: the digest of the source text that was on the page.
    :raises SourceChanged: if the source says something else by now, or there is no such translation.
    :raises DraftClosed: if the draft is closed or under review.
    """
    _lock_to_change(session, draft)
    stands = part(session, draft, name)
    source, original = _original(session, draft, name)
    content = stands.content or {}
    if not language_of(name):
        texts = content.get("texts", {})
        original = texts.get(source) if language in texts and language != source else None
    said = lesson_text(original) if language_of(name) else original
    if not content or said is None or digest_of(said) != read:
        raise SourceChanged
    new = confirmed(name, content, language, original)
    return _put(session, draft, stands, new, made_from=stands.version, at=at, zone=zone, by=by)


def _original(session: Session, draft: Draft, name: str) -> tuple[str, Content | None]:
    """Return the source language, and the lesson that the part *name* translates, if it is such a lesson."""
    outline = part(session, draft, MODULE).content or {}
    source = str(next(iter(outline.get("languages") or []), ""))
    if language_of(name) in ("", source):
        return source, None
    return source, part(session, draft, lesson_part(source, name.rpartition("/")[2])).content


def _lock_to_change(session: Session, draft: Draft) -> None:
    one_at_a_time(session, "draft", draft.slug)
    if not is_open(session, draft) or under_review(session, draft) is not None:
        raise DraftClosed


def published_part(session: Session, draft: Draft, name: str) -> Content | None:
    """Return the part *name* as it is in the revision that *draft* is based on."""
    return as_published(session, draft).get(name)


def as_published(session: Session, draft: Draft) -> Mapping[str, Content]:
    """Return the parts of the revision that *draft* is based on; none where it is the first."""
    if draft.based_on_id is None:
        return {}
    revision = session.get_one(ModuleRevision, draft.based_on_id)
    return split(revision.content, revision.bank)


def _latest(draft: Draft) -> Select[DraftSave]:
    newest = (
        select(func.max(DraftSave.id)).where(DraftSave.draft_id == draft.id).group_by(DraftSave.part).scalar_subquery()
    )
    return select(DraftSave).where(DraftSave.id.in_(newest))


def _part(row: DraftSave) -> Part:
    return Part(row.part, row.version, row.content, row.saved_by_id, row.saved_at)


def authors(session: Session, draft: Draft) -> list[int]:
    """Return the ids of everybody who saved a part of *draft*, or opened it, by number."""
    saved = session.scalars(select(DraftSave.saved_by_id).where(DraftSave.draft_id == draft.id).distinct())
    return sorted({*saved, draft.opened_by_id})


@dataclass(frozen=True, slots=True)
class Whole:
    """A draft put together."""

    content: dict[str, object]
    bank_content: dict[str, object]
    module: Module
    bank: Bank
    faults: tuple[ContentError, ...]
    """Why it is not fit to be published; *module* and *bank* are fit for use only without any."""
    advice: tuple[Advice, ...]
    """What its authors should look at; nothing of it stands in the way."""

    @property
    def digest(self) -> str:
        """Name of the revision that it would become."""
        return revision_digest(self.content, self.bank_content)


def whole(session: Session, draft: Draft, *, beside: Sequence[Module] = ()) -> Whole:
    """Return *draft* put together, with every fault that stands between it and its publication, and with advice.

    :param beside: modules that are to be published with it, in place of their newest revisions.
    """
    written = {name: part.content for name, part in parts(session, draft).items() if part.content is not None}
    content, bank_content = joined(draft.slug, written)
    of_module: list[ContentError] = []
    of_bank: list[ContentError] = []
    module = read_module(Fields(content, file=f"{draft.slug}/module.toml", faults=of_module))
    bank = read_bank(Fields(bank_content, file=f"{draft.slug}/bank.toml", faults=of_bank))
    others = [*other_modules(session, {draft.slug, *(one.slug for one in beside)}), *beside]
    advice: list[Advice] = []
    if not of_module:
        of_module.extend(module_faults(module, catalogue=[*others, module], glossary=shared_glossary()))
        advice.extend(advice_on(module, bank, others))
        if not of_bank:
            of_bank.extend(bank_faults(bank, module))
            content, bank_content = module.to_json(), bank.to_json()
    return Whole(content, bank_content, module, bank, (*of_module, *of_bank), tuple(advice))


def advice_on(module: Module, bank: Bank, others: Sequence[Module]) -> list[Advice]:
    """Return what the authors of *module* and its *bank* should look at, beside the *others* that may link to it."""
    cited = {source for item in bank.items for source in item.sources}
    return [
        *module_advice(module, catalogue=others, glossary=shared_glossary(), cited_by_items=cited),
        *bank_advice(bank, module),
    ]


def other_modules(session: Session, slugs: Collection[str]) -> list[Module]:
    """Return the newest revision of every published module whose slug is not among *slugs*."""
    newest = select(func.max(ModuleRevision.id)).where(ModuleRevision.slug.not_in(slugs)).group_by(ModuleRevision.slug)
    rows = session.scalars(select(ModuleRevision).where(ModuleRevision.id.in_(newest)))
    return [revisions.published(row).module for row in rows]


@cache
def shared_glossary() -> Glossary:
    """Return the terms that all modules share.  The glossary comes with the product and changes with it only."""
    return load_glossary(STARTER_CONTENT)
