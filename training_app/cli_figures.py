"""Commands on the yearly figures: made from the database, checked on any machine."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from config import Config
from training_app import journal_key
from training_app.cli_context import open_database
from training_app.cli_journal import with_public_key
from training_app.clock import now
from training_app.errors import TrainingError
from training_app.rules import yearly_report
from training_app.rules.clock_readings import NoInstant, read_instant
from training_app.rules.yearly_report import Files
from training_app.services import journal, yearly_figures
from training_app.services.yearly_counts import Year


class NoSuchTool(TrainingError):
    def __init__(self, tool: str, year: int) -> None:
        super().__init__(f"The report of {year} has no tool {tool!r}.")
        self.tool = tool


@click.command("figures")
@click.argument("year", type=click.IntRange(yearly_figures.FIRST_YEAR, yearly_figures.LAST_YEAR))
@click.option("--tool", metavar="T", help="Write the figures of this tool alone.")
@click.option(
    "--known-at",
    metavar="T",
    help="Count what was recorded by then; default: by the end of the year, as the public page does. RFC 3339 with an "
    "offset, or day and time as the agency's clocks showed.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, writable=True, path_type=Path),
    required=True,
    help="Folder for the files; made where it is not there.",
)
def figures_command(year: int, tool: str | None, known_at: str | None, out: Path) -> None:
    """Write the figures of YEAR as JSON and CSV, with a note signed by the journal's key.

    The same year and instant always give the same JSON and CSV, as long as the decisions of that year are kept: see
    docs/figures.md. Publish one report of a year, and not a second one with another --known-at.
    """
    config = Config.from_environment()
    zone, key = ZoneInfo(config.agency_zone), journal_key.signing_key(config)
    known = _instant(known_at, zone)
    with open_database(config) as database:
        journal.seal(database, at=now())
        with database.reading() as session:
            made = yearly_figures.report(
                session,
                Year(year, zone),
                agency=config.agency_name,
                unpublished=config.unpublished_tools,
                at=now(),
                known_at=known,
            )
            head = yearly_figures.head_behind(session, made, origin=journal_key.journal_origin(config))
    if tool is not None and made.tool(tool) is None:
        raise NoSuchTool(tool, year)
    content = yearly_report.document(made, only=tool)
    files = yearly_report.files(content, head, key=key)
    out.mkdir(parents=True, exist_ok=True)
    for name, data in yearly_report.named(files, yearly_report.stem(content)).items():
        (out / name).write_bytes(data)
        click.echo(out / name)


@click.command("figures-verify")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@with_public_key
def figures_verify_command(folder: Path, public_key: yearly_report.PublicKey) -> None:
    """Check every report of yearly figures in FOLDER; exit 1 if one is not as it was signed.

    With --public-key it needs neither a database nor this installation. That the figures follow from the facts is seen
    by making them again: training-app figures.
    """
    notes = sorted(folder.glob(f"*{yearly_report.NOTE}"))
    if not notes:
        raise click.ClickException(f"There is no report in {folder}: no file ends with {yearly_report.NOTE}.")
    wrong = 0
    for note in notes:
        stem = note.name.removesuffix(yearly_report.NOTE)
        found = _faults(folder, stem, public_key)
        wrong += bool(found)
        for fault in found:
            click.echo(f"{stem}: {fault}", err=True)
        if not found:
            click.echo(f"{stem}: as it was signed.")
    raise click.exceptions.Exit(1 if wrong else 0)


def _faults(folder: Path, stem: str, key: yearly_report.PublicKey) -> list[str]:
    try:
        read = {end: (folder / f"{stem}{end}").read_bytes() for end in yearly_report.ENDS}
        files = Files(read[yearly_report.JSON], read[yearly_report.CSV], read[yearly_report.NOTE].decode())
    except (OSError, UnicodeDecodeError) as error:
        return [f"A file of the report cannot be read: {error}."]
    return yearly_report.faults(files, key=key)


def _instant(text: str | None, zone: ZoneInfo) -> datetime | None:
    try:
        return None if text is None else read_instant(text, zone)
    except NoInstant as error:
        raise click.BadParameter(str(error), param_hint="--known-at") from None
