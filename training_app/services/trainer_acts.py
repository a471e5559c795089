"""The one gate for what a trainer does: asked in the transaction of the act, refused with all that is missing."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.module import ModuleKind
from training_app.errors import TrainingError
from training_app.models.people import Person
from training_app.models.tools import (
    ImpactAssessment,
    RequirementChange,
    RequirementSet,
    RiskClass,
    Tool,
    ToolCard,
    ToolVersion,
)
from training_app.models.training import ModuleRevision
from training_app.rules import access, versions
from training_app.rules import trainers as rule
from training_app.rules.access import Ground, Question
from training_app.rules.certification import IN_FORCE, Coverage, Standing
from training_app.rules.civil_time import CivilInstant
from training_app.rules.facts import Facts, OfficerFacts, ToolFacts
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


def refuse_if_too_close(session: Session, by: Person, matter: Matter) -> None:
    """Refuse where *by* decides in another office than a trainer's, and the matter is about themselves or about
    somebody on whom their own qualification rests.

    :raises NotAllowed: with which of the two it is.
    """
    found = tuple(rule.too_close(str(by.id), matter.persons, trainer_facts.qualified_by(session)))
    if found:
        raise NotAllowed(Act.QUALIFY, matter, found, tool_names(session))


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
    """Return the ids of everybody who may do *act* now, each in view of their own certification (see `with_own`).

    A fixed number of statements, however many trainers there are.
    """
    found = trainer_facts.everybody(session)
    qualified_by = trainer_facts.qualified_by(session)
    matters = with_own_of_all(session, matter, [int(one.person) for one in found], on=on)
    return [
        int(one.person)
        for one in found
        if not rule.unmet(
            act,
            one,
            matters[int(one.person)],
            text_version=ETHICS_TEXT,
            qualified_by=qualified_by,
            on=on,
        )
    ]


def of_subject(area: str) -> Matter:
    """Return what an act in a subject area is about."""
    return Matter(scope=Scope(subject=area))


def of_module(session: Session, slug: str) -> Matter:
    """Return what an act on a published module is about: see `of_content`, of its newest revision.

    :raises LookupError: if nobody published it.
    """
    found = session.scalars(_NEWEST.where(ModuleRevision.slug == slug).limit(1)).first()
    if found is None:
        raise LookupError(slug)
    return of_content(session, slug, found)


def of_content(session: Session, slug: str, content: Mapping[str, Any]) -> Matter:
    """Return what an act on a module is about: its subject area, and the vendors of all tools that it teaches.

    :param content: the module as `courses.module.Module.to_json` writes it.
    """
    vendors = _vendors_taught(session, slug, of_one_tool=content.get("kind") != ModuleKind.MODULE)
    return replace(of_subject(content["subject_area"]), vendors=vendors)


def _vendors_taught(session: Session, slug: str, *, of_one_tool: bool) -> frozenset[str]:
    """Return the vendors of the tools for which the module was ever asked: for an award, or as a difference.

    :param of_one_tool: whether it is about a tool in any case, as a delta module is.  Before anything asks for it, that
        may be any tool, so that an interest in any vendor stands against it.
    """
    of_set = RequirementSet.version_id == ToolVersion.id
    asking = (
        select(ToolVersion.tool_id, RequirementSet.full_modules).join(RequirementSet, of_set),
        select(ToolVersion.tool_id, RequirementSet.renewal_modules).join(RequirementSet, of_set),
        select(ToolVersion.tool_id, RequirementChange.modules)
        .join(RequirementSet, of_set)
        .join(RequirementChange, RequirementChange.requirement_set_id == RequirementSet.id),
        select(ImpactAssessment.tool_id, ImpactAssessment.modules),
    )
    tools = {tool for rows in asking for tool, modules in session.execute(rows) if slug in modules}
    vendors = select(Tool.vendor)
    if tools or not of_one_tool:
        vendors = vendors.where(Tool.id.in_(tools))
    return frozenset(session.scalars(vendors))


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
        vendors=frozenset({tool.vendor}),
        persons=frozenset(str(one) for one in persons),
        separation=_separated(session, tool),
    )
    return with_own(session, matter, trainer_id, on=on)


def with_own(session: Session, matter: Matter, trainer_id: int, *, on: CivilInstant) -> Matter:
    """Return *matter* with what stands against this trainer's own certification on its tool version at *on*."""
    return with_own_of_all(session, matter, [trainer_id], on=on)[trainer_id]


def with_own_of_all(
    session: Session, matter: Matter, people: Collection[int], *, on: CivilInstant
) -> dict[int, Matter]:
    """Return *matter* in view of each of *people*, as `with_own` does of one; a fixed number of statements.

    What stands against a certification is what the answer to the access question says.  It is to be in force and to
    cover the version outright: grace lets an officer work on, and not teach or sign for what they have not learnt yet.
    Without a version, the one in use that was released last; where none is, any.
    """
    if matter.scope.tool is None:
        return dict.fromkeys(people, matter)
    tool, officers = gather.tool(session, matter.scope.tool), gather.officers(session, people, matter.scope.tool)
    return {person: replace(matter, own=_against(tool, officers.get(person), matter.version, on)) for person in people}


def _against(
    tool: ToolFacts | None, officer: OfficerFacts | None, version: str | None, on: CivilInstant
) -> frozenset[Condition]:
    if tool is None or officer is None:
        return frozenset({Condition.OWN_CERTIFICATION})
    label = version or versions.newest_in_use(tool, at=on.instant)
    known = Facts(zone=on.zone, tool=tool, officer=officer)
    found = access.judge(Question(officer.number, tool.slug, label), known, on=on)
    against = {condition for ground, condition in _OF_GROUNDS.items() if ground in found.grounds}
    if not _is_certified(found.standing, outright=label is not None):
        against.add(Condition.OWN_CERTIFICATION)
    return frozenset(against)


_OF_GROUNDS = {
    Ground.SUSPENDED: Condition.OWN_SUSPENDED,
    Ground.AWARD_UNDER_REVIEW: Condition.OWN_UNDER_REVIEW,
}


def _is_certified(found: Standing | None, *, outright: bool) -> bool:
    return found is not None and found.validity in IN_FORCE and (found.coverage is Coverage.COVERED or not outright)


def _separated(session: Session, tool: Tool) -> bool:
    """Tell whether teaching and assessing are kept apart for *tool*; where nobody has classed it, they are."""
    latest = select(ToolCard.risk_class).where(ToolCard.tool_id == tool.id).order_by(ToolCard.revision.desc())
    classed = session.scalars(latest.limit(1)).first()
    return classed is None or classed in SEPARATED
