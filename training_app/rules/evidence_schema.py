"""The JSON Schema of an evidence document, made from the values in `facts` as the document itself is."""

import inspect
from collections.abc import Iterator
from dataclasses import is_dataclass
from datetime import date, datetime
from enum import Enum, IntEnum
from types import NoneType, UnionType
from typing import Any, get_args, get_origin
from zoneinfo import ZoneInfo

from training_app.rules.evidence import DAY, FORMAT, FORMAT_VERSION, INSTANT, Body, shape

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """Return the schema of the whole document; every kind of fact is a definition of its own."""
    members = {
        "format": {"const": FORMAT},
        "format_version": {"const": FORMAT_VERSION},
        **{name: _of(kind) for name, kind in shape(Body).items()},
    }
    kinds = {kind.__name__: kind for top in shape(Body).values() for one in _named_in(top) for kind in _within(one)}
    return {
        "$schema": DIALECT,
        "title": "Evidence behind the answers about one officer and one tool",
        "description": "Everything recorded by exported_at that an answer can rest on; see evidence.md.",
        **_object(members),
        "$defs": {name: _definition(kinds[name]) for name in sorted(kinds)},
    }


def _within(kind: type[Any]) -> Iterator[type[Any]]:
    """Yield *kind* and every dataclass and enumeration in its fields."""
    yield kind
    if is_dataclass(kind):
        for inner in shape(kind).values():
            for one in _named_in(inner):
                yield from _within(one)


def _named_in(kind: Any) -> Iterator[type[Any]]:
    if arguments := get_args(kind):
        for argument in arguments:
            yield from _named_in(argument)
    elif is_dataclass(kind) or (inspect.isclass(kind) and issubclass(kind, Enum)):
        yield kind  # type: ignore[misc]


def _definition(kind: Any) -> dict[str, Any]:
    if issubclass(kind, Enum):
        named = "integer" if issubclass(kind, IntEnum) else "string"
        return {**_described(kind), "type": named, "enum": [member.value for member in kind]}
    return {**_described(kind), **_object({name: _of(inner) for name, inner in shape(kind).items()})}


def _described(kind: Any) -> dict[str, Any]:
    text = inspect.getdoc(kind) or ""
    made_by_the_language = text.startswith(f"{kind.__name__}(") or "__doc__" not in vars(kind)
    return {} if made_by_the_language else {"description": " ".join(text.split())}


def _object(members: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": members, "required": list(members), "additionalProperties": False}


def _of(kind: Any) -> dict[str, Any]:
    """Return what a field of *kind* must be."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is UnionType:
        [only] = [one for one in arguments if one is not NoneType]
        return {"anyOf": [_of(only), {"type": "null"}]}
    if origin is tuple:
        return {"type": "array", "items": _of(arguments[0])}
    if origin is frozenset:
        return {"type": "array", "items": _of(arguments[0]), "uniqueItems": True}
    if is_dataclass(kind) or issubclass(kind, Enum):
        return {"$ref": f"#/$defs/{kind.__name__}"}
    return dict(_SIMPLE[kind])


_SIMPLE: dict[type, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer", "minimum": 0},
    bool: {"type": "boolean"},
    datetime: {"type": "string", "format": "date-time", "pattern": f"^{INSTANT}$"},
    date: {"type": "string", "format": "date", "pattern": f"^{DAY}$"},
    ZoneInfo: {"type": "string", "description": "A zone of the IANA time zone database, as Europe/Brussels."},
}
