"""What a platform is told of this product: in every language, and nothing that it says it does not know."""

from dataclasses import replace

import pytest

from training_app.lti.registration import SCOPES, Tool, registration
from training_app.rules.lti_registration import TOOL, PlatformConfiguration

OURS = Tool(
    "http://127.0.0.1:8000",
    "http://127.0.0.1:8000/mark.svg",
    {"en": "Training", "fr": "Formation"},
    {"en": "Trains", "fr": "Forme"},
)
SAYS_NOTHING = PlatformConfiguration(
    issuer="https://lms.example",
    authorization_url="https://lms.example/auth",
    token_url="https://lms.example/token",
    key_set_url="https://lms.example/keys",
    registration_url="https://lms.example/register",
    token_audience=None,
    name="Academy",
    messages={},
    scopes=frozenset(),
    variables=frozenset(),
)


def test_names_are_given_in_each_language():
    sent = registration(OURS, SAYS_NOTHING)
    assert (sent["client_name"], sent["client_name#fr"]) == ("Training", "Formation")
    assert (sent[TOOL]["description"], sent[TOOL]["description#fr"]) == ("Trains", "Forme")
    assert all((one["label"], one["label#fr"]) == ("Training", "Formation") for one in sent[TOOL]["messages"])


def test_the_domain_has_its_port():
    assert registration(OURS, SAYS_NOTHING)[TOOL]["domain"] == "127.0.0.1:8000"


@pytest.mark.parametrize(
    ("says", "messages"),
    [
        ({}, 4),
        ({"LtiDeepLinkingRequest": frozenset()}, 2),
        ({"LtiResourceLinkRequest": frozenset(), "Other": frozenset()}, 1),
        ({"LtiSubmissionReviewRequest": frozenset(), "DataPrivacyLaunchRequest": frozenset()}, 3),
    ],
)
def test_messages_are_those_that_the_platform_sends_and_always_the_launch(says, messages):
    sent = registration(OURS, replace(SAYS_NOTHING, messages=says))[TOOL]["messages"]
    assert len(sent) == messages
    assert sent[0]["type"] == "LtiResourceLinkRequest"


def test_scopes_are_those_that_the_platform_offers():
    some = replace(SAYS_NOTHING, scopes=frozenset({SCOPES[2], "openid"}))
    assert registration(OURS, some)["scope"] == SCOPES[2]
    assert registration(OURS, SAYS_NOTHING)["scope"].split() == list(SCOPES)
