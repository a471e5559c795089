"""Answer the access question from an exported file alone: ``python -m training_app.replay FILE --version V --at T``.

It needs no database, no server and no web framework, only this package's rules, which the product itself answers by.
Exit status 0: allowed; 1: denied; 2: no answer, because the file or an argument cannot be used.  Why is then said on
standard error, in one line, and on standard output as JSON.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from training_app.rules.access import USE, Decision, Question, decide
from training_app.rules.canonical import instant
from training_app.rules.clock_readings import NoInstant, read_instant
from training_app.rules.evidence import Evidence, EvidenceFault, decision_document, from_text
from training_app.rules.purposes import Authorisation, PartMissing, stated_authorisation

ALLOWED, DENIED, UNUSABLE = 0, 1, 2

TIMES = (
    "Times are RFC 3339 with an offset (2026-03-12T13:03:00Z), or day and time without one, which are read on the "
    "clocks of the file's zone (2026-03-12 14:03); a day alone is its first instant there."
)


class Unusable(Exception):
    """The file or an argument cannot be used; the text says why."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the decision as JSON and return the exit status."""
    asked = _parser().parse_args(arguments)
    try:
        found = read(asked.file)
        decision = replay(found, asked)
        answer = json.dumps(decision_document(decision), indent=2)  # ASCII, whatever the terminal can show
    except Unusable as error:
        return _no_answer(str(error))
    except Exception as error:  # noqa: BLE001 - whatever it is: the exit status of a traceback would say "denied"
        return _no_answer(f"{asked.file}: no answer follows from these facts: {error!r}")
    sys.stdout.write(answer + "\n")
    return ALLOWED if decision.allowed else DENIED


def _no_answer(why: str) -> int:
    line = " ".join(why.split())
    sys.stderr.write(f"replay: {line}\n")
    sys.stdout.write(json.dumps({"error": line}) + "\n")
    return UNUSABLE


def read(file: Path) -> Evidence:
    """Return the evidence in *file*.

    :raises Unusable: if it cannot be read or is no evidence document.
    """
    try:
        return from_text(file.read_text("utf-8"))
    except OSError as error:
        raise Unusable(f"{file}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise Unusable(f"{file}: this is no text in UTF-8") from None
    except EvidenceFault as fault:
        raise Unusable(f"{file}: {fault}") from None


def replay(found: Evidence, asked: argparse.Namespace) -> Decision:
    """Return the decision on what was *asked*, from the facts *found* and by the product's own rule.

    :raises Unusable: if an argument cannot be used with this file, or its facts contradict one another.
    """
    zone = found.facts.zone
    at = _instant("--at", asked.at, zone)
    known_at = found.origin.exported_at if asked.known_at is None else _instant("--known-at", asked.known_at, zone)
    if known_at > found.origin.exported_at:
        until = instant(found.origin.exported_at)
        raise Unusable(f"--known-at: the file holds what was recorded by {until}. Export it again to know more.")
    try:
        return decide(_question(found, asked, zone), found.facts, at=at, known_at=known_at)
    except (ArithmeticError, LookupError, ValueError) as error:
        raise Unusable(f"{asked.file}: no answer follows from these facts: {error!r}") from None


def _question(found: Evidence, asked: argparse.Namespace, zone: ZoneInfo) -> Question:
    return Question(
        officer=found.origin.officer,
        tool=found.origin.tool,
        version=asked.version,
        action=asked.action,
        purpose=asked.purpose,
        crime_type=asked.crime_type,
        circumstance=asked.circumstance,
        authorisation=_authorisation(asked, zone),
    )


def _authorisation(asked: argparse.Namespace, zone: ZoneInfo) -> Authorisation | None:
    given = (asked.authorisation_issuer, asked.authorisation_reference, asked.authorisation_valid_until)
    try:
        return stated_authorisation(*given, zone)
    except PartMissing as error:
        raise Unusable(str(error)) from None
    except NoInstant as error:
        raise Unusable(f"--authorisation-valid-until: {error}") from None


def _instant(option: str, text: str, zone: ZoneInfo) -> datetime:
    try:
        return read_instant(text, zone)
    except NoInstant as error:
        raise Unusable(f"{option}: {error}") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training_app.replay",
        description="Answer from an exported file whether the officer could use a version of the tool, and print why.",
        epilog=f"{TIMES} Exit status 0: allowed; 1: denied; 2: file or arguments cannot be used.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("file", metavar="FILE", type=Path, help="what `training-app evidence` wrote")
    add("--version", required=True, metavar="V", help="version of the tool, as its vendor writes it")
    add("--at", required=True, metavar="T", help="the instant in question")
    add("--known-at", metavar="T", help="answer from what was recorded by then; default: everything in the file")
    add("--purpose", metavar="P", help="code of the stated purpose")
    add("--crime-type", metavar="C", help="code of the stated crime type")
    add("--circumstance", metavar="C", help="code of the stated circumstance")
    add("--authorisation-issuer", metavar="NAME", help="who is stated to have authorised the use")
    add("--authorisation-reference", metavar="TEXT", help="the reference stated for it")
    add("--authorisation-valid-until", metavar="T", help="until when it is valid: an instant, or its last day")
    add("--action", default=USE, metavar="A", help="the action asked about; default: %(default)s")
    return parser


if __name__ == "__main__":
    sys.exit(main())
