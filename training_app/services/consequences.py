"""What taking a version out of use, or asking something new for it, means for the officers who may use it today."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from training_app.models.tools import RequirementSet, ToolVersion
from training_app.rules import versions
from training_app.rules.access import Decision, Question, judge
from training_app.rules.certification import Coverage
from training_app.rules.civil_time import CivilInstant
from training_app.rules.facts import Facts, OfficerFacts, ToolFacts, VersionChange, VersionChanged
from training_app.rules.outlook import usable
from training_app.rules.tool_now import ToolNow
from training_app.services import requirements, units
from training_app.services.concerned import concerned
from training_app.services.tool_versions import facts_of
from training_app.services.units import Member


@dataclass(frozen=True, slots=True)
class Loss:
    """An officer who may use the version today, with the versions that are left to use without it."""

    officer: Member
    left: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnitLoss:
    unit: str
    using: int
    refused: int
    """Of those, how many could use no version of the tool any more."""


@dataclass(frozen=True, slots=True)
class Losses:
    """Who is refused the moment a version is taken out of use; who could use nothing any more stands first."""

    officers: tuple[Loss, ...]
    others_in_use: tuple[str, ...]
    """Versions that would still be in use and not suspended; without any, nobody could use the tool."""

    @property
    def using(self) -> int:
        return len(self.officers)

    @property
    def refused(self) -> int:
        return sum(not one.left for one in self.officers)

    @property
    def units(self) -> tuple[UnitLoss, ...]:
        by_unit: dict[str, list[Loss]] = {}
        for one in self.officers:
            by_unit.setdefault(one.officer.unit, []).append(one)
        return tuple(
            UnitLoss(unit, len(found), sum(not one.left for one in found)) for unit, found in sorted(by_unit.items())
        )


def losses(session: Session, version: ToolVersion, change: VersionChange, *, at: datetime, zone: ZoneInfo) -> Losses:
    """Return who would be refused if *version* were withdrawn or suspended at *at*.

    What each single use asks to be stated, as the purpose of an intrusive tool, is taken as stated.
    """
    facts, on = facts_of(session, version.tool), CivilInstant(at, zone)
    assumed = VersionChanged(effective_at=at, recorded_at=at, id="assumed", version=version.label, change=change)
    after = replace(facts, changes=(*facts.changes, assumed))
    today, then = _Asker(facts, on), _Asker(after, on)
    others = [label for label in versions.in_use(after, at=at) if label != version.label]
    members = units.everybody(session, at=at)
    found: list[Loss] = []
    for group in concerned(session, after, at=at, zone=zone):
        if usable(today.answer(group.facts, version.label)):
            left = tuple(label for label in others if usable(then.answer(group.facts, label)))
            found.extend(Loss(members[number], left) for _person, number in group.people)
    return Losses(
        officers=tuple(sorted(found, key=lambda one: (bool(one.left), *_by_name(one.officer)))),
        others_in_use=tuple(label for label in others if not versions.suspended(after, label, at=at)),
    )


class Effect(StrEnum):
    """What a later requirement set means for one officer.  The order is that of the list."""

    REFUSED = "refused"
    """May use the version now, and is refused from the signature on until the training is done."""
    DUE = "due"
    """May go on, and has the training to do through a last day."""
    UNTOUCHED = "untouched"


@dataclass(frozen=True, slots=True)
class Demand:
    officer: Member
    effect: Effect
    due: date | None
    """Last day in time, inclusive."""


@dataclass(frozen=True, slots=True)
class Demands:
    officers: tuple[Demand, ...]
    """Every officer who is certified on the version's tool and covers the version now."""

    def count(self, effect: Effect) -> int:
        return sum(one.effect is effect for one in self.officers)

    @property
    def asked(self) -> tuple[Demand, ...]:
        return tuple(one for one in self.officers if one.effect is not Effect.UNTOUCHED)


def demands(session: Session, proposed: RequirementSet, *, at: datetime, zone: ZoneInfo) -> Demands:
    """Return who would have to do something, and by when, if *proposed* were signed at *at*.

    Asked of the rules with the set added; officers who lack something for the version already are left out, for they
    have that to do first.
    """
    version = session.get_one(ToolVersion, proposed.version_id)
    facts, on = facts_of(session, version.tool), CivilInstant(at, zone)
    signed = requirements.as_signed(session, proposed, version, at)
    known = tuple(one for one in facts.requirements if one.id != signed.id)
    after_facts = replace(facts, requirements=(*known, signed))
    before, after = _Asker(facts, on), _Asker(after_facts, on)
    members = units.everybody(session, at=at)
    found: list[Demand] = []
    for group in concerned(session, after_facts, at=at, zone=zone):
        if _covers(before.answer(group.facts, version.label)):
            effect, due = _effect(after.answer(group.facts, version.label))
            found.extend(Demand(members[number], effect, due) for _person, number in group.people)
    order = list(Effect).index
    return Demands(tuple(sorted(found, key=lambda one: (order(one.effect), *_by_name(one.officer)))))


def _covers(decision: Decision) -> bool:
    return decision.standing is not None and decision.standing.coverage is Coverage.COVERED


def _effect(then: Decision) -> tuple[Effect, date | None]:
    """Return what the set means for an officer with this answer, and the last day in time where there is one."""
    coverage = then.standing.coverage if then.standing else Coverage.NONE
    if coverage is Coverage.COVERED:
        return Effect.UNTOUCHED, None
    if coverage is not Coverage.DUE:
        return Effect.REFUSED, None
    path = then.standing.path if then.standing else None
    return Effect.DUE, path.due if path else None


class _Asker:
    """Asks about many officers as the facts about one tool stand at one instant."""

    def __init__(self, tool: ToolFacts, on: CivilInstant) -> None:
        self._tool, self._on, self._now = tool, on, ToolNow(tool, on)

    def answer(self, officer: OfficerFacts, label: str) -> Decision:
        known = Facts(zone=self._on.zone, tool=self._tool, officer=officer)
        return judge(Question(officer.number, self._tool.slug, label), known, on=self._on, now=self._now)


def _by_name(member: Member) -> tuple[str, str, str]:
    return member.unit, member.name, member.service_number
