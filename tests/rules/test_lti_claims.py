"""What a launch must say to be believed: each check at its boundary, and no JSON that is not judged."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.rules import lti_accounts, lti_claims
from training_app.rules.lti_claims import Check, Expected

AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
LAUNCH = "https://training.example/lti/launch"
EXPECTED = Expected(issuer="https://lms.example", client_id="ours", launch_address=LAUNCH, target_at_login=LAUNCH)
GOOD = {
    "iss": "https://lms.example",
    "aud": "ours",
    "exp": AT.timestamp() + 60,
    "iat": AT.timestamp(),
    "sub": "42",
    lti_claims.LTI_VERSION: "1.3.0",
    lti_claims.DEPLOYMENT_ID: "1",
    lti_claims.MESSAGE_TYPE: "LtiResourceLinkRequest",
    lti_claims.TARGET_LINK_URI: LAUNCH,
    lti_claims.ROLES: [],
    lti_claims.RESOURCE_LINK: {"id": "7"},
}
NOTHING = object()


def seconds(**since) -> float:
    return (AT + timedelta(**since)).timestamp()


def test_a_whole_launch_passes():
    assert lti_claims.failed(GOOD, EXPECTED, at=AT) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("aud", ["ours"]),
        ("azp", "ours"),
        ("exp", seconds(seconds=-59)),
        ("exp", seconds(minutes=61)),
        ("iat", seconds(seconds=60)),
        ("iat", seconds(minutes=-11)),
        ("nbf", seconds(seconds=60)),
        (lti_claims.ROLES, ["anything"]),
        (lti_claims.CONTEXT, {}),
        ("sub", "x" * 255),
    ],
)
def test_what_is_just_good_enough_passes(name, value):
    assert lti_claims.failed(GOOD | {name: value}, EXPECTED, at=AT) is None


@pytest.mark.parametrize(
    ("name", "value", "check"),
    [
        ("iss", "https://lms.example/", Check.ISSUER),
        ("iss", NOTHING, Check.ISSUER),
        ("aud", ["ours", "evil"], Check.AUDIENCE),
        ("aud", ["other", "ours"], Check.AUDIENCE),
        ("aud", ["ours", "ours"], Check.AUDIENCE),
        ("aud", [], Check.AUDIENCE),
        ("aud", {"ours": 1}, Check.AUDIENCE),
        ("aud", NOTHING, Check.AUDIENCE),
        ("azp", "other", Check.AUTHORIZED_PARTY),
        ("azp", None, Check.AUTHORIZED_PARTY),
        ("exp", seconds(seconds=-60), Check.EXPIRED),
        ("exp", NOTHING, Check.EXPIRED),
        ("exp", "9999999999", Check.EXPIRED),
        ("exp", True, Check.EXPIRED),
        ("exp", float("nan"), Check.EXPIRED),
        ("exp", 10**400, Check.EXPIRED),
        ("exp", seconds(minutes=61, seconds=1), Check.LIFETIME),
        ("iat", seconds(seconds=61), Check.ISSUED_AT),
        ("iat", seconds(minutes=-11, seconds=-1), Check.ISSUED_AT),
        ("iat", NOTHING, Check.ISSUED_AT),
        ("nbf", seconds(seconds=61), Check.ISSUED_AT),
        ("nbf", None, Check.ISSUED_AT),
        (lti_claims.LTI_VERSION, "1.1.0", Check.VERSION),
        (lti_claims.DEPLOYMENT_ID, "", Check.DEPLOYMENT),
        (lti_claims.DEPLOYMENT_ID, 1, Check.DEPLOYMENT),
        ("sub", NOTHING, Check.SUBJECT),
        ("sub", "x" * 256, Check.SUBJECT),
        ("sub", "a\0b", Check.SUBJECT),
        ("sub", "\ud800", Check.SUBJECT),
        (lti_claims.ROLES, NOTHING, Check.ROLES),
        (lti_claims.ROLES, "Learner", Check.ROLES),
        (lti_claims.MESSAGE_TYPE, "LtiSomethingElse", Check.MESSAGE_TYPE),
        (lti_claims.MESSAGE_TYPE, ["LtiResourceLinkRequest"], Check.MESSAGE_TYPE),
        (lti_claims.TARGET_LINK_URI, "https://evil.example/lti/launch", Check.TARGET),
        (lti_claims.TARGET_LINK_URI, LAUNCH + "?other", Check.TARGET),
        (lti_claims.TARGET_LINK_URI, NOTHING, Check.TARGET),
        (lti_claims.RESOURCE_LINK, {}, Check.MESSAGE),
        (lti_claims.RESOURCE_LINK, "7", Check.MESSAGE),
        (lti_claims.CUSTOM, "text", Check.MESSAGE),
        (lti_claims.ENDPOINT, [], Check.MESSAGE),
    ],
)
def test_the_check_that_fails_is_named(name, value, check):
    claims = {key: one for key, one in (GOOD | {name: value}).items() if one is not NOTHING}
    assert lti_claims.failed(claims, EXPECTED, at=AT) is check


def test_a_target_elsewhere_is_refused_even_if_the_login_named_it():
    evil = "https://training.example/lti/launch/../elsewhere"
    expected = Expected(issuer="https://lms.example", client_id="ours", launch_address=LAUNCH, target_at_login=evil)
    assert lti_claims.failed(GOOD | {lti_claims.TARGET_LINK_URI: evil}, expected, at=AT) is Check.TARGET


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from([*GOOD, "azp", "nbf", lti_claims.CUSTOM, lti_claims.CONTEXT, lti_claims.ENDPOINT,
                         lti_claims.DEEP_LINKING, lti_claims.FOR_USER, lti_claims.NAMES_AND_ROLES])  # fmt: skip


@given(st.dictionaries(NAMES, JSON, max_size=6), st.sampled_from(list(lti_claims.Message)))
def test_any_json_is_judged_and_what_is_kept_can_be_stored(changed, message):
    claims = GOOD | {lti_claims.MESSAGE_TYPE: message.value} | changed
    verdict = lti_claims.failed(claims, EXPECTED, at=AT)
    assert verdict is None or verdict in set(Check)
    kept = str(lti_claims.kept(claims))
    assert "\0" not in kept
    kept.encode()  # no half of a surrogate pair
    assert isinstance(lti_claims.is_test_student(claims), bool)


@given(st.dictionaries(st.sampled_from(["sub", lti_accounts.LTI + "lis", "name"]), JSON), st.text())
def test_whatever_is_stated_of_an_account_is_a_text_or_nothing(claims, path):
    for one in (path, "lis.person_sourcedid", "sub"):
        found = lti_accounts.stated(claims, one)
        assert found is None or (found and found == found.strip() and not found.startswith("$"))


def test_names_and_mail_addresses_are_not_kept():
    said = GOOD | {
        "name": "Ana Maes",
        "email": "ana@police.example",
        lti_claims.FOR_USER: {"user_id": "43", "name": "Ben Wouters"},
        lti_claims.CONTEXT: {"id": "c", "title": " AI \n tools\0 "},
        lti_claims.CUSTOM: {"training_target": "module:ai-limits", "n": 3, "object": {}},
    }
    kept = lti_claims.kept(said)
    assert kept["for_user"] == {"user_id": "43"}
    assert kept["context"] == {"id": "c", "title": "AI tools"}
    assert kept["custom"] == {"training_target": "module:ai-limits", "n": "3"}
    assert not any(name in str(kept) for name in ("Ana", "Ben", "ana@"))


@pytest.mark.parametrize(
    ("path", "claims", "number"),
    [
        ("lis.person_sourcedid", {lti_accounts.LTI + "lis": {"person_sourcedid": " DP-1001 "}}, "DP-1001"),
        ("lis.person_sourcedid", {lti_accounts.LTI + "lis": {}}, None),
        ("lis.person_sourcedid", {lti_accounts.LTI + "lis": "DP-1001"}, None),
        ("ext.user_username", {lti_accounts.LTI + "ext": {"user_username": "DP-1001"}}, "DP-1001"),
        ("custom.service_number", {lti_accounts.LTI + "custom": {"service_number": 1001}}, "1001"),
        ("custom.service_number", {lti_accounts.LTI + "custom": {"service_number": "$Person.sourcedId"}}, None),
        ("custom.a.b", {lti_accounts.LTI + "custom": {"a.b": "x"}}, "x"),
        ("sub", {"sub": "42"}, "42"),
        ("sub", {"sub": True}, None),
        ("https://lms.example/number", {"https://lms.example/number": "7"}, "7"),
        ("sub", {"sub": 10**40}, None),
    ],
)
def test_a_claim_is_found_by_its_path(path, claims, number):
    assert lti_accounts.is_path(path)
    assert lti_accounts.stated(claims, path) == number


@pytest.mark.parametrize("text", ["", "lis.", "a b", "other.claim", "x" * 256, "lis.a b"])
def test_what_is_no_path_is_known(text):
    assert not lti_accounts.is_path(text)
