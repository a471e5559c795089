"""Commands of an installation: each reads its arguments, calls a service in one transaction, says what was done."""

import logging
import multiprocessing
import os
import secrets
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import click
from sqlalchemy.orm import Session

import courses.catalogue
import quizzes.catalogue
from config import Config, ConfigurationError, kept_secret
from courses.errors import ContentError
from training_app import create_app
from training_app import migrate as migration
from training_app.cli_conduct import conduct, incidents, rectifications, reports
from training_app.cli_content import content
from training_app.cli_context import open_database
from training_app.cli_deliver import deliver_command
from training_app.cli_evidence import as_of_command, evidence_command
from training_app.cli_figures import figures_command, figures_verify_command
from training_app.cli_import import import_command
from training_app.cli_journal import journal
from training_app.cli_lti import lti
from training_app.cli_offline import offline
from training_app.cli_packs import evidence_pack_command, verify_pack_command
from training_app.cli_people import people, retention
from training_app.cli_questions import export_questions, import_questions
from training_app.cli_records import records
from training_app.cli_scorm import scorm_command
from training_app.cli_xapi import xapi
from training_app.clock import now
from training_app.errors import TrainingError
from training_app.journal_key import journal_origin, make_signing_key
from training_app.models.people import Person
from training_app.readiness import refuse_unready

if TYPE_CHECKING:
    from flask import Flask

#: Threads of the one process: most wait for the database, and what they record meanwhile shares a commit; more than
#: these would only wait for one another.
MOST_THREADS, THREADS_FOR_EACH_CORE = 8, 4

#: For requests under way when the server is stopped.
SECONDS_TO_FINISH = 10


class Commands(click.Group):
    """Says what went wrong in a sentence, where a person can do something about it."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (ConfigurationError, ContentError, TrainingError) as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=Commands)
def main() -> None:
    """Training and certification for AI tools in policing."""


@main.command()
def serve() -> None:
    """Serve the installation that the environment describes."""
    config = Config.from_environment()
    with open_database(config) as database:
        refuse_unready(config, database)
    _refuse_taken_port(config)
    run_server(config)


@main.command()
def demo() -> None:
    """Serve the demonstration: an invented agency with its people and one tool, on this machine only."""
    from training_app import demo as demonstration
    from training_app import offline_keys
    from training_app.services.journal import checkpoint as sign_checkpoint
    from training_app.services.sign_in import new_passwords

    config = Config.for_demo()
    _refuse_taken_port(config)
    password = kept_secret(config.data_folder / "demo-password", make=_readable_password)
    with open_database(config) as database:
        if migration.current(database):
            with database.reading() as session:
                demonstration.refuse_other_people(session)
        migration.upgrade(database)
        with database.transaction() as session:
            # At first dated as the demonstration is, before anybody was trained; what a later product adds, as of now.
            first = not demonstration.is_present(session)
            _load_starter_content(session, at=demonstration.PUBLISHED_AT if first else now())
            if demonstration.load(session, password_hash=new_passwords().hash(password)):
                demonstration.load_overviews(session)
            else:
                _give_everybody(session, password, [email for email, _ in demonstration.accounts()])
            demonstration.load_traffic_unit(session)
        if not config.journal_key_file.exists():
            key = make_signing_key(config.journal_key_file)
            with database.transaction() as session:
                sign_checkpoint(session, key, journal_origin(config), at=now())
    if not offline_keys.read(config.offline_keys).keys:
        offline_keys.make(config.offline_keys, at=now())
    origin = f"http://{config.host}:{config.port}"
    click.echo(f"\nThe demonstration is at {origin}\n\nSign in as one of these, all with the password  {password}\n")
    for email, role in demonstration.accounts():
        click.echo(f"  {email:<28} {role}")
    click.echo(f"\nA tool asks whether an officer may use it, for example:\n\n{demonstration.curl_example(origin)}\n")
    click.echo("Stop with Ctrl-C.  Run the same command again to go on where you were.\n")
    run_server(config)


@main.command()
def migrate() -> None:
    """Bring the database up to date with this version of the product."""
    with open_database() as database:
        migration.upgrade(database)
    click.echo(f"The database is at revision {migration.newest()}.")


@main.group()
def account() -> None:
    """Accounts with a local password."""


@account.command("password")
@click.argument("identifier")
@click.password_option(help="Asked for where it is not given.")
def set_password(identifier: str, password: str) -> None:
    """Give the person with the e-mail address or service number IDENTIFIER a password; it ends all their sessions."""
    from training_app.services import accounts
    from training_app.services.sign_in import new_passwords

    with _one_person(identifier) as (session, person):
        password_hash = new_passwords().hash(password)
        accounts.set_password(session, person, password=password, password_hash=password_hash, at=now(), by=None)
    click.echo(f"{person.name} has a new password and is signed out everywhere.")


@account.command()
@click.argument("identifier")
def end_sessions(identifier: str) -> None:
    """Sign the person with the e-mail address or service number IDENTIFIER out everywhere, at once."""
    from training_app.services import browser_sessions

    with _one_person(identifier) as (session, person):
        browser_sessions.end_all(session, person.id)
    click.echo(f"{person.name} is signed out everywhere.")


content.add_command(import_questions)
content.add_command(export_questions)
content.add_command(scorm_command)
main.add_command(content)
main.add_command(conduct)
main.add_command(reports)
main.add_command(incidents)
main.add_command(rectifications)
main.add_command(journal)
main.add_command(lti)
main.add_command(offline)
main.add_command(people)
main.add_command(records)
main.add_command(retention)
main.add_command(import_command)
main.add_command(evidence_command)
main.add_command(as_of_command)
main.add_command(figures_command)
main.add_command(figures_verify_command)
main.add_command(evidence_pack_command)
main.add_command(verify_pack_command)
main.add_command(deliver_command)
main.add_command(xapi)


def application(config: Config) -> "Flask":
    """Return the application; called in the process that serves it."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    app = create_app(config)
    app.extensions["courier"].tell(app.extensions["database"])  # what an earlier process left in the outbox
    return app


def run_server(config: Config, load: Callable[[Config], "Flask"] = application) -> None:
    """Serve the application that *load* makes of *config*, in the process that serves it, until interrupted."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels, logger

    logger.addFilter(_is_not_about_threads)
    server = Granian(
        "training_app",
        address=config.host,
        port=config.port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=min(MOST_THREADS, THREADS_FOR_EACH_CORE * multiprocessing.cpu_count()),
        log_level=LogLevels.warning,
        workers_kill_timeout=SECONDS_TO_FINISH,
    )
    server.serve(target_loader=partial(_load_in_worker, load, config), wrap_loader=False)


def _is_not_about_threads(record: logging.LogRecord) -> bool:
    """Tell whether the server says something else than that there are many threads for these cores, as there must."""
    return "Python threads" not in record.getMessage()


def _load_in_worker(load: Callable[[Config], "Flask"], config: Config) -> "Flask":
    """Return the application, in a process that its parent can stop at any time.

    Ctrl-C must reach the parent only, which then stops this process: two signals at a time can lock the server's worker
    up.  And until the server sets its own handlers, the inherited ones would take the signal and do nothing.
    """
    os.setsid()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    return load(config)


def _refuse_taken_port(config: Config) -> None:
    """Say so in a sentence if something else listens there, before anything is made or changed."""
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((config.host, config.port))
        except OSError as error:
            raise ConfigurationError(
                f"Cannot serve on {config.host}, port {config.port}: {error.strerror}. Name another one: PORT=8001."
            ) from None


@contextmanager
def _one_person(identifier: str) -> Iterator[tuple[Session, Person]]:
    from training_app.services import accounts

    with open_database() as database, database.transaction() as session:
        person = accounts.find(session, identifier)
        if person is None:
            raise accounts.NobodyByThatName(identifier)
        yield session, person


def _give_everybody(session: Session, password: str, emails: list[str]) -> None:
    """Make *password* hold for an agency that was loaded before, should its own have been lost with the file."""
    from training_app.services import accounts
    from training_app.services.sign_in import new_passwords

    passwords = new_passwords()
    found = [person for email in emails if (person := accounts.find(session, email))]
    if not found or passwords.fits(password, accounts.password_hash_of(session, found[0])):
        return
    password_hash = passwords.hash(password)
    for person in found:
        accounts.set_password(session, person, password=password, password_hash=password_hash, at=now(), by=None)


def _load_starter_content(session: Session, *, at: datetime) -> None:
    from training_app.services.content import load_catalogue

    load_catalogue(session, courses.catalogue.STARTER_CONTENT, quizzes.catalogue.STARTER_CONTENT, at=at)


def _readable_password() -> str:
    """Return a password that is read off one window and typed into another: 80 bits, no letter like another."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))
