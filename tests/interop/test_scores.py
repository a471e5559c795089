"""What officers do here, as the course at Open edX has it: once, in the platform's own column or in one that is made.

Each test has an officer and blocks of its own.
"""

from typing import Any

import pytest
from requests import Response

from tests.interop import quiz
from tests.interop.conftest import Academy
from tests.interop.visitor import Visitor
from tests.interop.waiting import until
from tests.services import version_life
from training_app.clock import now
from training_app.db import Database
from training_app.rules.facts import Level

MODULE = {"custom_training_target": "module:ai-limits"}
CERTIFICATION = {"custom_training_target": "certification:sightline"}
OWN, MADE = {"grades": "declarative"}, {"grades": "programmatic"}
"""Whether the platform has a column of its own for a block, or we make them."""
FULL, CLEARED = ("Completed", "FullyGraded", 1.0), ("Initialized", "NotReady", None)


@pytest.fixture(autouse=True)
def takes_scores(academy: Academy) -> None:
    academy.platform.meet_scores("takes")


def test_a_module_that_an_officer_takes_is_graded_in_the_course_once(academy: Academy):
    officer, platform = Officer(academy, "DP-1010"), academy.platform
    officer.opens("module-own", **OWN, **MODULE)
    page = officer.opens("module-made", **MADE, **MODULE)
    told(academy)
    assert [platform.of("received", block) for block in ("module-own", "module-made")] == [[], []], "nothing was begun"
    quiz.take(officer.visitor, page, wrong=1)

    for block in ("module-own", "module-made"):
        [score] = until(lambda block=block: platform.of("scores", block))
        assert standing(score) == ("Completed", "FullyGraded", 7 / 8)
        assert score["member"] == officer.account
        [column] = platform.of("line_items", block)
        assert column["resource_link_id"] == platform.state()["links"][block]
        [shown] = platform.of("grade_book", block)
        assert (shown["member"], shown["share"]) == (officer.member, 7 / 8)

    officer.opens("module-made", **MODULE)  # the launch now names the column that was made as the platform's
    told(academy)
    assert len(platform.of("received", "module-made")) == 1
    assert len(platform.of("line_items", "module-made")) == 1


def test_a_certification_is_graded_cleared_by_an_update_and_graded_again_by_what_changed(academy: Academy):
    officer = Officer(academy, "DP-1011")
    officer.opens("own", **OWN, **CERTIFICATION)
    page = officer.opens("made", **MADE, **CERTIFICATION)
    assert page.url.endswith("/tools/sightline")
    officer.takes("ai-limits")
    until(lambda: standings(academy, "own") == [("", FULL)])
    until(lambda: standings(academy, "made") == [("certification/sightline/3.2", FULL)])

    release_3_3(academy)
    until(lambda: standings(academy, "own") == [("", CLEARED)])
    told(academy)
    assert standings(academy, "made") == [("certification/sightline/3.2", FULL)], "3.2 may still be used"

    officer.takes("sightline-3-3")
    until(lambda: standings(academy, "own") == [("", FULL)])
    both = [("certification/sightline/3.2", FULL), ("certification/sightline/3.3", FULL)]
    until(lambda: standings(academy, "made") == both)
    told(academy)
    posted = [one for block in ("own", "made") for one in academy.platform.of("received", block)]
    assert [one["status"] for one in posted] == [201] * 5


# -- killed ------------------------------------------------------------------------------------------------------------


def test_killed_as_soon_as_the_result_is_shown_it_tells_the_grade_when_it_is_back(academy: Academy):
    officer = Officer(academy, "DP-1001")
    page = officer.opens("killed-at-once", **MADE, **MODULE)
    quiz.take(officer.visitor, page)
    killed_and_started_again(academy)
    one_full_grade(academy, "killed-at-once")


def test_killed_while_the_platform_is_down_it_tells_the_grade_when_both_are_back(academy: Academy):
    officer = Officer(academy, "DP-1003")
    page = officer.opens("killed-in-vain", **MADE, **MODULE)
    academy.platform.meet_scores("refuses")
    quiz.take(officer.visitor, page)
    until(lambda: academy.platform.of("received", "killed-in-vain"))
    killed_and_started_again(academy)
    one_full_grade(academy, "killed-in-vain")


@pytest.mark.parametrize(
    ("officer", "grades"),
    [pytest.param("DP-1005", OWN, id="own-column"), pytest.param("DP-1007", MADE, id="made-column")],
)
def test_killed_before_the_platform_has_answered_it_does_not_tell_the_grade_again(
    academy: Academy, officer: str, grades: dict[str, str]
):
    block = f"killed-{grades['grades']}"
    one = Officer(academy, officer)
    page = one.opens(block, **grades, **MODULE)
    academy.platform.meet_scores("keeps-silent")
    quiz.take(one.visitor, page)
    until(lambda: academy.platform.of("received", block))
    killed_and_started_again(academy)
    one_full_grade(academy, block)


def killed_and_started_again(academy: Academy) -> None:
    """Kill the product and start it again, as if the time had passed after which what died with it is taken up anew."""
    academy.server.kill()
    academy.platform.meet_scores("takes")
    academy.server.write("UPDATE outbox_message SET claimed_until = NULL, due_at = created_at")
    academy.server.write("UPDATE lti_line_item SET made_at = '2026-01-01 00:00:00' WHERE url = ''")
    academy.server.start()


def one_full_grade(academy: Academy, block: str) -> None:
    """Hold that the platform has the grade, took it once, and is sent nothing more."""
    told(academy)
    assert [standing(one) for one in academy.platform.of("scores", block)] == [FULL]
    assert [one["status"] for one in academy.platform.of("received", block) if one["status"] != 503] == [201]
    assert len(academy.platform.of("line_items", block)) == 1


# -- shared ------------------------------------------------------------------------------------------------------------


class Officer:
    """An officer with an account at the platform and a browser of their own."""

    def __init__(self, academy: Academy, number: str) -> None:
        self._academy, self._number = academy, number
        self.member, self.visitor = f"guest-{number.lower()}", Visitor()
        self.account = ""
        """By which the product knows the account at the platform, once it was launched."""

    def opens(self, block: str, **wanted: str) -> Response:
        """Open a block of the course; return the page that the launch leads to."""
        launch = self._academy.begin(self.member, self.visitor, username=self._number, block=block, **wanted)
        self.account = launch.claims["sub"]
        page = self.visitor.submit(launch.go(), to="/lti/continue")
        assert page.status_code == 200, page.text
        return page

    def takes(self, module: str) -> None:
        """Take a module's quiz, with every answer right."""
        quiz.take(self.visitor, self.visitor.open(f"{self._academy.server.origin}/modules/{module}"))


def told(academy: Academy) -> None:
    """Wait until nothing waits to be told to the platform, or to be derived for it."""
    waiting = "SELECT count(*) FROM outbox_message WHERE state = 'waiting' AND channel LIKE 'lti-%'"
    until(lambda: academy.server.value(waiting) == 0)


def standing(score: dict[str, Any]) -> tuple[str, str, float | None]:
    share = None if score["given"] is None else score["given"] / score["maximum"]
    return score["activity"], score["grading"], share


def standings(academy: Academy, block: str) -> list[tuple[str, tuple[str, str, float | None]]]:
    """Return how the officer stands in each column of a block, by the id of what we made it for, if we did."""
    made_for = {one["id"]: one["resource_id"] for one in academy.platform.of("line_items", block)}
    return [
        (made_for[one["line_item"]] if "certification/" in made_for[one["line_item"]] else "", standing(one))
        for one in academy.platform.of("scores", block)
    ]


def release_3_3(academy: Academy) -> None:
    """Bring 3.3 into use beside the running product, as two registrars do: who is certified on 3.2 must retrain."""
    database, at = Database(f"sqlite:///{academy.server.database}"), now()
    with database.transaction() as session:
        made = version_life.prepare(session, "3.3", at=at)
        version_life.assess(session, "3.1", "3.3", Level.DIFFERENCES, "sightline-3-3", at=at)
        version_life.assess(session, "3.2", "3.3", Level.DIFFERENCES, "sightline-3-3", at=at)
        version_life.release(session, made, effective_at=at, at=at)
    database.dispose()
