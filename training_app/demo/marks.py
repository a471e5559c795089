"""How a database is known to hold the demo agency: its accounts and its token."""

import hashlib

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from training_app.demo.people import (
    FORMER_NUMBER,
    MAIL_DOMAIN,
    OFFICERS,
    STAFF,
    TRAFFIC_OFFICERS,
    TRAFFIC_STAFF,
)
from training_app.errors import TrainingError
from training_app.models.clients import ClientCredential
from training_app.models.people import Person
from training_app.rules.erasure import ERASED_NUMBER

TOKEN = "demo-tool-token"  # noqa: S105 - known to everybody on purpose; refused outside demo mode


class OtherPeople(TrainingError):
    def __init__(self) -> None:
        super().__init__(
            "This database holds people who are not of the demonstration. Nothing was changed. "
            "Give the demonstration a database of its own."
        )


def digest_of(token: str) -> str:
    """Return the form in which a bearer token is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_present(session: Session) -> bool:
    """Tell whether the database holds a demo account or the demo token."""
    demo_person = select(Person.id).where(Person.email.endswith(f"@{MAIL_DOMAIN}")).exists()
    demo_token = select(ClientCredential.id).where(ClientCredential.token_digest == digest_of(TOKEN)).exists()
    return bool(session.scalar(select(or_(demo_person, demo_token))))


def refuse_other_people(session: Session) -> None:
    """Let the demonstration into no database that is used for real.

    :raises OtherPeople: if the database holds anybody who is not of the demo agency.
    """
    ours = [one.service_number for one in STAFF] + [officer.number for officer in OFFICERS] + [FORMER_NUMBER]
    ours += [number for number, _name in (*TRAFFIC_STAFF, *TRAFFIC_OFFICERS)]
    erased = Person.service_number.startswith(ERASED_NUMBER, autoescape=True)
    if session.scalars(select(Person.id).where(Person.service_number.not_in(ours), ~erased)).first() is not None:
        raise OtherPeople


def curl_example(origin: str) -> str:
    """Return a command that asks the access question of the demonstration, for the terminal."""
    body = (
        '{"subject": {"type": "officer", "id": "DP-1001"}, "action": {"name": "use"}, '
        '"resource": {"type": "tool", "id": "sightline", "properties": {"version": "3.2"}}}'
    )
    return (
        f"curl -s {origin}/access/v1/evaluation -H 'Authorization: Bearer {TOKEN}' "
        f"-H 'Content-Type: application/json' -d '{body}'"
    )
