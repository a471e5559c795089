"""What every table shares: the declarative base, the column types, and the two kinds of row.

A `Fact` is appended and never changed (triggers in the database refuse it); whatever else is kept, as a browser session
or a password hash, is an ordinary row of `Base`.
"""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, Date, DateTime, Enum, ForeignKey, Integer, MetaData, String
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.types import TypeDecorator


class Instant(TypeDecorator[datetime]):
    """An instant in UTC.  Naive values are refused; SQLite, which keeps no zone, gets UTC and gives UTC back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant needs a time zone: {value!r}")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def one_of(values: type[StrEnum]) -> Enum:
    """Return the column type for *values*: kept as the member's value, with a CHECK that names the enumeration."""
    name = "".join(f"_{c.lower()}" if c.isupper() else c for c in values.__name__).lstrip("_")
    return Enum(
        values,
        values_callable=lambda enumeration: [member.value for member in enumeration],
        native_enum=False,
        create_constraint=True,
        name=name,
        length=40,
    )


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Instant(),
        date: Date(),
        str: String(),
        dict[str, Any]: JSON(),
        list[str]: JSON(),
    }


#: 64 bits on PostgreSQL; SQLite counts rows only in a column that is plainly INTEGER.
Serial = BigInteger().with_variant(Integer(), "sqlite")


class Fact(Base):
    """Something that happened and was recorded.  Appended, never changed; each has an entry in the journal.

    A question asked at an instant, as known at an instant, sees the facts with ``recorded_at <= known_at`` and applies
    those with ``effective_at <= at``.
    """

    __abstract__ = True

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    effective_at: Mapped[datetime]
    recorded_at: Mapped[datetime]

    @declared_attr
    def recorded_by_id(cls) -> Mapped[int | None]:
        """Who recorded it; empty for what the installation itself or a machine's question recorded."""
        return mapped_column(ForeignKey("person.id"))

    #: Name of the attribute with the id of the person whose data the fact is; salts the journal's digest.
    about: ClassVar[str | None] = None
