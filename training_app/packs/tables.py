"""The tables of a pack: CSV as RFC 4180 has it, with a byte order mark, safe to open in a spreadsheet; and back."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import Enum

from training_app.rules.canonical import instant
from training_app.rules.spreadsheet_cells import BYTE_ORDER_MARK, safe


class TableFault(ValueError):
    """A file is no table of a pack; the text says where and why."""


def text_of(value: object) -> str:
    """Return how a value of a fact stands in a cell: instants as RFC 3339 in UTC, lists with spaces between."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return instant(value)
        case date():
            return value.isoformat()
        case Enum():
            return str(value.value)
        case list() | tuple():
            return " ".join(text_of(one) for one in value)
        case _:
            return str(value)


def cell_text(value: object) -> str:
    """Return what stands in a table for a value."""
    return safe(text_of(value))


def row_text(cells: Sequence[object]) -> str:
    """Return one line of a table, with its end."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow([cell_text(cell) for cell in cells])
    return buffer.getvalue()


def table_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield BYTE_ORDER_MARK + row_text(header)
    for row in rows:
        yield row_text(row)


def rows_of(lines: Iterable[str]) -> Iterator[Mapping[str, str]]:
    """Yield the rows of a table by the names of its columns; cells are as `cell_text` wrote them.

    :raises TableFault: if a row has not as many cells as there are columns.
    """
    reader = csv.reader(lines)
    header = [cell.removeprefix(BYTE_ORDER_MARK) for cell in next(reader, [])]
    for cells in reader:
        if len(cells) != len(header):
            raise TableFault(f"line {reader.line_num} has {len(cells)} cells for {len(header)} columns")
        yield dict(zip(header, cells, strict=True))
