"""An access question in JSON: what is written comes back, and older questions are read as they were asked."""

import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from training_app.rules.access import Question
from training_app.rules.access_documents import question_document, question_from, validity_in
from training_app.rules.purposes import Authorisation

EAST = timezone(timedelta(hours=5, minutes=30))


@pytest.mark.parametrize(
    "question",
    [
        Question("DP-1", "sightline", "3.2"),
        Question("DP-1", "sightline", None, action="delete", purpose="missing-person"),
        Question("DP-1", "lockpick", "5.0", crime_type="homicide", circumstance="seized-device"),
        Question("DP-1", "lockpick", "5.0", authorisation=Authorisation("Court", "17", date(2026, 11, 30))),
        Question(
            "DP-1",
            "lockpick",
            "5.0",
            authorisation=Authorisation("Court", "17", datetime(2026, 11, 30, 9, tzinfo=EAST)),
        ),
    ],
)
def test_a_question_comes_back_from_json_as_it_was_asked(question):
    assert question_from(json.loads(json.dumps(question_document(question)))) == question


def test_a_question_from_before_guidelines_were_asked_for_is_still_read():
    asked = {"officer": "DP-1", "tool": "sightline", "version": "3.2", "action": "use", "purpose": None}
    assert question_from(asked) == Question("DP-1", "sightline", "3.2")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-30", date(2026, 11, 30)),
        ("2026-11-30T09:00:00Z", datetime(2026, 11, 30, 9, tzinfo=UTC)),
        ("2026-11-30t09:00:00.250000z", datetime(2026, 11, 30, 9, 0, 0, 250_000, tzinfo=UTC)),
        ("2026-11-30T14:30:00+05:30", datetime(2026, 11, 30, 9, tzinfo=UTC)),
    ],
)
def test_a_validity_is_a_day_or_an_instant(text, expected):
    found = validity_in(text)
    assert found == expected
    assert isinstance(found, datetime) is isinstance(expected, datetime)


@pytest.mark.parametrize(
    "text",
    ["", "2026-11-31", "2026-W48-1", "2026-11-30T09:00", "2026-11-30T09:00:00", "30.11.2026", "9999-12-31T00:00:00Z"],
)
def test_whatever_else_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        validity_in(text)
