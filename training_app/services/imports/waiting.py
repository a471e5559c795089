"""The file between its dry run and its import: kept for who sent it, and for nobody else."""

from collections.abc import Generator, Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.imports import WaitingImport
from training_app.models.people import DataImport
from training_app.services import imports
from training_app.services.deleted import deleted
from training_app.services.imports.plans import Context, Kind, Recorded

#: How long a file waits to be imported.
KEPT = timedelta(hours=24)


class NothingWaits(TrainingError):
    def __init__(self) -> None:
        super().__init__(
            "No file waits to be imported: it was imported already, discarded, or sent more than a day ago."
        )


def sweep(session: Session, *, at: datetime) -> int:
    """Delete files that wait too long, whoever sent them; return how many."""
    return deleted(session, delete(WaitingImport).where(WaitingImport.kept_at <= at - KEPT))


def keep(
    session: Session, person_id: int, kind: Kind, content: bytes, *, file_name: str, at: datetime
) -> WaitingImport:
    """Keep the file in place of the one that *person_id* sent before; files of everybody that wait too long go."""
    sweep(session, at=at)
    discard(session, person_id)
    shown = "".join(character for character in file_name if character.isprintable())[:200]
    kept = WaitingImport(person_id=person_id, kind=kind.value, file_name=shown, content=content, mapping={}, kept_at=at)
    session.add(kept)
    session.flush()
    return kept


def of(session: Session, person_id: int, *, at: datetime) -> WaitingImport | None:
    """Return the file of *person_id* that waits, or ``None``."""
    return session.scalar(
        select(WaitingImport).where(WaitingImport.person_id == person_id, WaitingImport.kept_at > at - KEPT)
    )


def claim(session: Session, person_id: int, *, at: datetime) -> WaitingImport | None:
    """Take the file of *person_id* to import it, once; ``None`` where it was taken already, or none waits."""
    found = session.scalar(
        select(WaitingImport)
        .where(WaitingImport.person_id == person_id, WaitingImport.kept_at > at - KEPT)
        .with_for_update()
    )
    if found is not None:
        session.expunge(found)
        discard(session, person_id)
    return found


def map_courses(session: Session, person_id: int, mapping: Mapping[str, int | None]) -> None:
    """Keep which version each course of the waiting file certifies."""
    session.execute(update(WaitingImport).where(WaitingImport.person_id == person_id).values(mapping=dict(mapping)))


def discard(session: Session, person_id: int) -> None:
    session.execute(delete(WaitingImport).where(WaitingImport.person_id == person_id))


def carry_out(
    session: Session, person_id: int, context: Context, *, seen: str
) -> Generator[Recorded, None, DataImport | None]:
    """Import the waiting file of *person_id*, after which it is gone; see `training_app.services.imports.carry_out`.

    :raises NothingWaits: if none waits, perhaps because it was imported a moment ago.
    """
    kept = claim(session, person_id, at=context.at)
    if kept is None:
        raise NothingWaits
    recording = imports.carry_out(session, Kind(kept.kind), kept.content, context, kept.mapping, seen=seen)
    return (yield from recording)
