"""Rows of fields that repeat: they work without a script, and a row that is left empty is none."""

from collections.abc import Mapping
from typing import Any

from wtforms import FieldList, validators

MORE = "more"
"""Name of the button that asks for another row; its value is the name of the list."""

BLANK_ROWS = 2
"""How many empty rows stand ready below those that are filled in."""


class WithTheRow:
    """Demand the field where anything else of its row is filled in."""

    def __init__(self, message: Any) -> None:
        self.message = message
        self.field_flags: dict[str, Any] = {}

    def __call__(self, form: Any, field: Any) -> None:
        if _given(field):
            return
        field.errors = []
        raise validators.StopValidation(self.message if any(_given(other) for other in form) else "")


def _given(field: Any) -> bool:
    return any(str(value).strip() for value in field.raw_data or ())


def filled(rows: FieldList) -> list[Mapping[str, Any]]:
    """Return the rows that are filled in, as they were sent; only of a valid form."""
    return [row.data for row in rows if any(row.data.values())]


def find_fault(rows: FieldList, field: Any, problem: Any) -> None:
    """Say at *field*, which stands in one of the rows, what is wrong with it, once the form was looked through."""
    field.errors = [*field.errors, problem]
    rows.errors = [row.errors for row in rows]


class OneMoreRow:
    """A form with lists of rows, whose pages have a button for another row at each."""

    def grown(self, asked: str | None) -> bool:
        """Add empty rows to the list that was *asked* for, and tell whether one was; no fault is looked for."""
        rows = getattr(self, asked, None) if asked else None
        if not isinstance(rows, FieldList):
            return False
        add_blank_rows(rows)
        return True


def add_blank_rows(rows: FieldList, least: int = BLANK_ROWS) -> None:
    """Add empty rows below, as many as there may be."""
    for _number in range(least):
        if not rows.max_entries or len(rows) < rows.max_entries:
            rows.append_entry()
