"""Importing units, people and certificates of an older system from the command line, whatever the file's length."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from sqlalchemy.orm import Session

from config import Config
from training_app.cli_context import open_database
from training_app.clock import now
from training_app.errors import TrainingError
from training_app.models.people import Person
from training_app.rules.permissions import Permission, permissions_of
from training_app.services import accounts, imports
from training_app.services.imports import Context, FileRefused, Kind, Outcome, Plan, legacy

LEAVE_OUT = "leave-out"
FAULTS_SHOWN = 1_000
CODE_BYTES = 15

file_to_import = click.Path(exists=True, dir_okay=False, path_type=Path)


class UnknownVersion(TrainingError):
    def __init__(self, named: str, known: Sequence[str]) -> None:
        super().__init__(f"No announced version is called {named}. There are: {', '.join(known) or 'none'}.")


class MayNotImport(TrainingError):
    def __init__(self, identifier: str) -> None:
        super().__init__(f"{identifier} is not a registrar with an open account, and only a registrar imports.")


def _course_and_version(_: click.Context, parameter: click.Parameter, given: Sequence[str]) -> dict[str, str]:
    """Return the version as named, or `LEAVE_OUT`, by course."""
    said: dict[str, str] = {}
    for one in given:
        course, sign, target = one.rpartition("=")
        if not sign or not course or not target:
            raise click.BadParameter(f"{one}: write Course=tool:version, or Course={LEAVE_OUT}.", param=parameter)
        said[course] = target
    return said


@click.command("import")
@click.argument("kind", type=click.Choice([kind.value for kind in Kind]))
@click.argument("file", type=file_to_import)
@click.option("--dry-run", is_flag=True, help="Only show what would be recorded.")
@click.option(
    "--map",
    "mapping",
    multiple=True,
    metavar="COURSE=TOOL:VERSION",
    callback=_course_and_version,
    help=f"What a course of legacy certificates certifies; COURSE={LEAVE_OUT} records nothing of it.",
)
@click.option("--by", "importer", metavar="IDENTIFIER", help="Registrar in whose name it is imported.")
def import_command(kind: str, file: Path, dry_run: bool, mapping: Mapping[str, str], importer: str | None) -> None:
    """Import a CSV file: all of it or nothing.  The same file again changes nothing.

    Without --by it is recorded as done by the installation.  Where the database is SQLite nobody else can save while it
    is recorded, some seconds for 10,000 lines: import long files outside of working hours.
    """
    chosen, content = Kind(kind), file.read_bytes()
    with open_database() as database:
        with database.reading() as session:
            context = _context(session, importer)
            mapped = _mapped(session, mapping, context)
            found = _plan(session, chosen, content, context, mapped)
        _show(found)
        if not found.ready:
            raise click.ClickException("Nothing was recorded. Correct what is wrong and run the command again.")
        if dry_run:
            click.echo("This was a dry run. Nothing was recorded.")
            return
        with database.transaction() as session:
            done = _record(session, chosen, content, context, mapped, seen=found.digest)
    click.echo(f"Imported: {done} lines told something new." if done else "Everything is recorded already.")


def _context(session: Session, importer: str | None) -> Context:
    at, by = now(), None
    if importer is not None:
        by = accounts.find(session, importer)
        if by is None or not accounts.is_open(session, by.id, at=at) or not _may_import(session, by, at):
            raise MayNotImport(importer)
    zone = ZoneInfo(Config.from_environment().agency_zone)
    return Context(at=at, by=by, zone=zone, new_code=lambda: secrets.token_urlsafe(CODE_BYTES))


def _may_import(session: Session, person: Person, at: datetime) -> bool:
    return Permission.PEOPLE_MANAGE in permissions_of(accounts.roles_of(session, person.id, at=at))


def _mapped(session: Session, mapping: Mapping[str, str], context: Context) -> dict[str, int | None]:
    known = {f"{target.slug}:{target.label}": target.version_id for target in legacy.targets(session, at=context.at)}
    mapped: dict[str, int | None] = {}
    for course, named in mapping.items():
        if named != LEAVE_OUT and named not in known:
            raise UnknownVersion(named, sorted(known))
        mapped[course] = None if named == LEAVE_OUT else known[named]
    return mapped


def _plan(session: Session, kind: Kind, content: bytes, context: Context, mapped: Mapping[str, int | None]) -> Plan:
    from training_app.wording import imports as words

    try:
        return imports.plan(session, kind, content, context, mapped)
    except FileRefused as refused:
        raise click.ClickException(words.refusal(refused)) from None


def _show(found: Plan) -> None:
    """Say to stderr what is wrong, line by line, and to stdout what would be recorded."""
    from training_app.wording import imports as words

    for fault in found.faults[:FAULTS_SHOWN]:
        click.echo(f"line {fault.line}, {fault.column or 'all columns'}: {words.fault(fault)}", err=True)
    if len(found.faults) > FAULTS_SHOWN:
        click.echo(f"... and {len(found.faults) - FAULTS_SHOWN} faults more", err=True)
    for course in found.unmapped:
        click.echo(
            f'{found.to_map[course]} lines: say --map "{course}=TOOL:VERSION" or "{course}={LEAVE_OUT}"', err=True
        )
    counts = found.counts
    click.echo(", ".join(f"{counts[outcome]} {outcome.value}" for outcome in Outcome if counts[outcome]) or "no line")


def _record(
    session: Session, kind: Kind, content: bytes, context: Context, mapped: Mapping[str, int | None], *, seen: str
) -> int:
    """Record the file and say to stderr how far it is; return how many lines told something new."""
    recording = imports.carry_out(session, kind, content, context, mapped, seen=seen)
    while True:
        try:
            part = next(recording)
        except StopIteration as end:
            return end.value.recorded if end.value else 0
        click.echo(f"{part.done} of {part.all} facts recorded", err=True)
