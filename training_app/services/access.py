"""Answers to the access question, for pages and for machines, all from the one rule."""

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from training_app.models.people import Person
from training_app.rules import versions
from training_app.rules.access import Badge, Decision, Ground, Question, decide, judge, open_purposes
from training_app.rules.certification import Coverage, Validity
from training_app.rules.civil_time import CivilInstant
from training_app.rules.facts import Award, Facts, OfficerFacts, ToolFacts
from training_app.rules.tool_now import ToolNow
from training_app.services import gather
from training_app.services.gather import officer_rows, tool_rows
from training_app.services.gather.patterns import Ruler, pattern

_FIRST_AND_LAST = select(func.min(Person.id), func.max(Person.id))


def answer(session: Session, question: Question, *, zone: ZoneInfo, at: datetime, known_at: datetime) -> Decision:
    """Answer *question* from what is recorded; see `training_app.rules.access.decide`."""
    facts = gather.question(session, number=question.officer, slug=question.tool, zone=zone)
    return decide(question, facts, at=at, known_at=known_at)


# -- many officers -----------------------------------------------------------------------------------------------------

#: Officers are read in runs of this many, so that a list of any size takes the memory of one run.
RUN = 500
#: As many patterns are remembered at a time.
PATTERNS = 20_000
#: After so many officers, patterns are looked for only if at least one officer in `WORTH` was like another.
TRIED, WORTH = 2_000, 10


@dataclass(frozen=True, slots=True)
class ListAnswer:
    """What a list says of an officer and a tool version: nothing in it is one officer's own, so that many share it."""

    version: str
    grounds: tuple[Ground, ...]
    badge: Badge
    validity: Validity | None
    coverage: Coverage | None
    last_day: date | None
    """Last day of the certification on the tool, inclusive."""
    due: date | None
    """Last day of grace, inclusive, of what is to be trained."""
    obligations: tuple[str, ...]
    purposes: tuple[str, ...]
    """Where use is allowed: the purposes for which nothing is asked but to state them."""

    @property
    def allowed(self) -> bool:
        return not self.grounds


@dataclass(frozen=True, slots=True)
class Listed:
    person_id: int
    number: str
    answer: ListAnswer


def who_may_use(
    session: Session,
    slug: str,
    version: str | None = None,
    *,
    zone: ZoneInfo,
    at: datetime,
    people: Collection[int] | None = None,
) -> Iterator[Listed]:
    """Yield those who may use *version* of the tool now; see `listed`."""
    return (one for one in listed(session, slug, version, zone=zone, at=at, people=people) if one.answer.allowed)


def listed(
    session: Session,
    slug: str,
    version: str | None = None,
    *,
    zone: ZoneInfo,
    at: datetime,
    people: Collection[int] | None = None,
    asked: Question | None = None,
    after: int = 0,
) -> Iterator[Listed]:
    """Yield the answer for each of *people* (``None``: everybody registered), by rising id, as they are read.

    :param version: its label; ``None`` for the version in use that was released last.  Without one, or without such a
        tool, nothing is yielded.
    :param asked: what else is stated with the question: action, purpose and the like; by default the bare use.
    :param after: of everybody, only those with a greater id.

    The rule is asked once for all officers whose facts differ in nothing that it can see: see `gather.patterns`.
    """
    session.flush()
    found = tool_rows.read(session, slug)
    label = version or (versions.newest_in_use(found.facts, at=at) if found else None)
    if found is None or label is None:
        return
    alike = _Alike(Ruler(found.facts, zone, at=at, as_text=_as_text(session)))
    on = CivilInstant(at, zone)
    now = ToolNow(found.facts, on)
    asked = replace(asked or Question("", slug, label), tool=slug, version=label)
    for run in _runs(session, people, found.id, after):
        for person_id, officer in sorted(run.items()):
            key = alike.key(officer)
            answer = alike.answers.get(key)
            if answer is None:
                facts = Facts(zone=zone, tool=found.facts, officer=officer_rows.facts(officer, found.names))
                decision = judge(replace(asked, officer=officer.number), facts, on=on, now=now)
                open_to = open_purposes(facts.officer, now) if decision.allowed and facts.officer else ()
                answer = _in_brief(decision, open_to)
                alike.remember(key, answer)
            yield Listed(person_id, officer.number, answer)


class _Alike:
    """Answers by pattern, for as long as looking for a pattern pays: where all officers differ it is not looked for."""

    def __init__(self, ruler: Ruler) -> None:
        self.ruler, self.looked, self.found = ruler, 0, 0
        self.answers: dict[Hashable, ListAnswer] = {}

    def key(self, officer: officer_rows.Officer) -> Hashable:
        """Return the officer's pattern, or ``None``, the key of no answer, where it is not worth looking for."""
        if self.looked >= TRIED and self.found * WORTH < self.looked:
            return None
        self.looked += 1
        key = pattern(officer, self.ruler)
        self.found += key in self.answers
        return key

    def remember(self, key: Hashable, answer: ListAnswer) -> None:
        if key is not None:
            if len(self.answers) >= PATTERNS:
                self.answers.clear()
            self.answers[key] = answer


def _in_brief(decision: Decision, open_to: tuple[str, ...]) -> ListAnswer:
    found = decision.standing
    return ListAnswer(
        version=decision.question.version or "",
        grounds=decision.grounds,
        badge=decision.badge,
        validity=found.validity if found else None,
        coverage=found.coverage if found else None,
        last_day=found.last_day if found else None,
        due=found.path.due if found and found.path else None,
        obligations=decision.obligations,
        purposes=open_to,
    )


def _runs(
    session: Session, people: Collection[int] | None, tool_id: int, after: int
) -> Iterator[dict[int, officer_rows.Officer]]:
    if people is None:
        first, last = session.execute(_FIRST_AND_LAST).one()
        for start in range(max(first or 0, after + 1), (last or -1) + 1, RUN):
            yield officer_rows.run(session, start, min(start + RUN - 1, last), tool_id)
        return
    wanted = sorted(set(people))
    for start in range(0, len(wanted), RUN):
        yield officer_rows.some(session, wanted[start : start + RUN], tool_id)


def _as_text(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def matrix(
    session: Session, people: Collection[int], tools: Sequence[ToolFacts], *, zone: ZoneInfo, at: datetime
) -> dict[int, list[Decision]]:
    """Return for each of *people* the decisions for every version in use of *tools*, in the order of `columns`.

    All officers' facts are read with one statement; a decision is made once for all officers of one pattern, as in
    `listed`, and given each one's own number and awards.
    """
    session.flush()
    on = CivilInstant(at, zone)
    answers: dict[int, list[Decision]] = {person: [] for person in people}
    names = tool_rows.names(session, tools)
    rows = officer_rows.some(session, sorted(answers), None)
    by_tool = officer_rows.by_tool(rows, [tool_id for tool_id, _ in names.values()])
    for tool in tools:
        tool_id, of_tool = names[tool.slug]
        labels = versions.in_use(tool, at=at)
        shared = _Shared(Ruler(tool, zone, at=at, as_text=_as_text(session)), ToolNow(tool, on))
        for person, decisions in answers.items():
            decisions.extend(shared.decisions(by_tool[tool_id][person], tool, of_tool, labels, on=on))
    return answers


class _Shared:
    """Decisions made once for all officers of one pattern, with each one's own number and awards put into them."""

    def __init__(self, ruler: Ruler, now: ToolNow) -> None:
        self.ruler, self.now = ruler, now
        self.made: dict[Hashable, tuple[OfficerFacts, list[Decision]]] = {}

    def decisions(
        self,
        officer: officer_rows.Officer,
        tool: ToolFacts,
        names: tool_rows.Names,
        labels: Sequence[str],
        *,
        on: CivilInstant,
    ) -> list[Decision]:
        key = pattern(officer, self.ruler) if officer_rows.plain(officer) else None
        if key is not None and key in self.made:
            first, decisions = self.made[key]
            awards = officer_rows.awards(officer, names) if first.awards else ()
            theirs = {old.id: new for old, new in zip(first.awards, awards, strict=True)}
            return [_of(officer.number, decision, theirs) for decision in decisions]
        own = officer_rows.facts(officer, names)
        facts = Facts(zone=on.zone, tool=tool, officer=own)
        decisions = [judge(Question(own.number, tool.slug, label), facts, on=on, now=self.now) for label in labels]
        if key is not None:
            self.made[key] = own, decisions
        return decisions


def _of(number: str, decision: Decision, awards: Mapping[str, Award]) -> Decision:
    """Return the same decision about the officer *number*, resting on their *awards* (by the ids of the other's)."""
    found = decision.standing
    if found is not None and awards:
        term = found.term and replace(found.term, awards=tuple(awards[one.id] for one in found.term.awards))
        found = replace(found, term=term, awards=tuple(awards[one.id] for one in found.awards))
    return replace(decision, question=replace(decision.question, officer=number), standing=found)


def columns(tools: Sequence[ToolFacts], *, at: datetime) -> list[tuple[ToolFacts, str]]:
    """Return tool and label of every version in use, tool by tool, the newest version last."""
    return [(tool, version) for tool in tools for version in versions.in_use(tool, at=at)]
