"""Commands on what is past its time: decisions and searches of clients let go, and what nobody needs any more."""

from datetime import timedelta

import click

from config import Config
from training_app.cli_context import agency_zone, open_database
from training_app.clock import now
from training_app.rules.canonical import instant
from training_app.rules.civil_time import CivilInstant
from training_app.services import past_their_time, retention
from training_app.services.browser_sessions import Limits


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


@records.command()
def prune() -> None:
    """Delete what is ordinary and past its time: ended sessions, messages sent, words of closed cases.  Run it daily.

    The product does so too where it is used; this sees to what nobody uses. What goes when: docs/retention.md.
    """
    config = Config.from_environment()
    times = past_their_time.Times(
        sessions=Limits(
            idle=timedelta(minutes=config.session_idle_minutes), absolute=timedelta(hours=config.session_absolute_hours)
        ),
        kept_answers=timedelta(days=config.kept_answer_days),
        conduct_months=config.conduct_months,
        report_months=config.report_months,
        incident_months=config.incident_months,
        rectification_months=config.rectification_months,
    )
    with open_database(config) as database, database.transaction() as session:
        rows = past_their_time.delete(session, times, on=CivilInstant(now(), agency_zone()))
    for kind, number in rows.items():
        click.echo(f"{kind}: {number} deleted.")
