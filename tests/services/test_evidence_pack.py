"""What an evidence pack holds, that it is the same whenever it is made, and that every change to it is found."""

import csv
import json
import re
from collections.abc import Mapping
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from sqlalchemy import func, select, text

from tests.services.evidence_packs import (
    ASKED,
    NOW,
    ask,
    asked,
    checked,
    files,
    forged,
    made,
    order,
    rewritten,
)
from tests.services.recorded import FORGERS_KEY, JOURNAL_KEY, ORIGIN
from training_app.models.evidence_packs import EvidencePackMade, PackReason
from training_app.models.oversight import JournalEntry
from training_app.models.people import Person
from training_app.models.recorded import RecordedDecision
from training_app.packs.archive import PackWriter
from training_app.packs.layout import TABLES
from training_app.rules.canonical import digest
from training_app.services import content, evidence_pack, journal, retention
from training_app.services.evidence_pack import Missing, NoPeriod, NotAsRecorded, NotBegun


def table(pack: bytes, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(files(pack)[name].removeprefix("\ufeff"), newline="")))


def test_a_pack_holds_what_is_asked_for_and_nothing_that_is_secret(demo_database):
    found, pack = made(asked(demo_database))
    report = checked(pack)
    assert report.faults == []
    assert (report.decisions, report.agreeing, report.refusals, report.not_replayed) == (4, 4, 3, 0)
    assert report.entries == found.contents.entries
    assert report.bound == len(files(pack)["journal/payloads.jsonl"].splitlines()) + report.decisions

    held = files(pack)
    assert set(TABLES) <= set(held)
    [assessment] = table(pack, "assessments.csv")
    assert (assessment["from_version"], assessment["to_version"], assessment["level"]) == ("3.1", "3.2", "2")
    assert (assessment["recorded_by"], assessment["signed_by"]) == ("DP-3001", "DP-3002")
    delta = next(row for row in table(pack, "awards.csv") if (row["officer"], row["version"]) == ("DP-1003", "3.2"))
    assert (delta["kind"], delta["last_day"], delta["state"]) == ("delta", "2028-02-10", "in-force")
    assert {row["level"] for row in table(pack, "trainers.csv")} == {"author", "instructor", "assessor", "lead"}
    assert {row["weight"] for row in table(pack, "exams.csv")} == {"silent"}, "a handful of officers is no statistic"
    assert "officers/DP-1003.json" in held
    assert "curricula/ai-limits" in next(name for name in held if name.endswith("01-what-a-tool-does.md"))
    _names_nobody(demo_database, held)
    _has_no_item(demo_database, held)


def _names_nobody(database, held: Mapping[str, str]) -> None:
    everything = "\n".join(held.values())
    with database.reading() as session:
        for person in session.scalars(select(Person)):
            assert person.name not in everything
            assert person.email is None or person.email not in everything


def _has_no_item(database, held: Mapping[str, str]) -> None:
    everything = "\n".join(held.values())
    with database.reading() as session:
        for module in ("ai-limits", "sightline-3-2"):
            published = content.newest(session, module)
            for item in published.bank.items:
                assert item.text_in("en")[1].stem not in everything
                assert item.id in held["items.csv"]


def test_the_same_pack_has_the_same_bytes_whenever_it_is_made(demo_database):
    first, before = made(asked(demo_database))
    with demo_database.transaction() as session:
        ask(session, ASKED[:1], at=NOW + timedelta(hours=1))
        evidence_pack.record(session, first, PackReason.COURT, at=NOW + timedelta(hours=1), by=None)
    journal.seal(demo_database, at=NOW + timedelta(hours=2))
    assert made(demo_database)[1] == before
    assert made(demo_database, order(known_at=NOW + timedelta(hours=1)))[1] != before


def of_row(column: str, value: str):
    """Return a change of one cell in the first row of a table."""

    def change(written: str) -> str:
        rows = list(csv.reader(StringIO(written.removeprefix("\ufeff"), newline="")))
        rows[1][rows[0].index(column)] = value
        out = StringIO()
        csv.writer(out).writerows(rows)
        return "\ufeff" + out.getvalue()

    return change


def of_lines(*changes):
    def change(written: str) -> str:
        lines = [json.loads(line) for line in written.splitlines()]
        for one in changes:
            one(lines)
        return "".join(json.dumps(line) + "\n" for line in lines)

    return change


def allowing(lines) -> None:
    """Make of the first refusal an allow, in what was recorded."""
    payload = json.loads(lines[0]["payload"])
    payload |= {"allowed": True, "grounds": []}
    lines[0]["payload"] = json.dumps(payload, sort_keys=True, separators=(",", ":"))


def another_leaf(lines) -> None:
    leaf = next(line for line in lines if "leaf" in line)
    leaf["content"]["recorded_at"] = "2026-01-01T00:00:00.000000Z"


def another_payload(lines) -> None:
    line = next(one for one in lines if '"grace_days"' in one["payload"])
    line["payload"] = line["payload"].replace('"grace_days":0', '"grace_days":9')


@pytest.fixture
def made_once(demo_sqlite) -> bytes:
    """A pack, for tests of what is done to its bytes: no database has a part in that."""
    with demo_sqlite() as database:
        return made(asked(database))[1]


def test_whatever_is_changed_is_named(made_once):
    """Signed anew by who holds the agency's key, so that checksums and signatures hold: what was recorded tells."""
    pack = made_once
    held = files(pack)
    decided = json.loads(held["decisions.jsonl"].splitlines()[0])
    changes = {
        "assessments.csv: row 1: the journal has '2' as level": ("assessments.csv", of_row("level", "0")),
        "assessments.csv: row 1: the journal has 'DP-3002' as signed_by": (
            "assessments.csv",
            of_row("signed_by", "DP-3001"),
        ),
        "awards.csv: row 1: the journal has '2026-02-10": ("awards.csv", of_row("effective_at", "2025-02-10")),
        "awards.csv: row 1: the journal's tree holds no such entry '1'": ("awards.csv", of_row("entry", "1")),
        "trainers.csv: row 1: the journal has": ("trainers.csv", of_row("recorded_at", "2020-01-01")),
        "decisions.csv: row 1: what was recorded has 'refused' as answer": (
            "decisions.csv",
            of_row("answer", "allowed"),
        ),
        f"decisions.jsonl: line 1: entry {decided['entry']} of the journal holds something else": (
            "decisions.jsonl",
            of_lines(allowing),
        ),
        "journal/entries.jsonl: the entries do not stand in the tree": (
            "journal/entries.jsonl",
            of_lines(another_leaf),
        ),
        "journal/entries.jsonl: lines are missing": ("journal/entries.jsonl", of_lines(lambda lines: lines.pop())),
        "journal/payloads.jsonl: line": ("journal/payloads.jsonl", of_lines(another_payload)),
        "officers/DP-1004.json is about another officer": (
            "officers/DP-1004.json",
            lambda _: held["officers/DP-1003.json"],
        ),
        "decision 1: the answer is the same, but officers/DP-1003.json does not hold the facts": (
            "officers/DP-1003.json",
            lambda written: re.sub(r'"through": "\d{4}', '"through": "2031', written),
        ),
        "pack.json: it names a tree of 1 leaves": (
            "pack.json",
            lambda written: json.dumps(json.loads(written) | {"tree_size": 1}),
        ),
        "awards.csv is missing": ("awards.csv", None),
    }
    silent = {}
    for told, (name, change) in changes.items():
        report = checked(forged(pack, {name: change}))
        if not any(told in fault for fault in report.faults):
            silent[told] = report.faults
    assert silent == {}


def test_a_refusal_that_is_made_an_allow_in_the_facts_is_found(made_once):
    pack = made_once

    def cleared(written: str) -> str:
        return re.sub(r'"through": "\d{4}', '"through": "2031', written)

    assert cleared(files(pack)["officers/DP-1004.json"]) != files(pack)["officers/DP-1004.json"]
    report = checked(forged(pack, {"officers/DP-1004.json": cleared}))
    assert any(fault.startswith("decisions.csv: decision 2: ") for fault in report.faults), report.faults


def test_without_the_key_nothing_can_be_exchanged(made_once):
    pack = made_once
    found = [name for name in files(pack) if not name.startswith("SHA256SUMS")]
    faults = checked(rewritten(pack, dict.fromkeys(found, lambda written: written + " "))).faults
    assert [name for name in found if f"{name}: it is not the file that was signed." not in faults] == []
    for name in ("SHA256SUMS", "SHA256SUMS.note"):
        changed = rewritten(pack, {name: lambda written: written.replace("a", "b")})
        assert any(fault.startswith("SHA256SUMS.note: ") for fault in checked(changed).faults), name
    added = rewritten(pack, {}, added={"curricula/added.md": "# What nobody wrote"})
    assert checked(added).faults == ["curricula/added.md: it is not on the list of checksums."]
    assert checked(pack, key=FORGERS_KEY).faults[0].startswith("SHA256SUMS.note: The note is not signed by this key")
    assert checked(forged(pack, {}, key=FORGERS_KEY)).faults[0].startswith("SHA256SUMS.note: ")
    assert any("not of another/journal" in fault for fault in checked(pack, origin="another/journal").faults)


def test_what_is_no_pack_is_refused():
    assert checked(b"no zip").faults == ["This is no zip file: File is not a zip file."]
    for name in ("../outside", "/absolute", "a/../../b", "a\\b"):
        with pytest.raises(ValueError, match="cannot hold"):
            PackWriter(BytesIO()).add(name, "")


def test_officers_can_be_left_out_and_the_pack_says_so(demo_database):
    found, pack = made(asked(demo_database), order(with_officers=False))
    assert not any(name.startswith("officers/") for name in files(pack))
    assert "evaluations" not in files(pack)["tool.json"]
    report = checked(pack)
    assert report.faults == []
    assert (report.agreeing, report.not_replayed) == (1, 3), "the one about a number that nobody has needs no file"
    assert (Missing.OFFICER_FILES, 9) in [(one.what, one.count) for one in found.contents.left_out]


def test_what_was_let_go_is_counted_with_the_time_at_which_it_was(demo_database):
    asked(demo_database)
    later = NOW + timedelta(days=400)
    with demo_database.transaction() as session:
        retention.expire(session, retention.old(session, days=399, at=later), at=later)
    with demo_database.transaction() as session:
        assert retention.delete_some(session) == 3, "the newest of a kind stays"
    journal.seal(demo_database, at=later)
    found, pack = made(demo_database, order(known_at=later))
    assert checked(pack).faults == []
    [gone] = [one for one in found.contents.left_out if one.what is Missing.DECISIONS_LET_GO]
    assert (gone.count, gone.because_of) == (3, later)
    assert "decisions-let-go,3," in files(pack)["left-out.csv"]


def test_what_is_about_somebody_who_was_erased_is_counted_and_not_read(demo_database):
    asked(demo_database)
    with demo_database.transaction() as session:
        person = session.scalars(select(Person.id).where(Person.service_number == "DP-1003")).one()
        journal.erase(session, person)
    found, pack = made(demo_database)
    assert checked(pack).faults == []
    assert found.contents.decisions == 2
    assert (Missing.CONTENT_ERASED, 2) in [(one.what, one.count) for one in found.contents.left_out]


def test_what_was_changed_past_the_product_makes_no_pack(demo_database):
    asked(demo_database)
    with demo_database.transaction() as session:
        entry = session.scalars(
            select(JournalEntry.id).where(JournalEntry.fact_kind == RecordedDecision.__tablename__).limit(1)
        ).one()
        session.execute(
            text(
                "UPDATE journal_payload SET payload = replace(payload, 'sightline', 'lockpick') WHERE entry_id = :entry"
            ),
            {"entry": entry},
        )
    with pytest.raises(NotAsRecorded, match=str(entry)):
        made(demo_database)


def test_taking_a_pack_out_is_recorded_once_for_each_person_and_reason(demo_database):
    found, _ = made(asked(demo_database))
    with demo_database.transaction() as session:
        first, second = session.scalars(select(Person).where(Person.service_number.in_(["DP-6001", "DP-3001"]))).all()
        for by, reason in (
            (first, "court"),
            (first, "court"),
            (first, "complaint"),
            (second, "court"),
            (None, "court"),
        ):
            evidence_pack.record(session, found, PackReason(reason), at=NOW + timedelta(hours=1), by=by)
        assert session.scalar(select(func.count()).select_from(EvidencePackMade)) == 4
        told = evidence_pack.taken(session, most=10)
    assert [(one.by, one.reason.value) for one in told][:2] == [("", "court"), (second.service_number, "court")]
    assert {one.sums_digest for one in told} == {digest(files(made(demo_database)[1])["SHA256SUMS"])}


def test_a_period_must_be_one():
    with pytest.raises(NoPeriod):
        order(first=order().last, last=order().first)
    with pytest.raises(NotBegun):
        order(first=order().last + timedelta(days=5), last=order().last + timedelta(days=9))


def test_only_what_is_of_the_period_is_in_it(demo_database):
    asked(demo_database)
    day = (NOW - timedelta(days=3)).date()
    for first, last, decisions in ((day, day, 4), (day - timedelta(days=9), day - timedelta(days=1), 0)):
        given = order(first=first, last=last)
        with demo_database.reading() as session:
            extent = evidence_pack.extent(session, given)
        found, pack = made(demo_database, given)
        assert checked(pack, JOURNAL_KEY, ORIGIN).faults == []
        told = found.contents.awards_in_period, found.contents.officers, found.contents.decisions
        assert told == (extent.awards, extent.officers, extent.decisions)
        assert found.contents.decisions == decisions
        assert found.contents.awards > 0, "whose terms ran then"
