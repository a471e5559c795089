"""The erasure of a person: ordered by one registrar, signed by a second, carried out.

None of these facts is *about* the person as the journal means it: they hold a number that leads to nobody afterwards,
and a reason from a list, so that they need not be erased themselves.
"""

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from training_app.models.base import Fact, Serial, one_of
from training_app.rules.erasure import ErasureReason


class PersonErasure(Fact):
    """A registrar ordered that a person be erased; nothing goes before a second one has signed."""

    __tablename__ = "person_erasure"
    __table_args__ = (
        UniqueConstraint("id", "person_id", "recorded_by_id"),
        CheckConstraint("recorded_by_id IS NOT NULL AND recorded_by_id <> person_id", name="ordered_by_somebody_else"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    reason: Mapped[ErasureReason] = mapped_column(one_of(ErasureReason))


class PersonErasureSignature(Fact):
    """The second signature, by neither who ordered nor the person; from it on the triggers let rows go."""

    __tablename__ = "person_erasure_signature"
    __table_args__ = (
        ForeignKeyConstraint(
            ["erasure_id", "person_id", "author_id"],
            ["person_erasure.id", "person_erasure.person_id", "person_erasure.recorded_by_id"],
            name="fk_person_erasure_signature_order",
        ),
        CheckConstraint("recorded_by_id IS NOT NULL AND recorded_by_id <> author_id", name="by_a_second_person"),
        CheckConstraint("recorded_by_id <> person_id", name="not_of_oneself"),
    )

    erasure_id: Mapped[int] = mapped_column(Serial, unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    author_id: Mapped[int] = mapped_column(Serial)


class PersonErasureWithdrawal(Fact):
    """An order was taken back, or refused, before it was signed."""

    __tablename__ = "person_erasure_withdrawal"

    erasure_id: Mapped[int] = mapped_column(ForeignKey("person_erasure.id"), unique=True)


class PersonErased(Fact):
    """The tombstone: name, number, address and the content of the journal's entries about the person are gone.

    What else goes follows in the next moments; whether any of it is left is asked of the tables.
    """

    __tablename__ = "person_erased"

    erasure_id: Mapped[int] = mapped_column(ForeignKey("person_erasure_signature.erasure_id"), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    payloads: Mapped[int]
    """How many entries of the journal lost their content."""
