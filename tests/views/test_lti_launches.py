"""Launches of learning platforms: what is let in, and that everything else is refused with a sentence."""

import pytest

from tests.lti_platform import CLAIM, Platform, key_pair, state_of
from tests.views.launching import LaunchingBrowser
from training_app.rules.permissions import Role


@pytest.fixture
def officer(make_person):
    return make_person(Role.OFFICER)


@pytest.fixture
def stated(officer):
    """Claims by which the platform says whose account it is."""
    return {CLAIM + "lis": {"person_sourcedid": officer.service_number}}


def test_a_launch_signs_the_officer_in_without_a_password(launched_app, platform, officer, stated):
    browser = LaunchingBrowser(launched_app)
    answer = browser.launch(platform, claims=stated)
    assert answer.status_code == 303
    assert browser.follow(answer).status_code == 200
    assert browser.signed_in_as() == officer.name
