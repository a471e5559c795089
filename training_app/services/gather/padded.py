"""Facts of many kinds in one statement: a UNION ALL whose rows all have the same columns, empty where a kind has none.

One statement in place of a dozen, for each costs more to send than to run.  Values come as the database keeps them (an
instant of SQLite is a text, JSON is a text everywhere), so that only those are converted that somebody looks at.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    ColumnElement,
    CompoundSelect,
    Date,
    DateTime,
    Integer,
    Select,
    Text,
    cast,
    literal_column,
    null,
    type_coerce,
    union_all,
)
from sqlalchemy.types import NullType, TypeEngine

_AS_KEPT = NullType()

Columns = Mapping[str, TypeEngine[Any]]
"""The columns of the rows, by name, with the type that an empty one has."""

NUMBER, INSTANT, CIVIL_DAY, WORDS = BigInteger(), DateTime(timezone=True), Date(), Text()


def padded(kind: int, columns: Columns, given: Mapping[str, ColumnElement[Any]]) -> Sequence[ColumnElement[Any]]:
    """Return what one branch selects: the *kind*, and each of *columns* as *given* or empty."""
    unknown = given.keys() - columns.keys()
    if unknown:
        raise ValueError(f"no such columns: {sorted(unknown)}")
    return [
        literal_column(str(kind), Integer()).label("kind"),
        *(_as_kept(given.get(name), of).label(name) for name, of in columns.items()),
    ]


def _as_kept(column: ColumnElement[Any] | None, of: TypeEngine[Any]) -> ColumnElement[Any]:
    if column is None:
        return type_coerce(cast(null(), of), _AS_KEPT)
    if isinstance(column.type, JSON):
        column = cast(type_coerce(column, _AS_KEPT), Text)
    elif isinstance(column.type, Boolean):
        column = cast(column, Integer)
    return type_coerce(column, _AS_KEPT)


def in_one(branches: Sequence[Select[Any]]) -> CompoundSelect[Any]:
    return union_all(*branches)


def instant(kept: Any) -> datetime:
    """Return an instant as `Instant` would, from what the database keeps."""
    if isinstance(kept, str):
        return datetime.fromisoformat(f"{kept}+00:00")
    found: datetime = kept.astimezone(UTC)
    return found


def day(kept: Any) -> date | None:
    return date.fromisoformat(kept) if isinstance(kept, str) else kept
