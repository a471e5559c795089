"""Civil days at the ends of the calendar, as somebody may enter them."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from training_app.rules.civil_time import ends_at, first_instant


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "UTC", "Pacific/Niue"])
@pytest.mark.parametrize("day", [date.min, date.max])
def test_every_day_that_can_be_entered_has_its_instants_in_every_zone(zone, day):
    zone = ZoneInfo(zone)
    assert first_instant(day, zone) <= ends_at(day, zone)
    assert abs(first_instant(day, zone).year - day.year) <= 1
