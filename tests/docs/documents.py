"""The documents as tests read them: tables as rows, and blocks of code."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENTS = ROOT / "docs"


def section(document: str, heading: str) -> str:
    """Return what stands in ``docs/<document>`` below the heading, up to the next one of its level or a higher one."""
    below: list[str] = []
    level, in_code = 0, False
    for line in (DOCUMENTS / document).read_text("utf-8").splitlines(keepends=True):
        in_code ^= line.startswith("```")
        marks = re.match(r"(#+) ", line) if not in_code else None
        if level and marks and len(marks[1]) <= level:
            break
        if level:
            below.append(line)
        elif marks and line[marks.end() :].strip() == heading:
            level = len(marks[1])
    assert level, f"docs/{document} has no heading {heading!r}"
    return "".join(below)


def tables(text: str) -> list[list[dict[str, str]]]:
    """Return the rows of every table in *text*, each cell by the heading of its column."""
    return [_rows(found[0].splitlines()) for found in re.finditer(r"(?:^\|.*\n)+", text, re.MULTILINE)]


def table(text: str) -> list[dict[str, str]]:
    """Return the rows of the first table in *text*, each cell by the heading of its column."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    assert lines, "there is no table"
    return _rows(lines)


def _rows(lines: list[str]) -> list[dict[str, str]]:
    names, _, *rows = ([cell.strip() for cell in line[1:-1].split("|")] for line in lines)
    assert all(len(row) == len(names) for row in rows), "a row has another number of cells than the heading"
    return [dict(zip(names, row, strict=True)) for row in rows]


def codes(cell: str) -> list[str]:
    """Return what stands between backticks in *cell*, in its order."""
    return re.findall(r"`([^`]+)`", cell)


def blocks(text: str, language: str = "") -> list[str]:
    """Return the fenced blocks of *language* in *text*; by default those that name none."""
    found = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [block for named, block in found if named == language]
