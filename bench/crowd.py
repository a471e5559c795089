"""Many officers at once, for measuring: written as rows, past the services and past the journal.

A journal entry for each of some 600,000 facts would take most of the time of a measurement and would be read by nothing
in it.  `training-app journal verify` therefore finds a bench database at fault, and no other database may be filled so.
"""

import secrets
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, Integer, String, Table, cast, func, insert, literal, select, text
from sqlalchemy.sql.elements import ColumnElement

from training_app.models.base import Fact
from training_app.models.certification import Award
from training_app.models.oversight import PersonSalt
from training_app.models.people import (
    AccountChange,
    AccountFact,
    Credential,
    Evaluation,
    Person,
    RoleAssignment,
    SeatGrant,
    Unit,
    UnitAssignment,
)
from training_app.models.tools import Tool, ToolPolicy, ToolVersion
from training_app.rules.facts import AwardKind, EvaluationOutcome, Level
from training_app.rules.permissions import Role

PREFIX = "BN-"
TOOL = "sightline"
OFFICERS_IN_A_UNIT = 50
SALT_BYTES = 32

#: By the last digit of an officer's id: what the officer holds.
BEGINNERS = (0,)
ALLOWED_FOR_3_2 = (1, 2, 3, 4, 5, 6, 8)
WITH_3_2_FROM_THE_START = (8,)
WITHOUT_THE_UPDATE = (7,)
NOT_EVALUATED = (9,)


def load(connection: Connection, officers: int) -> None:
    """Add *officers* people beside those of the demo agency, each with account, unit, evaluation and seat.

    Seven in ten may use version 3.2 of the demo tool; one lacks the update, one the evaluation, and one has just begun
    (`BEGINNERS`) and takes the quiz.
    """
    _Crowd(connection).load(officers)


def digit() -> ColumnElement[int]:
    """Return the last digit of a person's id, as an expression."""
    return Person.id % 10


def is_crowd() -> ColumnElement[bool]:
    return Person.service_number.startswith(PREFIX)


class _Crowd:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.tool_id = connection.execute(select(Tool.id).where(Tool.slug == TOOL)).scalar_one()
        self.policy_id = connection.execute(
            select(ToolPolicy.id).where(ToolPolicy.tool_id == self.tool_id, ToolPolicy.revision == 1)
        ).scalar_one()
        versions = connection.execute(
            select(ToolVersion.label, ToolVersion.id).where(ToolVersion.tool_id == self.tool_id)
        )
        self.version_ids = {row.label: row.id for row in versions}
        self.supervisor_id, self.evaluator_id, self.registrar_id = (
            connection.execute(select(Person.id).where(Person.email == f"{who}@demo.example")).scalar_one()
            for who in ("supervisor", "evaluator", "registrar")
        )

    def load(self, officers: int) -> None:
        self._people(officers)
        self._units(officers)
        self._safeguards()
        self._awards()
        if self.connection.dialect.name == "postgresql":
            self.connection.execute(text("ANALYZE"))  # a server in use has done so long ago

    def _people(self, officers: int) -> None:
        numbers = select(literal(1).label("n")).cte("numbers", recursive=True)
        numbers = numbers.union_all(select(numbers.c.n + 1).where(numbers.c.n < officers))
        number = literal(PREFIX) + cast(numbers.c.n, String)
        self._insert(Person, "2026-01-05", None, {"service_number": number, "name": literal("One of many")}, numbers)
        people = select(Person.id).where(is_crowd()).subquery()
        opened = {"person_id": people.c.id, "change": value(AccountFact, "change", AccountChange.OPENED)}
        self._insert(AccountFact, "2026-01-05", None, opened, people)
        role = {
            "person_id": people.c.id,
            "role": value(RoleAssignment, "role", Role.OFFICER),
            "granted": literal(True),
        }
        self._insert(RoleAssignment, "2026-01-05", self.registrar_id, role, people)
        self.connection.execute(
            insert(Credential).from_select(
                ["person_id", "password_hash", "epoch"], select(people.c.id, literal("no password fits"), literal(0))
            )
        )
        ids = self.connection.scalars(select(people.c.id)).all()
        salts = [{"person_id": person, "salt": secrets.token_bytes(SALT_BYTES)} for person in ids]
        self.connection.execute(insert(PersonSalt), salts)

    def _units(self, officers: int) -> None:
        numbers = select(literal(0).label("n")).cte("numbers", recursive=True)
        last = (officers - 1) // OFFICERS_IN_A_UNIT
        numbers = numbers.union_all(select(numbers.c.n + 1).where(numbers.c.n < last))
        name = literal(f"{PREFIX}unit ") + cast(numbers.c.n, String)
        self._insert(Unit, "2026-01-05", self.registrar_id, {"name": name}, numbers)
        first = select(func.min(Unit.id)).where(Unit.name.startswith(PREFIX)).scalar_subquery()
        people = select(Person.id, (first + Person.id % (last + 1)).label("unit_id")).where(is_crowd()).subquery()
        placed = {"person_id": people.c.id, "unit_id": people.c.unit_id}
        self._insert(UnitAssignment, "2026-01-05", self.registrar_id, placed, people)
        seat = {
            "officer_id": people.c.id,
            "tool_id": literal(self.tool_id),
            "unit_id": people.c.unit_id,
            "purposes": value(SeatGrant, "purposes", ["identify-suspect", "missing-person"]),
            "justification": literal("Works on identification requests."),
        }
        self._insert(SeatGrant, "2026-01-12", self.supervisor_id, seat, people)

    def _safeguards(self) -> None:
        for digits, through in ((set(range(10)) - set(NOT_EVALUATED), 400), (NOT_EVALUATED, -30)):
            people = _people_of(digits)
            cleared = {
                "officer_id": people.c.id,
                "outcome": value(Evaluation, "outcome", EvaluationOutcome.CLEARED),
                "through": literal(datetime.now(UTC).date() + timedelta(days=through), _column(Evaluation, "through")),
            }
            self._insert(Evaluation, "2026-01-07", self.evaluator_id, cleared, people)

    def _awards(self) -> None:
        on_3_1 = set(range(10)) - set(BEGINNERS) - set(WITH_3_2_FROM_THE_START)
        self._award(_people_of(on_3_1), AwardKind.FULL, "3.1", "2026-02-10")
        self._award(_people_of(WITH_3_2_FROM_THE_START), AwardKind.FULL, "3.2", "2026-11-06")
        updated = on_3_1 - set(WITHOUT_THE_UPDATE)
        based = (
            select(Person.id, Award.id.label("base_id"))
            .join(Award, Award.officer_id == Person.id)
            .where(is_crowd(), digit().in_(updated))
            .subquery()
        )
        self._award(based, AwardKind.DELTA, "3.2", "2026-11-05")

    def _award(self, people: Any, kind: AwardKind, label: str, day: str) -> None:
        steps = [{"start": "3.1", "end": "3.2", "level": int(Level.DIFFERENCES), "modules": ["sightline-3-2"]}]
        is_delta = kind is AwardKind.DELTA
        columns = {
            "officer_id": people.c.id,
            "version_id": literal(self.version_ids[label]),
            "kind": value(Award, "kind", kind),
            "policy_id": literal(self.policy_id),
            "base_id": people.c.base_id if is_delta else literal(None, Integer()),
            "steps": value(Award, "steps", steps if is_delta else []),
            "attempts_from": value(Award, "attempts_from", _noon(day)),
            "evidence": value(Award, "evidence", {"import": "bench"}),
            "evidence_key": literal(f"import:bench {kind}"),
            "holder_name": literal("One of many"),
            "code": literal(f"bench-{kind}-{label}-") + cast(people.c.id, String),
        }
        self._insert(Award, day, None, columns, people)

    def _insert(self, kind: type[Fact], day: str, by: int | None, columns: dict[str, Any], source: Any) -> None:
        at = value(kind, "effective_at", _noon(day))
        stamped = {"effective_at": at, "recorded_at": at, "recorded_by_id": literal(by, Integer()), **columns}
        rows = select(*(value.label(f"c_{name}") for name, value in stamped.items())).select_from(source)
        self.connection.execute(insert(_table(kind)).from_select(list(stamped), rows))


def _people_of(digits: Any) -> Any:
    return select(Person.id).where(is_crowd(), digit().in_(sorted(digits))).subquery()


def _table(kind: type[Fact]) -> Table:
    table = kind.__table__
    assert isinstance(table, Table)
    return table


def _column(kind: type[Fact], name: str) -> Any:
    return _table(kind).c[name].type


def value(kind: type[Fact], name: str, value: Any) -> Any:
    """Return *value* as the column *name* keeps it."""
    return literal(value, _column(kind, name))


def _noon(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(12), tzinfo=UTC)
