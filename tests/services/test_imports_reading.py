"""A file as it comes out of a spreadsheet or a personnel system: what is read, and what is refused and why."""

import pytest

from training_app.rules.spreadsheet_cells import safe
from training_app.services.imports import FileRefused, NotReadable, Wrong
from training_app.services.imports.reading import MOST_BYTES, read

COLUMNS = ("name", "parent")


def told(content: bytes) -> list[tuple[int, str, str]]:
    return [(line.number, line["name"], line["parent"]) for line in read(content, COLUMNS).lines]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "byte-order-mark"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["unix", "windows"])
def test_every_common_dialect_reads_the_same(delimiter, mark, end):
    rows = [["parent", "Name"], ["Top", "Händler, Ost; Süd"], ["", "Top"]]
    text = end.join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)
    assert told(mark + text.encode()) == [(2, "Händler, Ost; Süd", "Top"), (3, "Top", "")]


def test_windows_1252_is_refused_with_its_line():
    with pytest.raises(FileRefused) as refused:
        read("name,parent\nTop,\nHändler,Top\n".encode("cp1252"), COLUMNS)
    assert (refused.value.reason, refused.value.what) == (NotReadable.NOT_UTF8, ("3",))


@pytest.mark.parametrize(
    ("content", "reason", "what"),
    [
        pytest.param(b"", NotReadable.EMPTY, (), id="empty"),
        pytest.param(b"name,parent\n,\n", NotReadable.EMPTY, (), id="no-line"),
        pytest.param(b"name\nTop\n", NotReadable.COLUMNS_MISSING, ("parent",), id="missing"),
        pytest.param(b"name,parent,chief\nTop,,A\n", NotReadable.COLUMNS_UNKNOWN, ("chief",), id="unknown"),
        pytest.param(b"name,parent,name\nTop,,A\n", NotReadable.COLUMNS_TWICE, ("name",), id="twice"),
        pytest.param(b'name,parent\n"Top,\n', NotReadable.NOT_CSV, ("unexpected end of data",), id="quote"),
        pytest.param(b"x" * (MOST_BYTES + 1), NotReadable.TOO_LARGE, ("10",), id="too-large"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(content, reason, what):
    with pytest.raises(FileRefused) as refused:
        read(content, COLUMNS)
    assert (refused.value.reason, refused.value.what) == (reason, what)


def test_a_cell_over_two_lines_counts_both_and_is_a_fault_at_its_first():
    sheet = read(b'name,parent\n"Two\nlines",\nTop,\n', COLUMNS)
    assert [(fault.line, fault.column, fault.wrong) for fault in sheet.faults] == [(2, "name", Wrong.CHARACTER)]
    assert [line.number for line in sheet.lines] == [4]


def test_a_cell_too_many_is_a_fault_and_empty_ones_are_not():
    sheet = read(b"name,parent\nTop,,,\nHarbour,Top,Pier\n", COLUMNS)
    assert [line["name"] for line in sheet.lines] == ["Top"]
    assert [(fault.line, fault.wrong) for fault in sheet.faults] == [(3, Wrong.TOO_MANY_CELLS)]


@pytest.mark.parametrize("name", ["=1+1", "+32 2", "-Minus", "@here"])
def test_what_our_own_export_made_safe_is_read_back_as_it_was(name):
    assert told(f"name,parent\n{safe(name)},\n".encode()) == [(2, name, "")]


def test_an_apostrophe_of_the_name_itself_stays():
    assert told(b"name,parent\n's-Hertogenbosch,\n") == [(2, "'s-Hertogenbosch", "")]
