"""Evidence packs of the demo agency, made and taken apart; and one with a part exchanged, signed or not."""

import zipfile
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from io import BytesIO

from sqlalchemy.orm import Session

from tests.rules.factories import local
from tests.services.recorded import JOURNAL_KEY, ORIGIN
from training_app import demo
from training_app.db import Database
from training_app.packs.archive import PackWriter
from training_app.packs.checking import Report, check
from training_app.packs.layout import UNSUMMED
from training_app.rules.access import Question
from training_app.services import client_credentials, evidence_pack, journal, machine_questions
from training_app.services.evidence_pack import Contents, Made, PackOrder
from training_app.services.machine_questions import Decided

NOW = local("2026-11-29 12:00")
ASKED = (
    Question("DP-1003", "sightline", "3.2"),
    Question("DP-1004", "sightline", "3.2", purpose="missing-person"),
    Question("DP-1003", "sightline", "3.1", purpose="nobody-permits-this"),
    Question("=1+1", "sightline", "3.2"),
)
"""The last is about a number that nobody has, and that a spreadsheet would run."""


def ask(session: Session, questions=ASKED, *, at=NOW - timedelta(days=3)) -> None:
    """Have a client ask, and record what it is told."""
    caller = client_credentials.caller_with(session, demo.TOKEN, at=at)
    for number, question in enumerate(questions):
        when = at + timedelta(minutes=number)
        answered = machine_questions.answer(session, caller, question, zone=demo.ZONE, at=when)
        told = {"decision": answered.decision.allowed, "context": {"awards": list(answered.decision.awards)}}
        machine_questions.record(session.connection(), [Decided(caller, [answered], [told], when)])


def asked(database: Database) -> Database:
    """Give the agency with the decisions of `ASKED` on record and sealed."""
    with database.transaction() as session:
        ask(session)
    journal.seal(database, at=NOW)
    return database


def order(**changes: object) -> PackOrder:
    given = {"slug": "sightline", "first": date(2026, 1, 1), "last": date(2026, 11, 30), "known_at": NOW}
    return PackOrder(**given | {"zone": demo.ZONE} | changes)


def index(found: Contents) -> str:
    return f"<!doctype html><title>{found.tool.name}</title>"


def made(database: Database, of: PackOrder | None = None, **options: object) -> tuple[Made, bytes]:
    out = BytesIO()
    with database.reading() as session:
        found = evidence_pack.write(
            session, of or order(), out, **{"key": JOURNAL_KEY, "origin": ORIGIN, "index": index} | options
        )
    return found, out.getvalue()


def checked(pack: bytes, key=JOURNAL_KEY, origin: str = ORIGIN) -> Report:
    return check(BytesIO(pack), key.public_key(), origin=origin)


def files(pack: bytes) -> dict[str, str]:
    with zipfile.ZipFile(BytesIO(pack)) as opened:
        return {name: opened.read(name).decode() for name in opened.namelist()}


def rewritten(
    pack: bytes, changes: Mapping[str, Callable[[str], str] | None], *, added: Mapping[str, str] | None = None
) -> bytes:
    """Return the pack with files changed (or, for ``None``, taken out) or added, and everything else as it was."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written:
        for name, text in (added or {}).items():
            written.writestr(name, text)
        for name, text in files(pack).items():
            change = changes.get(name, lambda text: text)
            if change is not None:
                written.writestr(name, change(text))
    return out.getvalue()


def forged(pack: bytes, changes: Mapping[str, Callable[[str], str] | None], key=JOURNAL_KEY) -> bytes:
    """Return the pack with files changed and signed anew, as who holds the agency's key could."""
    out = BytesIO()
    writer = PackWriter(out)
    for name, text in files(pack).items():
        change = changes.get(name, lambda text: text)
        if name not in UNSUMMED and change is not None:
            writer.add(name, change(text))
    writer.finish(origin=ORIGIN, key=key)
    return out.getvalue()
