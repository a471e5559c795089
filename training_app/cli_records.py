"""Commands on what clients asked: letting go of what is older than the installation keeps it."""

import click

from config import Config
from training_app.cli_context import open_database
from training_app.clock import now
from training_app.rules.canonical import instant
from training_app.services import retention


@click.group()
def records() -> None:
    """Decisions and searches that clients asked for, on record."""


@records.command()
@click.option("--dry-run", is_flag=True, help="Say what would go, and leave everything as it is.")
def expire(dry_run: bool) -> None:
    """Delete decisions and searches older than TRAINING_RECORD_RETENTION_DAYS, with their content in the journal.

    That it was done is a fact in the journal; the entries and every proof stay. On PostgreSQL, run it as the owner of
    the tables. It can be interrupted, and goes on when it is run again.
    """
    config, at = Config.from_environment(), now()
    with open_database(config) as database:
        with database.reading() as session:
            found = retention.old(session, days=config.record_retention_days, at=at)
        counts = f"{found.decisions} decisions and {found.searches} searches from before {instant(found.kept_from)}"
        if dry_run:
            click.echo(f"{counts} would be let go.")
            return
        if found.decisions or found.searches:
            with database.transaction() as session:
                retention.expire(session, found, at=at)
        deleted, run = 0, -1
        while run:
            with database.transaction() as session:
                run = retention.delete_some(session)
            deleted += run
        click.echo(f"{counts} are let go; {deleted} rows were deleted.")
