"""Commands on what is kept for a time: words of concerns about trainers, of reports of wrong results, of incidents."""

import click

from config import Config
from training_app.cli_context import agency_zone, open_database
from training_app.clock import now
from training_app.rules.civil_time import CivilInstant
from training_app.services import conduct as services
from training_app.services import incident_limits
from training_app.services import incidents as incident_services
from training_app.services import reports as report_services


@click.group()
def conduct() -> None:
    """Concerns about trainers."""


@conduct.command()
def purge() -> None:
    """Delete the words of concerns whose time is over, and who raised them.  Run it daily."""
    config = Config.from_environment()
    with open_database(config) as database, database.transaction() as session:
        deleted = services.purge(session, months=config.conduct_months, on=CivilInstant(now(), agency_zone()))
    click.echo(f"{deleted} deleted, whose outcome is more than {config.conduct_months} months old.")


@click.group()
def reports() -> None:
    """Reports of wrong or biased results."""


@reports.command("purge")
def purge_reports() -> None:
    """Delete the words of reports whose time is over, and who reported.  Run it daily."""
    config = Config.from_environment()
    with open_database(config) as database, database.transaction() as session:
        on = CivilInstant(now(), agency_zone())
        deleted = report_services.purge(session, months=config.report_months, on=on)
    click.echo(f"{deleted} deleted, which were closed more than {config.report_months} months ago.")


@click.group()
def incidents() -> None:
    """Incidents that citizens reported."""


@incidents.command("purge")
def purge_incidents() -> None:
    """Delete the words of incidents whose time is over, what opened them, and yesterday's counts.  Run it daily."""
    config = Config.from_environment()
    with open_database(config) as database, database.transaction() as session:
        on = CivilInstant(now(), agency_zone())
        deleted = incident_services.purge(session, months=config.incident_months, on=on)
        incident_limits.forget(session, on=on)
    click.echo(f"{deleted} deleted, which were closed more than {config.incident_months} months ago.")
