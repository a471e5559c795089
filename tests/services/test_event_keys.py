"""Keys that sign events, and addresses that events may be pushed to."""

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from config import kept_secret
from training_app.services.event_streams import keys
from training_app.services.event_streams.endpoints import EndpointRefused, PushRules
from training_app.services.event_streams.keys import EventKeys, UnusableEventKey

RULES = PushRules(frozenset({"gateway.police.example", "127.0.0.1"}), plain_on_loopback=False)
IN_TESTS = PushRules(frozenset({"gateway.police.example", "127.0.0.1"}), plain_on_loopback=True)


def pem(key) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def rsa_key(bits: int) -> str:
    return pem(rsa.generate_private_key(public_exponent=65537, key_size=bits))


RSA, P256 = rsa_key(2048), pem(ec.generate_private_key(ec.SECP256R1()))
ED25519 = ed25519.Ed25519PrivateKey.generate()


@pytest.mark.parametrize(("key", "algorithm"), [(RSA, "RS256"), (P256, "ES256")])
def test_what_a_key_signs_is_verified_with_what_is_published(key, algorithm):
    made = EventKeys(key, source="file.pem")
    [published] = made.published()["keys"]
    token = made.sign({"jti": "1"})
    assert jwt.get_unverified_header(token) == {"alg": algorithm, "typ": "secevent+jwt", "kid": published["kid"]}
    assert jwt.decode(token, jwt.PyJWK(published), algorithms=[algorithm]) == {"jti": "1"}
    assert "d" not in published


def test_the_first_key_signs_and_all_are_published():
    made = EventKeys(P256 + RSA, source="file.pem")
    published = [key["alg"] for key in made.published()["keys"]]
    assert (made.algorithm, published) == ("ES256", ["ES256", "RS256"])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("", "holds no private key", id="empty"),
        pytest.param("-----BEGIN NONSENSE-----\n-----END NONSENSE-----", "no private key", id="no-key"),
        pytest.param(rsa_key(1024), "fewer than 2048 bits", id="weak"),
        pytest.param(pem(ec.generate_private_key(ec.SECP384R1())), "neither RSA", id="another-curve"),
        pytest.param(pem(ED25519), "neither RSA", id="another-kind"),
        pytest.param(
            ED25519.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(),
            "no private key",
            id="public",
        ),
    ],
)
def test_a_file_that_nobody_should_trust_is_refused(text, says):
    with pytest.raises(UnusableEventKey, match=says):
        EventKeys(text, source="file.pem")


def test_a_key_is_made_once_and_readable_by_its_owner_only(tmp_path):
    file = tmp_path / "event-key.pem"
    first, second = keys.kept(file, keep=kept_secret), keys.kept(file, keep=kept_secret)
    assert first.published() == second.published()
    assert first.algorithm == "RS256"
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("endpoint", "rules", "says"),
    [
        pytest.param("https://gateway.police.example/events", RULES, None, id="named"),
        pytest.param("https://GATEWAY.police.example:8443/", RULES, None, id="with-a-port"),
        pytest.param("http://127.0.0.1:9/events", IN_TESTS, None, id="plain-on-loopback-in-tests"),
        pytest.param("http://127.0.0.1:9/events", RULES, "must begin with https", id="plain-on-loopback"),
        pytest.param("http://gateway.police.example/", IN_TESTS, "must begin with https", id="plain-elsewhere"),
        pytest.param("https://10.0.0.1/", RULES, "have not named", id="another-host"),
        pytest.param("https://gateway.police.example@10.0.0.1/", RULES, "no user", id="host-as-user"),
        pytest.param("https://gateway.police.example/?a=b", RULES, "no query", id="query"),
        pytest.param("https://gateway.police.example:port/", RULES, "no URL", id="no-port"),
        pytest.param("https://gateway.police.example/\r\nX: y", RULES, "a character", id="line-break"),
        pytest.param("https://gateway.police.example/" + "x" * 500, RULES, "too long", id="too-long"),
    ],
)
def test_events_go_over_tls_to_hosts_that_were_named(endpoint, rules, says):
    if says is None:
        rules.check(endpoint)
    else:
        with pytest.raises(EndpointRefused, match=says):
            rules.check(endpoint)
