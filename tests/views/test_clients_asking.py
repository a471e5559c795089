"""Who may ask: scopes, rates, credentials that stop at once, and access tokens for signed assertions."""

from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta
from itertools import count

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey
from sqlalchemy import select

from tests.conftest import BACKENDS
from tests.rules.factories import local
from tests.views.asking import ADDRESS, NOW, Asking, answering, question, set_clock
from training_app import rate_limits
from training_app.models.clients import ClientAccessToken, ClientCredential
from training_app.rate_limits import RateLimits
from training_app.rules.clients import ClientKind, Scope
from training_app.services import client_credentials, clients
from training_app.services.client_credentials import NewCredential
from training_app.services.client_keys import public_key_in

EVERY_ADDRESS = {
    ADDRESS: Scope.EVALUATE,
    "/access/v1/evaluations": Scope.EVALUATE,
    "/access/v1/search/subject": Scope.SEARCH,
    "/access/v1/search/resource": Scope.SEARCH,
    "/access/v1/search/action": Scope.SEARCH,
    "/access/v1/field-reports": Scope.ANNOUNCE,
}
TOKENS = "/oauth/token"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
serial = count(1)


@pytest.fixture(scope="module", params=BACKENDS)
def agency(request, tmp_path_factory) -> Iterator[Asking]:
    loaded = request.getfixturevalue(f"demo_{request.param}")
    with loaded() as database, answering(database, tmp_path_factory.mktemp("data")) as asking:
        yield asking


@pytest.fixture
def asking(agency, monkeypatch) -> Asking:
    set_clock(monkeypatch, NOW)
    return agency


# -- scopes and rates --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("address", "scope"), EVERY_ADDRESS.items())
def test_each_address_asks_for_its_scope(asking, address, scope):
    token = f"token {next(serial)}"
    asking.register(f"All but {scope} {token}", token, scopes=set(Scope) - {scope})
    response = asking.post(address, token=token, json={})
    assert (response.status_code, response.get_json()["error"]) == (403, "forbidden")
    assert response.headers["WWW-Authenticate"] == (
        f'Bearer realm="access", error="insufficient_scope", scope="{scope}"'
    )
    assert "decision" not in response.get_json()
    token = f"token {next(serial)}"
    asking.register(f"Only {scope} {token}", token, scopes={scope})
    assert asking.post(address, token=token, json={}).status_code == 400


@pytest.mark.parametrize("address", EVERY_ADDRESS)
def test_nobody_is_let_in_without_a_token_in_force(asking, address):
    for token in (None, "another-token"):
        response = asking.post(address, token=token, json=question())
        assert (response.status_code, response.get_json()["error"]) == (401, "unauthorized")


def test_beyond_its_rate_a_client_is_told_when_to_come_again_and_never_that_it_may(asking):
    asking.register("Runs wild", "wild-token", per_minute=2)
    answers = [asking.send(token="wild-token", json=question()) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 1 <= int(answers[2].headers["Retry-After"]) <= 30
    assert answers[2].get_json()["error"] == "too-many-requests"
    assert "decision" not in answers[2].get_json()
    assert asking.ask()["decision"] is True, "another client is not held back by it"


def test_each_question_of_a_batch_counts(asking):
    asking.register("Asks in batches", "batch-token", per_minute=10)
    batch = {**question(), "evaluations": [{}] * 6}
    answers = [asking.post("/access/v1/evaluations", token="batch-token", json=batch) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    asking.register("Asks in large batches", "large-token", per_minute=5)
    assert asking.post("/access/v1/evaluations", token="large-token", json=batch).status_code == 200


def test_a_bucket_fills_evenly_and_holds_a_minutes_worth():
    clock = [0.0]
    limits = RateLimits(clock=lambda: clock[0])
    assert [limits.take("a", 60) for _ in range(61)] == [0] * 60 + [1]
    clock[0] = 0.999
    assert limits.take("a", 60) == 1
    clock[0] = 1.0
    assert limits.take("a", 60) == 0
    clock[0] = 1_000
    assert [limits.take("a", 60, 50), limits.take("a", 60, 50)] == [0, 40]
    assert limits.take("b", 60, 1_000) == 0, "more than a minute's worth waits for a full bucket"
    assert limits.take("b", 60, 1_000) == 60


def test_many_who_ask_make_nobody_who_still_asks_forgotten(monkeypatch):
    monkeypatch.setattr(rate_limits, "MOST_BUCKETS", 3)
    limits = RateLimits(clock=lambda: 0.0)
    assert limits.take("client", 1) == 0
    for stranger in range(10):
        assert limits.take(stranger, 1) == 0
        assert limits.take("client", 1) == 60
    assert limits.take(0, 1) == 0  # who asked longest ago was forgotten


def test_a_batch_of_more_than_a_minute_allows_waits_for_a_full_bucket_and_then_gets_it():
    clock = [0.0]
    limits = RateLimits(clock=lambda: clock[0])

    def batch(questions):
        return limits.take("a", 60) or limits.take("a", 60, questions - 1, besides=1)

    assert batch(1_000) == 0
    clock[0] = 30.0
    assert [batch(1_000), batch(1_000)] == [30, 30], "what is refused takes nothing"
    clock[0] = 60.0
    assert batch(1_000) == 0
    assert (limits.take("b", 1), limits.take("b", 1, 5, besides=1)) == (0, 0), "be it one a minute"


# -- credentials -------------------------------------------------------------------------------------------------------


def test_a_revoked_token_stops_at_the_next_request(asking):
    asking.register("To be revoked", "revoked-token")
    assert asking.send(token="revoked-token", json=question()).status_code == 200
    with asking.database.transaction() as session:
        digest = client_credentials.digest_of("revoked-token")
        credential = session.scalars(select(ClientCredential).where(ClientCredential.token_digest == digest)).one()
        client_credentials.revoke(session, credential, at=NOW, by=None)
    assert asking.send(token="revoked-token", json=question()).status_code == 401


# -- access tokens for assertions --------------------------------------------------------------------------------------


@pytest.fixture
def signer(asking):
    """A client with a key in force, and its signing key."""
    return signing(asking, OKPKey.generate_key("Ed25519"))


def signing(asking, key, scopes=frozenset({Scope.EVALUATE, Scope.SEARCH})):
    at, number = local("2026-06-01"), next(serial)
    with asking.database.transaction() as session:
        grant = clients.Grant(frozenset(scopes), None, 1_000_000)
        client = clients.register(session, f"Signs {number}", ClientKind.GATEWAY, grant, at=at, by=None)
        public = public_key_in(key.as_pem(private=False).decode())
        new = NewCredential("Key", frozenset(scopes), days=300)
        client_credentials.register_key(session, client, public.jwk, public.thumbprint, new, at=at, by=None)
    return client, key


def assertion(signer, *, algorithm="Ed25519", key=None, at=NOW, **changed) -> str:
    client, own = signer
    claims = {
        "iss": client.identifier,
        "sub": client.identifier,
        "aud": "http://localhost/oauth/token",
        "jti": f"id-{next(serial)}",
        "iat": int(at.timestamp()),
        "exp": int((at + timedelta(minutes=2)).timestamp()),
        **changed,
    }
    claims = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode({"alg": algorithm}, claims, key or own, algorithms=[algorithm])


def exchange(asking, signed, **changed):
    sent = {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION,
        "client_assertion": signed,
        **changed,
    }
    return asking.client.post(TOKENS, data={name: value for name, value in sent.items() if value is not None})


def test_an_assertion_gets_a_token_that_opens_for_five_minutes(asking, signer, monkeypatch):
    response = exchange(asking, assertion(signer))
    told = response.get_json()
    assert response.status_code == 200, response.text
    assert (told["token_type"], told["expires_in"], told["scope"]) == ("Bearer", 300, "evaluate search")
    assert response.headers["Cache-Control"] == "no-store"
    assert asking.send(token=told["access_token"], json=question()).get_json()["decision"] is True
    assert asking.recorded()[-1].client_id == signer[0].id
    with asking.database.reading() as session:
        kept = session.scalars(select(ClientAccessToken.token_digest)).all()
    assert client_credentials.digest_of(told["access_token"]) in kept
    for seconds, status in ((299, 200), (300, 401)):
        set_clock(monkeypatch, NOW + timedelta(seconds=seconds))
        assert asking.send(token=told["access_token"], json=question()).status_code == status


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        (ECKey.generate_key("P-256"), "ES256"),
        (RSAKey.generate_key(2048), "PS256"),
        (RSAKey.generate_key(2048), "RS256"),
    ],
)
def test_other_kinds_of_keys_sign_too(asking, key, algorithm):
    signer = signing(asking, key)
    assert exchange(asking, assertion(signer, algorithm=algorithm)).status_code == 200


def test_the_server_itself_is_a_fitting_audience_and_fewer_scopes_may_be_wanted(asking, signer):
    told = exchange(asking, assertion(signer, aud=["x", "http://localhost"]), scope="search").get_json()
    assert told["scope"] == "search"
    assert asking.send(token=told["access_token"], json=question()).status_code == 403


def test_an_assertion_is_taken_once(asking, signer):
    signed = assertion(signer)
    assert [exchange(asking, signed).status_code for _ in range(2)] == [200, 401]
    assert "used before" in exchange(asking, signed).get_json()["error_description"]
    other = signing(asking, OKPKey.generate_key("Ed25519"))
    again = assertion(other, jti="the same"), assertion(signer, jti="the same")
    assert [exchange(asking, one).status_code for one in again] == [200, 200], "another client may use the same id"


def test_a_used_assertion_is_refused_by_a_machine_whose_clock_is_behind_too(asking, signer, monkeypatch):
    signed = assertion(signer)
    assert exchange(asking, signed).status_code == 200
    later = NOW + timedelta(minutes=3)
    set_clock(monkeypatch, later)
    assert exchange(asking, assertion(signer, at=later)).status_code == 200, "which forgets what is long over"
    set_clock(monkeypatch, NOW + timedelta(minutes=1))
    assert "used before" in exchange(asking, signed).get_json()["error_description"]


def test_a_client_id_that_is_sent_along_is_that_of_the_client_that_signed(asking, signer):
    signed = assertion(signer)
    assert exchange(asking, signed, client_id="client-1").get_json()["error"] == "invalid_client"
    assert exchange(asking, signed, client_id=signer[0].identifier).status_code == 200


WRONG = {
    "another issuer": {"iss": "client-999999"},
    "no client at all": {"iss": "me"},
    "another subject": {"sub": "client-1"},
    "another audience": {"aud": "https://elsewhere.example/oauth/token"},
    "no audience": {"aud": None},
    "no id": {"jti": None},
    "an empty id": {"jti": ""},
    "no expiry": {"exp": None},
    "an expiry in words": {"exp": "tomorrow"},
    "expired": {"exp": int(NOW.timestamp())},
    "far ahead": {"exp": int((NOW + timedelta(minutes=11)).timestamp())},
    "not yet": {"nbf": int((NOW + timedelta(minutes=1)).timestamp())},
    "issued ahead": {"iat": int((NOW + timedelta(minutes=1)).timestamp())},
}


@pytest.mark.parametrize("changed", WRONG.values(), ids=WRONG)
def test_an_assertion_with_a_wrong_claim_gets_nothing(asking, signer, changed):
    response = exchange(asking, assertion(signer, **changed))
    assert (response.status_code, response.get_json()["error"]) == (401, "invalid_client")


def test_a_signature_by_another_key_or_by_none_gets_nothing(asking, signer):
    stranger = OKPKey.generate_key("Ed25519")
    signed = assertion(signer)
    head, body, signature = signed.split(".")
    unsigned = "eyJhbGciOiJub25lIn0." + body + "."
    nested = f"{head}.{b64encode(b'[' * 3_000).decode()}.{signature}"
    spoilt = f"{head}.{body}.{signature[::-1]}"
    for one in (assertion(signer, key=stranger), unsigned, spoilt, "a.b.c", "x" * 9_000, nested):
        assert exchange(asking, one).get_json()["error"] == "invalid_client"


def test_a_key_ends_its_access_tokens_with_it(asking, signer):
    token = exchange(asking, assertion(signer)).get_json()["access_token"]
    with asking.database.transaction() as session:
        key = session.scalars(select(ClientCredential).where(ClientCredential.client_id == signer[0].id)).one()
        client_credentials.revoke(session, key, at=NOW, by=None)
    assert asking.send(token=token, json=question()).status_code == 401
    assert exchange(asking, assertion(signer)).status_code == 401


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"grant_type": None}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"client_assertion_type": "jwt"}, "invalid_request"),
        ({"client_assertion": None}, "invalid_request"),
        ({"scope": "evaluate announce"}, "invalid_scope"),
    ],
)
def test_a_request_that_is_none_is_answered_as_oauth_has_it(asking, signer, changed, error):
    response = exchange(asking, assertion(signer), **changed)
    assert (response.status_code, response.get_json()["error"]) == (400, error)


def test_metadata_say_where_everything_is(asking):
    pdp = asking.client.get("/.well-known/authzen-configuration", headers={"X-Request-ID": "r-1"})
    assert pdp.content_type == "application/json"
    assert pdp.get_json() == {
        "policy_decision_point": "http://localhost",
        "access_evaluation_endpoint": "http://localhost/access/v1/evaluation",
        "access_evaluations_endpoint": "http://localhost/access/v1/evaluations",
        "search_subject_endpoint": "http://localhost/access/v1/search/subject",
        "search_resource_endpoint": "http://localhost/access/v1/search/resource",
        "search_action_endpoint": "http://localhost/access/v1/search/action",
    }
    oauth = asking.client.get("/.well-known/oauth-authorization-server").get_json()
    assert (oauth["issuer"], oauth["token_endpoint"]) == ("http://localhost", "http://localhost/oauth/token")
    assert oauth["token_endpoint_auth_methods_supported"] == ["private_key_jwt"]
    assert oauth["scopes_supported"] == [scope.value for scope in Scope]
