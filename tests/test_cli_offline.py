"""Keys for use without a network: made, listed, handed out, one after the other."""

import json
import stat
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner, Result

from training_app import offline_keys
from training_app.cli import main
from training_app.rules.signing_keys import OVERLAP, KeyState

DAY = timedelta(days=1)
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "keys"


@pytest.fixture
def run(folder, tmp_path, monkeypatch):
    (tmp_path / "journal.pem").touch()
    monkeypatch.setenv("TRAINING_DATA", str(tmp_path))
    monkeypatch.setenv("TRAINING_DEMO", "")
    monkeypatch.setenv("TRAINING_SECRET_KEY", "x" * 40)
    monkeypatch.setenv("TRAINING_AGENCY_ZONE", "Europe/Athens")
    monkeypatch.setenv("TRAINING_JOURNAL_KEY_FILE", str(tmp_path / "journal.pem"))
    monkeypatch.setenv("TRAINING_OFFLINE_KEY_FOLDER", str(folder))

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["offline", *arguments])

    return invoke


def test_the_first_key_signs_at_once_and_the_next_when_devices_know_it(run, folder):
    assert "no key" in run("keys").output
    assert run("make-key").exit_code == 0
    assert run("make-key").exit_code == 0
    lines = run("keys").output.splitlines()
    assert [line.partition("  ")[2].partition("  ")[2] for line in lines] == ["signs", "published; signs later"]
    published = json.loads(run("key-set").output)["keys"]
    assert [key["kid"] for key in published] == [line.split("  ")[1] for line in lines]
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
    assert all("d" not in key for key in published), "a private key was handed out"


def test_only_one_key_can_wait(run):
    run("make-key")
    run("make-key")
    refused = run("make-key")
    assert refused.exit_code == 1
    assert "Wait until it signs" in refused.output


def test_in_an_emergency_a_new_key_signs_at_once(run, folder):
    offline_keys.make(folder, at=AT)
    assert run("make-key", "--now").exit_code == 0
    assert [line.split("  ")[2] for line in run("keys").output.splitlines()][-1] == "signs"


def test_a_key_leaves_when_everything_that_it_signed_has_expired(folder):
    offline_keys.make(folder, at=AT)
    offline_keys.make(folder, at=AT + DAY)
    ring = offline_keys.read(folder)
    old, new = ring.keys
    follows = AT + DAY + OVERLAP
    assert new.signs_from == follows
    second = timedelta(seconds=1)
    expected = [
        (AT - second, None, [KeyState.NEXT, KeyState.NEXT]),
        (AT, old, [KeyState.SIGNING, KeyState.NEXT]),
        (follows - second, old, [KeyState.SIGNING, KeyState.NEXT]),
        (follows, new, [KeyState.LEAVING, KeyState.SIGNING]),
        (follows + OVERLAP - second, new, [KeyState.LEAVING, KeyState.SIGNING]),
        (follows + OVERLAP, new, [KeyState.LEFT, KeyState.SIGNING]),
    ]
    for at, signing, states in expected:
        assert ring.signing(at=at) == signing
        assert [ring.state(key, at=at) for key in ring.keys] == states
        named = [key["kid"] for key in ring.published(at=at)["keys"]]
        assert named == [key.kid for key, state in zip(ring.keys, states, strict=True) if state is not KeyState.LEFT]


@pytest.mark.parametrize(
    ("name", "content"),
    [("20261122T090000Z.pem", "no key"), ("signing.pem", "whatever"), ("20261122T090000Z.pem", "journal")],
)
def test_a_file_that_is_no_such_key_is_named_and_nothing_is_signed(folder, name, content):
    folder.mkdir()
    if content == "journal":
        from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

        form = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        content = X25519PrivateKey.generate().private_bytes(*form).decode()
    (folder / name).write_text(content, "ascii")
    with pytest.raises(offline_keys.UnusableKeyFile, match=name):
        offline_keys.read(folder)
