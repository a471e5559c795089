"""Modules and their quizzes from the command line: checked, published, and carried in and out of folders."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy.orm import Session

import courses.catalogue
import quizzes.catalogue
from courses.advice import Advice
from training_app.cli_context import agency_zone, open_database
from training_app.clock import now
from training_app.errors import TrainingError
from training_app.models.people import Person
from training_app.rules.permissions import Permission, permissions_of
from training_app.services import accounts, content_folders
from training_app.services.content_folders import FileChange, Folders, ImportPlan, Outcome

_there = click.Path(exists=True, file_okay=False, path_type=Path)
_anywhere = click.Path(file_okay=False, path_type=Path)


class MayNotWrite(TrainingError):
    def __init__(self, identifier: str) -> None:
        super().__init__(f"{identifier} is not a trainer with an open account, and only a trainer writes or reviews.")


@click.group()
def content() -> None:
    """Check modules and their quizzes, publish them, and carry them in and out of folders."""


_modules = click.option("--modules", type=_there, default=courses.catalogue.STARTER_CONTENT, help="Folder of modules.")
_banks = click.option("--banks", type=_there, default=quizzes.catalogue.STARTER_CONTENT, help="Folder of quizzes.")


@content.command()
@_modules
@_banks
def check(modules: Path, banks: Path) -> None:
    """Check all content, by default the starter set; exit 1 at the end if any is unfit to publish.

    What is unfit goes to standard error.  What its author should look at goes to standard output, and is no failure.
    """
    found = quizzes.catalogue.faults(modules, banks)
    for fault in found:
        click.echo(fault, err=True)
    if not any(fault.file == "glossary.toml" for fault in found):
        _advise(quizzes.catalogue.advice(modules, banks))
    raise click.exceptions.Exit(1 if found else 0)


@content.command()
@_modules
@_banks
def load(modules: Path, banks: Path) -> None:
    """Publish the modules, by default the starter set, whose content has no revision yet."""
    from training_app.services.content import load_catalogue

    with open_database() as database, database.transaction() as session:
        new = load_catalogue(session, modules, banks, at=now())
    for revision in new:
        click.echo(f"{revision.slug}: new revision {revision.digest[:12]}")
    click.echo(f"{len(new)} new revisions.")


@content.command("export")
@click.argument("slugs", metavar="[MODULE]...", nargs=-1)
@click.option("--modules", type=_anywhere, required=True, help="Folder to write the modules into.")
@click.option("--banks", type=_anywhere, required=True, help="Folder to write the quizzes into.")
@click.option("--revision", metavar="DIGEST", help="Write this revision, named by 8 digits or more, not the newest.")
@click.option("--replace", is_flag=True, help="Bring folders that are there already up to date.")
@click.option("--dry-run", is_flag=True, help="Only name the files that would change.")
def export_command(
    slugs: Sequence[str], modules: Path, banks: Path, revision: str | None, replace: bool, dry_run: bool
) -> None:
    """Write the newest revision of each MODULE, or of all, as folders of text files.

    Read again, each is the same revision by its digest.  In a folder that is replaced, files that are no part of a
    module stay where they are.
    """
    folders = Folders(modules, banks)
    with open_database() as database, database.reading() as session:
        found = content_folders.chosen(session, slugs, digest=revision)
        act = content_folders.plan_export if dry_run else content_folders.export
        changed = act(found, folders, replace=replace)
    for file in changed:
        click.echo(f"{file.change.value} {file.path}")
    for one in found:
        click.echo(f"{one.revision.slug}: revision {one.revision.digest[:12]}")
    click.echo(_told(changed, dry_run))


def _told(changed: Sequence[FileChange], dry_run: bool) -> str:
    if dry_run:
        return f"{len(changed)} files would change. This was a dry run. Nothing was written."
    return f"{len(changed)} files changed." if changed else "Every file says so already."


@content.command("import")
@click.argument("slugs", metavar="[MODULE]...", nargs=-1)
@click.option("--modules", type=_there, required=True, help="Folder of the modules.")
@click.option("--banks", type=_there, required=True, help="Folder of their quizzes.")
@click.option("--author", metavar="IDENTIFIER", help="Trainer who wrote it.")
@click.option("--reviewer", metavar="IDENTIFIER", help="Another trainer, who reviewed it and approves.")
@click.option("--note", help="What changed and why: officers and oversight read it first.")
@click.option("--draft", "as_draft", is_flag=True, help="Open drafts, to be finished and reviewed in the browser.")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
def import_command(
    slugs: Sequence[str],
    modules: Path,
    banks: Path,
    author: str | None,
    reviewer: str | None,
    note: str | None,
    as_draft: bool,
    dry_run: bool,
) -> None:
    """Publish each MODULE of the folders, or all, as its author wrote it and its reviewer approved it.

    All is recorded or nothing, and the same folders again change nothing.
    """
    _refuse_what_is_missing(author, reviewer, note, as_draft=as_draft, dry_run=dry_run)
    with open_database() as database:
        with database.reading() as session:
            plan = content_folders.plan_import(session, Folders(modules, banks), slugs)
        _show(plan)
        if plan.faults:
            raise content_folders.Faulty
        if dry_run:
            click.echo("This was a dry run. Nothing was recorded.")
            return
        with database.transaction() as session:
            at, zone = now(), agency_zone()
            plan = content_folders.plan_import(session, Folders(modules, banks), slugs)
            writer = _trainer(session, author or "", at)
            if as_draft:
                opened = [
                    draft.slug
                    for draft in content_folders.import_drafts(session, plan, at=at, zone=zone, author=writer)
                ]
                told = [f"{slug}: a draft is open" for slug in opened]
            else:
                second = _trainer(session, reviewer or "", at)
                made = content_folders.publish(
                    session, plan, note or "", at=at, zone=zone, author=writer, reviewer=second
                )
                told = [f"{revision.slug}: new revision {revision.digest[:12]}" for revision in made]
    for line in told or ["Everything is published already."]:
        click.echo(line)


def _refuse_what_is_missing(
    author: str | None, reviewer: str | None, note: str | None, *, as_draft: bool, dry_run: bool
) -> None:
    if as_draft and (reviewer or note):
        raise click.UsageError("A draft is reviewed in the browser: leave --reviewer and --note out.")
    if not dry_run and not author:
        raise click.UsageError("Say who wrote it: --author IDENTIFIER.")
    if not dry_run and not as_draft and not (reviewer and (note or "").strip()):
        raise click.UsageError("Say who reviewed it, --reviewer IDENTIFIER, and what changed, --note; or say --draft.")


def _trainer(session: Session, identifier: str, at: datetime) -> Person:
    person = accounts.find(session, identifier)
    if person is None or not accounts.is_open(session, person.id, at=at):
        raise MayNotWrite(identifier)
    if Permission.CONTENT_WRITE not in permissions_of(accounts.roles_of(session, person.id, at=at)):
        raise MayNotWrite(identifier)
    return person


def _show(plan: ImportPlan) -> None:
    """Say to stderr what is wrong, by file, and to stdout what would change and what to look at."""
    for fault in plan.faults:
        click.echo(fault, err=True)
    for one in plan.modules:
        click.echo(f"{one.module.slug}: {one.outcome.value}, revision {one.digest[:12]}")
        if one.outcome is Outcome.CHANGED:
            for name, change in one.changes:
                click.echo(f"  {change.value} {name}")
        _advise(one.advice)


def _advise(found: Iterable[Advice]) -> None:
    from training_app.wording import advice as words

    for one in found:
        place = f"{one.file}, {one.item}" if one.item else one.file
        click.echo(f"look at {place}: {words.sentence(one)}")
