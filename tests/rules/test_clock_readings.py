"""What the agency's clocks showed, as instants."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.factories import BRUSSELS
from training_app.rules.clock_readings import NoInstant, instants_of, offset_of, read_instant

ZONES = [ZoneInfo(name) for name in ("Europe/Brussels", "Atlantic/Azores", "America/St_Johns", "Pacific/Apia", "UTC")]


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def test_an_ordinary_time_is_one_instant():
    assert instants_of(date(2026, 3, 12), time(14, 3), BRUSSELS) == (utc(2026, 3, 12, 13, 3),)


def test_a_time_that_the_clocks_were_put_forward_over_is_none():
    assert instants_of(date(2026, 3, 29), time(2, 30), BRUSSELS) == ()
    assert instants_of(date(2026, 3, 29), time(2), BRUSSELS) == ()
    assert instants_of(date(2026, 3, 29), time(3), BRUSSELS) == (utc(2026, 3, 29, 1),)


def test_a_time_that_the_clocks_were_put_back_over_is_two_the_earlier_first():
    assert instants_of(date(2026, 10, 25), time(2, 30), BRUSSELS) == (
        utc(2026, 10, 25, 0, 30),
        utc(2026, 10, 25, 1, 30),
    )
    assert instants_of(date(2026, 10, 25), time(3), BRUSSELS) == (utc(2026, 10, 25, 2),)


@given(st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)), st.sampled_from(ZONES))  # noqa: DTZ001
def test_every_instant_is_among_those_of_what_the_clocks_showed(instant, zone):
    shown = instant.astimezone(zone)
    found = instants_of(shown.date(), shown.time(), zone)
    assert instant in found
    assert len(found) <= 2
    assert {one.astimezone(zone).replace(tzinfo=None) for one in found} == {shown.replace(tzinfo=None)}


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-03-12T13:03:00Z", utc(2026, 3, 12, 13, 3)),
        ("2026-03-12t13:03:00z", utc(2026, 3, 12, 13, 3)),
        ("2026-03-12 13:03:00.5+00:30", utc(2026, 3, 12, 12, 33, 0, 500_000)),
        ("2026-03-12 14:03", utc(2026, 3, 12, 13, 3)),
        (" 2026-03-12T14:03:59 ", utc(2026, 3, 12, 13, 3, 59)),
        ("2026-03-12", utc(2026, 3, 11, 23)),
    ],
)
def test_a_time_is_read_as_rfc_3339_or_as_the_clocks_showed(text, instant):
    assert read_instant(text, BRUSSELS) == instant


def test_a_day_alone_is_its_first_instant_also_where_it_begins_at_one_o_clock():
    assert read_instant("2026-03-29", ZoneInfo("Atlantic/Azores")) == utc(2026, 3, 29, 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("yesterday", "is no time"),
        ("", "is no time"),
        ("2026-03-12T14", "is no time"),
        ("2026-3-12 14:03", "is no time"),
        ("2026-02-30 14:03", "is on no calendar"),
        ("2026-02-30", "is on no calendar"),
        ("2026-03-12 24:03", "is on no calendar"),
        ("2026-03-12T14:03:00+99:00", "is on no calendar"),
        ("2026-03-29 02:30", "never showed 2026-03-29 02:30"),
        (
            "2026-10-25 02:30",
            "showed 2026-10-25 02:30 twice. Write which: 2026-10-25T00:30:00Z or 2026-10-25T01:30:00Z",
        ),
    ],
)
def test_what_names_no_instant_or_two_is_refused_and_says_what_to_write(text, said):
    with pytest.raises(NoInstant, match=said):
        read_instant(text, BRUSSELS)


def test_the_offset_is_that_of_the_instant():
    assert offset_of(utc(2026, 10, 25, 0, 30), BRUSSELS) == "UTC+2"
    assert offset_of(utc(2026, 10, 25, 1, 30), BRUSSELS) == "UTC+1"
    assert offset_of(utc(2026, 1, 1), ZoneInfo("America/St_Johns")) == "UTC-3:30"
    assert offset_of(utc(2026, 1, 1), ZoneInfo("UTC")) == "UTC+0"
