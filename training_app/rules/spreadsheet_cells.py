"""Cells of a table that is opened in a spreadsheet, which runs what looks like a formula."""

BYTE_ORDER_MARK = "\ufeff"
"""Without it spreadsheets guess another encoding."""

#: A spreadsheet takes a cell that begins with one of these for a formula, and runs it.
BEGINNINGS_OF_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def safe(cell: object) -> str:
    """Return the text of *cell* (empty for ``None``), with an apostrophe before it if it would be run as a formula."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(BEGINNINGS_OF_FORMULAS) else text
