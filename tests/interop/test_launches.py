"""Launches from Open edX: who comes from it is signed in here without a second password, where the course leads."""

import sqlite3
from contextlib import closing
from urllib.parse import urlsplit

from requests import Response

from tests.interop.conftest import Academy, Launch

MODULE = {"custom_training_target": "module:ai-limits"}


def test_an_officer_comes_from_the_course_to_the_module_without_a_second_password(academy: Academy):
    launch = academy.begin(**MODULE)
    at_the_module(_in_a_window(launch), "Julie Bakker")
    again = academy.begin(visitor=launch.visitor, **MODULE)
    at_the_module(_in_a_window(again), "Julie Bakker")


def test_a_launch_in_a_window_of_its_own_asks_for_no_click(academy: Academy):
    launch = academy.begin(**MODULE)
    launch.visitor.headers["Sec-Fetch-Dest"] = "document"
    at_the_module(launch.go(), "Julie Bakker")


def test_who_must_sign_in_at_first_confirms_the_account_once(academy: Academy):
    first = academy.begin("guest-unlinked", client="second", **MODULE)
    asked = _in_a_window(first)
    assert "/sign-in" in asked.url
    typed = {"identifier": "officer1@demo.example", "password": academy.server.password}
    confirmed = first.visitor.submit(first.visitor.submit(asked, to="/sign-in", **typed), to="/link")
    at_the_module(confirmed, "Ruben Almeida")

    elsewhere = academy.begin("guest-unlinked", client="second", **MODULE)
    at_the_module(_in_a_window(elsewhere), "Ruben Almeida")


def test_roles_of_the_platform_make_nobody_anything_here(academy: Academy):
    """A teacher of the course who is linked to an officer stays an officer, and nothing else."""
    launch = academy.begin("staff", username="DP-1008", **MODULE)
    assert any("#Instructor" in role for role in launch.claims["https://purl.imsglobal.org/spec/lti/claim/roles"])
    page = _in_a_window(launch)
    at_the_module(page, "Ivan Horvat")
    for desk in ("/trainer", "/supervisor", "/registrar", "/oversight"):
        assert launch.visitor.open(academy.server.origin + desk).status_code in {403, 404}, desk


def test_of_the_names_and_mails_that_the_platform_sends_nothing_is_kept(academy: Academy):
    launch = academy.begin(**MODULE)
    assert (launch.claims["name"], launch.claims["email"]) == ("Stella Student", "student@academy.example")
    _in_a_window(launch)
    with closing(sqlite3.connect(academy.server.database)) as connection:
        kept = "\n".join(connection.iterdump())
    assert academy.platform.member("student") in kept
    assert "Stella Student" not in kept
    assert "academy.example" not in kept


def at_the_module(page: Response, name: str) -> None:
    assert page.status_code == 200, page.text
    assert urlsplit(page.url).path == "/modules/ai-limits"
    assert name in page.text


def _in_a_window(launch: Launch) -> Response:
    """Go on from the page in the frame; return where that leads."""
    return launch.visitor.submit(launch.go(), to="/lti/continue")
