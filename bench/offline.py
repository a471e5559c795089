"""Measure passes and status lists in this process: ``python -m bench.offline``.

A list of a million places is packed, compressed and signed, and a pass is verified against it.  Then, on SQLite, the
lists of an agency in which every officer has a place are made from the facts, and brought up to date after one
suspension.  The reference is one indexed query that merely reads the officers' rows, as in `bench.lists`.
"""

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import click
from joserfc.jwk import OKPKey
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from bench import report
from bench.installation import databases
from bench.lists import ZONE, loaded
from training_app.models.offline import StatusIndex
from training_app.models.people import OfficerSuspension, Person
from training_app.models.tools import Tool, ToolVersion
from training_app.offline import verifier
from training_app.rules import offline_pass, status_list
from training_app.rules.offline_pass import Terms
from training_app.rules.signing_keys import SigningKey
from training_app.services.gather import officer_rows
from training_app.services.status_lists import Issuer, StatusLists

TERMS = Terms((), ())
ADDRESS = "https://training.police.example"
URI = f"{ADDRESS}/access/v1/status-lists/1"
LONGEST = timedelta(hours=4)
VERIFIED = 20


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    found = work()
    return time.perf_counter() - start, found


def _issuer(key: SigningKey) -> Issuer:
    return Issuer(ADDRESS, lambda _: URI, ADDRESS, key.kid, lambda said: key.sign(said, kind=status_list.TYPE))


def signed_list(places: list[int], key: SigningKey, at: datetime) -> str:
    bits = status_list.packed(places[::2], size=status_list.places(len(places)))
    said = status_list.claims(
        status_list.compressed(bits), issuer=ADDRESS, uri=URI, aggregation_uri=ADDRESS, issued_at=at,
        expires=at + LONGEST,
    )  # fmt: skip
    return _issuer(key).sign(said)


def measure_signing(officers: int, rounds: int) -> None:
    """Print what it takes to make a list of which half the places are good, and to verify a pass against it."""
    key, at = SigningKey(datetime(2026, 1, 1, tzinfo=UTC), OKPKey.generate_key("Ed25519")), datetime.now(UTC)
    places = Random(officers).sample(range(status_list.places(officers)), officers)
    said = offline_pass.claims(
        TERMS, issuer=ADDRESS, tool="tool-01", version="5.0", place=places[0], uri=URI, issued_at=at,
        expires=at + LONGEST,
    )  # fmt: skip
    shown, keys = key.sign(said, kind=offline_pass.TYPE), {"keys": [key.public()]}
    made, verified, token = [], [], ""
    asked: dict[str, Any] = {"tool": "tool-01", "version": "5.0", "at": int(at.timestamp())}
    for _ in range(rounds):
        seconds, token = _timed(lambda: signed_list(places, key, at))
        made.append(seconds)
        for _ in range(VERIFIED):
            seconds, verdict = _timed(lambda listed=token: verifier.verify(shown, listed, keys, **asked))
            assert verdict.allowed
            verified.append(seconds * 1000)
    click.echo(
        f"| {officers:,} | {median(made):.2f} ({min(made):.2f} to {max(made):.2f}) | {len(token) / 1024:,.0f} | "
        f"{median(verified):.1f} ({min(verified):.1f} to {max(verified):.1f}) |"
    )


def measure_answers(officers: int, *, alike: bool) -> None:
    """Print what it takes to make a list from the facts, and to bring it up to date after one suspension."""
    key = SigningKey(datetime(2026, 1, 1, tzinfo=UTC), OKPKey.generate_key("Ed25519"))
    with (
        tempfile.TemporaryDirectory(prefix="training-bench-") as folder,
        databases("sqlite", Path(folder)) as new,
        loaded(new, "offline", officers, alike=alike) as database,
    ):
        with database.transaction() as session:
            version = _everybody_has_a_place(session)
        lists, at = StatusLists(), datetime.now(UTC)

        def ask(moment: datetime) -> Any:
            with database.reading() as reading:
                return lists.token(reading, version, _issuer(key), zone=ZONE, at=moment, longest=LONGEST)

        with database.reading() as session:
            first, last = session.execute(select(func.min(Person.id), func.max(Person.id))).one()
            values = {"first": first, "last": last, "tool": session.scalar(select(func.min(Tool.id)))}
            read, _ = _timed(lambda: sum(1 for _ in session.execute(officer_rows.OF_RUN, values).all()))
        cold, _ = _timed(lambda: ask(at))
        same, _ = _timed(lambda: ask(at))
        with database.transaction() as session:
            when = {"effective_at": at, "recorded_at": at}
            session.add(OfficerSuspension(**when, officer_id=last, tool_id=None, reason_code="-"))
        after, _ = _timed(lambda: ask(at + timedelta(seconds=1)))
    kind = "in classes of 25" if alike else "own days"
    click.echo(
        f"| {officers:,}, {kind} | {read:,.1f} | {cold:,.1f} | x {cold / read:.1f} | {same * 1000:,.0f} | "
        f"{after * 1000:,.0f} |"
    )


def _everybody_has_a_place(session: Session) -> int:
    version: int = session.scalars(select(ToolVersion.id).join(Tool).where(ToolVersion.label == "5.0")).first() or 0
    people = session.scalars(select(Person.id).where(Person.service_number.startswith("BN-"))).all()
    places = Random(1).sample(range(status_list.places(len(people))), len(people))
    when = {"effective_at": datetime.now(UTC), "recorded_at": datetime.now(UTC), "recorded_by_id": None}
    rows = [
        when | {"officer_id": person, "version_id": version, "place": place, "terms": str(TERMS)}
        for person, place in zip(people, places, strict=True)
    ]
    for first in range(0, len(rows), 50_000):
        session.connection().execute(insert(StatusIndex.__table__), rows[first : first + 50_000])
    return version


@click.command()
@click.option("--signed", default=1_000_000, type=click.IntRange(1, 10_000_000), show_default=True, help="Places.")
@click.option("--officers", default=20_000, type=click.IntRange(400, 1_000_000), show_default=True)
@click.option("--rounds", default=5, type=click.IntRange(1, 20), show_default=True)
def main(signed: int, officers: int, rounds: int) -> None:
    """Print how long lists take to make, to bring up to date and to verify."""
    click.echo(f"{report.machine()}\n")
    measure(signed, officers, rounds)


def measure(signed: int, officers: int, rounds: int) -> None:
    click.echo("| places given | made and signed, s | size, kB | pass verified, ms |\n|---|---|---|---|")
    for number in sorted({1_000, signed}):
        measure_signing(number, rounds)
    click.echo(
        "\n| officers, SQLite | reading the rows, s | list from facts, s | ratio | unchanged, ms | one suspended, ms |"
        "\n|---|---|---|---|---|---|"
    )
    for alike in (True, False):
        measure_answers(officers, alike=alike)
    click.echo()


if __name__ == "__main__":
    main()
