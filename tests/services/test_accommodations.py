"""More time for an officer: given by somebody else, for as long as it is said, and why is stored nowhere."""

from datetime import date

import pytest
from sqlalchemy import func, select

from tests.rules.factories import BRUSSELS, local
from tests.services import recorded
from training_app.models.rulings import TimeAccommodation
from training_app.rules.civil_time import CivilInstant
from training_app.services import accommodations

NOW = local("2026-11-22 12:00")


@pytest.fixture
def people(session):
    return recorded.person(session), recorded.person(session)


def give(session, people, percent=25, through=None, *, at=NOW):
    officer, by = people
    return accommodations.give(session, officer, percent, through, at=at, by=by, zone=BRUSSELS)


def holds(session, people, at) -> bool:
    found = accommodations.governing(session, people[0].id)
    return accommodations.holds(found, on=CivilInstant(at, BRUSSELS))


def test_more_time_holds_through_its_last_day(session, people):
    give(session, people, through=date(2026, 12, 31))
    assert holds(session, people, local("2026-12-31 23:59:59"))
    assert not holds(session, people, local("2027-01-01 00:00:00"))


def test_without_a_last_day_it_holds_until_it_is_ended(session, people):
    give(session, people)
    assert holds(session, people, local("2030-01-01"))
    accommodations.end(session, people[0], at=local("2027-01-01"), by=people[1])
    assert not holds(session, people, local("2030-01-01"))


def test_what_was_said_last_governs_and_saying_the_same_twice_is_saying_it_once(session, people):
    given = [give(session, people, percent)[1] for percent in (25, 50, 50)]
    assert given == [True, True, False]
    (row,) = accommodations.in_force_now(session, on=CivilInstant(NOW, BRUSSELS))
    assert (row.officer, row.percent, row.through) == (people[0].service_number, 50, None)


def test_nothing_is_written_where_there_is_nothing_to_end(session, people):
    assert accommodations.end(session, people[0], at=NOW, by=people[1]) == (None, False)
    give(session, people)
    assert [accommodations.end(session, people[0], at=NOW, by=people[1])[1] for _ in range(2)] == [True, False]
    assert session.scalar(select(func.count()).select_from(TimeAccommodation)) == 2


def test_nobody_gives_themselves_more_time(session, people):
    officer, _other = people
    with pytest.raises(accommodations.OwnTime):
        give(session, (officer, officer))
    with pytest.raises(accommodations.OwnTime):
        accommodations.end(session, officer, at=NOW, by=officer)


@pytest.mark.parametrize(
    ("through", "error"),
    [
        (date(2026, 11, 21), accommodations.LastDayPassed),
        (date(2026, 11, 22), None),
        (date(2031, 11, 22), None),
        (date(2031, 11, 23), accommodations.LastDayTooFar),
    ],
)
def test_the_last_day_is_today_at_the_earliest_and_within_five_years(session, people, through, error):
    if error is None:
        assert give(session, people, through=through)[1]
    else:
        with pytest.raises(error):
            give(session, people, through=through)


@pytest.mark.parametrize("percent", [0, -5, 201])
def test_more_time_is_more_and_bounded(session, people, percent):
    with pytest.raises(ValueError, match="percent"):
        give(session, people, percent)


def test_no_column_holds_a_reason():
    columns = set(TimeAccommodation.__table__.columns.keys())
    assert columns == {"id", "effective_at", "recorded_at", "recorded_by_id", "officer_id", "percent", "valid_through"}
