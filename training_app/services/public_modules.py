"""The modules that everybody may read: what is published for officers, without what the agency may not show."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from courses.module import Module
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


def readable(session: Session, hidden: Unpublished) -> Sequence[Module]:
    """Return the newest published revision of each module that everybody may read, by slug."""
    found = (content.published(row).module for row in requirements.published_modules(session))
    closed = _closed(session, hidden)
    return [module for module in found if module.slug not in closed]


def one(session: Session, slug: str, hidden: Unpublished) -> Module | None:
    """Return the module *slug*, or ``None`` where there is none that everybody may read."""
    return next((module for module in readable(session, hidden) if module.slug == slug), None)


def _closed(session: Session, hidden: Unpublished) -> frozenset[str]:
    if not hidden.tools:
        return frozenset(hidden.modules)
    tools = gather.tools(session)
    secret = {slug for name, tool in tools.items() if name in hidden.tools for slug in _asked(tool)}
    open_ones = {slug for name, tool in tools.items() if name not in hidden.tools for slug in _asked(tool)}
    return frozenset({*hidden.modules, *(secret - open_ones)})


def _asked(tool: ToolFacts) -> set[str]:
    """Return every module that any version of the tool asks or asked for."""
    asked = {slug for one in tool.requirements for slug in (*one.full, *one.renewal, *one.modules)}
    return asked | {slug for one in tool.assessments for slug in one.modules}
