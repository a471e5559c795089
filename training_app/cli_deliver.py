"""The command that empties the outbox once: where no server does it, or to see what a receiver says."""

import click
from click.exceptions import Exit

from config import Config
from training_app.cli_context import open_database
from training_app.courier import courier_of
from training_app.services import outbox


@click.command("deliver")
def deliver_command() -> None:
    """Send what is due in the outbox, once; exit 1 if a message needs a person."""
    config = Config.from_environment()
    with open_database(config) as database:
        courier = courier_of(config, database)
        delivered = courier.deliver()
        courier.keep_house()
        with database.reading() as session:
            failed, waiting = outbox.number_failed(session), outbox.number_waiting(session)
    click.echo(f"{delivered} delivered, {waiting} waiting, {failed} in need of a person.")
    if failed:
        raise Exit(1)
