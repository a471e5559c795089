"""What a course at a platform can be given of ours: published modules, and courses and certifications for tools."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from training_app.models.tools import Tool
from training_app.models.training import ModuleRevision
from training_app.rules.certification import requirements_of
from training_app.rules.lti_targets import Target, TargetKind
from training_app.rules.versions import newest_in_use, to_train_for
from training_app.services import content, gather

MOST_CHARACTERS_OF_LABEL = 120


@dataclass(frozen=True, slots=True)
class Offer:
    target: Target
    name: str
    """Of the module or the tool."""
    version: str | None = None
    """Of a tool: the one in use, or the one that is announced."""
    minutes: int | None = None
    """Of a module: of its lessons."""
    modules: tuple[str, ...] = ()
    """Of a course: titles of its modules, in their order."""


def offers(session: Session, *, at: datetime, words: str = "", language: str = "en") -> Sequence[Offer]:
    """Return everything that can be placed: certifications, then courses, then modules, each by name.

    :param words: only what has each of them in its name, whatever the case.
    :param language: of the titles of modules, where they have one in it.
    """
    wanted = words.casefold().split()
    order = (TargetKind.CERTIFICATION, TargetKind.COURSE, TargetKind.MODULE)
    found = [
        one
        for one in (*_of_tools(session, at, language), *_of_modules(session, language))
        if all(word in f"{one.name} {one.target.slug}".casefold() for word in wanted)
    ]
    return sorted(found, key=lambda one: (order.index(one.target.kind), one.name.casefold()))


def known(session: Session, target: Target, *, at: datetime) -> Offer | None:
    """Return what *target* names, if there is such a thing to place."""
    return next((one for one in offers(session, at=at) if one.target == target), None)


def _of_modules(session: Session, language: str) -> Iterator[Offer]:
    newest = select(func.max(ModuleRevision.id)).group_by(ModuleRevision.slug)
    for row in session.scalars(select(ModuleRevision).where(ModuleRevision.id.in_(newest))):
        module = content.published(row).module
        _, lessons = module.lessons_in(language)
        minutes = sum(lesson.minutes for lesson in lessons)
        yield Offer(Target(TargetKind.MODULE, row.slug), module.title_in(language), minutes=minutes)


def _of_tools(session: Session, at: datetime, language: str) -> Iterator[Offer]:
    known_tools = gather.tools(session)
    titles = {one.target.slug: one.name for one in _of_modules(session, language)}
    for row in session.scalars(select(Tool).where(Tool.effective_at <= at)):
        facts = known_tools.get(row.slug)
        label = to_train_for(facts, at=at) if facts else None
        if facts is None or label is None:
            continue
        asked = requirements_of(facts, newest_in_use(facts, at=at) or label, at=at)
        yield Offer(Target(TargetKind.CERTIFICATION, row.slug), row.name, version=label)
        if asked and asked.full:
            modules = tuple(titles.get(slug, slug) for slug in asked.full)
            yield Offer(Target(TargetKind.COURSE, row.slug), row.name, version=label, modules=modules)


def names(session: Session, targets: Iterable[Target], *, language: str) -> Mapping[Target, str]:
    """Return the name of the tool or the module that each target names; what is unknown here is left out.

    :param language: of the titles of modules, where they have one in it.
    """
    tools = {row.slug: row.name for row in session.execute(select(Tool.slug, Tool.name))}
    found: dict[Target, str] = {}
    for target in set(targets):
        if target.kind is not TargetKind.MODULE:
            if target.slug in tools:
                found[target] = tools[target.slug]
        elif module := content.newest(session, target.slug):
            found[target] = module.module.title_in(language)
    return found


def name_of(session: Session, target: Target, label: str = "") -> str:
    """Return the name of what *target* names, with the version's *label* where one is meant; else its slug.

    In English, as names of columns at a platform are read by everybody there.
    """
    if target.kind is TargetKind.MODULE:
        found = content.newest(session, target.slug)
        return (found.module.title_in(found.module.source_language) if found else target.slug)[
            :MOST_CHARACTERS_OF_LABEL
        ]
    name = session.scalar(select(Tool.name).where(Tool.slug == target.slug)) or target.slug
    what = "Certification" if target.kind is TargetKind.CERTIFICATION else "Course"
    return f"{what}: {name} {label}".strip()[:MOST_CHARACTERS_OF_LABEL]
