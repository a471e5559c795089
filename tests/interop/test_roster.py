"""Who is in the course at Open edX, as a registrar asks it: its two members, of whom one learns there."""

import re
import sqlite3
from contextlib import closing

from requests import Response

from tests.interop import quiz
from tests.interop.conftest import Academy

BLOCK = {"block": "roster", "custom_training_target": "module:ai-limits"}


def test_a_registrar_sees_who_of_the_course_still_must_train_until_it_is_done(academy: Academy):
    assert _bars(_asked(academy))["Done"] == 0
    launch = academy.begin(**BLOCK)
    page = launch.visitor.submit(launch.go(), to="/lti/continue")
    asked = _asked(academy)
    assert _bars(asked) == {"Done": 0, "Still must train": 1, "not linked": 0}, (
        "the student; staff does not learn there"
    )
    assert "Julie Bakker" in asked.text

    quiz.take(launch.visitor, page)
    assert _bars(_asked(academy)) == {"Done": 1, "Still must train": 0, "not linked": 0}


def test_of_the_roster_nothing_is_kept(academy: Academy):
    members = [academy.platform.member(name) for name in ("student", "staff")]
    before = _kept(academy)
    _asked(academy)
    after = _kept(academy)
    assert [after.count(one) for one in members] == [before.count(one) for one in members]
    for name in ("Stella Student", "Steve Staff", "academy.example"):
        assert name not in after


def _kept(academy: Academy) -> str:
    with closing(sqlite3.connect(academy.server.database)) as connection:
        return "\n".join(connection.iterdump())


def _asked(academy: Academy) -> Response:
    """Have a registrar ask the platform who is in the course, of which somebody opened the block who is not in it."""
    launch = academy.begin("guest-roster", username="DP-1012", **BLOCK)
    assert launch.go().status_code == 200
    registrar, origin = academy.signed_in("registrar"), academy.server.origin
    platform = academy.server.value("SELECT id FROM lti_platform WHERE name = 'Open edX, first client'")
    grades = registrar.open(f"{origin}/registrar/platforms/{platform}/grades")
    placement = academy.server.value("SELECT id FROM lti_placement WHERE resource_link_id LIKE '%@roster'")
    link = f"/registrar/platform-courses/{placement}"
    assert f'"{link}"' in grades.text
    asked = registrar.submit(registrar.open(origin + link), to=link)
    assert asked.status_code == 200, asked.text
    assert "Stella Student" not in asked.text, "names are off"
    return asked


def _bars(page: Response) -> dict[str, int]:
    """Return how many learners stand how, as the table beside the bars has it."""
    rows = re.findall(r'<th scope="row">([^<]+)</th><td><svg.*?<td class="num">(\d+) of', page.text)
    named = {"Done": "Done", "Still must train": "Still must train", "not linked": "Accounts that are not linked"}
    return {name: int(number) for name, label in named.items() for found, number in rows if found.startswith(label)}
