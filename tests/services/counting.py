"""What is sent to the database, to count it."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event


@contextmanager
def statements(session) -> Iterator[list[tuple[str, object]]]:
    """Collect what is sent to the database meanwhile."""
    seen: list[tuple[str, object]] = []

    def note(_connection, _cursor, statement, parameters, _context, _many):
        seen.append((statement, parameters))

    engine = session.get_bind().engine
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)
