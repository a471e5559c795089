"""Tables to download: streamed, readable by every spreadsheet, and never run by one."""

import csv
import io

import pytest
from flask import Flask

from training_app.csv_files import ROWS_AT_ONCE, response
from training_app.rules.spreadsheet_cells import safe


@pytest.fixture
def app():
    return Flask(__name__)


def answered(app, rows, header=("Name", "Note")):
    with app.test_request_context():
        answer = response("unit-2026-11-22.csv", header, rows)
        return answer, answer.get_data()


@pytest.mark.parametrize("beginning", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_that_would_be_run_gets_an_apostrophe(beginning):
    assert safe(f"{beginning}HYPERLINK(A1)") == f"'{beginning}HYPERLINK(A1)"


@pytest.mark.parametrize(("cell", "text"), [(None, ""), (0, "0"), ("a=b", "a=b"), ("", ""), (-3, "'-3")])
def test_other_cells_are_their_text(cell, text):
    assert safe(cell) == text


def test_header_and_cells_are_made_safe_and_quoted(app):
    answer, data = answered(app, [("=cmd|' /C calc'!A0", 'says "no", twice\nover')], header=("@Name", "Note"))
    assert data.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))) == [
        ["'@Name", "Note"],
        ["'=cmd|' /C calc'!A0", 'says "no", twice\nover'],
    ]
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == "attachment; filename=unit-2026-11-22.csv"


def test_rows_are_read_as_they_are_sent(app):
    read = []

    def rows():
        for number in range(3 * ROWS_AT_ONCE):
            read.append(number)
            yield (number, "x")

    with app.test_request_context():
        pieces = iter(response("long.csv", ("Number", "Note"), rows()).response)
        next(pieces)
        assert len(read) == ROWS_AT_ONCE
        assert sum(piece.count("\r\n") for piece in pieces) == 2 * ROWS_AT_ONCE


def test_no_rows_give_the_header_alone(app):
    _answer, data = answered(app, [])
    assert data.decode("utf-8-sig") == "Name,Note\r\n"
