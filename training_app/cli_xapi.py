"""Commands on what is stated to a learning record store: how it stands, and who stands behind a name."""

import click

from training_app.cli_context import open_database
from training_app.clock import now
from training_app.errors import TrainingError
from training_app.services import accounts as people_accounts
from training_app.services import outbox
from training_app.services.learning_records import accounts
from training_app.services.learning_records.noticing import CHANNEL, STORE


class NobodysName(TrainingError):
    def __init__(self) -> None:
        super().__init__("Nobody stands in statements by this name. Who was erased does not any more.")


@click.group()
def xapi() -> None:
    """Statements to a learning record store: how they stand, and who is meant."""


@xapi.command()
def status() -> None:
    """Say how many statements wait or were given up, and what the last attempt met."""
    with open_database() as database, database.reading() as session:
        queue = outbox.queue(session, CHANNEL, STORE)
    click.echo(f"{queue.waiting} waiting, {queue.failed} given up.")
    if queue.fault:
        click.echo(f"The first was tried {queue.attempts} times; last: {queue.fault}")


@xapi.command()
def retry() -> None:
    """Have everything that waits or was given up sent by the next delivery."""
    with open_database() as database, database.transaction() as session:
        given_up = outbox.try_again(session, CHANNEL, STORE, at=now())
    click.echo(f"{given_up} that were given up wait again.")


@xapi.command()
@click.confirmation_option(prompt="Delete every statement that was not delivered?")
def forget() -> None:
    """Delete every statement that was not delivered: after the record store was switched off."""
    with open_database() as database, database.transaction() as session:
        deleted = outbox.forget(session, CHANNEL, STORE, only_waiting=True)
        deleted += outbox.dismiss(session, CHANNEL, STORE)
    click.echo(f"{deleted} deleted.")


@xapi.command()
@click.argument("name")
def whose(name: str) -> None:
    """Print the service number of the person who stands in statements by NAME."""
    with open_database() as database, database.reading() as session:
        person = accounts.whose(session, name)
        if person is None:
            raise NobodysName
        click.echo(person.service_number)


@xapi.command("name")
@click.argument("identifier")
def name_of(identifier: str) -> None:
    """Print by which name the person with the e-mail address or service number IDENTIFIER stands in statements."""
    with open_database() as database, database.transaction() as session:
        person = people_accounts.find(session, identifier)
        if person is None:
            raise people_accounts.NobodyByThatName(identifier)
        click.echo(accounts.names_of(session, [person.id])[person.id])
