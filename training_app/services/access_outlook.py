"""Who of some officers will lose the use of a version in use without anything happening, when, and on which grounds."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from training_app.rules import outlook, releases, versions
from training_app.rules.access import Decision, Question, judge
from training_app.rules.civil_time import CivilInstant
from training_app.rules.facts import Facts, OfficerFacts, ToolFacts, as_known
from training_app.rules.tool_now import ToolNow
from training_app.services import gather
from training_app.services.units import Member


@dataclass(frozen=True, slots=True)
class Answer:
    """What one officer is answered for one version: now, or from the decision's instant on."""

    member: Member
    tool: str
    """Name of the tool; its slug and the version stand in the decision's question."""
    decision: Decision

    @property
    def version(self) -> str:
        return self.decision.question.version or ""


def losses(
    session: Session,
    members: Sequence[Member],
    tools: Iterable[tuple[ToolFacts, str]],
    *,
    on: CivilInstant,
    days: int,
) -> tuple[Answer, ...]:
    """Return the refusals to come in the next *days* civil days, the earliest first, for versions usable at *on*.

    One for each officer and version in use: the first answer that refuses.  From what is recorded by *on* alone.

    :param tools: facts and names.
    """
    found: list[Answer] = []
    for tool, name in tools:
        here = ToolAt.of(tool, on)
        for member, known in people(session, members, here):
            found.extend(
                Answer(member, name, then)
                for label in here.labels
                if outlook.usable(here.judge(known, label))
                and (then := loss(here.question(known, label), known, on, days))
            )
    return in_order(found)


def unready(
    session: Session,
    members: Sequence[Member],
    tools: Iterable[tuple[ToolFacts, str]],
    *,
    on: CivilInstant,
    days: int,
) -> tuple[Answer, ...]:
    """Return who may use some version of a tool today and will be refused one that comes into use in the next *days*.

    The answers are those of the instant of release, from what is recorded by *on* alone.
    """
    found: list[Answer] = []
    for tool, name in tools:
        here = ToolAt.of(tool, on)
        coming = _scheduled(tool, on, outlook.horizon(on, days))
        for member, known in people(session, members, here) if coming else ():
            if not any(outlook.usable(here.judge(known, label)) for label in here.labels):
                continue
            for label, release in coming.items():
                then = judge(here.question(known, label), known, on=on.at(release))
                found.extend([] if outlook.usable(then) else [Answer(member, name, then)])
    return in_order(found)


def _scheduled(tool: ToolFacts, on: CivilInstant, until: datetime) -> dict[str, datetime]:
    """Return the release of every version that comes into use after *on* and before *until*, by label."""
    used = versions.in_use(tool, at=on.instant)
    planned = {
        label: releases.is_scheduled(tool, label, at=on.instant)
        for label in versions.by_registration(tool, at=on.instant)
        if label not in used
    }
    return {label: release for label, release in planned.items() if release is not None and release < until}


def loss(question: Question, known: Facts, on: CivilInstant, days: int) -> Decision | None:
    """Return the first answer in the next *days* civil days by which a version usable at *on* no longer is."""
    until = outlook.horizon(on, days)
    return outlook.loss(question, known, at=on.instant, until=until, known_at=on.instant)


@dataclass(frozen=True, slots=True)
class ToolAt:
    """A tool as known at an instant, with what answers about many officers share."""

    facts: ToolFacts
    on: CivilInstant
    now: ToolNow
    labels: tuple[str, ...]
    """Versions in use then."""

    @classmethod
    def of(cls, tool: ToolFacts, on: CivilInstant) -> "ToolAt":
        known = as_known(Facts(zone=on.zone, tool=tool, officer=None), on.instant).tool
        facts = known or ToolFacts(slug=tool.slug, effective_at=tool.effective_at, recorded_at=tool.recorded_at)
        return cls(facts, on, ToolNow(facts, on), versions.in_use(facts, at=on.instant))

    def known(self, officer: OfficerFacts) -> Facts:
        """Return what was known then about *officer* and the tool."""
        recorded = as_known(Facts(zone=self.on.zone, tool=None, officer=officer), self.on.instant)
        return replace(recorded, tool=self.facts)

    def question(self, known: Facts, label: str, purpose: str | None = None) -> Question:
        return Question(known.officer.number if known.officer else "", self.facts.slug, label, purpose=purpose)

    def judge(self, known: Facts, label: str, purpose: str | None = None) -> Decision:
        return judge(self.question(known, label, purpose), known, on=self.on, now=self.now)


def people(session: Session, members: Sequence[Member], here: ToolAt) -> Iterator[tuple[Member, Facts]]:
    """Yield each of *members* with what was known about them and the tool; a fixed number of statements in all."""
    officers = gather.officers(session, [member.person_id for member in members], here.facts.slug)
    return ((member, here.known(officers[member.person_id])) for member in members)


def in_order(answers: Iterable[Answer]) -> tuple[Answer, ...]:
    """Return *answers* by instant, then as a list of people is read."""
    return tuple(
        sorted(
            answers,
            key=lambda one: (
                one.decision.at,
                one.member.name.casefold(),
                one.member.service_number,
                one.tool.casefold(),
            ),
        )
    )


def who_may_use(
    session: Session, members: Sequence[Member], tool: ToolFacts, version: str, purpose: str | None, *, on: CivilInstant
) -> list[tuple[Member, Decision]]:
    """Return for each of *members* whether they may use *version* for *purpose* (``None``: whichever is stated)."""
    here = ToolAt.of(tool, on)
    return [(member, here.judge(known, version, purpose)) for member, known in people(session, members, here)]
