"""A file as it was sent, into lines with named cells: CSV in UTF-8, its cells parted by comma, semicolon or tab."""

import csv
import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from training_app.errors import TrainingError

MOST_BYTES = 10 * 1024 * 1024
"""Some 100,000 lines; what is longer is imported in parts."""
MOST_CHARACTERS = 200
"""Of one cell."""
DELIMITERS = (",", ";", "\t")
#: Before these an exported cell has an apostrophe, so that no spreadsheet runs it: see `training_app.csv_files`.
ESCAPED = ("'=", "'+", "'-", "'@")


class NotReadable(StrEnum):
    """Why a whole file is refused."""

    TOO_LARGE = "too-large"
    EMPTY = "empty"
    NOT_UTF8 = "not-utf-8"
    COLUMNS_MISSING = "columns-missing"
    COLUMNS_UNKNOWN = "columns-unknown"
    COLUMNS_TWICE = "columns-twice"
    NOT_CSV = "not-csv"


class FileRefused(TrainingError):
    """Nothing of the file can be read; *what* names the columns, or the line."""

    def __init__(self, reason: NotReadable, what: Sequence[str] = ()) -> None:
        super().__init__(f"The file cannot be read ({reason.value}): {', '.join(what)}")
        self.reason, self.what = reason, tuple(what)


class Wrong(StrEnum):
    """What is wrong in one place of a file."""

    TOO_MANY_CELLS = "too-many-cells"
    TOO_LONG = "too-long"
    CHARACTER = "character"
    MISSING = "missing"
    TWICE = "twice"
    UNIT_UNKNOWN = "unit-unknown"
    UNIT_ELSEWHERE = "unit-elsewhere"
    UNIT_CIRCLE = "unit-circle"
    EMAIL = "email"
    EMAIL_TAKEN = "email-taken"
    ROLE_UNKNOWN = "role-unknown"
    ROLE_NOT_BY_FILE = "role-not-by-file"
    ONESELF = "oneself"
    OFFICER_UNKNOWN = "officer-unknown"
    DAY = "day"
    DAY_TO_COME = "day-to-come"
    BEFORE_ANNOUNCEMENT = "before-announcement"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at one line (counted as an editor does, the header being line 1) and column."""

    line: int
    column: str
    wrong: Wrong
    found: str = ""
    """What stands there."""
    about: str = ""
    """What it clashes with: another line, a unit, a day."""


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file that could be read.  Lines with a fault of their own are not among *lines*; empty lines are left out."""

    digest: str
    lines: tuple[Line, ...]
    faults: tuple[Fault, ...]


def read(content: bytes, columns: Collection[str]) -> Sheet:
    """Return the lines of a file whose header names exactly *columns*, in any order.

    :raises FileRefused: if it is too large, empty, not in UTF-8, not CSV, or has other columns.
    """
    if len(content) > MOST_BYTES:
        raise FileRefused(NotReadable.TOO_LARGE, [str(MOST_BYTES // 1024**2)])
    text = _decoded(content)
    if not text.strip():
        raise FileRefused(NotReadable.EMPTY)
    try:
        rows = list(_rows(text, _delimiter(text, columns)))
    except csv.Error as error:
        raise FileRefused(NotReadable.NOT_CSV, [str(error)]) from None
    header = [cell.strip().casefold().replace(" ", "_") for cell in rows[0][1]]
    _refuse_other_columns(header, columns)
    lines, faults = [], []
    for number, cells in rows[1:]:
        found = [_unescaped(cell.strip()) for cell in cells]
        if not any(found):
            continue
        wrong = list(_faults(number, header, found))
        faults += wrong
        if not wrong:
            padded = found + [""] * (len(header) - len(found))
            lines.append(Line(number, dict(zip(header, padded, strict=False))))
    if not lines and not faults:
        raise FileRefused(NotReadable.EMPTY)
    return Sheet(sha256(content).hexdigest(), tuple(lines), tuple(faults))


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FileRefused(NotReadable.NOT_UTF8, [str(line)]) from None


def _delimiter(text: str, columns: Collection[str]) -> str:
    """Return the delimiter with which most of the *columns* are found in the first line."""
    first = text.lstrip("\r\n").partition("\n")[0]

    def known(delimiter: str) -> int:
        cells = next(csv.reader([first], delimiter=delimiter), [])
        return sum(cell.strip().casefold().replace(" ", "_") in columns for cell in cells)

    return max(DELIMITERS, key=known)


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of the line on which each row begins, and its cells; rows without a cell are left out."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    for cells in reader:
        if cells:
            yield begins, cells
        begins = reader.line_num + 1


def _refuse_other_columns(header: Sequence[str], columns: Collection[str]) -> None:
    named = [name for name in header if name]
    if missing := [name for name in columns if name not in named]:
        raise FileRefused(NotReadable.COLUMNS_MISSING, missing)
    if unknown := [name for name in named if name not in columns]:
        raise FileRefused(NotReadable.COLUMNS_UNKNOWN, unknown)
    if twice := sorted({name for name in named if named.count(name) > 1}):
        raise FileRefused(NotReadable.COLUMNS_TWICE, twice)


def _faults(number: int, header: Sequence[str], cells: Sequence[str]) -> Iterator[Fault]:
    if any(cells[len(header) :]) or any(cell for name, cell in zip(header, cells, strict=False) if not name):
        yield Fault(number, "", Wrong.TOO_MANY_CELLS, found=str(len(cells)), about=str(len(header)))
    for name, cell in zip(header, cells, strict=False):
        if len(cell) > MOST_CHARACTERS:
            yield Fault(number, name, Wrong.TOO_LONG, found=cell[:40] + "...", about=str(MOST_CHARACTERS))
        elif not cell.isprintable():
            yield Fault(number, name, Wrong.CHARACTER, found=repr(cell)[:60])


def _unescaped(cell: str) -> str:
    return cell[1:] if cell.startswith(ESCAPED) else cell
