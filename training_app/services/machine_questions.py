"""What programs ask: answered from the one rule, within the caller's reach, and on record before it is answered.

Many questions at once read each tool once and the officers in runs.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from training_app.models.people import Person
from training_app.models.recorded import RecordedDecision, RecordedSearch, SearchKind
from training_app.rules import versions
from training_app.rules.access import Decision, Question, decide, same_until
from training_app.rules.access_documents import question_document
from training_app.rules.clients import Caller
from training_app.rules.evidence import facts_digest, tool_digest
from training_app.rules.facts import Facts, ToolFacts
from training_app.services import access, gather, journal
from training_app.services.gather import officer_rows, tool_rows
from training_app.services.journal import AtOnce
from training_app.services.rule_version import rule_version

NAMES_AT_ONCE = 1_000
NO_TOOL = ""
"""No tool is registered under it.  The facts about an officer are read in view of it where a client asks about a tool
beyond its reach: a suspension from that very tool would else be told."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A decision, and what its record says of how it was reached."""

    decision: Decision
    facts_digest: str
    within_reach: bool
    """Whether the caller might ask about the tool; one beyond its reach is unknown to it."""
    officer_id: int | None
    """Id of the officer; empty where nobody has the number."""
    tool: ToolFacts | None
    """What of the tool was decided on, recorded later or not; empty where it is unknown, be it to the caller alone."""
    same_until: datetime
    """From then on it must be decided anew; see `rules.access.same_until`."""
    told: dict[str, dict[str, Any]] = field(default_factory=dict, compare=False)
    """What was told of the same decision at another instant: whoever tells it keeps it here, by language."""


def answers(
    session: Session, sees: Callable[[str], bool], questions: Sequence[Question], *, zone: ZoneInfo, at: datetime
) -> Iterator[Answered]:
    """Yield the answer to each of *questions* in their order; those after the last that is taken are not decided.

    :param sees: whether the caller may ask about the tool with a slug.
    """
    session.flush()
    tools = {
        slug: tool_rows.read(session, slug) if sees(slug) else None for slug in sorted({q.tool for q in questions})
    }
    people = people_by_number(session, {one.officer for one in questions})
    officers: dict[str, Mapping[int, officer_rows.Officer]] = {}
    digests: dict[str, str] = {}
    for question in questions:
        of = tools[question.tool]
        if question.tool not in officers:
            asked = {people[one.officer] for one in questions if one.tool == question.tool and one.officer in people}
            officers[question.tool] = officer_rows.some(session, sorted(asked), of.id if of else 0)
        officer_id = people.get(question.officer)
        row = officers[question.tool].get(officer_id or 0)
        facts = Facts(
            zone=zone,
            tool=of.facts if of else None,
            officer=officer_rows.facts(row, of.names if of else tool_rows.NO_NAMES) if row else None,
        )
        if question.tool not in digests:
            digests[question.tool] = tool_digest(facts, at)
        of_tool: str | None = digests[question.tool]
        yield Answered(
            decision=decide(question, facts, at=at, known_at=at),
            facts_digest=facts_digest(facts, known_at=at, of_tool=of_tool),
            within_reach=sees(question.tool),
            officer_id=officer_id,
            tool=facts.tool,
            same_until=same_until(question, facts, at=at),
        )


def answer(session: Session, caller: Caller, question: Question, *, zone: ZoneInfo, at: datetime) -> Answered:
    """Answer one question of *caller* at *at*, from what is recorded by then."""
    return next(answers(session, caller.sees, [question], zone=zone, at=at))


def people_by_number(session: Session, numbers: Collection[str]) -> dict[str, int]:
    """Return the ids of those whose service numbers are among *numbers*."""
    found: dict[str, int] = {}
    wanted = sorted(numbers)
    for start in range(0, len(wanted), NAMES_AT_ONCE):
        some = wanted[start : start + NAMES_AT_ONCE]
        rows = session.execute(select(Person.service_number, Person.id).where(Person.service_number.in_(some)))
        found.update((row.service_number, row.id) for row in rows)
    return found


@dataclass(frozen=True, slots=True)
class Decided:
    """What one request decided, one question or many, and the body of each answer as it is told."""

    caller: Caller
    answered: Sequence[Answered]
    told: Sequence[dict[str, Any]]
    at: datetime


def record(connection: Connection, decided: Sequence[Decided]) -> list[list[int]]:
    """Record decisions before they are answered, however many with the same few statements; return their numbers."""
    rows = [_rows(one) for one in decided]
    return _shared_out(journal.append(connection, RecordedDecision, list(chain(*rows))), rows)


def record_at_once(connection: Connection, at_once: AtOnce, decided: Sequence[Decided]) -> list[list[int]] | None:
    """Record decisions with one statement, which commits; ``None`` where they are to be recorded with `record`."""
    rows = [_rows(one) for one in decided]
    numbers = at_once.append(connection, list(chain(*rows)))
    return None if numbers is None else _shared_out(numbers, rows)


def _shared_out(numbers: Iterable[int], rows: Iterable[Sequence[Any]]) -> list[list[int]]:
    left = iter(numbers)
    return [[next(left) for _ in of_one] for of_one in rows]


def _rows(decided: Decided) -> list[dict[str, Any]]:
    """Return what is recorded: of each question only what was decided on, of each answer the whole body."""
    return [
        {
            "effective_at": one.decision.at,
            "recorded_at": decided.at,
            "recorded_by_id": None,
            "gateway_id": None,
            "client_id": decided.caller.client_id,
            "officer_id": one.officer_id,
            "question": question_document(one.decision.question),
            "allowed": one.decision.allowed,
            "grounds": [ground.value for ground in one.decision.grounds],
            "answer": body,
            "tool": one.decision.question.tool,
            "version": one.decision.question.version,
            "within_reach": one.within_reach,
            "facts_digest": one.facts_digest,
            "rule_version": rule_version(),
        }
        for one, body in zip(decided.answered, decided.told, strict=True)
    ]


# -- searches ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a search."""

    results: tuple[Any, ...]
    last: str
    """Where the page ends, for the next one to go on from."""
    more: bool


def officers_who_may(
    session: Session, caller: Caller, asked: Question, *, after: int, limit: int, zone: ZoneInfo, at: datetime
) -> Found:
    """Return the service numbers of officers to whom *asked* would be answered with an allow, by rising id."""
    if asked.version is None or not caller.sees(asked.tool):
        return Found((), str(after), more=False)
    page: list[access.Listed] = []
    listed = access.listed(session, asked.tool, asked.version, zone=zone, at=at, asked=asked, after=after)
    for one in (one for one in listed if one.answer.allowed):
        if len(page) == limit:
            return Found(tuple(found.number for found in page), str(page[-1].person_id), more=True)
        page.append(one)
    return Found(tuple(found.number for found in page), str(page[-1].person_id if page else after), more=False)


def versions_allowed(
    session: Session, caller: Caller, asked: Question, *, after: int, limit: int, zone: ZoneInfo, at: datetime
) -> Found:
    """Return slug and label of the versions in use for which *asked* would be answered with an allow.

    By slug, and of a tool from its oldest version to its newest; *after* counts those that were looked at before.
    """
    tools = gather.tools(session)
    columns = [
        (slug, label) for slug in sorted(tools) if caller.sees(slug) for label in versions.in_use(tools[slug], at=at)
    ]
    questions = [replace(asked, tool=slug, version=label) for slug, label in columns[after:]]
    page: list[tuple[str, str]] = []
    for looked_at, one in enumerate(answers(session, caller.sees, questions, zone=zone, at=at), start=after):
        if not one.decision.allowed:
            continue
        if len(page) == limit:
            return Found(tuple(page), str(looked_at), more=True)
        page.append((one.decision.question.tool, one.decision.question.version or ""))
    return Found(tuple(page), str(len(columns)), more=False)


def record_search(
    session: Session,
    caller: Caller,
    kind: SearchKind,
    asked: Question,
    *,
    found: int,
    continued: bool,
    at: datetime,
) -> RecordedSearch:
    """Record one page of a search before it is answered: who asked what, and how many came back."""
    document = question_document(asked)
    fact = RecordedSearch(
        effective_at=at,
        recorded_at=at,
        recorded_by_id=None,
        client_id=caller.client_id,
        kind=kind,
        officer_id=people_by_number(session, {asked.officer}).get(asked.officer) if asked.officer else None,
        question={name: value for name, value in document.items() if value not in ("", None)},
        found=found,
        continued=continued,
        rule_version=rule_version(),
    )
    session.add(fact)
    session.flush()
    return fact
