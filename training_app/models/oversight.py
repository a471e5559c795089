"""The journal: one entry for every fact, sealed into a Merkle tree that is checked without trusting the installation.

Entries, leaves, tree heads and checkpoints are appended and never changed.  What could tell about a person, the payload
and the salt, stands in rows of its own that an erasure deletes: the entry keeps a digest that then says nothing, and
the proof still holds.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from training_app.models.base import Base, Serial

_BY_A_PERSON = text("actor_id IS NOT NULL")


class JournalEntry(Base):
    """A fact was recorded.  Written in the fact's own transaction; its leaf in the tree hashes these columns."""

    __tablename__ = "journal_entry"
    __table_args__ = (
        UniqueConstraint("fact_kind", "fact_id"),
        CheckConstraint("subject_pseudonym IS NOT NULL OR subject_id IS NULL", name="subject_has_a_pseudonym"),
        # What somebody recorded, for their own page; most entries are machines' and are not in it.
        Index("ix_journal_entry_actor_id", "actor_id", sqlite_where=_BY_A_PERSON, postgresql_where=_BY_A_PERSON),
    )

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    fact_kind: Mapped[str] = mapped_column(String(63))
    """Name of the fact's table."""
    fact_id: Mapped[int] = mapped_column(Serial)
    effective_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who recorded the fact."""
    subject_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    """Whose data the fact is; not part of the leaf."""
    subject_pseudonym: Mapped[str | None] = mapped_column(String(64))
    """Digest of the subject's salt and id: what the leaf says instead of the id."""
    payload_digest: Mapped[str] = mapped_column(String(64))
    """SHA-256, in hexadecimal, of the subject's salt (if there is a subject) and the payload."""


class JournalPayload(Base):
    """The fact as it was recorded: canonical JSON of all its columns.  Deleted when its subject is erased."""

    __tablename__ = "journal_payload"

    entry_id: Mapped[int] = mapped_column(ForeignKey("journal_entry.id"), primary_key=True)
    payload: Mapped[str] = mapped_column(Text)


class PersonSalt(Base):
    """32 random bytes in every digest about a person.  Deleted when the person is erased."""

    __tablename__ = "person_salt"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    salt: Mapped[bytes] = mapped_column(LargeBinary(32))


class WaitingEntry(Base):
    """An entry that has no leaf yet: written with the entry, deleted by the sealer.

    Entries of concurrent transactions become visible in any order, so that no number tells up to where all are sealed.
    """

    __tablename__ = "journal_waiting"

    entry_id: Mapped[int] = mapped_column(ForeignKey("journal_entry.id"), primary_key=True)


class JournalLeaf(Base):
    """The place of an entry in the tree."""

    __tablename__ = "journal_leaf"
    __table_args__ = (CheckConstraint("number >= 0", name="counted_from_0"),)

    number: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=False)
    """Leaves are numbered from 0 without a gap, in the order in which they were sealed."""
    entry_id: Mapped[int] = mapped_column(ForeignKey("journal_entry.id"), unique=True)
    leaf_hash: Mapped[str] = mapped_column(String(64))


class TreeHead(Base):
    """The tree as it stood after a sealing."""

    __tablename__ = "tree_head"
    __table_args__ = (CheckConstraint("size > 0", name="of_a_tree_with_leaves"),)

    size: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=False)
    """Number of leaves."""
    root: Mapped[str] = mapped_column(String(64))
    sealed_at: Mapped[datetime]
    frontier: Mapped[list[str]]
    """Roots of the perfect subtrees, the largest first: what the next sealing goes on from."""


class Checkpoint(Base):
    """A tree head signed with the journal's key, in the form of a signed note, to be kept elsewhere too."""

    __tablename__ = "checkpoint"

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    size: Mapped[int] = mapped_column(ForeignKey("tree_head.size"))
    root: Mapped[str] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
