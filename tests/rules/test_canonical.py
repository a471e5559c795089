import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from fractions import Fraction
from hashlib import sha256
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.rules.canonical import canonical, digest, pseudonym


class Kind(StrEnum):
    FULL = "full"


class Level(IntEnum):
    OBSERVED = 3


class Plain(Enum):
    OTHER = "other"


def test_a_record_is_written_with_sorted_keys_no_spaces_and_plain_letters():
    assert canonical({"name": "Zoë", "id": 3, "kind": Kind.FULL, "gone": None}) == (
        '{"gone":null,"id":3,"kind":"full","name":"Zoë"}'
    )


def test_an_instant_is_written_in_utc_with_microseconds_wherever_it_was_taken():
    athens = timezone(timedelta(hours=2))
    record = {"a": datetime(2026, 3, 1, 11, 0, tzinfo=athens), "b": datetime(2026, 3, 1, 9, 0, 0, 5, tzinfo=UTC)}
    assert canonical(record) == '{"a":"2026-03-01T09:00:00.000000Z","b":"2026-03-01T09:00:00.000005Z"}'


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="needs a time zone"):
        canonical({"at": datetime(2026, 3, 1, 9, 0)})  # noqa: DTZ001


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (date(2026, 3, 1), '"2026-03-01"'),
        (Decimal("1.50"), '"1.5"'),
        (Fraction(4, 5), '"4/5"'),
        (b"\x00\xff", '"00ff"'),
        (Level.OBSERVED, "3"),
        (("a", Kind.FULL, Plain.OTHER), '["a","full","other"]'),
        ({Kind.FULL: {1: date(2026, 3, 1)}}, '{"full":{"1":"2026-03-01"}}'),
        (MappingProxyType({"b": 1, "a": 2}), '{"a":2,"b":1}'),
    ],
)
def test_what_json_does_not_know_has_one_form(value, written):
    assert canonical({"value": value}) == f'{{"value":{written}}}'


@pytest.mark.parametrize("value", [object(), {1, 2}, timedelta(days=1)])
def test_what_has_no_agreed_form_is_refused(value):
    with pytest.raises(TypeError):
        canonical({"value": value})


def test_a_number_that_json_cannot_hold_is_refused():
    with pytest.raises(ValueError, match="JSON compliant"):
        canonical({"share": float("nan")})


@given(
    st.dictionaries(
        st.text(),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
            st.lists,
        ),
    )
)
def test_what_was_read_back_is_written_the_same(record):
    assert canonical(json.loads(canonical(record))) == canonical(record)


def test_a_salted_digest_is_the_hash_of_salt_and_text():
    assert digest("text") == sha256(b"text").hexdigest()
    assert digest("text", salt=b"\x01" * 32) == sha256(b"\x01" * 32 + b"text").hexdigest()


def test_one_person_has_another_pseudonym_under_another_salt():
    assert pseudonym(7, salt=b"a" * 32) != pseudonym(7, salt=b"b" * 32)
