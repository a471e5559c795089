"""A report as files: the same bytes from the same figures, and what is changed is noticed by whoever has the key."""

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jsonschema import Draft202012Validator

from tests.docs.documents import ROOT
from tests.rules.test_yearly_figures import GROUNDS, NOTHING
from training_app.rules.decision import Ground
from training_app.rules.disclosure import LIMIT
from training_app.rules.signed_note import CheckpointText, NoteFault, opened, parse_checkpoint
from training_app.rules.yearly_figures import Figure, Refused, Retraining, Unit, Unsaid, of_agency, of_tool
from training_app.rules.yearly_report import (
    COLUMNS,
    FORMAT,
    FORMAT_VERSION,
    LICENCE,
    Files,
    Report,
    ToolInYear,
    as_csv,
    as_json,
    document,
    faults,
    files,
    stem,
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
HEAD = CheckpointText("police/training-journal", 12, bytes(32))
SCHEMA = json.loads((ROOT / "training_app" / "yearly_figures.schema.json").read_text("utf-8"))


def report() -> Report:
    counted = replace(
        NOTHING,
        trained=12,
        refused={Ground.OVERDUE: Refused(9, 3)},
        retraining=[Retraining("1.1", [4] * 14, 6), Retraining("=1+1", [None] * 20, 0), Retraining("2", [1], 1)],
        with_access=17,
    )
    rows = [*of_tool("plates", counted, grounds=GROUNDS), *of_tool("words", NOTHING, grounds=GROUNDS)]
    return Report(
        agency="Police",
        zone="Europe/Brussels",
        year=2025,
        start=datetime(2024, 12, 31, 23, tzinfo=UTC),
        end=datetime(2025, 12, 31, 23, tzinfo=UTC),
        known_at=datetime(2025, 12, 31, 23, tzinfo=UTC),
        complete=True,
        refusals_kept=True,
        tools=(ToolInYear("plates", "Plates", "Number plates", "None", "14 days"), ToolInYear("words", "Words")),
        rows=(*of_agency(rows, without_tool=0), *rows),
    )


CONTENT = document(report())
MADE = files(CONTENT, HEAD, key=KEY)


def test_the_json_is_what_its_schema_says():
    Draft202012Validator.check_schema(SCHEMA)
    Draft202012Validator(SCHEMA).validate(json.loads(MADE.json))
    Draft202012Validator(SCHEMA).validate(document(report(), only="plates"))


def test_the_schema_explains_every_field_figure_form_and_unit():
    figure = SCHEMA["$defs"]["figure"]["properties"]
    assert {one["const"] for one in figure["figure"]["oneOf"]} == set(Figure)
    assert {one["const"] for one in figure["form"]["oneOf"]} >= set(Unsaid)
    assert set(figure["unit"]["enum"]) == set(Unit)
    assert list(SCHEMA["properties"]) == list(CONTENT)
    fields = [*SCHEMA["properties"].values(), *figure.values(), *SCHEMA["$defs"]["tool"]["properties"].values()]
    assert [field for field in fields if not field.get("description")] == []
    told = SCHEMA["properties"]
    assert told["format"]["const"] == FORMAT
    assert (told["format_version"]["const"], told["licence"]["const"]) == (FORMAT_VERSION, LICENCE)
    assert told["limit"]["const"] == LIMIT


@pytest.mark.parametrize(
    "changed",
    [
        {"form": "exact", "number": 3},
        {"form": "fewer-than", "number": 3},
        {"form": "about", "number": 13},
        {"form": "at-least", "number": 0},
        {"form": "too-few", "number": 3},
        {"form": "nearly", "number": 9},
    ],
)
def test_the_schema_itself_refuses_a_count_under_the_limit(changed):
    wrong = json.loads(MADE.json)
    wrong["figures"][0] |= changed
    assert not Draft202012Validator(SCHEMA).is_valid(wrong)


def test_the_csv_is_one_line_for_each_figure_and_runs_nothing():
    [header, *lines] = csv.reader(io.StringIO(MADE.csv.decode(), newline=""))
    assert tuple(header) == COLUMNS
    assert len(lines) == len(CONTENT["figures"])
    assert ["2025", "plates", "officers-to-retrain", "'=1+1", "about", "20", "officers"] in lines
    assert ["2025", "plates", "days-to-90-percent", "'=1+1", "not-reached", "", "days"] in lines
    assert ["2025", "plates", "officers-trained", "", "about", "10", "officers"] in lines
    assert MADE.csv.endswith(b"\r\n")


def test_a_report_on_one_tool_has_its_figures_alone():
    only = document(report(), only="plates")
    assert {figure["tool"] for figure in only["figures"]} == {"plates"}
    assert [tool["id"] for tool in only["tools"]] == ["plates"]
    assert stem(only) == "figures-2025-plates"
    assert faults(files(only, HEAD, key=KEY), key=KEY.public_key()) == []


def test_a_report_that_nobody_changed_is_as_it_was_signed():
    assert faults(MADE, key=KEY.public_key()) == []
    assert files(document(report()), HEAD, key=KEY) == MADE


def test_the_note_is_no_checkpoint_and_holds_one():
    text = opened(MADE.note, key=KEY.public_key())
    with pytest.raises(NoteFault):
        parse_checkpoint(text)
    assert parse_checkpoint(text.partition("journal\n")[2]) == HEAD


def _of_another_year() -> Files:
    return replace(MADE, note=files({**CONTENT, "year": 2024}, HEAD, key=KEY).note)


def _signed(**changes) -> Files:
    """Return a report whose figures are wrong in themselves, signed all the same."""
    content = json.loads(MADE.json)
    content["figures"][0] |= changes
    return files(content, HEAD, key=KEY)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        pytest.param(replace(MADE, json=MADE.json.replace(b'"number": 20', b'"number": 25')), "signed", id="json"),
        pytest.param(replace(MADE, csv=MADE.csv.replace(b",20,", b",25,")), "CSV", id="csv"),
        pytest.param(replace(MADE, note=MADE.note.replace("sha256", "sha265")), "signature", id="note"),
        pytest.param(files(CONTENT, HEAD, key=Ed25519PrivateKey.generate()), "not signed by this key", id="key"),
        pytest.param(_of_another_year(), "another report", id="year"),
        pytest.param(_signed(form="exact", number=4), "under the limit", id="small"),
        pytest.param(_signed(number=40), "add up", id="total"),
        pytest.param(files({**CONTENT, "format_version": 2}, HEAD, key=KEY), "format", id="format"),
        pytest.param(replace(MADE, json=b"[]"), "no report", id="no-object"),
        pytest.param(replace(MADE, json=b"\xff"), "no report", id="no-text"),
    ],
)
def test_what_is_changed_is_noticed(changed, told):
    found = faults(changed, key=KEY.public_key())
    assert any(told in fault for fault in found), found


def test_the_files_are_written_in_one_way_only():
    assert as_json(json.loads(MADE.json)) == MADE.json
    assert as_csv(json.loads(MADE.json)) == MADE.csv
