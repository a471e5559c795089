"""What one registrar writes and another signs: the second signature is somebody else's, given once, on the latest."""

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.base import Fact
from training_app.models.people import Person
from training_app.models.tools import ImpactAssessment, RequirementSet
from training_app.services.way_into_use import Proposal, Stamp, is_latest


class AlreadyDone(TrainingError):
    """What was asked has been done already; nothing was changed."""


class Superseded(TrainingError):
    """A newer proposal stands in the place of the one to be signed."""

    def __init__(self) -> None:
        super().__init__("A newer one was written in its place. Read and sign that one.")


class SameSigner(TrainingError):
    def __init__(self) -> None:
        super().__init__("You wrote this yourself. The second signature is another registrar's.")


def second_person(author_id: int | None, by: Person) -> None:
    """:raises SameSigner: if *by* is the author."""
    if author_id == by.id:
        raise SameSigner


def still_the_latest(session: Session, proposal: RequirementSet | ImpactAssessment) -> None:
    """:raises Superseded: if another was written in its place."""
    if not is_latest(session, proposal):
        raise Superseded


def sign_once(session: Session, signature: Fact) -> None:
    """:raises AlreadyDone: if it is signed."""
    try:
        with session.begin_nested():
            session.add(signature)
    except IntegrityError as error:
        raise AlreadyDone("This is signed already.") from error


def written_and_signed(session: Session, written: Fact, signature: Fact | None) -> Proposal:
    """Return who wrote a fact and who signed it."""
    ids = {fact.recorded_by_id for fact in (written, signature) if fact is not None}
    names = names_of(session, ids)
    signed = None if signature is None else _stamp(signature, names)
    return Proposal(written.id, _stamp(written, names), signed)


def names_of(session: Session, ids: Collection[int | None]) -> dict[int | None, str]:
    """Return the names of persons by id; who is in nobody's name is missing."""
    return {row.id: row.name for row in session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))}


def _stamp(fact: Fact, names: Mapping[int | None, str]) -> Stamp:
    return Stamp(fact.recorded_by_id, names.get(fact.recorded_by_id, ""), fact.effective_at)
