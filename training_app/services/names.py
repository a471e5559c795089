"""Whether a session reads people's names, or their service numbers in place of them.

The names are withheld where they are read from the database, whatever page or file asks: none can forget it.
"""

from collections.abc import Collection

from sqlalchemy import event
from sqlalchemy.engine import Result
from sqlalchemy.orm import ORMExecuteState, Session

from training_app.models.people import NAMES_SHOWN, NAMES_WITHHELD


class ReadersSession(Session):
    """A session to read with, from which names can be withheld."""


def withhold(session: ReadersSession, *, but: Collection[int]) -> None:
    """Let *session* give, in place of each person's name, the service number, and no mail address.

    :param but: ids of the people whose names it gives all the same.
    """
    session.info[NAMES_WITHHELD] = {NAMES_WITHHELD: True, NAMES_SHOWN: sorted(but)}


@event.listens_for(ReadersSession, "do_orm_execute")
def _withhold(statement: ORMExecuteState) -> Result[object] | None:
    parameters = statement.session.info.get(NAMES_WITHHELD)
    if parameters is None:
        return None
    if statement.parameters is None:
        statement.parameters = {}  # it is what the next line adds to
    return statement.invoke_statement(params=parameters)
