"""`docs/sessions.md`: the figures that it names are those of the product."""

from dataclasses import fields

from config import Config
from tests.docs.documents import section
from training_app.rules.trainers import SEPARATION_MONTHS
from training_app.rules.training_sessions import ATTENDANCE_DAYS, LONGEST, MOST_PLACES, PLANNED_MONTHS
from training_app.services import calendar_feeds, capacity


def test_the_bounds_of_a_plan_are_as_it_says():
    text = section("sessions.md", "Plan a session")
    assert f"within {PLANNED_MONTHS} months" in text
    assert f"at most {LONGEST.total_seconds() / 3600:.0f} hours" in text
    assert f"at most {MOST_PLACES} places" in text


def test_the_times_of_attendance_are_as_it_says():
    text = section("sessions.md", "Attendance")
    assert f"through the {ATTENDANCE_DAYS}th day" in text
    assert f"for {SEPARATION_MONTHS} months" in text


def test_the_calendar_shows_as_much_as_it_says():
    assert f"for {calendar_feeds.SHOWN_DAYS} days" in section("sessions.md", "In calendars")


def test_sign_offs_are_reckoned_as_it_says():
    text = section("sessions.md", "Sign-offs to come")
    default = next(one.default for one in fields(Config) if one.name == "sign_offs_per_week")
    assert f"**How many**: {default} a week" in text
    assert f"for {capacity.ASSUMED_DAYS} days from today" in text
