"""Clients: what each may do, what lets it in and until when."""

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from tests.rules.factories import local
from training_app.rules.clients import ClientKind, Scope
from training_app.services import client_credentials, client_overview, clients
from training_app.services.client_credentials import NewCredential
from training_app.services.client_keys import NotAPublicKey, PrivateKeyPasted, public_key_in
from training_app.services.clients import Grant

NOW = local("2026-11-22 12:00")
ALL = frozenset({Scope.EVALUATE, Scope.SEARCH})
SIGHTLINE = Grant(ALL, frozenset({"sightline"}), 100)


@pytest.fixture
def client(demo_session):
    long_ago = local("2026-06-01")
    return clients.register(demo_session, "Face matching", ClientKind.GATEWAY, SIGHTLINE, at=long_ago, by=None)


def issue(session, client, token="secret", scopes=ALL, days=30, at=NOW):
    new = NewCredential("Server", frozenset(scopes), days)
    return client_credentials.issue_token(session, client, token, new, at=at, by=None)


def caller(session, token="secret", at=NOW):
    return client_credentials.caller_with(session, token, at=at)


def test_a_token_lets_its_client_in_with_what_both_were_given(demo_session, client):
    issue(demo_session, client, scopes={Scope.EVALUATE})
    found = caller(demo_session)
    assert (found.client_id, found.scopes, found.tools) == (client.id, {Scope.EVALUATE}, {"sightline"})
    assert found.sees("sightline")
    assert not found.sees("lockpick")
    assert caller(demo_session, "Secret") is None


def test_a_token_is_kept_as_its_digest_only(demo_session, client):
    made = issue(demo_session, client)
    kept = [getattr(made, column.key) for column in made.__mapper__.column_attrs]
    assert made.token_digest == client_credentials.digest_of("secret")
    assert "secret" not in map(str, kept)


def test_the_same_token_again_is_the_credential_that_it_made(demo_session, client):
    assert issue(demo_session, client).id == issue(demo_session, client).id


def test_tokens_of_a_form_are_256_bits_that_follow_from_its_nonce_and_our_secret():
    made = client_credentials.token_from("our secret", "1 nonce")
    assert len(bytes.fromhex(made.removeprefix("tk-"))) == 32
    assert made == client_credentials.token_from("our secret", "1 nonce")
    assert made != client_credentials.token_from("our secret", "2 nonce")
    assert made != client_credentials.token_from("another secret", "1 nonce")


def test_a_token_opens_from_its_issue_until_it_expires(demo_session, client):
    issue(demo_session, client, days=1)
    second = timedelta(seconds=1)
    for at, opens in ((NOW - second, False), (NOW, True), (NOW + timedelta(days=1) - second, True)):
        assert (caller(demo_session, at=at) is not None) is opens
    assert caller(demo_session, at=NOW + timedelta(days=1)) is None


def test_what_is_revoked_opens_nothing_at_the_same_instant(demo_session, client):
    made = issue(demo_session, client)
    client_credentials.revoke(demo_session, made, at=NOW, by=None)
    assert caller(demo_session) is None
    with pytest.raises(client_credentials.CredentialOver):
        client_credentials.revoke(demo_session, made, at=NOW, by=None)


def test_both_tokens_open_while_they_overlap_and_then_the_new_one_alone(demo_session, client):
    old = issue(demo_session, client, scopes={Scope.SEARCH})
    overlap = timedelta(hours=24)
    new = client_credentials.rotate(demo_session, old, "newer", days=30, overlap=overlap, at=NOW, by=None)
    assert (new.replaces_id, new.scopes, new.label) == (old.id, ["search"], "Server")
    last = NOW + overlap - timedelta(seconds=1)
    assert [caller(demo_session, token, last) is not None for token in ("secret", "newer")] == [True, True]
    assert [caller(demo_session, token, NOW + overlap) is not None for token in ("secret", "newer")] == [False, True]
    again = client_credentials.rotate(demo_session, old, "newer", days=30, overlap=overlap, at=NOW, by=None)
    assert again.id == new.id, "sent twice, it rotates once"


def test_without_overlap_the_old_token_stops_at_once(demo_session, client):
    old = issue(demo_session, client)
    client_credentials.rotate(demo_session, old, "newer", days=30, overlap=timedelta(0), at=NOW, by=None)
    assert (caller(demo_session), caller(demo_session, "newer") is not None) == (None, True)


def test_a_revocation_during_the_overlap_ends_it(demo_session, client):
    old = issue(demo_session, client)
    client_credentials.rotate(demo_session, old, "newer", days=30, overlap=timedelta(days=1), at=NOW, by=None)
    assert caller(demo_session, at=NOW + timedelta(hours=1)) is not None
    client_credentials.revoke(demo_session, old, at=NOW + timedelta(hours=1), by=None)
    assert caller(demo_session, at=NOW + timedelta(hours=1)) is None


def test_what_is_taken_back_is_taken_back_on_a_machine_whose_clock_is_behind_too(demo_session, client):
    revoked, kept, behind = issue(demo_session, client, at=NOW - timedelta(days=1)), "kept", NOW - timedelta(minutes=5)
    issue(demo_session, client, kept, at=NOW - timedelta(days=1))
    client_credentials.revoke(demo_session, revoked, at=NOW, by=None)
    assert [caller(demo_session, token, behind) is not None for token in ("secret", kept)] == [False, True]
    first = clients.latest_grant(demo_session, client.id)
    less = Grant(frozenset({Scope.SEARCH}), frozenset({"lockpick"}), 5)
    clients.give(demo_session, client, less, after=first.id, at=NOW, by=None)
    assert (caller(demo_session, kept, behind).scopes, caller(demo_session, kept, behind).tools) == (
        {Scope.SEARCH},
        {"lockpick"},
    )
    clients.close(demo_session, client, at=NOW, by=None)
    assert caller(demo_session, kept, behind) is None


def test_what_is_taken_from_a_client_its_tokens_open_no_longer(demo_session, client):
    issue(demo_session, client)
    first = clients.latest_grant(demo_session, client.id)
    less = Grant(frozenset({Scope.SEARCH}), frozenset({"lockpick"}), 5)
    clients.give(demo_session, client, less, after=first.id, at=NOW, by=None)
    found = caller(demo_session)
    assert (found.scopes, found.tools, found.requests_per_minute) == ({Scope.SEARCH}, {"lockpick"}, 5)
    with pytest.raises(clients.GrantOvertaken):
        clients.give(demo_session, client, SIGHTLINE, after=first.id, at=NOW, by=None)


def test_a_closed_client_is_let_in_no_more_and_nothing_can_be_given_to_it(demo_session, client):
    issue(demo_session, client)
    clients.close(demo_session, client, at=NOW, by=None)
    assert caller(demo_session) is None
    for attempt in (
        lambda: clients.close(demo_session, client, at=NOW, by=None),
        lambda: issue(demo_session, client, "other"),
        lambda: clients.give(demo_session, client, SIGHTLINE, after=0, at=NOW, by=None),
    ):
        with pytest.raises(clients.ClientClosed):
            attempt()


@pytest.mark.parametrize(
    ("kind", "grant", "refusal"),
    [
        (ClientKind.OVERSIGHT, Grant(frozenset({Scope.EVALUATE}), None), clients.ScopesUnfit),
        (ClientKind.OVERSIGHT, Grant(frozenset({Scope.ANNOUNCE}), None), clients.ScopesUnfit),
        (ClientKind.TOOL, Grant(ALL, None), clients.EveryToolUnfit),
        (ClientKind.TOOL, Grant(ALL, frozenset()), clients.ToolsMissing),
        (ClientKind.GATEWAY, Grant(ALL, frozenset({"sightline", "elsewhere"})), clients.ToolsMissing),
    ],
)
def test_what_a_kind_of_client_cannot_have_it_is_not_given(demo_session, kind, grant, refusal):
    with pytest.raises(refusal):
        clients.register(demo_session, "Unfit", kind, grant, at=NOW, by=None)


def test_a_name_is_given_once(demo_session, client):
    with pytest.raises(clients.ClientExists):
        clients.register(demo_session, "Face matching", ClientKind.TOOL, SIGHTLINE, at=NOW, by=None)


def test_a_credential_that_opens_nothing_is_not_issued(demo_session, client):
    with pytest.raises(client_credentials.NothingToDo):
        issue(demo_session, client, scopes={Scope.EVENTS})


def test_uses_are_noted_to_the_minute(demo_session, client):
    issue(demo_session, client)
    for seconds, noted in ((0, 0), (59, 0), (60, 60), (100, 60)):
        at = NOW + timedelta(seconds=seconds)
        client_credentials.note_use(demo_session, caller(demo_session, at=at), at=at)
        assert caller(demo_session, at=at).last_noted_at == NOW + timedelta(seconds=noted)


def test_an_overview_says_what_each_credential_is_worth(demo_session, client):
    old = issue(demo_session, client)
    new = client_credentials.rotate(demo_session, old, "b", days=30, overlap=timedelta(days=1), at=NOW, by=None)
    short, revoked = issue(demo_session, client, "c", days=1), issue(demo_session, client, "d")
    client_credentials.revoke(demo_session, revoked, at=NOW, by=None)

    def states(at):
        rows = client_overview.of(demo_session, client, at=at).credentials
        return {row.credential.id: row.state.value for row in rows}

    assert states(NOW) == {old.id: "ending", new.id: "in-force", short.id: "in-force", revoked.id: "revoked"}
    later = NOW + timedelta(days=1)
    assert states(later) == {old.id: "rotated", new.id: "in-force", short.id: "expired", revoked.id: "revoked"}


@pytest.mark.parametrize(
    "key",
    [
        pytest.param(OKPKey.generate_key("Ed25519"), id="Ed25519"),
        pytest.param(ECKey.generate_key("P-256"), id="P-256"),
        pytest.param(RSAKey.generate_key(2048), id="RSA"),
    ],
)
def test_a_public_key_is_read_as_pem_and_as_a_jwk_and_a_private_one_is_refused(key):
    import json

    pem, jwk = key.as_pem(private=False).decode(), json.dumps(key.as_dict(private=False))
    for text in (pem, jwk, f"\n{pem}\n"):
        found = public_key_in(text)
        assert (found.thumbprint, found.jwk["kid"]) == (key.thumbprint(), key.thumbprint())
        assert "d" not in found.jwk
    for text in (key.as_pem(private=True).decode(), json.dumps(key.as_dict(private=True))):
        with pytest.raises(PrivateKeyPasted):
            public_key_in(text)


def another_curve() -> str:
    public = ec.generate_private_key(ec.BrainpoolP256R1()).public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


ONE_DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        (NOW + 15 * ONE_DAY, False),
        (NOW + 16 * ONE_DAY, True),
        (NOW + 30 * ONE_DAY, True),
        (NOW + 44 * ONE_DAY, True),
        (NOW + 45 * ONE_DAY, False),
    ],
)
def test_a_client_is_named_two_weeks_before_and_after_the_end_of_its_last_credential(
    demo_session, client, asked, named
):
    issue(demo_session, client, "shorter", days=1)
    issue(demo_session, client, days=30)
    found = [row.client.name for row in client_overview.ending(demo_session, at=asked)]
    assert found == (["Face matching"] if named else [])


def test_a_client_with_a_later_credential_or_none_or_that_is_closed_is_not_named(demo_session, client):
    assert client_overview.ending(demo_session, at=NOW) == []
    issue(demo_session, client, days=5)
    assert len(client_overview.ending(demo_session, at=NOW)) == 1
    issue(demo_session, client, "longer", days=60)
    assert client_overview.ending(demo_session, at=NOW) == []
    clients.close(demo_session, client, at=NOW, by=None)
    assert client_overview.ending(demo_session, at=NOW + 60 * ONE_DAY) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[1]",
        "a key",
        '{"kty": "OKP", "crv": "Ed25519", "x": 5}',
        pytest.param(OKPKey.generate_key("X25519").as_pem(private=False).decode(), id="no signing key"),
        pytest.param(ECKey.generate_key("P-521").as_pem(private=False).decode(), id="another curve"),
        pytest.param(another_curve(), id="a curve that no signature here is made on"),
        pytest.param('{"kty":' + "[" * 3_000, id="nested"),
        pytest.param('{"kty":"RSA","n":"' + "a" * 171 + '","e":"AQAB"}', id="too short"),
    ],
)
def test_what_is_no_public_key_that_is_taken_is_refused(text):
    with pytest.raises(NotAPublicKey):
        public_key_in(text)


def test_a_shared_secret_is_no_public_key():
    import json

    with pytest.raises((NotAPublicKey, PrivateKeyPasted)):
        public_key_in(json.dumps(OctKey.generate_key(256).as_dict(private=True)))
