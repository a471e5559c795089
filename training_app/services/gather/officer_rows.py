"""What is recorded about officers in view of one tool: rows of one statement, and rows into facts."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from typing import cast as typed

from sqlalchemy import (
    ARRAY,
    BigInteger,
    BindParameter,
    ColumnElement,
    CompoundSelect,
    FromClause,
    Select,
    any_,
    bindparam,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session

from training_app.models.base import Fact
from training_app.models.certification import Award, AwardEnd, AwardReview, AwardUpholding
from training_app.models.emergencies import EmergencyEnd, EmergencyGrant
from training_app.models.people import (
    AccountChange,
    AccountFact,
    Evaluation,
    OfficerReinstatement,
    OfficerSuspension,
    Person,
    RetrainingOrder,
    SeatGrant,
    SeatRelease,
    SeatReview,
    UnitAssignment,
)
from training_app.models.training import Attempt, Mode, ModuleRevision
from training_app.rules import facts as known
from training_app.services.gather import measures
from training_app.services.gather.padded import CIVIL_DAY, INSTANT, NUMBER, WORDS, Columns, day, in_one, instant, padded
from training_app.services.gather.steps import covered_step
from training_app.services.gather.tool_rows import OF_TOOL, VERSIONS, Names, table

COLUMNS: Columns = {
    "owner": NUMBER,
    "id": NUMBER,
    "effective_at": INSTANT,
    "recorded_at": INSTANT,
    "tool_id": NUMBER,
    "ref": NUMBER,
    "base": NUMBER,
    "policy": NUMBER,
    "since": INSTANT,
    "day": CIVIL_DAY,
    "code": WORDS,
    "text": WORDS,
    "evidence": WORDS,
}

ID, EFFECTIVE, RECORDED, TOOL, REF, BASE, POLICY, SINCE, DAY, CODE, TEXT, EVIDENCE = range(2, 14)
"""Places in a row; the first two are the number of the kind and the officer's id."""
Kept = Sequence[Any]
"""A row: the number of its kind, and the columns as the database keeps them."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of fact about officers is read."""

    model: type[Fact]
    columns: Mapping[str, str]
    """Which column of the model stands in which column of the statement."""
    fact: Callable[[Kept, Names], known.Fact]
    refers_to: str | None = None
    """The kind whose fact ``ref`` names."""
    of_tools: bool = False
    """Whether the model names a tool; one without a tool concerns every tool."""


def _when(row: Kept) -> dict[str, Any]:
    return {"effective_at": instant(row[EFFECTIVE]), "recorded_at": instant(row[RECORDED])}


def _award(row: Kept, names: Names) -> known.Award:
    met_by, modules = evidence_of(row[EVIDENCE])
    return known.Award(
        **_when(row),
        id=str(row[ID]),
        version=names.labels[row[REF]],
        kind=known.AwardKind(row[CODE]),
        policy=names.policies[row[POLICY]],
        attempts_from=instant(row[SINCE]),
        base=None if row[BASE] is None else str(row[BASE]),
        steps=_steps(row[TEXT]),
        evidence=met_by,
        modules=modules,
    )


@lru_cache(maxsize=4096)
def _steps(text: str) -> tuple[known.CoveredStep, ...]:
    return tuple(covered_step(step) for step in json.loads(text))


@lru_cache(maxsize=4096)
def evidence_of(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the ids of what earned an award, and the modules passed for it, from the award's evidence."""
    kept = json.loads(text)
    return tuple(kept.get("met_by", ())), tuple(kept.get("modules", ()))


@lru_cache(maxsize=4096)
def _words(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


KINDS: Mapping[str, Kind] = {
    "accounts": Kind(
        AccountFact,
        {"code": "change"},
        lambda row, _: known.AccountChanged(**_when(row), is_open=row[CODE] == AccountChange.OPENED),
    ),
    "units": Kind(
        UnitAssignment,
        {"ref": "unit_id"},
        lambda row, _: known.UnitAssigned(**_when(row), unit=str(row[REF])),
    ),
    "suspensions": Kind(
        OfficerSuspension,
        {"tool_id": "tool_id"},
        lambda row, _: known.Suspended(**_when(row), id=str(row[ID])),
        of_tools=True,
    ),
    "reinstatements": Kind(
        OfficerReinstatement,
        {"ref": "suspension_id"},
        lambda row, _: known.Reinstated(**_when(row), suspension=str(row[REF])),
        refers_to="suspensions",
    ),
    "evaluations": Kind(
        Evaluation,
        {"code": "outcome", "day": "through", "text": "restriction"},
        lambda row, _: known.Evaluated(
            **_when(row),
            outcome=known.EvaluationOutcome(row[CODE]),
            through=day(row[DAY]),
            restriction=row[TEXT],
        ),
    ),
    "seats": Kind(
        SeatGrant,
        {"tool_id": "tool_id", "ref": "unit_id", "text": "purposes"},
        lambda row, _: known.SeatGranted(
            **_when(row), id=str(row[ID]), unit=str(row[REF]), purposes=frozenset(_words(row[TEXT]))
        ),
        of_tools=True,
    ),
    "seat_releases": Kind(
        SeatRelease,
        {"ref": "seat_id"},
        lambda row, _: known.SeatReleased(**_when(row), seat=str(row[REF])),
        refers_to="seats",
    ),
    "seat_reviews": Kind(
        SeatReview,
        {"ref": "seat_id"},
        lambda row, _: known.SeatReviewed(**_when(row), seat=str(row[REF])),
        refers_to="seats",
    ),
    "attempts": Kind(
        Attempt,
        {},  # and the module's slug
        lambda row, _: known.AttemptOpened(**_when(row), module=row[CODE]),
    ),
    "awards": Kind(
        Award,
        {
            "ref": "version_id",
            "base": "base_id",
            "policy": "policy_id",
            "since": "attempts_from",
            "code": "kind",
            "text": "steps",
            "evidence": "evidence",
        },  # and the version's tool
        _award,
    ),
    "award_ends": Kind(
        AwardEnd,
        {"ref": "award_id", "code": "kind"},
        lambda row, _: known.AwardEnded(**_when(row), award=str(row[REF]), kind=known.AwardEndKind(row[CODE])),
        refers_to="awards",
    ),
    "award_reviews": Kind(
        AwardReview,
        {"ref": "award_id"},
        lambda row, _: known.AwardReviewed(**_when(row), id=str(row[ID]), award=str(row[REF])),
        refers_to="awards",
    ),
    "award_upholdings": Kind(
        AwardUpholding,
        {"ref": "review_id"},
        lambda row, _: known.AwardUpheld(**_when(row), review=str(row[REF])),
        refers_to="award_reviews",
    ),
    "retraining_orders": Kind(
        RetrainingOrder,
        {"tool_id": "tool_id", "text": "modules", "day": "due"},
        lambda row, _: known.RetrainingOrdered(
            **_when(row), id=str(row[ID]), modules=_words(row[TEXT]), due=typed(Any, day(row[DAY]))
        ),
        of_tools=True,
    ),
    "emergencies": Kind(
        EmergencyGrant,
        {"id": "request_id", "ref": "version_id", "since": "until"},  # and the version's tool
        lambda row, names: known.EmergencyGranted(
            **_when(row), id=str(row[ID]), version=names.labels[row[REF]], until=instant(row[SINCE])
        ),
    ),
    "emergency_ends": Kind(
        EmergencyEnd,
        {"ref": "request_id"},
        lambda row, _: known.EmergencyEnded(**_when(row), emergency=str(row[REF])),
        refers_to="emergencies",
    ),
}

ORDER = tuple(KINDS)
"""Kinds by number; the person's own row comes with the number after the last."""
_PERSON = len(ORDER)
_DOUBTED, _DOUBT_ENDED = _PERSON + 1, _PERSON + 2
"""Rows of `measures`, which become reviews and their ends."""

_AWARDS = ORDER.index("awards")
_REVIEWS, _UPHOLDINGS = ORDER.index("award_reviews"), ORDER.index("award_upholdings")
_OF_TOOLS = [ORDER.index(name) for name in ("suspensions", "seats", "awards", "retraining_orders", "emergencies")]
_APART = [
    ORDER.index(name)
    for name in ("award_ends", "award_reviews", "award_upholdings", "retraining_orders", "emergencies")
]

Who = Callable[[ColumnElement[int]], ColumnElement[bool]]
"""Tells whose facts are asked for, given the column with the id of the person."""


_ID_OF_OFFICER = select(table(Person).c.id).where(table(Person).c.service_number == bindparam("number"))


def _one(owner: ColumnElement[int]) -> ColumnElement[bool]:
    return owner == _ID_OF_OFFICER.scalar_subquery()


def _run(owner: ColumnElement[int]) -> ColumnElement[bool]:
    return owner.between(bindparam("first"), bindparam("last"))


def _some_on_postgresql(owner: ColumnElement[int]) -> ColumnElement[bool]:
    return owner == any_(bindparam("ids", type_=ARRAY(BigInteger)))


def _some_on_sqlite(owner: ColumnElement[int]) -> ColumnElement[bool]:
    return owner.in_(select(func.json_each(bindparam("ids")).table_valued("value").c.value))


def _branch(number: int, kind: Kind, who: Who, *, every_tool: bool) -> Select[Any]:
    facts = table(kind.model)
    owner = facts.c[typed(str, kind.model.about)]
    given: dict[str, ColumnElement[Any]] = {"owner": owner}
    given |= {name: facts.c[name] for name in ("id", "effective_at", "recorded_at")}
    given |= {name: facts.c[column] for name, column in kind.columns.items()}
    source, conditions = typed(FromClause, facts), [who(owner)]
    if kind.model is Attempt:
        source = facts.join(table(ModuleRevision), table(ModuleRevision).c.id == facts.c.revision_id)
        given["code"] = table(ModuleRevision).c.slug
        conditions.append(facts.c.mode == Mode.ASSESSMENT)
    if kind.model in {Award, EmergencyGrant}:
        source = facts.join(VERSIONS, VERSIONS.c.id == facts.c.version_id)
        given["tool_id"] = VERSIONS.c.tool_id
    if kind.model is AwardReview:
        conditions.append(facts.c.measure_id.is_(None))
    if kind.model is AwardUpholding:
        reviews = table(AwardReview)
        source = facts.join(reviews, reviews.c.id == facts.c.review_id)
        conditions.append(reviews.c.measure_id.is_(None))
    if "tool_id" in given and not every_tool:
        tool: BindParameter[int] = OF_TOOL
        of_it = given["tool_id"] == tool
        everywhere = kind.of_tools and facts.c.tool_id.nullable
        conditions.append(or_(facts.c.tool_id.is_(None), of_it) if everywhere else of_it)
    return select(*padded(number, COLUMNS, given)).select_from(source).where(*conditions)


def statement(who: Who, *, every_tool: bool = False) -> CompoundSelect[Any]:
    """Return the statement that reads everything about some people, in view of the tool ``tool`` or of every one."""
    person = table(Person)
    given: dict[str, ColumnElement[Any]] = {"owner": person.c.id, "id": person.c.id, "code": person.c.service_number}
    given |= {name: person.c[name] for name in ("effective_at", "recorded_at")}
    branches = [_branch(number, KINDS[name], who, every_tool=every_tool) for number, name in enumerate(ORDER)]
    return in_one(
        [
            *branches,
            select(*padded(_PERSON, COLUMNS, given)).where(who(person.c.id)),
            measures.doubted(_DOUBTED, COLUMNS, who),
            measures.reinstated(_DOUBT_ENDED, COLUMNS, who),
            measures.upheld(_DOUBT_ENDED, COLUMNS, who),
        ]
    )


OF_ONE = statement(_one)
OF_RUN = statement(_run)
_OF_SOME = {"postgresql": statement(_some_on_postgresql), "sqlite": statement(_some_on_sqlite)}
_OF_SOME_AND_EVERY_TOOL = {
    "postgresql": statement(_some_on_postgresql, every_tool=True),
    "sqlite": statement(_some_on_sqlite, every_tool=True),
}


@dataclass(slots=True)
class Officer:
    """The rows about one officer: for each kind, by its number, those that were found, in the order of their ids."""

    number: str
    rows: list[list[Kept]]


def one(session: Session, number: str, tool_id: int) -> Officer | None:
    """Return the rows about the officer *number* in view of one tool, or ``None`` if there is no such person."""
    found = _sorted_out(session.execute(OF_ONE, {"number": number, "tool": tool_id}))
    return next(iter(found.values()), None)


def some(session: Session, people: Sequence[int], tool_id: int | None) -> dict[int, Officer]:
    """Return the rows about each of *people* in view of one tool or (``None``) of every tool."""
    return _sorted_out(of_some(session, people, tool_id))


def of_some(session: Session, people: Sequence[int], tool_id: int | None) -> Sequence[Kept]:
    """Return the same rows as they come; all at once, which costs less than one by one."""
    dialect = session.get_bind().dialect.name
    ids: Any = json.dumps(people) if dialect == "sqlite" else people
    if tool_id is None:
        return session.execute(_OF_SOME_AND_EVERY_TOOL[dialect], {"ids": ids}).all()
    return session.execute(_OF_SOME[dialect], {"ids": ids, "tool": tool_id}).all()


def run(session: Session, first: int, last: int, tool_id: int) -> dict[int, Officer]:
    """Return the rows about everybody whose id is from *first* to *last*, inclusive, in view of one tool."""
    return _sorted_out(session.execute(OF_RUN, {"first": first, "last": last, "tool": tool_id}).all())


_NONE: list[Kept] = []
"""One for all, never added to: most officers have nothing of most kinds."""


def _by_id(row: Kept) -> int:
    return typed(int, row[ID])


def _sorted_out(result: Iterable[Kept]) -> dict[int, Officer]:
    found: dict[int, Officer] = {}
    several: list[list[Kept]] = []
    of_measures: dict[int, measures.Rows] = {}
    for row in result:
        kind, owner = row[0], row[1]
        if kind > _PERSON:
            of_measures.setdefault(owner, ([], []))[kind - _DOUBTED].append(row)
            continue
        officer = found.get(owner)
        if officer is None:
            officer = found[owner] = Officer("", [_NONE] * len(ORDER))
        if kind == _PERSON:
            officer.number = row[CODE]
        elif officer.rows[kind] is _NONE:
            officer.rows[kind] = [row]
        else:
            officer.rows[kind].append(row)
            several.append(officer.rows[kind])
    for rows in several:
        rows.sort(key=_by_id)
    for owner, doubted in of_measures.items():
        reviews, upholdings = measures.derived(*doubted, kinds=(_REVIEWS, _UPHOLDINGS), columns=COLUMNS)
        held = found[owner].rows
        held[_REVIEWS], held[_UPHOLDINGS] = [*held[_REVIEWS], *reviews], [*held[_UPHOLDINGS], *upholdings]
    return found


def by_tool(officers: Mapping[int, Officer], tools: Iterable[int]) -> dict[int, dict[int, Officer]]:
    """Return the rows in view of each of *tools*, from rows in view of every tool."""
    found: dict[int, dict[int, Officer]] = {tool_id: {} for tool_id in tools}
    for person, officer in officers.items():
        named = [kind for kind in _OF_TOOLS if officer.rows[kind]]
        for tool_id, of_tool in found.items():
            rows = officer.rows
            if named:
                rows = list(rows)
                for kind in named:
                    rows[kind] = [row for row in rows[kind] if row[TOOL] is None or row[TOOL] == tool_id]
            of_tool[person] = Officer(officer.number, rows)
    return found


def plain(officer: Officer) -> bool:
    """Tell whether nothing stands against any of the officer's awards, and nothing was ordered or is an emergency."""
    return not any(officer.rows[kind] for kind in _APART)


def awards(officer: Officer, names: Names) -> tuple[known.Award, ...]:
    return tuple(_award(row, names) for row in officer.rows[_AWARDS])


def facts(officer: Officer, names: Names) -> known.OfficerFacts:
    """Return the facts that the rows tell; rows about awards are of one tool, whose *names* these are."""
    told: dict[str, Any] = {
        name: tuple(KINDS[name].fact(row, names) for row in rows)
        for name, rows in zip(ORDER, officer.rows, strict=True)
        if rows
    }
    return known.OfficerFacts(number=officer.number, **told)
