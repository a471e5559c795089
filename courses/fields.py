"""The fields of content files, read by name and type, with every fault noted and none raised."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from courses.errors import ContentError

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
"""How modules, lessons, objectives, sources, items and terms are named: ``base-rates``."""
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
"""A language tag as of BCP 47, with small letters for the language: ``en``, ``pt-BR``."""


class Fields:
    """One table of a content file, or of the JSON form of a revision.

    A field that is missing or of the wrong type is noted in *faults* and an empty value of its type stands in, so that
    one reading finds every fault of a file.  Whoever reads looks at *faults* before the values are used.

    :param place: where in the file the table stands, as a subject: ``front matter``, ``item 'al-base-01'``.
    """

    def __init__(self, table: object, *, file: str, faults: list[ContentError], place: str = "") -> None:
        self.file, self.faults, self.place = file, faults, place
        self._asked: set[str] = set()
        self._table: Mapping[str, object] = {}
        if isinstance(table, Mapping):
            self._table = table
        else:
            self.note("is not a table of fields")

    def note(self, problem: str) -> None:
        """Add a fault: *problem* is the predicate to this table's place."""
        self.faults.append(ContentError(self.file, f"{self.place} {problem}".strip()))

    def text(self, name: str) -> str:
        """Return the text of field *name* as it stands; a blank one is a fault."""
        value = self._value(name)
        if isinstance(value, str):
            if not value.strip():
                self.note(f"has an empty '{name}'")
            return value
        return self._wrong(name, value, "a text", "")

    def slug(self, name: str) -> str:
        """Return the identifier in field *name*: small letters, digits and single hyphens."""
        value = self.text(name)
        if value and not SLUG.fullmatch(value):
            self.note(f"has the {name} '{value}'; use small letters, digits and single hyphens")
        return value

    def number(self, name: str, *, least: int | None = 1) -> int:
        """Return the whole number in field *name*; under *least* it is a fault, unless that is ``None``."""
        value = self._value(name)
        if not isinstance(value, int) or isinstance(value, bool):
            return self._wrong(name, value, "a whole number", 0)
        if least is not None and value < least:
            self.note(f"has the {name} {value}; the least is {least}")
        return value

    def optional_number(self, name: str, *, least: int | None = 1) -> int | None:
        """Return the whole number in field *name*, or ``None`` where the field is absent or null."""
        self._asked.add(name)
        return None if self._table.get(name) is None else self.number(name, least=least)

    def flag(self, name: str) -> bool:
        """Return the true or false in field *name*."""
        value = self._value(name)
        return value if isinstance(value, bool) else self._wrong(name, value, "true or false", False)

    def optional_flag(self, name: str) -> bool:
        """Return the true or false in field *name*, false where the field is absent."""
        self._asked.add(name)
        return name in self._table and self.flag(name)

    def fraction(self, name: str) -> Fraction:
        """Return the fraction in field *name*, not below 0, written as a text such as ``"4/5"`` or ``"7"``."""
        value = self._value(name)
        parts = re.fullmatch(r"([0-9]{1,18})(?:/([0-9]{1,18}))?", value) if isinstance(value, str) else None
        if parts is None or int(parts[2] or 1) == 0:
            return self._wrong(name, value, 'a fraction in quotes, such as "4/5"', Fraction(0))
        return Fraction(int(parts[1]), int(parts[2] or 1))

    def share(self, name: str) -> Fraction:
        """Return the fraction in field *name*, which is above 0 and at most 1."""
        before = len(self.faults)
        value = self.fraction(name)
        if len(self.faults) == before and not 0 < value <= 1:
            self.note(f"has the {name} {value}; it must be above 0 and at most 1")
        return value

    def optional_share(self, name: str) -> Fraction | None:
        """Return the share in field *name*, or ``None`` where the field is absent or null."""
        self._asked.add(name)
        return None if self._table.get(name) is None else self.share(name)

    def day(self, name: str) -> date:
        """Return the civil date in field *name*: a TOML date or a text such as ``2026-11-22``."""
        value = self._value(name)
        # A TOML date with a time is a datetime, which is a date to isinstance.
        if type(value) is date:
            return value
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            with suppress(ValueError):
                return date.fromisoformat(value)
        return self._wrong(name, value, "a date such as 2026-11-22", date.min)

    def optional_day(self, name: str) -> date | None:
        """Return the date in field *name*, or ``None`` where the field is absent or null."""
        self._asked.add(name)
        return None if self._table.get(name) is None else self.day(name)

    def choice(self, name: str, kinds: type[E]) -> E:
        """Return the member of *kinds* that field *name* gives by its value."""
        value = self._value(name)
        for kind in kinds:
            if kind.value == value:
                return kind
        return self._wrong(name, value, "one of " + ", ".join(kinds), next(iter(kinds)))

    def strings(self, name: str) -> tuple[str, ...]:
        """Return the list of texts in field *name*, in the order written; it may be empty but not repeat itself."""
        value = self._value(name)
        if not isinstance(value, list) or not all(isinstance(entry, str) and entry.strip() for entry in value):
            return self._wrong(name, value, "a list of texts", ())
        for entry in sorted({entry for entry in value if value.count(entry) > 1}):
            self.note(f"names '{entry}' twice in '{name}'")
        return tuple(value)

    def numbers(self, name: str) -> tuple[int, ...]:
        """Return the list of whole numbers in field *name*, in the order written."""
        value = self._value(name)
        if not isinstance(value, list) or not all(type(entry) is int for entry in value):
            return self._wrong(name, value, "a list of whole numbers", ())
        return tuple(value)

    def cells(self, name: str) -> tuple[str, ...]:
        """Return the list of texts in field *name*, in the order written; they may be empty and repeat themselves."""
        value = self._value(name)
        if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
            return self._wrong(name, value, "a list of texts", ())
        return tuple(value)

    def optional_strings(self, name: str) -> tuple[str, ...]:
        """Return the list of texts in field *name*; empty where the field is absent."""
        self._asked.add(name)
        return self.strings(name) if name in self._table else ()

    def languages(self, name: str) -> tuple[str, ...]:
        """Return the language tags in field *name*; the first is the source language."""
        tags = self.strings(name)
        if self._table.get(name) == []:
            self.note("names no language")
        for tag in tags:
            if not LANGUAGE.fullmatch(tag):
                self.note(f"has the language '{tag}', which is not a tag such as 'en'")
        return tags

    def table(self, name: str, *, place: str) -> "Fields":
        """Return the table in field *name*; an empty one where it is missing."""
        value = self._value(name)
        if not isinstance(value, Mapping):
            value = self._wrong(name, value, "a table of fields", {})
        return Fields(value, file=self.file, faults=self.faults, place=place)

    def tables(self, name: str, *, each: str) -> "list[Fields]":
        """Return the tables of the list in field *name*, each spoken of as *each* and its id or number."""
        value = self._value(name)
        if not isinstance(value, list):
            value = self._wrong(name, value, "a list of tables", [])
        return [
            Fields(entry, file=self.file, faults=self.faults, place=f"{each} {_label(entry, number)}")
            for number, entry in enumerate(value, start=1)
        ]

    def texts(self, name: str) -> dict[str, str]:
        """Return the table of texts in field *name*: by language, or by option."""
        fields = self.table(name, place=f"{self.place} '{name}'".strip())
        return dict(fields.remaining_texts())

    def optional_texts(self, name: str) -> dict[str, str]:
        """Return the table of texts in field *name*; empty where the field is absent."""
        self._asked.add(name)
        return self.texts(name) if name in self._table else {}

    def has(self, name: str) -> bool:
        """Tell whether field *name* is there, and count it as known."""
        self._asked.add(name)
        return name in self._table

    def remaining_texts(self) -> Iterator[tuple[str, str]]:
        """Yield name and text of every field that was not asked for yet."""
        for name in [name for name in self._table if name not in self._asked]:
            yield name, self.text(name)

    def names(self) -> list[str]:
        """Return the names of all fields in the order written, and count them as known."""
        self._asked.update(self._table)
        return list(self._table)

    def close(self) -> None:
        """Note every field that nobody asked for: mostly a mistyped name."""
        for name in self._table:
            if name not in self._asked:
                self.note(f"has an unknown field '{name}'")

    def _value(self, name: str) -> object:
        self._asked.add(name)
        return self._table.get(name)

    def _wrong(self, name: str, value: object, wanted: str, instead: T) -> T:
        self.note(f"lacks '{name}'" if value is None else f"has a '{name}' that is not {wanted}")
        return instead


def _label(table: object, number: int) -> str:
    """Return how the table with *number* in its list is spoken of: by its id where it has one."""
    name = table.get("id") if isinstance(table, Mapping) else None
    return f"'{name}'" if isinstance(name, str) else str(number)


def repeated(ids: Sequence[str]) -> list[str]:
    """Return the ids that stand more than once in *ids*, sorted."""
    return sorted({entry for entry in ids if ids.count(entry) > 1})
