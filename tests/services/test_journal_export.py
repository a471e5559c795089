"""The journal as a file: whole, it is checked with the key alone; changed, every change is found."""

import io
import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.services import recorded
from tests.services.recorded import FORGERS_KEY as FORGER
from tests.services.recorded import JOURNAL_KEY as KEY
from tests.services.recorded import NOW, ORIGIN
from training_app.db import Database
from training_app.rules.merkle import Frontier
from training_app.services import journal
from training_app.services.journal.sealing import hash_of_leaf


def exported(database: Database) -> list[str]:
    file = io.StringIO()
    with database.reading() as session:
        journal.export(session, file)
    return file.getvalue().splitlines(keepends=True)


def test_an_exported_journal_can_be_checked_with_the_file_and_the_key_alone(kept):
    lines = exported(kept)
    report = journal.verify_export(lines, KEY.public_key())
    assert report.faults == ()
    assert (report.entries, report.leaves, report.heads, report.checkpoints) == (9, 9, 3, 1)


def test_an_exported_journal_holds_nothing_of_what_was_recorded(kept):
    with kept.transaction() as session:
        recorded.person(session, name="Zoë Ferrari", service_number="DP-9999", email="zoe@agency.example")
    journal.seal(kept, at=NOW + timedelta(hours=1))
    content = "".join(exported(kept))
    assert '"kind":"person"' in content
    assert not [word for word in ("Zoë", "Ferrari", "DP-9999", "zoe@") if word in content]


def altered(line: int, **changes: object) -> Callable[[list[str]], list[str]]:
    def alter(lines: list[str]) -> list[str]:
        lines[line] = json.dumps(json.loads(lines[line]) | changes) + "\n"
        return lines

    return alter


# Lines: 0 heading, 1 note, 2 to 4 leaves, 5 head of 3, 6 leaf, 7 head of 4, 8 to 12 leaves, 13 head of 9, 14 end.
EXPORT_TAMPERINGS = [
    pytest.param(altered(3, content={"entry": 2}), {"Entry 2 is not as it was sealed in leaf 1."}, id="a-leaf-changed"),
    pytest.param(
        altered(3, content={"entry": 2, "fact": float("nan")}),
        {"Entry 2 is not as it was sealed in leaf 1."},
        id="a-leaf-with-what-no-entry-holds",
    ),
    pytest.param(
        altered(3, content={"entry": 2, "kind": "\ud800"}),
        {"Entry 2 is not as it was sealed in leaf 1."},
        id="a-leaf-with-half-a-letter",
    ),
    pytest.param(
        altered(3, hash="00" * 32),
        {
            "Entry 2 is not as it was sealed in leaf 1.",
            "3 tree heads, of 3 to 9 leaves, do not follow from the leaves.",
            "Checkpoint 1 of 4 leaves does not fit the leaves.",
        },
        id="a-hash-changed",
    ),
    pytest.param(altered(7, root="00" * 32), {"The tree head of 4 leaves does not follow"}, id="a-head-changed"),
    pytest.param(
        lambda lines: lines[:8] + lines[14:],
        {"The file does not end as an exported journal does"},
        id="the-last-leaves-cut-out",
    ),
    pytest.param(lambda lines: lines[:-1], {"The file does not end as an exported journal does"}, id="the-end-cut-off"),
    pytest.param(lambda lines: [], {"The file does not end as an exported journal does"}, id="an-empty-file"),
    pytest.param(
        lambda lines: [*lines, lines[2]],
        {"Line 16 is not a line of an exported journal."},
        id="a-line-after-the-end",
    ),
    pytest.param(
        lambda lines: [*lines[:5], "nonsense\n", "[1]\n", "{}\n", *lines[5:]],
        {f"Line {number} is not a line of an exported journal." for number in (6, 7, 8)},
        id="lines-of-something-else",
    ),
    pytest.param(
        lambda lines: [*lines[:2], lines[3], lines[2], *lines[4:]],
        {
            "Leaf 0 is missing.",
            "Leaf 0 stands after leaf 1.",
            "3 tree heads, of 3 to 9 leaves, do not follow from the leaves.",
            "Checkpoint 1 of 4 leaves does not fit the leaves.",
        },
        id="two-lines-swapped",
    ),
    pytest.param(lambda lines: lines[1:], {"Line 1 is not a line"}, id="the-heading-cut-off"),
]


@pytest.mark.parametrize(("tamper", "found"), EXPORT_TAMPERINGS)
def test_the_check_of_an_exported_file_finds(kept, tamper, found):
    faults = journal.verify_export(tamper(exported(kept)), KEY.public_key()).faults
    assert len(faults) == len(found), faults
    for sentence in found:
        assert any(fault.startswith(sentence) for fault in faults), faults


def test_an_export_signed_by_another_key_is_not_trusted(kept):
    faults = journal.verify_export(exported(kept), FORGER.public_key()).faults
    assert faults == ("Checkpoint 1 is not to be trusted: The note is not signed by this key.",)


def test_a_rewritten_export_is_found_by_a_checkpoint_that_was_kept_elsewhere(kept):
    with kept.transaction() as session:
        note = journal.checkpoint(session, KEY, ORIGIN, at=NOW).note
    rewritten, tree = [], Frontier()
    for line in exported(kept):
        record = json.loads(line)
        if "leaf" in record:
            record["content"]["actor"] = 4711
            leaf = hash_of_leaf(record["content"])
            tree = tree.append(leaf)
            record["hash"] = leaf.hex()
        elif "head" in record:
            record |= {"root": tree.root().hex(), "frontier": [node.hex() for node in tree.hashes]}
        if "note" not in record:
            rewritten.append(json.dumps(record) + "\n")
    assert journal.verify_export(rewritten, KEY.public_key()).faults == ()
    assert journal.verify_export(rewritten, KEY.public_key(), kept=[note]).faults == (
        "The checkpoint kept elsewhere of 9 leaves does not fit the leaves.",
    )
