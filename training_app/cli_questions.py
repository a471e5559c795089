"""Questions from and for other systems at the command line: into a module's draft, and out of its bank."""

from pathlib import Path

import click
from sqlalchemy.orm import Session

from quizzes.exchange.formats import ExchangeFormat
from quizzes.exchange.placing import Placement
from quizzes.exchange.report import Note, Unreadable
from quizzes.item import CognitiveLevel
from quizzes.parts import MODULE, Content
from training_app.cli_context import agency_zone, open_database
from training_app.clock import now
from training_app.errors import TrainingError
from training_app.models.authoring import Draft
from training_app.models.people import Person
from training_app.rules.permissions import Permission, permissions_of
from training_app.services import accounts, content, drafts, exchange
from training_app.services.exchange import Plan


class NoDraft(TrainingError):
    def __init__(self, slug: str) -> None:
        super().__init__(f"No draft of the module {slug} is open. Open one in the pages first.")


class NoBank(TrainingError):
    def __init__(self, slug: str, language: str) -> None:
        super().__init__(f"No module is published as {slug} with items in {language}.")


class NotOfTheModule(TrainingError):
    def __init__(self, named: str, known: list[str]) -> None:
        super().__init__(f"The draft has no {named}. There are: {', '.join(known) or 'none'}.")


class MayNotWrite(TrainingError):
    def __init__(self, identifier: str) -> None:
        super().__init__(f"{identifier} is not a trainer with an open account, and only a trainer writes content.")


@click.command("import-questions")
@click.argument("slug")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--by", "author", required=True, metavar="IDENTIFIER", help="Trainer in whose name they are added.")
@click.option("--language", help="In which language they are written; by default the module's first.")
@click.option("--objective", default="", help="Of questions whose category names none of the module.")
@click.option(
    "--level",
    type=click.Choice([one.value for one in CognitiveLevel]),
    default=CognitiveLevel.APPLY.value,
    show_default=True,
)
@click.option("--source", "sources", multiple=True, help="Id of a source of the module, where the file names none.")
@click.option("--dry-run", is_flag=True, help="Only show what would be added.")
def import_questions(
    slug: str,
    file: Path,
    author: str,
    language: str | None,
    objective: str,
    level: str,
    sources: tuple[str, ...],
    dry_run: bool,
) -> None:
    """Add the questions in FILE, GIFT or Moodle XML, to the open draft of the module SLUG.

    What cannot be carried is told by line.  A question that the draft has already is left alone, so that the same file
    again adds nothing.
    """
    with open_database() as database, database.transaction() as session:
        by, draft = _author(session, author), _draft(session, slug)
        outline = drafts.part(session, draft, MODULE).content or {}
        language = language or (outline.get("languages") or ["en"])[0]
        _refuse_strangers(outline, objective, sources)
        plan = _plan(session, draft, file, str(language))
        guessed = exchange.guessed(plan, outline, str(language))
        placement = Placement(
            {category: guess or objective for category, guess in guessed.items()},
            CognitiveLevel(level),
            sources,
            exchange.law_as_of(outline),
        )
        _tell(plan.notes)
        for entry in plan.twins:
            click.echo(f"line {entry.question.line}: asks the same as {entry.twin}; left alone")
        if dry_run:
            click.echo(f"{len(plan.new)} questions would be added. This was a dry run.")
            return
        added = exchange.add(
            session, draft, plan.new, placement, language=str(language), at=now(), zone=agency_zone(), by=by
        )
    click.echo(f"{len(added)} questions were added.")


@click.command("export-questions")
@click.argument("slug")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice([one.value for one in ExchangeFormat]),
    default=ExchangeFormat.GIFT.value,
    show_default=True,
)
@click.option("--language", default="en", show_default=True)
def export_questions(slug: str, file: Path, form: str, language: str) -> None:
    """Write the items of the published module SLUG, with their keys, to FILE; what it does not hold is told.

    The file holds every right answer: keep it where no officer reads it.
    """
    from training_app.wording import exchange as words

    with open_database() as database, database.reading() as session:
        found = content.newest(session, slug)
        if found is None or language not in found.bank.languages:
            raise NoBank(slug, language)
        written = exchange.written(
            ExchangeFormat(form), found.bank.items, module=slug, language=language, words=words.verdicts(language)
        )
    file.write_text(written.text, "utf-8")
    _tell(written.notes)
    click.echo(f"{written.carried} of {len(found.bank.items)} items were written to {file}.")


def _author(session: Session, identifier: str) -> Person:
    found, at = accounts.find(session, identifier), now()
    if (
        found is None
        or not accounts.is_open(session, found.id, at=at)
        or Permission.CONTENT_WRITE not in permissions_of(accounts.roles_of(session, found.id, at=at))
    ):
        raise MayNotWrite(identifier)
    return found


def _draft(session: Session, slug: str) -> Draft:
    found = next((draft for draft in drafts.open_drafts(session) if draft.slug == slug), None)
    if found is None:
        raise NoDraft(slug)
    return found


def _refuse_strangers(outline: Content, objective: str, sources: tuple[str, ...]) -> None:
    objectives = [str(one.get("id")) for one in outline.get("objectives", [])]
    if objective and objective not in objectives:
        raise NotOfTheModule(f"objective {objective}", objectives)
    known = exchange.source_ids(outline)
    for source in sources:
        if source not in known:
            raise NotOfTheModule(f"source {source}", known)


def _plan(session: Session, draft: Draft, file: Path, language: str) -> Plan:
    from training_app.wording import exchange as words

    try:
        return exchange.plan(session, draft, file.read_bytes(), language=language, words=words.verdicts(language))
    except Unreadable as error:
        raise click.ClickException(words.unreadable(error)) from None


def _tell(notes: tuple[Note, ...]) -> None:
    """Say to stderr what is not carried, line by line."""
    from training_app.wording import exchange as words

    for note in notes:
        place = f"line {note.line}" if note.line else "the file"
        click.echo(f"{place}{f', {note.title}' if note.title else ''}: {words.sentence(note)}", err=True)
