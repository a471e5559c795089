"""How many ordinary rows a statement deleted."""

from typing import Any

from sqlalchemy import Delete
from sqlalchemy.orm import Session


def deleted(session: Session, statement: Delete) -> int:
    """Run *statement*, which nothing loaded has to follow, and return how many rows went."""
    found: Any = session.execute(statement.execution_options(synchronize_session=False))
    return int(found.rowcount)
