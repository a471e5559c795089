"""The retention policy: every table has its kind, everybody's number its fate, and a time is never short of its day."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.models import Base, Fact
from training_app.rules import erasure, keeping
from training_app.rules.civil_time import CivilInstant, first_instant
from training_app.rules.keeping import POLICY, Since
from training_app.wording.keeping import HOLDS, KINDS, REASONS, SOURCES

ZONE = ZoneInfo("Europe/Brussels")
TABLES = Base.metadata.tables


def test_every_table_is_in_one_kind_of_the_policy():
    """A new table is added to `rules.keeping.POLICY`: to one that fits, or a kind of its own."""
    named = [table for kind in POLICY.values() for table in kind.tables]
    assert sorted(TABLES.keys() - set(named)) == [], "not in rules/keeping.py"
    assert sorted(set(named) - TABLES.keys()) == []
    assert len(named) == len(set(named))


def test_every_column_that_names_a_person_has_its_place_in_an_erasure():
    """A new table that names people is added to `rules.erasure`: to what goes, is blanked, or stays."""
    known = {(name, owner.column) for name, owner in erasure.GOES.items()}
    known |= {(name, blanked.owner.column) for name, blanked in erasure.BLANKED.items()}
    known |= {(name, column) for name, (_, columns) in erasure.STAYS.items() for column in columns}
    named = {
        (table.name, column.name)
        for table in TABLES.values()
        for column in table.columns
        if column.name != "recorded_by_id" and any(key.column.table.name == "person" for key in column.foreign_keys)
    }
    assert sorted(named - known) == [], "not in rules/erasure.py"


def test_every_kind_of_fact_about_a_person_goes_is_blanked_or_stays_bare():
    handled = erasure.GOES.keys() | erasure.BLANKED.keys() | erasure.STAYS.keys()
    about = {
        one.class_.__tablename__ for one in Base.registry.mappers if issubclass(one.class_, Fact) and one.class_.about
    }
    assert sorted(about - handled) == []


def test_what_is_blanked_and_what_owns_are_columns_that_there_are():
    for name, owner in erasure.GOES.items():
        assert owner.column in TABLES[name].columns
        assert not owner.parent or owner.parent_column in TABLES[owner.parent].columns
    for name, blanked in erasure.BLANKED.items():
        assert blanked.columns.keys() <= set(TABLES[name].columns.keys())
    assert erasure.GOES.keys().isdisjoint(erasure.BLANKED)
    assert TABLES.keys() >= erasure.GOES_WITH_IT


def test_what_is_about_a_person_has_a_time_or_goes_with_the_person():
    """Nothing that an erasure takes is said to be kept for good."""
    for_good = {table for kind in POLICY.values() if kind.since is Since.FOR_GOOD for table in kind.tables}
    assert erasure.GOES.keys() & for_good == set()


def test_every_code_has_its_words():
    assert KINDS.keys() == POLICY.keys()
    assert set(SOURCES) == set(keeping.Source)
    assert set(REASONS) == set(erasure.ErasureReason)
    assert set(HOLDS) == set(erasure.Hold)


@pytest.mark.parametrize(
    ("last", "years", "through"),
    [
        pytest.param(date(2026, 3, 1), 6, date(2032, 3, 1), id="the-same-day"),
        pytest.param(date(2024, 2, 29), 6, date(2030, 2, 28), id="no-29-february"),
        pytest.param(date(2024, 2, 29), 4, date(2028, 2, 29), id="a-29-february"),
    ],
)
def test_records_are_kept_through_the_day_years_later(last, years, through):
    assert keeping.kept_through(last, years=years) == through


@given(last=st.dates(date(2000, 1, 1), date(2060, 12, 31)), years=st.integers(3, 30))
def test_a_person_is_due_from_the_first_instant_after_the_last_day(last, years):
    through = keeping.kept_through(last, years=years)
    after = first_instant(through + timedelta(days=1), ZONE)
    assert keeping.is_due(last, years=years, on=CivilInstant(after, ZONE))
    assert not keeping.is_due(last, years=years, on=CivilInstant(after - timedelta(microseconds=1), ZONE))


def test_what_stands_in_place_of_a_number_is_told_apart():
    assert erasure.is_erased("erased-17")
    assert not erasure.is_erased("DP-1003")
