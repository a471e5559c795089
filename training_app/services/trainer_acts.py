"""The one gate for what a trainer does: asked in the transaction of the act, refused with all that is missing."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.people import Person
from training_app.models.tools import RiskClass, Tool, ToolCard, ToolVersion
from training_app.models.training import ModuleRevision
from training_app.rules import trainers as rule
from training_app.rules import versions
from training_app.rules.certification import IN_FORCE, Coverage, history, standing, validity
from training_app.rules.civil_time import CivilInstant
from training_app.rules.facts import OfficerFacts, ToolFacts
from training_app.rules.trainers import Act, Condition, Matter, Scope
from training_app.services import gather, trainer_facts

ETHICS_TEXT = 1
"""Version of the declaration of ethics and impartiality; a change of its text raises it, and all sign anew."""

SEPARATED = frozenset({RiskClass.HIGH})
"""Risk classes of tools for which nobody assesses whom they taught."""


_NEWEST = select(ModuleRevision.content).order_by(ModuleRevision.id.desc())


class NotAllowed(TrainingError):
    """The trainer lacks something that the act asks for; *unmet* says all of it."""

    def __init__(
        self, act: Act, matter: Matter, unmet: Collection[Condition], tool_names: Mapping[str, str] | None = None
    ) -> None:
        super().__init__("You may not do this as a trainer: " + ", ".join(unmet) + ".")
        self.act, self.matter, self.unmet, self.tool_names = act, matter, tuple(unmet), tool_names or {}


def require(session: Session, act: Act, by: Person, matter: Matter, *, on: CivilInstant) -> None:
    """Let *by* do *act* at that moment, or refuse it.

    :raises NotAllowed: if a condition is not met; see `training_app.rules.trainers.unmet`.
    """
    found = unmet(session, act, by.id, matter, on=on)
    if found:
        raise NotAllowed(act, matter, found, tool_names(session))


def tool_names(session: Session) -> dict[str, str]:
    """Return the name of every tool by its slug."""
    return {row.slug: row.name for row in session.execute(select(Tool.slug, Tool.name))}


def unmet(session: Session, act: Act, person_id: int, matter: Matter, *, on: CivilInstant) -> tuple[Condition, ...]:
    """Return what keeps this person from *act*; empty: nothing."""
    return rule.unmet(
        act,
        trainer_facts.of(session, person_id),
        matter,
        text_version=ETHICS_TEXT,
        qualified_by=trainer_facts.qualified_by(session),
        on=on,
    )


def who_may(session: Session, act: Act, matter: Matter, *, on: CivilInstant) -> list[int]:
    """Return the ids of everybody who may do *act* now; of *matter* `certified` is found out for each of them.

    A fixed number of statements, however many trainers there are.
    """
    found = trainer_facts.everybody(session)
    qualified_by = trainer_facts.qualified_by(session)
    able = _certified_on(session, [int(one.person) for one in found], matter, on=on)
    return [
        int(one.person)
        for one in found
        if not rule.unmet(
            act,
            one,
            matter if able is None else replace(matter, certified=int(one.person) in able),
            text_version=ETHICS_TEXT,
            qualified_by=qualified_by,
            on=on,
        )
    ]


def of_subject(area: str) -> Matter:
    """Return what an act in a subject area is about."""
    return Matter(scope=Scope(subject=area))


def of_module(session: Session, slug: str) -> Matter:
    """Return what an act on a published module is about: the subject area of its newest revision.

    :raises LookupError: if nobody published it.
    """
    found = session.scalars(_NEWEST.where(ModuleRevision.slug == slug).limit(1)).first()
    if found is None:
        raise LookupError(slug)
    return of_subject(found["subject_area"])


def of_tool(
    session: Session,
    tool: Tool,
    version: ToolVersion | None,
    trainer_id: int,
    *,
    persons: Collection[int] = (),
    on: CivilInstant,
) -> Matter:
    """Return what an act on a tool version is about, in view of one trainer."""
    matter = Matter(
        scope=Scope(tool=tool.slug),
        version=None if version is None else version.label,
        vendor=tool.vendor,
        persons=frozenset(str(one) for one in persons),
        separation=_separated(session, tool),
    )
    return certified_for(session, matter, trainer_id, on=on)


def certified_for(session: Session, matter: Matter, trainer_id: int, *, on: CivilInstant) -> Matter:
    """Return *matter* with whether this trainer is certified on its tool version (without one, on any) at *on*."""
    able = _certified_on(session, [trainer_id], matter, on=on)
    return matter if able is None else replace(matter, certified=trainer_id in able)


def _certified_on(
    session: Session, people: Collection[int], matter: Matter, *, on: CivilInstant
) -> frozenset[int] | None:
    """Return who of *people* is certified on what *matter* is about; ``None`` where it is about no tool.

    Certified is whose own certification is in force and covers the version outright: grace lets an officer work on, and
    not teach or sign for what they have not learnt yet.  Without a version, the one in use that was released last.
    """
    if matter.scope.tool is None:
        return None
    tool = gather.tool(session, matter.scope.tool)
    if tool is None:
        return frozenset()
    label = matter.version or versions.newest_in_use(tool, at=on.instant)
    officers = gather.officers(session, people, matter.scope.tool)
    return frozenset(person for person, facts in officers.items() if _is_certified(facts, tool, label, on))


def _is_certified(officer: OfficerFacts, tool: ToolFacts, label: str | None, on: CivilInstant) -> bool:
    if label is None:
        return validity(officer, tool, history(officer, tool, on=on).latest, on=on) in IN_FORCE
    found = standing(officer, tool, label, on=on)
    return found.validity in IN_FORCE and found.coverage is Coverage.COVERED


def _separated(session: Session, tool: Tool) -> bool:
    """Tell whether teaching and assessing are kept apart for *tool*; where nobody has classed it, they are."""
    latest = select(ToolCard.risk_class).where(ToolCard.tool_id == tool.id).order_by(ToolCard.revision.desc())
    classed = session.scalars(latest.limit(1)).first()
    return classed is None or classed in SEPARATED
