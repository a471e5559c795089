"""The erasure itself: what is deleted and blanked, in steps that can be interrupted and are never done by halves.

Each step is a transaction of its caller's.  The first puts the tombstone: name, number and address go, with the salt
and the content of the journal's entries.  Each other one takes the rows of one table.  What is left is asked of the
tables, so that a run that was interrupted goes on where it was, and one that is done does nothing.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import String, cast, delete, exists, func, select, text
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models import Base
from training_app.models.append_only import blank_of
from training_app.models.erasures import PersonErased, PersonErasureSignature
from training_app.models.event_streams import EventStreamExclusion
from training_app.models.lti import LtiGrade, LtiLink, LtiParticipant, LtiPlacement
from training_app.models.outbox import OutboxMessage
from training_app.models.oversight import JournalEntry, JournalPayload
from training_app.models.people import Person
from training_app.models.recorded import RecordedDecision, RecordedSearch
from training_app.models.reports import ReportStep, ReportStepText, ReportText
from training_app.rules import keeping
from training_app.rules.erasure import BLANKED, GOES, UNLESS_NAMED
from training_app.services import journal
from training_app.services.lti.grades import CHANNEL as SCORES


class NotSigned(TrainingError):
    def __init__(self) -> None:
        super().__init__("An erasure needs two signatures: order it, and have a second registrar sign it.")


@dataclass(frozen=True, slots=True)
class Step:
    """What one step of an erasure did."""

    table: str
    rows: int


def may_erase(session: Session) -> bool:
    """Tell whether this connection may delete facts at all; on PostgreSQL that is the owner's alone."""
    if session.connection().dialect.name == "sqlite":
        return True
    asked = "SELECT has_table_privilege('person', 'UPDATE') AND has_table_privilege('answer', 'DELETE')"
    return bool(session.scalar(text(asked)))


def signed(session: Session) -> Sequence[int]:
    """Return the numbers of the people whose erasure two have signed and that is not done to the end, oldest first."""
    people = session.scalars(select(PersonErasureSignature.person_id).order_by(PersonErasureSignature.id)).all()
    if not people:
        return []
    left = set(people) - set(session.scalars(select(PersonErased.person_id)))  # of whom nothing is blanked yet either
    for table, owner in GOES.items():
        if not owner.parent:  # else no row is left that its parent does not stand for
            left |= set(session.scalars(text(_whose_rows_are_left(table, owner.column))))
    return [person for person in people if person in left]


def _whose_rows_are_left(table: str, column: str) -> str:
    """Return the statement for the numbers of the people of signed orders of whom *table* has rows that go."""
    signed_for = "IN (SELECT person_id FROM person_erasure_signature)"
    return f"SELECT DISTINCT {column} FROM {table} WHERE {column} {signed_for}{_unless_named(table)}"  # noqa: S608


def _unless_named(table: str) -> str:
    if table not in UNLESS_NAMED:
        return ""
    other, column = UNLESS_NAMED[table]
    return f" AND id NOT IN (SELECT {column} FROM {other} WHERE {column} IS NOT NULL)"  # noqa: S608 - names of ours


def is_done(session: Session, person_id: int) -> bool:
    """Tell whether the tombstone is put, and nothing is left that an erasure takes."""
    put = session.scalar(select(exists().where(PersonErased.person_id == person_id)))
    return bool(put) and next(_left(session, person_id), None) is None


def step(session: Session, person_id: int, *, at: datetime) -> Step | None:
    """Do the next step of the erasure of a person; ``None`` where nothing is left.

    :raises NotSigned: if two have not signed it.
    """
    order = session.scalar(
        select(PersonErasureSignature.erasure_id).where(PersonErasureSignature.person_id == person_id)
    )
    if order is None:
        raise NotSigned
    if session.scalar(select(PersonErased.id).where(PersonErased.person_id == person_id)) is None:
        return Step("person", _put_tombstone(session, person_id, order, at=at))
    table = next(_left(session, person_id), None)
    if table is None:
        return None
    return Step(table, _execute(session, _taking(table), person_id))


def _put_tombstone(session: Session, person_id: int, order: int, *, at: datetime) -> int:
    """Take what names the person, wherever it stands, in one transaction; return how many rows that were."""
    number = session.scalars(select(Person.service_number).where(Person.id == person_id)).one()
    rows = _rows_beside(session, person_id, number)
    payloads = journal.erase(session, person_id)
    for table in ("person_correction", "browser_session", "credential", *BLANKED):
        rows += _execute(session, _taking(table), person_id)
    stamp = {"effective_at": at, "recorded_at": at, "recorded_by_id": None}
    session.add(PersonErased(**stamp, erasure_id=order, person_id=person_id, payloads=payloads))
    session.flush()
    session.expire_all()
    return rows + payloads


def _rows_beside(session: Session, person_id: int, number: str) -> int:
    """Delete rows that name the person by something else than the number that the tables know them by."""
    named = cast(OutboxMessage.payload, String).contains(f'"{number}"', autoescape=True)
    reports = select(ReportText.report_id).where(ReportText.reported_by_id == person_id)
    steps = select(ReportStep.id).where(ReportStep.report_id.in_(reports))
    accounts = (
        select(LtiParticipant.id)
        .join(LtiPlacement, LtiPlacement.id == LtiParticipant.placement_id)
        .join(
            LtiLink,
            (LtiLink.platform_id == LtiPlacement.platform_id) & (LtiLink.subject == LtiParticipant.subject),
        )
        .where(LtiLink.person_id == person_id)
    )
    grades = select(cast(LtiGrade.id, String)).where(LtiGrade.person_id == person_id)
    statements = (
        delete(OutboxMessage).where(named),
        delete(OutboxMessage).where(OutboxMessage.channel == SCORES, OutboxMessage.destination.in_(grades)),
        delete(EventStreamExclusion).where(EventStreamExclusion.officer == number),
        delete(ReportStepText).where(ReportStepText.step_id.in_(steps)),
        delete(LtiParticipant).where(LtiParticipant.id.in_(accounts)),
    )
    connection = session.connection()
    return sum(connection.execute(statement).rowcount for statement in statements)


def _left(session: Session, person_id: int) -> Iterator[str]:
    """Yield the tables in which something is left, those first on which no other rests."""
    for table in IN_ORDER:
        if session.execute(text(f"SELECT 1 {_untouched(table)} LIMIT 1"), {"person": person_id}).first():
            yield table


IN_ORDER = tuple(table.name for table in reversed(Base.metadata.sorted_tables) if table.name in {*GOES, *BLANKED})


def _untouched(table: str) -> str:
    """Return FROM and WHERE of the rows of ``:person`` that an erasure has still to take or to blank."""
    blanked = BLANKED.get(table)
    if blanked is None:
        return f"FROM {table} WHERE {GOES[table].condition()}{_unless_named(table)}"
    blank = " AND ".join(
        f"{name} IS NULL" if told is None else f"CAST({name} AS text) = {blank_of(told)}"
        for name, told in blanked.columns.items()
    )
    return f"FROM {table} WHERE {blanked.owner.condition()} AND NOT ({blank})"


def _taking(table: str) -> str:
    """Return the statement that takes, or blanks, what is left of ``:person`` in *table*."""
    untouched = _untouched(table)
    blanked = BLANKED.get(table)
    if blanked is None:
        return f"DELETE {untouched}"
    assigned = ", ".join(f"{name} = {blank_of(told)}" for name, told in blanked.columns.items())
    return f"UPDATE {table} SET {assigned} WHERE {untouched.partition(' WHERE ')[2]}"  # noqa: S608


def _execute(session: Session, statement: str, person_id: int) -> int:
    # Past the mapper, which would refuse facts; the triggers of the database say what an erasure may do.
    return session.connection().execute(text(statement), {"person": person_id}).rowcount


# -- foreseen ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What an erasure would do, in numbers."""

    goes: Mapping[str, int]
    """How many rows go, by the kind of record (`rules.keeping.POLICY`)."""
    stays: Mapping[str, int]
    """How many stay, without what tells of the person, likewise."""
    entries: int
    """Entries of the journal about the person, which stay without their content."""
    acts: int
    """Entries of what the person recorded, under their bare number."""
    asked: int
    """Decisions and searches of programs about the person, which have a time of their own."""
    asked_until: datetime | None
    """When the last of these may go."""


def foreseen(session: Session, person_id: int, *, record_days: int) -> Foreseen:
    """Return what the erasure of a person would do; it changes nothing."""
    goes, stays = Counter[str](), Counter[str]()
    for table in IN_ORDER:
        rows = session.scalar(text(f"SELECT count(*) {_untouched(table)}"), {"person": person_id}) or 0
        (stays if table in BLANKED else goes)[keeping.KIND_OF[table]] += rows
    content = select(JournalEntry.id).where(JournalEntry.subject_id == person_id)
    payloads = select(func.count()).select_from(JournalPayload).where(JournalPayload.entry_id.in_(content))
    goes["journal-content"] += session.scalar(payloads) or 0
    entries, acts = (
        session.scalar(select(func.count()).select_from(JournalEntry).where(column == person_id)) or 0
        for column in (JournalEntry.subject_id, JournalEntry.actor_id)
    )
    asked, last = 0, list[datetime]()
    for kind in (RecordedDecision, RecordedSearch):
        number, latest = session.execute(
            select(func.count(), func.max(kind.recorded_at)).where(kind.officer_id == person_id)
        ).one()
        asked += number
        last += [latest] if latest else []
    until = max(last) + timedelta(days=record_days) if last else None
    return Foreseen(+goes, +stays, entries, acts, asked, until)
