"""Commands on evidence packs: make one on the installation, and check one on any machine."""

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO
from zoneinfo import ZoneInfo

import click

from config import Config
from training_app import create_app
from training_app.cli_context import open_database
from training_app.clock import now
from training_app.journal_key import journal_origin, signing_key
from training_app.models.evidence_packs import PackReason
from training_app.packs.checking import Report, check
from training_app.rules.clock_readings import NoInstant, read_instant
from training_app.rules.signed_note import NoteFault, parse_verifier_key
from training_app.services import accounts, evidence_pack, journal
from training_app.services.evidence_pack import Made, PackOrder

day = click.DateTime(["%Y-%m-%d"])
MOST_FAULTS = 200
"""Named one by one; of the others only the number is told."""


@click.command("evidence-pack")
@click.argument("tool")
@click.option("--from", "first", type=day, required=True, metavar="DAY", help="First day of the period: 2026-01-01.")
@click.option("--to", "last", type=day, required=True, metavar="DAY", help="Its last day, inclusive.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    required=True,
    help="File to write, a zip; it must not be there yet.",
)
@click.option(
    "--reason",
    type=click.Choice([reason.value for reason in PackReason]),
    required=True,
    help="Why it is taken out; it is recorded.",
)
@click.option("--by", metavar="IDENTIFIER", help="Service number or e-mail address of who takes it out; is recorded.")
@click.option("--without-officers", is_flag=True, help="Leave out the evidence files of officers.")
@click.option("--known-at", metavar="T", help="Put in what was recorded by then; default: now.")
@click.option("--language", help="Of the page that explains it; default: the agency's.")
def evidence_pack_command(
    tool: str,
    first: datetime,
    last: datetime,
    out: Path,
    reason: str,
    by: str | None,
    without_officers: bool,
    known_at: str | None,
    language: str | None,
) -> None:
    """Write what an inspection or an audit asks for about TOOL and a period, as one signed file.

    docs/evidence-pack.md says what is in it and how it is checked. It holds the outcomes of officers' psychological
    evaluations, unless it is made without their files: hand it only to who may have them.
    """
    config = Config.from_environment()
    at, zone = now(), ZoneInfo(config.agency_zone)
    order = PackOrder(
        slug=tool,
        first=first.date(),
        last=last.date(),
        known_at=_known_at(known_at, zone, at),
        zone=zone,
        with_officers=not without_officers,
        language=language or config.default_language,
    )
    if out.exists():
        raise click.BadParameter(f"{out} is there already.", param_hint="--out")
    # Beside it, readable by its owner only, and under its name when the pack is on record.
    with tempfile.NamedTemporaryFile(dir=out.parent, prefix=f".{out.name}.", delete=False) as part:
        try:
            made = _make(config, order, part, reason=PackReason(reason), by=by)
            part.flush()
            Path(part.name).rename(out)
        finally:
            Path(part.name).unlink(missing_ok=True)
    found = made.contents
    click.echo(
        f"{out}: {_count(found.awards, 'award')}, {_count(found.decisions, 'decision')} ({found.refusals} refused), "
        f"{_count(found.officers, 'officer')}; {out.stat().st_size / 1e6:.1f} MB. Checksum list {made.sums_digest}."
    )
    for one in found.left_out:
        click.echo(f"Not in it: {one.count} {one.what.value}.")


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _make(config: Config, order: PackOrder, part: IO[bytes], *, reason: PackReason, by: str | None) -> Made:
    """Write the pack to *part* and record that it is taken out; before that nobody has it under its name."""
    from training_app.views.evidence_pack_index import index

    key, origin = signing_key(config), journal_origin(config)
    app = create_app(config)
    try:
        with open_database(config) as database:
            with database.reading() as session:
                person = None if by is None else accounts.find(session, by)
            if by is not None and person is None:
                raise accounts.NobodyByThatName(by)
            journal.seal(database, at=now())
            # A request of nobody's: the page in the pack is drawn as pages are.
            with (
                database.reading() as session,
                app.test_request_context(),
                _progress("Writing") as told,
            ):
                made = evidence_pack.write(session, order, part, key=key, origin=origin, index=index, progress=told)
            with database.transaction() as session:
                evidence_pack.record(session, made, reason, at=now(), by=person)
    finally:
        app.extensions["database"].dispose()
    return made


@click.command("evidence-pack-verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--public-key",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="File with the line that `journal key` prints, as the agency handed it out.",
)
def verify_pack_command(file: Path, public_key: Path) -> None:
    """Check the evidence pack FILE: checksums, signatures, proofs, and every decision answered again.

    It needs no database, no server and no settings. Exit status 0: everything fits; 1: something does not; 2: the key
    cannot be used.
    """
    try:
        origin, key = parse_verifier_key(public_key.read_text("utf-8"))
    except (NoteFault, ValueError) as fault:
        raise click.BadParameter(str(fault), param_hint="--public-key") from None
    with file.open("rb") as opened, _progress("Checking") as told:
        report = check(opened, key, origin=origin, progress=told)
    _tell(report)
    raise click.exceptions.Exit(0 if report.sound else 1)


def _tell(report: Report) -> None:
    for fault in report.faults[:MOST_FAULTS]:
        click.echo(fault, err=True)
    if len(report.faults) > MOST_FAULTS:
        click.echo(f"and {len(report.faults) - MOST_FAULTS} more.", err=True)
    manifest = report.manifest
    if manifest:
        click.echo(
            f"{manifest.get('tool_name')}, {manifest.get('from')} through {manifest.get('to')}, as recorded by "
            f"{manifest.get('known_at')}, signed by {manifest.get('origin')}."
        )
    click.echo(
        f"{_count(report.files, 'file')}; {_count(report.entries, 'fact')} in the signed journal, "
        f"{report.bound} of them word by word."
    )
    click.echo(
        f"{_count(report.decisions, 'decision')}: {report.agreeing} answered again with the same result, "
        f"{report.refusals} of them refusals; {report.not_replayed} without the facts to answer them from."
    )
    click.echo("Everything is as it was signed." if report.sound else f"{_count(len(report.faults), 'fault')} found.")


def _known_at(text: str | None, zone: ZoneInfo, at: datetime) -> datetime:
    if text is None:
        return at
    try:
        found = read_instant(text, zone)
    except NoInstant as error:
        raise click.BadParameter(str(error), param_hint="--known-at") from None
    if found > at:
        raise click.BadParameter("Nothing is known of the future yet.", param_hint="--known-at")
    return found


@contextmanager
def _progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on standard error, where somebody looks at it."""
    hidden = not sys.stderr.isatty()
    with click.progressbar(length=1, label=label, file=sys.stderr, hidden=hidden) as bar:

        def tell(done: int, rows: int) -> None:
            bar.length = rows
            bar.update(done - bar.pos)

        yield tell
