"""Tables to download as CSV, written line by line, and safe to open in a spreadsheet.

UTF-8 with a byte order mark, without which spreadsheets guess another encoding; lines end as RFC 4180 says.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from flask import Response, stream_with_context

from training_app.rules.spreadsheet_cells import BYTE_ORDER_MARK, safe

__all__ = ["response", "safe"]

#: Rows that are sent at a time; one by one, each would cost a write to the network.
ROWS_AT_ONCE = 500


def response(filename: str, header: Sequence[object], rows: Iterable[Sequence[object]]) -> Response:
    """Return the table as a file to download; *rows* are read while it is sent, in the request that asked for it.

    :param filename: of ASCII letters, digits, dots and hyphens, for example ``"unit-2026-11-22.csv"``.
    """
    answer = Response(stream_with_context(_pieces(header, rows)), mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename=filename)
    return answer


def _pieces(header: Sequence[object], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    buffer = io.StringIO()
    buffer.write(BYTE_ORDER_MARK)
    writer: Any = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([safe(cell) for cell in header])
    for number, row in enumerate(rows, start=1):
        writer.writerow([safe(cell) for cell in row])
        if number % ROWS_AT_ONCE == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()
