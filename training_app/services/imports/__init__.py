"""Imports from CSV: units, people, and certificates of an older system.

A dry run (`plan`) shows what each line would record and what is wrong, and writes nothing.  `carry_out` makes the same
dry run again inside its transaction and records all of it or nothing.  The same file imported again records nothing.
"""

from collections.abc import Generator, Mapping, Sequence
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.people import DataImport, Person
from training_app.services.imports import legacy, people, reading, units
from training_app.services.imports.plans import (
    Change,
    Context,
    Entry,
    Kind,
    Outcome,
    Plan,
    Recorded,
    What,
    record,
)
from training_app.services.imports.reading import Fault, FileRefused, NotReadable, Wrong
from training_app.services.locks import one_at_a_time

__all__ = [
    "COLUMNS",
    "Change",
    "Context",
    "DryRunOutdated",
    "Entry",
    "Fault",
    "FileRefused",
    "Kind",
    "NotReadable",
    "NotReady",
    "Outcome",
    "Plan",
    "Recorded",
    "What",
    "Wrong",
    "carry_out",
    "earlier",
    "finish",
    "plan",
]

COLUMNS: Mapping[Kind, tuple[str, ...]] = {
    Kind.UNITS: units.COLUMNS,
    Kind.PEOPLE: people.COLUMNS,
    Kind.LEGACY: legacy.COLUMNS,
}


class NotReady(TrainingError):
    """Something is wrong in the file, or a course is left to map; nothing was recorded."""

    def __init__(self, found: Plan) -> None:
        wrong, open_courses = len(found.faults), len(found.unmapped)
        super().__init__(f"Nothing was recorded: {wrong} faults, and {open_courses} courses without a mapping.")
        self.plan = found


class DryRunOutdated(TrainingError):
    def __init__(self) -> None:
        super().__init__("The file or the records have changed since the dry run. Look at it again, then import.")


def plan(session: Session, kind: Kind, content: bytes, context: Context, mapping: legacy.Mapped | None = None) -> Plan:
    """Return what the file would record, and what is wrong with it; nothing is written.

    :raises FileRefused: if nothing of it can be read.
    """
    sheet = reading.read(content, COLUMNS[kind])
    match kind:
        case Kind.UNITS:
            return units.plan(session, sheet, context)
        case Kind.PEOPLE:
            return people.plan(session, sheet, context)
        case Kind.LEGACY:
            return legacy.plan(session, sheet, mapping or {}, context)


def carry_out(
    session: Session,
    kind: Kind,
    content: bytes,
    context: Context,
    mapping: legacy.Mapped | None = None,
    *,
    seen: str,
) -> Generator[Recorded, None, DataImport | None]:
    """Record all that the file tells, and that it was imported; yield how far it is.

    :returns: the import, at the end; ``None`` where the file tells nothing new.
    :param seen: digest of the dry run that the importer was shown.
    :raises NotReady: if something is wrong in the file; :raises DryRunOutdated: if the dry run would be another now.
    """
    one_at_a_time(session, "people", "imported or corrected")
    found = plan(session, kind, content, context, mapping)
    if found.digest != seen:
        raise DryRunOutdated
    if not found.ready:
        raise NotReady(found)
    recorded = len(found.telling)
    if not recorded:
        return None
    yield from record(session, found)
    fact = DataImport(
        **context.stamp,
        kind=kind.value,
        file_digest=sha256(content).hexdigest(),
        lines=len(found.entries),
        recorded=recorded,
    )
    session.add(fact)
    session.flush()
    return fact


def finish(recording: Generator[Recorded, None, DataImport | None]) -> DataImport | None:
    """Carry *recording* out to its end, whoever looks on, and return the import."""
    while True:
        try:
            next(recording)
        except StopIteration as end:
            done: DataImport | None = end.value
            return done


def earlier(session: Session, *, most: int) -> Sequence[tuple[DataImport, str]]:
    """Return the latest imports, the last first, with the name of who imported ("" for the command line)."""
    rows = session.execute(
        select(DataImport, Person)
        .join(Person, Person.id == DataImport.recorded_by_id, isouter=True)
        .order_by(DataImport.id.desc())
        .limit(most)
    )
    return [(row[0], row[1].name if row[1] else "") for row in rows]
