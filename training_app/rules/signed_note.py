"""Signed notes: a few lines of text with an Ed25519 signature under them, and checkpoints of a tree written as such.

The form is the one that Go's checksum database and transparency logs use (C2SP signed-note and tlog-checkpoint), so
that their tools and witnesses can read ours::

    <origin>
    <number of leaves>
    <root, base64>

    — <name of the key> <base64 of 4 bytes of the key's id and the signature>
"""

from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
"""The signature type of Ed25519 in a key id."""
SIGNATURE = "\u2014 "
"""What a signature line starts with."""


class NoteFault(ValueError):
    """A note is not in the agreed form, or its signature does not hold; the text says what is wrong."""


@dataclass(frozen=True, slots=True)
class CheckpointText:
    """What a checkpoint says: the tree named *origin* had so many leaves and this root."""

    origin: str
    size: int
    root: bytes

    def __str__(self) -> str:
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


def key_id(name: str, key: Ed25519PublicKey) -> bytes:
    """Return the 4 bytes by which a signature line tells which key made it."""
    return sha256(name.encode() + b"\n" + ED25519 + key.public_bytes_raw()).digest()[:4]


def verifier_key(name: str, key: Ed25519PublicKey) -> str:
    """Return the public key as one line to hand out: ``name+id+base64``."""
    return f"{name}+{key_id(name, key).hex()}+{b64encode(ED25519 + key.public_bytes_raw()).decode()}"


def parse_verifier_key(line: str) -> tuple[str, Ed25519PublicKey]:
    """Return name and key from the line that `verifier_key` gives.

    :raises NoteFault: if it is not such a line, or its id does not fit name and key.
    """
    name, _, rest = line.strip().partition("+")
    stated, _, encoded = rest.partition("+")
    content = _base64(encoded)
    if not name or content[:1] != ED25519 or len(content) != 33:
        raise NoteFault("This is not an Ed25519 verifier key of the form name+id+key.")
    key = Ed25519PublicKey.from_public_bytes(content[1:])
    if key_id(name, key).hex() != stated:
        raise NoteFault(f"The id of the verifier key {name} does not fit its name and key.")
    return name, key


def sign(text: str, *, name: str, key: Ed25519PrivateKey) -> str:
    """Return *text*, which ends with a line feed, as a note signed by *key* under *name*.

    :raises NoteFault: if the text or the name cannot stand in a note.
    """
    if not text.endswith("\n") or "\n\n" in text:
        raise NoteFault("A note's text is lines without an empty one, each ended by a line feed.")
    if not name or "+" in name or any(letter.isspace() for letter in name):
        raise NoteFault(f"A key cannot be named {name!r}: the name needs a letter, and no space or plus sign.")
    signature = key_id(name, key.public_key()) + key.sign(text.encode())
    return f"{text}\n{SIGNATURE}{name} {b64encode(signature).decode()}\n"


def opened(note: str, *, key: Ed25519PublicKey) -> str:
    """Return the text of *note* if *key* signed it; signatures of other keys are passed over.

    :raises NoteFault: if the form is wrong, or no signature of this key holds.
    """
    text, gap, signatures = note.rpartition("\n\n")
    if not gap or not signatures.endswith("\n"):
        raise NoteFault("The note has no signature under an empty line.")
    text += "\n"
    for line in signatures.splitlines():
        name, _, encoded = line.removeprefix(SIGNATURE).partition(" ")
        signature = _base64(encoded)
        if not line.startswith(SIGNATURE) or len(signature) < 5:
            raise NoteFault("A signature line is not of the agreed form.")
        if signature[:4] == key_id(name, key):
            try:
                key.verify(signature[4:], text.encode())
            except InvalidSignature:
                raise NoteFault(f"The signature of {name} does not fit the note's text.") from None
            return text
    raise NoteFault("The note is not signed by this key.")


def parse_checkpoint(text: str) -> CheckpointText:
    """Return what the text of a checkpoint says; further lines after the root are allowed and ignored.

    :raises NoteFault: if it is not a checkpoint.
    """
    lines = text.split("\n")
    if len(lines) < 4 or not lines[0] or not lines[1].isdecimal() or str(int(lines[1])) != lines[1]:
        raise NoteFault("The note is not a checkpoint: origin, number of leaves and root are not its first lines.")
    root = _base64(lines[2])
    if len(root) != 32:
        raise NoteFault("The checkpoint's root is not a SHA-256 in base64.")
    return CheckpointText(lines[0], int(lines[1]), root)


def _base64(encoded: str) -> bytes:
    try:
        return b64decode(encoded, validate=True)
    except ValueError:
        raise NoteFault(f"This is not base64: {encoded!r}") from None
