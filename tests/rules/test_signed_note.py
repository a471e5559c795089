import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from training_app.rules.signed_note import (
    CheckpointText,
    NoteFault,
    opened,
    parse_checkpoint,
    parse_verifier_key,
    sign,
    verifier_key,
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
CHECKPOINT = CheckpointText("agency.example/journal", 57, b"\x05" * 32)

# The example of the documentation of Go's package golang.org/x/mod/sumdb/note.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def test_a_note_that_gos_package_signed_is_opened():
    name, key = parse_verifier_key(GO_KEY)
    assert name == "PeterNeumann"
    assert verifier_key(name, key) == GO_KEY
    assert opened(GO_NOTE, key=key).startswith("If you think cryptography")


def test_a_checkpoint_is_origin_size_and_root_each_on_a_line():
    assert str(CHECKPOINT) == "agency.example/journal\n57\nBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU=\n"


def test_a_signed_checkpoint_says_what_was_signed():
    note = sign(str(CHECKPOINT), name="agency.example/journal", key=KEY)
    assert parse_checkpoint(opened(note, key=KEY.public_key())) == CHECKPOINT


def test_a_second_signature_under_the_note_disturbs_nobody():
    other = Ed25519PrivateKey.from_private_bytes(b"\x09" * 32)
    note = (
        sign(str(CHECKPOINT), name="witness", key=other)
        + sign(str(CHECKPOINT), name="agency", key=KEY).split("\n\n")[1]
    )
    assert opened(note, key=KEY.public_key()) == opened(note, key=other.public_key()) == str(CHECKPOINT)


def test_a_changed_text_does_not_open():
    note = sign(str(CHECKPOINT), name="agency", key=KEY)
    with pytest.raises(NoteFault, match="does not fit the note's text"):
        opened(note.replace("\n57\n", "\n56\n"), key=KEY.public_key())


def test_a_note_of_another_key_does_not_open():
    note = sign(str(CHECKPOINT), name="agency", key=Ed25519PrivateKey.from_private_bytes(b"\x09" * 32))
    with pytest.raises(NoteFault, match="not signed by this key"):
        opened(note, key=KEY.public_key())


@pytest.mark.parametrize(
    "note",
    [
        "",
        "text\n",
        "text\n\nagency AAAA\n",
        "text\n\n\u2014 agency AAAA\n",
        "text\n\n\u2014 agency not-base64!\n",
        sign("text\n", name="agency", key=KEY).rstrip("\n"),
    ],
)
def test_what_is_not_in_the_form_of_a_note_does_not_open(note):
    with pytest.raises(NoteFault):
        opened(note, key=KEY.public_key())


@pytest.mark.parametrize("text", ["no line feed", "an empty\n\nline\n"])
def test_a_text_that_could_not_be_read_back_is_not_signed(text):
    with pytest.raises(NoteFault):
        sign(text, name="agency", key=KEY)


@pytest.mark.parametrize("name", ["", "two words", "a+b"])
def test_a_name_that_could_not_be_read_back_does_not_sign(name):
    with pytest.raises(NoteFault):
        sign("text\n", name=name, key=KEY)


@pytest.mark.parametrize("line", ["", "agency", "agency+00+AA==", GO_KEY.replace("Peter", "Paul"), GO_KEY[:-4]])
def test_what_is_no_verifier_key_is_refused(line):
    with pytest.raises(NoteFault):
        parse_verifier_key(line)


@pytest.mark.parametrize(
    "text",
    ["", "origin\n57\n", "origin\n057\n" + "A" * 43 + "=\n", "origin\n-1\n" + "A" * 43 + "=\n", "origin\n1\nAAAA\n"],
)
def test_what_is_no_checkpoint_is_refused(text):
    with pytest.raises(NoteFault):
        parse_checkpoint(text)
