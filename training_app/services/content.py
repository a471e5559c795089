"""Published modules: loading the starter set, and reading a revision back as the pure engines know it."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.catalogue import STARTER_CONTENT, load_courses
from courses.catalogue import load_catalogue as read_modules
from courses.course import Course
from courses.module import Module, revision_digest
from quizzes.bank import Bank
from quizzes.catalogue import load_banks
from training_app.models.training import ModuleRevision


@dataclass(frozen=True, slots=True)
class Published:
    """One revision of a module, read back."""

    revision: ModuleRevision
    module: Module
    bank: Bank


def load_catalogue(session: Session, modules: Path, banks: Path, *, at: datetime) -> list[ModuleRevision]:
    """Publish every module under *modules* whose content no revision has yet; return the new revisions.

    The shipped starter set: it comes with the product, so nobody signs it here.

    :raises courses.errors.ContentError: for the first fault; nothing is published then.
    """
    bank_by_module = load_banks(banks)
    known = {(row.slug, row.digest) for row in session.execute(select(ModuleRevision.slug, ModuleRevision.digest))}
    new: list[ModuleRevision] = []
    for module in read_modules(modules):
        content, bank = module.to_json(), bank_by_module[module.slug].to_json()
        digest = revision_digest(content, bank)
        if (module.slug, digest) not in known:
            new.append(
                ModuleRevision(
                    effective_at=at,
                    recorded_at=at,
                    recorded_by_id=None,
                    slug=module.slug,
                    digest=digest,
                    content=content,
                    bank=bank,
                )
            )
    session.add_all(new)
    session.flush()
    return new


@cache
def courses() -> tuple[Course, ...]:
    """Return the courses that join modules.  They come with the product and change with it only."""
    return load_courses(STARTER_CONTENT)


#: What was read of revisions before, by digest: a revision never changes, and reading one takes milliseconds.
_READ: dict[str, tuple[Module, Bank]] = {}
_MOST_READ = 200


def published(revision: ModuleRevision) -> Published:
    """Return *revision* as module and bank."""
    if revision.digest not in _READ:
        if len(_READ) >= _MOST_READ:
            _READ.clear()
        _READ[revision.digest] = Module.from_json(revision.content), Bank.from_json(revision.bank)
    return Published(revision, *_READ[revision.digest])


def newest(session: Session, slug: str) -> Published | None:
    """Return the revision of the module *slug* that was published last, or ``None``."""
    revision = session.scalars(
        select(ModuleRevision).where(ModuleRevision.slug == slug).order_by(ModuleRevision.id.desc())
    ).first()
    return None if revision is None else published(revision)


def revision(session: Session, revision_id: int) -> Published:
    """Return the revision with *revision_id*, which an attempt names."""
    return published(session.get_one(ModuleRevision, revision_id))
