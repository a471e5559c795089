"""The modules that everybody may read: what is published for officers, without what the agency may not show."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from courses.module import Module, ModuleKind
from training_app.rules import versions
from training_app.rules.facts import ToolFacts
from training_app.services import content, gather, requirements


@dataclass(frozen=True, slots=True)
class Unpublished:
    """Slugs of what citizens are not shown; a module that is asked for such tools alone is not shown either."""

    tools: Collection[str] = ()
    modules: Collection[str] = ()

    @property
    def anything(self) -> bool:
        return bool(self.tools or self.modules)


def readable(session: Session, hidden: Unpublished, *, at: datetime) -> Sequence[Module]:
    """Return the newest published revision of each module that everybody may read, by slug.

    A module on what changed is shown once a version that asks for it has come into use, as the version itself is.
    """
    tools = gather.tools(session)
    named = [tool for slug, tool in tools.items() if slug not in hidden.tools]
    asked = _asked(named)
    closed = {*hidden.modules, *(_asked(tool for slug, tool in tools.items() if slug in hidden.tools) - asked)}
    taught = {slug for tool in named for slug in _taught_on_changes(tool, at)}
    found = (content.published(row).module for row in requirements.published_modules(session))
    return [
        module
        for module in found
        if module.slug not in closed and (module.kind is not ModuleKind.DELTA or module.slug in taught)
    ]


def one(session: Session, slug: str, hidden: Unpublished, *, at: datetime) -> Module | None:
    """Return the module *slug*, or ``None`` where there is none that everybody may read."""
    return next((module for module in readable(session, hidden, at=at) if module.slug == slug), None)


def _asked(tools: Iterable[ToolFacts]) -> set[str]:
    """Return every module that any version of *tools* asks or asked for."""
    return {
        slug
        for tool in tools
        for slugs in (
            *((*one.full, *one.renewal, *one.modules) for one in tool.requirements),
            *(one.modules for one in tool.assessments),
        )
        for slug in slugs
    }


def _taught_on_changes(tool: ToolFacts, at: datetime) -> set[str]:
    """Return the modules that versions which are or were in use ask for."""
    used = versions.first_releases(tool, at=at)
    by_edges = {slug for edge in tool.assessments if edge.end in used for slug in edge.modules}
    return by_edges | {
        slug
        for found in tool.requirements
        if found.version in used
        for slug in (*found.full, *found.renewal, *found.modules)
    }
