"""Commands that take the facts behind an answer out, and that answer about an instant of the past."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from sqlalchemy.orm import Session

from config import Config
from training_app.cli_context import open_database
from training_app.clock import now
from training_app.errors import TrainingError
from training_app.rules.access import Question, decide
from training_app.rules.canonical import instant
from training_app.rules.clock_readings import NoInstant, read_instant
from training_app.rules.evidence import decision_document
from training_app.rules.hindsight import Late
from training_app.rules.purposes import Authorisation, PartMissing, stated_authorisation
from training_app.services import evidence as services

TIME = "RFC 3339 with an offset, or day and time as the agency's clocks showed."


class NotFound(click.ClickException):
    """What was named is not there; as with a wrong argument, the exit status is 2."""

    exit_code = 2


@click.command("evidence")
@click.argument("officer")
@click.argument("tool")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="File to write; default: standard output.",
)
def evidence_command(officer: str, tool: str, out: Path | None) -> None:
    """Write the facts behind the answers about the officer with the service number OFFICER and the tool TOOL.

    docs/evidence.md explains the document; `python -m training_app.replay` answers from it alone. It holds outcomes of
    psychological evaluations: hand it to nobody but registrars and the oversight body.
    """
    with _reading() as (session, zone):
        text = services.export(session, officer, tool, zone=zone, at=now())
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, "utf-8")


@click.command("as-of")
@click.argument("officer")
@click.argument("tool")
@click.argument("version")
@click.option("--at", "asked_at", required=True, metavar="T", help=f"The instant in question. {TIME}")
@click.option("--known-at", metavar="T", help=f"Answer from what was recorded by then, and only so. {TIME}")
@click.option("--purpose", metavar="P", help="Code of the stated purpose.")
@click.option("--crime-type", metavar="C", help="Code of the stated crime type.")
@click.option("--circumstance", metavar="C", help="Code of the stated circumstance.")
@click.option("--authorisation-issuer", metavar="NAME", help="Who is stated to have authorised the use.")
@click.option("--authorisation-reference", metavar="TEXT", help="The reference stated for it.")
@click.option("--authorisation-valid-until", metavar="T", help="Until when it is valid: an instant, or its last day.")
def as_of_command(
    officer: str,
    tool: str,
    version: str,
    asked_at: str,
    known_at: str | None,
    purpose: str | None,
    crime_type: str | None,
    circumstance: str | None,
    **authorisation: str | None,
) -> None:
    """Answer whether OFFICER could use VERSION of TOOL at an instant, as it was known then and as it is known now.

    Prints JSON: both answers and what was recorded in between; with --known-at the one answer.
    """
    with _reading() as (session, zone):
        question = Question(
            services.number_of(session, officer),
            tool,
            version,
            purpose=purpose,
            crime_type=crime_type,
            circumstance=circumstance,
            authorisation=_authorisation(authorisation, zone),
        )
        at = _instant("--at", asked_at, zone)
        if known_at is None:
            found = services.as_of(session, question, zone=zone, at=at, known_at=now())
            told = {
                "as_known_then": decision_document(found.then),
                "as_known_now": decision_document(found.now),
                "recorded_since": [_late(one) for one in found.late.counting],
            }
        else:
            facts = services.behind(session, question.officer, tool, zone=zone)
            told = decision_document(decide(question, facts, at=at, known_at=_instant("--known-at", known_at, zone)))
    click.echo(json.dumps(told, ensure_ascii=False, indent=2))


@contextmanager
def _reading() -> Iterator[tuple[Session, ZoneInfo]]:
    """Give a session that reads, and the agency's zone; what is unknown ends the command."""
    config = Config.from_environment()
    try:
        with open_database(config) as database, database.reading() as session:
            yield session, ZoneInfo(config.agency_zone)
    except TrainingError as error:
        raise NotFound(str(error)) from None


def _authorisation(given: Mapping[str, str | None], zone: ZoneInfo) -> Authorisation | None:
    issuer, reference, until = (given[f"authorisation_{part}"] for part in ("issuer", "reference", "valid_until"))
    try:
        return stated_authorisation(issuer, reference, until, zone)
    except PartMissing as error:
        raise click.UsageError(str(error)) from None
    except NoInstant as error:
        raise click.BadParameter(str(error), param_hint="--authorisation-valid-until") from None


def _instant(option: str, text: str, zone: ZoneInfo) -> datetime:
    try:
        return read_instant(text, zone)
    except NoInstant as error:
        raise click.BadParameter(str(error), param_hint=option) from None


def _late(one: Late) -> dict[str, str]:
    return {
        "kind": one.kind,
        "effective_at": instant(one.effective_at),
        "recorded_at": instant(one.recorded_at),
    }
