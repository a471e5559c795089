"""The commands on the keys by which learning platforms know this tool."""

from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from training_app.cli import main
from training_app.key_folder import UnusableKeyFile
from training_app.lti import keys
from training_app.rules.signing_keys import OVERLAP, KeyState

AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def pem(key) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def test_a_key_is_made_and_listed(tmp_path):
    environment = {"TRAINING_DATA": str(tmp_path), "TRAINING_DEMO": "1"}
    empty = CliRunner().invoke(main, ["lti", "keys"], env=environment)
    assert "There is no key yet." in empty.output
    made = CliRunner().invoke(main, ["lti", "make-key"], env=environment)
    assert made.exit_code == 0, made.output
    (key,) = keys.read(tmp_path / "lti-keys").keys
    listed = CliRunner().invoke(main, ["lti", "keys"], env=environment)
    assert f"{key.kid}  signs" in listed.output


def test_the_first_key_is_made_at_the_first_use_and_one_signs_at_a_time(tmp_path):
    first = keys.signing(tmp_path, at=AT)
    assert keys.signing(tmp_path, at=AT).kid == first.kid
    keys.make(tmp_path, at=AT + DAY)
    ring, changes = keys.ring(tmp_path, at=AT), AT + DAY + OVERLAP
    second = next(key for key in ring.keys if key.kid != first.kid)
    states = [[ring.state(key, at=at) for key in (first, second)] for at in (AT + DAY, changes, changes + OVERLAP)]
    assert states == [
        [KeyState.SIGNING, KeyState.NEXT],
        [KeyState.LEAVING, KeyState.SIGNING],
        [KeyState.LEFT, KeyState.SIGNING],
    ]
    published = [{key["kid"] for key in ring.published(at=at)["keys"]} for at in (AT + DAY, changes + OVERLAP)]
    assert published == [{first.kid, second.kid}, {second.kid}]


def test_what_is_published_holds_nothing_private(tmp_path):
    key = keys.signing(tmp_path, at=AT)
    assert set(key.public()) == {"kty", "n", "e", "kid", "use", "alg"}
    assert "PRIVATE" in key.private_pem
    assert "PRIVATE" not in key.public_pem


@pytest.mark.filterwarnings("ignore:Key size")  # the library says so itself
@pytest.mark.parametrize(
    "key",
    [
        pytest.param(ed25519.Ed25519PrivateKey.generate, id="another-kind"),
        pytest.param(lambda: rsa.generate_private_key(public_exponent=65537, key_size=1024), id="too-short"),
    ],
)
def test_a_key_of_another_kind_is_refused(tmp_path, key):
    (tmp_path / "20260301T090000Z.pem").write_bytes(pem(key()))
    with pytest.raises(UnusableKeyFile):
        keys.read(tmp_path)


def test_a_key_that_only_signs_later_is_no_reason_to_make_another(tmp_path):
    keys.make(tmp_path, at=AT)
    with pytest.raises(UnusableKeyFile, match="training-app lti make-key"):
        keys.signing(tmp_path, at=AT - DAY)
    assert len(keys.read(tmp_path).keys) == 1
