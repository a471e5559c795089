"""Commands on what is kept of people, and on letting it go."""

import click

from config import Config
from training_app.cli_context import agency_zone, open_database
from training_app.clock import now
from training_app.db import Database
from training_app.errors import TrainingError
from training_app.rules.civil_time import CivilInstant
from training_app.services import erasing, erasures, journal
from training_app.services import people as services


class NobodyWithThatNumber(TrainingError):
    def __init__(self, number: str) -> None:
        super().__init__(f"Nobody here has the service number {number}. Who was erased does not any more.")


class OwnersOnly(TrainingError):
    def __init__(self) -> None:
        super().__init__("This role may not delete facts. Run it as the owner of the tables: docs/database.md.")


@click.group()
def people() -> None:
    """People whose records are past their time."""


@people.command("due-for-erasure")
def due_for_erasure() -> None:
    """List, by service number, whose account is closed and whose last record is older than records are kept."""
    config = Config.from_environment()
    with open_database(config) as database, database.reading() as session:
        on = CivilInstant(now(), agency_zone())
        found = erasures.due(session, years=config.person_retention_years, on=on)
    for one in found:
        click.echo(f"{one.service_number}  last record {one.last_record}, kept through {one.kept_through}")
    click.echo(f"{len(found)} due. Two registrars order an erasure, at /people/erasures.")


@people.command()
@click.argument("number", required=False)
@click.option("--ordered", is_flag=True, help="Everybody whose erasure two have signed.")
def erase(number: str | None, ordered: bool) -> None:
    """Carry out the erasure of the person with service number NUMBER, once two registrars have signed it.

    It can be interrupted, and goes on when it is run again. On PostgreSQL, run it as the owner of the tables.
    """
    if bool(number) == ordered:
        raise click.UsageError("Name a service number, or --ordered.")
    with open_database() as database:
        with database.reading() as session:
            found = list(erasing.signed(session))
            if number is not None:
                person = services.by_number(session, number)
                if person is None:
                    raise NobodyWithThatNumber(number)
                if erasures.signature_of_person(session, person.id) is None:
                    raise erasing.NotSigned
                found = [person.id]
            if not erasing.may_erase(session):
                raise OwnersOnly
        for person_id in found:
            _erase(database, person_id)
    click.echo(f"{len(found)} erased.")


def _erase(database: Database, person_id: int) -> None:
    while True:
        with database.transaction() as session:
            step = erasing.step(session, person_id, at=now())
        if step is None:
            break
        click.echo(f"person {person_id}: {step.table}, {step.rows} rows")
    journal.seal(database, at=now())


@click.command()
def retention() -> None:
    """Print how long each kind of record is kept here, and on whose say, as a table in Markdown."""
    click.echo(document(Config.from_environment()))


def document(config: Config) -> str:
    """Return the policy as a table in Markdown, in English, as `docs/retention.md` holds it."""
    from training_app.wording import keeping

    lines = keeping.lines(config)
    rows = ["| kind | what it is | kept | source | why |", "|---|---|---|---|---|"]
    rows += [f"| {one.name} | {one.what} | {one.kept} | {one.source} | {one.reason} |" for one in lines]
    return "\n".join(rows)
