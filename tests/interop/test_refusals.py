"""Launches that must not be believed: each is refused with a status of 4xx and a sentence, and signs nobody in."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import requests

from tests.interop import forging
from tests.interop.conftest import Academy, Launch
from tests.interop.visitor import Visitor
from tests.patience import PATIENCE_SECONDS
from training_app.clock import now
from training_app.rules.lti_claims import Check
from training_app.wording.launches import FAILED

TARGET = {"custom_training_target": "module:ai-limits"}
STRANGER = "https://evil.example"
LTI = "https://purl.imsglobal.org/spec/lti/claim/"


def refused(academy: Academy, answer: requests.Response, visitor: Visitor, check: Check) -> None:
    """Hold that *answer* refuses for failing *check*, tells people so in sentences, and opens no session."""
    assert 400 <= answer.status_code < 500, f"{answer.status_code} at {answer.url}"
    text, told = words(answer), FAILED[check]
    assert f"Failed check {check}" in text, text
    assert str(told.failed) in text, text
    assert str(told.what_to_do) in text, text
    assert not signed_in(academy, visitor)


def signed_in(academy: Academy, visitor: Visitor) -> bool:
    return "/sign-in" not in visitor.open(f"{academy.server.origin}/tools").url


def words(answer: requests.Response) -> str:
    main = re.search(r"<main.*</main>", answer.text, re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main[0] if main else answer.text)).split())


def test_a_form_is_of_no_use_to_another_browser_whether_it_was_sent_or_not(academy: Academy):
    launch, other = academy.begin(**TARGET), Visitor()
    refused(academy, other.submit(launch.form), other, Check.BROWSER)

    sent = academy.begin(**TARGET)
    assert sent.go().status_code == 200
    refused(academy, other.submit(sent.form), other, Check.STATE_USED)


def test_a_form_serves_its_own_browser_once(academy: Academy):
    launch = academy.begin(**TARGET)
    assert launch.go().status_code == 200
    refused(academy, launch.go(), launch.visitor, Check.STATE_USED)


def test_a_nonce_serves_once_whatever_state_it_comes_with(academy: Academy):
    first = academy.begin(**TARGET)
    second = academy.begin(visitor=first.visitor, **TARGET)
    used = academy.platform.mint({**second.claims, "nonce": first.claims["nonce"]})
    refused(academy, second.go(id_token=used), second.visitor, Check.NONCE)

    assert first.go().status_code == 200
    third = academy.begin(visitor=first.visitor, **TARGET)
    used = academy.platform.mint({**third.claims, "nonce": first.claims["nonce"]})
    refused(academy, third.go(id_token=used), third.visitor, Check.NONCE)


def test_what_the_platform_signs_anew_is_believed_if_it_says_the_same(academy: Academy):
    """What follows is refused for what it says, not for being made by a test."""
    launch = academy.begin(**TARGET)
    assert launch.go(id_token=academy.platform.mint(launch.claims)).status_code == 200


Forged = Callable[[Academy, Launch, dict[str, Any]], str]


def minted(**instead: Any) -> Forged:
    """Signed by the platform, with other claims *instead*; ``None`` leaves one out."""

    def forge(academy: Academy, _launch: Launch, claims: dict[str, Any]) -> str:
        changed = {**claims, **{name: made(claims) if callable(made) else made for name, made in instead.items()}}
        return academy.platform.mint({name: value for name, value in changed.items() if value is not None})

    return forge


def by_the_second_client(academy: Academy, _: Launch, claims: dict[str, Any]) -> str:
    second = academy.platform.client("second")["client_id"]
    return academy.platform.mint({**claims, "aud": second, "azp": second}, client="second")


def by_the_second_client_as_if_for_the_first(academy: Academy, _: Launch, claims: dict[str, Any]) -> str:
    return academy.platform.mint(claims, client="second")


def with_a_shared_secret(academy: Academy, launch: Launch, claims: dict[str, Any]) -> str:
    keys = requests.get(academy.platform.client()["key_set_url"], timeout=PATIENCE_SECONDS).json()["keys"]
    return forging.signed_with_the_public_key(claims, forging.kid_of(launch.token), keys[0])


FORGED: dict[str, tuple[Forged, Check]] = {
    "another-subject-under-the-same-signature": (
        lambda _academy, launch, _claims: forging.altered(launch.token, sub="5a3c0f0e-0000-4000-8000-000000000002"),
        Check.SIGNATURE,
    ),
    "another-officer-under-the-same-signature": (
        lambda _academy, launch, _claims: forging.altered(launch.token, preferred_username="DP-1003"),
        Check.SIGNATURE,
    ),
    "for-another-audience": (minted(aud=STRANGER), Check.AUDIENCE),
    "for-us-and-another": (minted(aud=lambda claims: [claims["aud"], STRANGER]), Check.AUDIENCE),
    "for-another-and-us": (minted(aud=lambda claims: [STRANGER, claims["aud"]]), Check.AUDIENCE),
    "for-nobody": (minted(aud=None), Check.AUDIENCE),
    "authorised-for-another-party": (minted(azp=STRANGER), Check.AUTHORIZED_PARTY),
    "of-another-issuer": (minted(iss=STRANGER), Check.ISSUER),
    "signed-with-a-stranger's-key-under-the-platform's-name": (
        lambda _academy, launch, claims: forging.signed_by_a_stranger(claims, forging.kid_of(launch.token)),
        Check.SIGNATURE,
    ),
    "signed-with-a-stranger's-key": (
        lambda _academy, _launch, claims: forging.signed_by_a_stranger(claims, "stranger"),
        Check.KEY,
    ),
    "signed-with-the-public-key-as-a-secret": (with_a_shared_secret, Check.ALGORITHM),
    "not-signed": (lambda _academy, _launch, claims: forging.unsigned(claims), Check.ALGORITHM),
    "not-a-token": (lambda *_: "not-a-token", Check.TOKEN),
    "expired": (minted(iat=lambda _: _ago(minutes=62), exp=lambda _: _ago(minutes=2)), Check.EXPIRED),
    "for-a-day": (minted(exp=lambda _: _ago(days=-1)), Check.LIFETIME),
    "issued-long-ago": (minted(iat=lambda _: _ago(minutes=30)), Check.ISSUED_AT),
    "issued-in-the-future": (minted(iat=lambda _: _ago(minutes=-30)), Check.ISSUED_AT),
    "without-an-end": (minted(exp=None), Check.EXPIRED),
    "without-a-nonce": (minted(nonce=None), Check.NONCE),
    "of-a-deployment-that-nobody-approved": (minted(**{f"{LTI}deployment_id": "2"}), Check.DEPLOYMENT_APPROVAL),
    "of-another-version-of-lti": (minted(**{f"{LTI}version": "2.0"}), Check.VERSION),
    "for-another-target": (minted(**{f"{LTI}target_link_uri": f"{STRANGER}/lti/launch"}), Check.TARGET),
    "of-nobody": (minted(sub=None), Check.SUBJECT),
    "by-the-second-client": (by_the_second_client, Check.KEY),
    "by-the-second-client-as-if-for-the-first": (by_the_second_client_as_if_for_the_first, Check.KEY),
}


def _ago(**time: float) -> int:
    return int((now() - timedelta(**time)).timestamp())


@pytest.mark.parametrize(("forge", "check"), FORGED.values(), ids=FORGED)
def test_a_token_is_refused(academy: Academy, forge: Forged, check: Check):
    launch = academy.begin(**TARGET)
    refused(academy, launch.go(id_token=forge(academy, launch, launch.claims)), launch.visitor, check)


def test_a_launch_for_one_client_does_not_serve_another(academy: Academy):
    """Both are registered, and of one issuer: the state of the first, the whole and genuine token of the second."""
    first, second = academy.begin(**TARGET), academy.begin(client="second", **TARGET)
    refused(academy, first.go(id_token=second.token), first.visitor, Check.KEY)


def test_a_client_that_is_not_registered_is_not_even_sent_to_its_platform(academy: Academy):
    visitor = Visitor()
    begun = requests.get(f"{academy.platform.origin}/start?as=student", allow_redirects=False, timeout=PATIENCE_SECONDS)
    address = begun.headers["Location"].replace(academy.platform.client()["client_id"], "another-client")
    refused(academy, visitor.open(address), visitor, Check.PLATFORM)


@pytest.mark.parametrize("path", ["/lti/login", "/lti/launch"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_request_that_lacks_what_it_needs_is_told_so(academy: Academy, path: str, method: str):
    visitor = Visitor()
    answer = visitor.request(method, f"{academy.server.origin}{path}", timeout=PATIENCE_SECONDS)
    refused(academy, answer, visitor, Check.REQUEST)
    assert answer.status_code == 400
