"""Published modules as folders, and folders as revisions or drafts, so that an agency can keep its content in git.

What is written is what `courses.writing` and `quizzes.writing` say: read again, it is the same revision by its digest.
"""

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path, PurePosixPath
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses.advice import Advice
from courses.catalogue import load_module
from courses.errors import ContentError
from courses.fields import LANGUAGE
from courses.module import Module, revision_digest
from courses.writing import module_files
from quizzes.bank import Bank
from quizzes.catalogue import load_bank, read_folders
from quizzes.changes import Change, compare
from quizzes.parts import ORDER, PAPER, split
from quizzes.writing import bank_files
from training_app.errors import TrainingError
from training_app.models.authoring import Draft, ReviewRequest
from training_app.models.people import Person
from training_app.models.training import ModuleRevision
from training_app.services import content, drafts, reviews
from training_app.services.content import Published

FEWEST_DIGITS = 8
"""Of a digest, to name a revision by its beginning."""


class NoSuchModule(TrainingError):
    def __init__(self, slug: str, known: Sequence[str]) -> None:
        super().__init__(f"No module is called {slug}. There are: {', '.join(known) or 'none'}.")


class NoSuchRevision(TrainingError):
    def __init__(self, digest: str) -> None:
        super().__init__(
            f"No published revision begins with {digest}. Give at least {FEWEST_DIGITS} digits of its name."
        )


class NotWritable(TrainingError):
    """A revision that no file could say exactly as it is."""

    def __init__(self, revision: ModuleRevision) -> None:
        super().__init__(
            f"{revision.slug}: revision {revision.digest[:12]} cannot be written as files without changing it."
            " Nothing was written."
        )


class InTheWay(TrainingError):
    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} is there already. Say --replace to bring its files up to date.")


class SamePerson(TrainingError):
    def __init__(self) -> None:
        super().__init__("Author and reviewer are the same person. Somebody else must review what is published.")


class Faulty(TrainingError):
    def __init__(self) -> None:
        super().__init__("Nothing was imported. Correct what is named above and run the command again.")


@dataclass(frozen=True, slots=True)
class Folders:
    """Where modules and banks lie, a folder for each in both."""

    modules: Path
    banks: Path


# -- out ---------------------------------------------------------------------------------------------------------------


def chosen(session: Session, slugs: Sequence[str], *, digest: str | None = None) -> list[Published]:
    """Return the newest revision of each of *slugs*, of every module where there is none; or the one named by *digest*.

    :param digest: the name of a revision, or its beginning.
    :raises NoSuchModule: if a slug is none.
    :raises NoSuchRevision: if no revision, or more than one, is meant.
    """
    if digest is not None:
        named = ModuleRevision.digest.startswith(digest, autoescape=True)
        rows = session.scalars(select(ModuleRevision).where(named)).all()
        found = [row for row in rows if not slugs or row.slug in slugs]
        if len(digest) < FEWEST_DIGITS or len(found) != 1:
            raise NoSuchRevision(digest)
        return [content.published(found[0])]
    newest = select(func.max(ModuleRevision.id)).group_by(ModuleRevision.slug)
    latest = session.scalars(select(ModuleRevision).where(ModuleRevision.id.in_(newest)).order_by(ModuleRevision.slug))
    by_slug = {row.slug: row for row in latest}
    for slug in slugs:
        if slug not in by_slug:
            raise NoSuchModule(slug, list(by_slug))
    return [content.published(row) for slug, row in by_slug.items() if not slugs or slug in slugs]


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file that an export puts in, changes, or takes out."""

    path: Path
    change: Change
    text: str = ""


def plan_export(found: Sequence[Published], folders: Folders, *, replace: bool) -> list[FileChange]:
    """Return what writing *found* into *folders* changes there; files that already say so are left out.

    Files that no reader of the format looks at are left where they are.

    :raises InTheWay: if there is such a folder already, and it is not to be replaced.
    """
    planned: list[FileChange] = []
    for one in found:
        for root, files in _files(one.module, one.bank, folders):
            folder = root / one.revision.slug
            if folder.exists() and not replace:
                raise InTheWay(folder)
            planned.extend(_changes(folder, files))
    return planned


def export(found: Sequence[Published], folders: Folders, *, replace: bool) -> list[FileChange]:
    """Write *found* into *folders*, and return what that changed.

    Everything is written aside and read back first: a revision that would not come back as itself stops all.

    :raises InTheWay: if there is such a folder already, and it is not to be replaced.
    :raises NotWritable: if a revision would not come back as itself.
    """
    planned = plan_export(found, folders, replace=replace)
    for root in (folders.modules, folders.banks):
        root.mkdir(parents=True, exist_ok=True)
    for one in found:
        _read_back(one, folders)
    for file in planned:
        if file.change is Change.REMOVED:
            file.path.unlink()
            continue
        file.path.parent.mkdir(parents=True, exist_ok=True)
        aside = file.path.with_name(f".{file.path.name}.new")
        aside.write_bytes(file.text.encode("utf-8"))
        aside.replace(file.path)
    return planned


def _files(module: Module, bank: Bank, folders: Folders) -> Iterator[tuple[Path, dict[str, str]]]:
    yield folders.modules, module_files(module)
    yield folders.banks, bank_files(bank)


def _read_back(one: Published, folders: Folders) -> None:
    aside = Path(tempfile.mkdtemp(prefix=".export-", dir=folders.modules))
    try:
        for root, files in _files(one.module, one.bank, Folders(aside / "modules", aside / "banks")):
            for name, text in files.items():
                file = root / one.revision.slug / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(text.encode("utf-8"))
        try:
            module = load_module(aside / "modules" / one.revision.slug)
            bank = load_bank(aside / "banks" / one.revision.slug)
        except ContentError:
            raise NotWritable(one.revision) from None
        if revision_digest(module.to_json(), bank.to_json()) != one.revision.digest:
            raise NotWritable(one.revision)
    finally:
        shutil.rmtree(aside)


def _changes(folder: Path, files: Mapping[str, str]) -> Iterator[FileChange]:
    for name, text in files.items():
        path = folder / name
        if not path.exists():
            yield FileChange(path, Change.ADDED, text)
        elif path.read_bytes() != text.encode("utf-8"):
            yield FileChange(path, Change.CHANGED, text)
    for path in sorted(folder.rglob("*")) if folder.exists() else []:
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in files and _is_read(PurePosixPath(name)):
            yield FileChange(path, Change.REMOVED)


def _is_read(path: PurePosixPath) -> bool:
    """Tell whether a reader of the format would take the file at *path* in a module's folder for a part of it."""
    match path.parts:
        case [_file]:
            return path.suffix == ".toml"
        case ["figures", _file]:
            return path.suffix == ".svg"
        case [folder, _file]:
            return path.suffix == ".md" and LANGUAGE.fullmatch(folder) is not None
    return False


# -- in ----------------------------------------------------------------------------------------------------------------


class Outcome(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Incoming:
    """One module in the folders, beside what is published."""

    module: Module
    bank: Bank
    outcome: Outcome
    changes: tuple[tuple[str, Change], ...]
    """Parts (`quizzes.parts`) that differ from the newest revision."""
    advice: tuple[Advice, ...]

    @property
    def digest(self) -> str:
        return revision_digest(self.module.to_json(), self.bank.to_json())


@dataclass(frozen=True, slots=True)
class ImportPlan:
    modules: tuple[Incoming, ...]
    faults: tuple[ContentError, ...]
    """By file, of everything; nothing is imported while there is one."""


def plan_import(session: Session, folders: Folders, slugs: Sequence[str] = ()) -> ImportPlan:
    """Return what importing *folders* would change, and everything that stands against it.

    The modules are held against one another, against the other published ones, and against the shared glossary.

    :param slugs: the modules to take; all where there is none.
    :raises NoSuchModule: if a slug is none of the folders.
    """
    there = sorted(folder.name for folder in folders.modules.iterdir() if (folder / "module.toml").exists())
    for slug in slugs:
        if slug not in there:
            raise NoSuchModule(slug, there)
    others = drafts.other_modules(session, there)
    read = read_folders(folders.modules, folders.banks, others=others, shared=drafts.shared_glossary())
    wanted = set(slugs or there)
    faults = [fault for fault in read.faults if not slugs or fault.file.partition("/")[0] in wanted]
    found: list[Incoming] = []
    for slug, module in read.modules.items():
        if slug not in wanted:
            continue
        if slug not in read.banks:
            if not (folders.banks / slug / "bank.toml").exists():
                faults.append(ContentError(f"{slug}/bank.toml", "is missing: a module is published with its quiz"))
            continue
        beside = [*others, *read.modules.values()]
        one = _incoming(session, module, read.banks[slug], beside)
        faults.extend(_against(session, one))
        found.append(one)
    return ImportPlan(tuple(found), tuple(faults))


def _incoming(session: Session, module: Module, bank: Bank, beside: Sequence[Module]) -> Incoming:
    newest = content.newest(session, module.slug)
    before = {} if newest is None else split(newest.revision.content, newest.revision.bank)
    parts = compare(before, split(module.to_json(), bank.to_json()))
    changes = tuple((part.name, part.change) for part in parts if part.change is not Change.NONE)
    advice = tuple(drafts.advice_on(module, bank, beside))
    digest = revision_digest(module.to_json(), bank.to_json())
    outcome = Outcome.NEW if newest is None else Outcome.CHANGED
    if newest is not None and newest.revision.digest == digest:
        outcome = Outcome.UNCHANGED
    return Incoming(module, bank, outcome, changes, advice)


def _against(session: Session, one: Incoming) -> Iterator[ContentError]:
    """Yield what keeps a module that is in order from being imported now."""
    slug = one.module.slug
    if one.outcome is Outcome.UNCHANGED:
        return
    draft = next((draft for draft in drafts.open_drafts(session) if draft.slug == slug), None)
    if draft is not None and drafts.whole(session, draft).digest != one.digest:
        yield ContentError(slug, "is being written: publish or give up its draft first, or export it and join the two")
    earlier = select(ModuleRevision).where(ModuleRevision.slug == slug, ModuleRevision.digest == one.digest)
    if session.scalars(earlier).first() is not None:
        yield ContentError(
            slug, f"says what revision {one.digest[:12]} said, which a later one replaced; change something"
        )


def import_drafts(session: Session, plan: ImportPlan, *, at: datetime, zone: ZoneInfo, author: Person) -> list[Draft]:
    """Open a draft of every module of *plan* that differs from what is published; return them.

    :raises Faulty: if anything stands against it.
    """
    if plan.faults:
        raise Faulty
    return [
        _draft(session, one, at=at, zone=zone, author=author)
        for one in plan.modules
        if one.outcome is not Outcome.UNCHANGED
    ]


def publish(
    session: Session, plan: ImportPlan, note: str, *, at: datetime, zone: ZoneInfo, author: Person, reviewer: Person
) -> list[ModuleRevision]:
    """Publish every module of *plan* that differs from what is published, as *author* wrote and *reviewer* approved it.

    :param note: what changed and why, in the author's words.
    :raises SamePerson: if there are no four eyes.
    :raises Faulty: if anything stands against it.
    :raises reviews.OwnWork: if the reviewer wrote a part of a draft that is open and says the same.
    """
    if author.id == reviewer.id:
        raise SamePerson
    together = [one.module for one in plan.modules]
    requests: list[ReviewRequest] = []
    for draft in import_drafts(session, plan, at=at, zone=zone, author=author):
        beside = [module for module in together if module.slug != draft.slug]
        requests.append(reviews.put_up(session, draft, note, at=at, zone=zone, by=author, beside=beside))
    return [reviews.approve(session, request, "", at=at, zone=zone, by=reviewer) for request in requests]


def _draft(session: Session, one: Incoming, *, at: datetime, zone: ZoneInfo, author: Person) -> Draft:
    draft = drafts.open_draft(session, one.module.slug, at=at, zone=zone, by=author)
    wanted = split(one.module.to_json(), one.bank.to_json())
    for name in drafts.parts(session, draft):
        if name not in wanted:
            drafts.put(session, draft, name, None, at=at, zone=zone, by=author)
    for name, written in wanted.items():
        drafts.put(session, draft, name, written, at=at, zone=zone, by=author)
    order = [item.id for item in one.bank.items]
    if [item.id for item in drafts.whole(session, draft).bank.items] != order:
        drafts.put(session, draft, PAPER, {**wanted[PAPER], ORDER: order}, at=at, zone=zone, by=author)
    return draft
