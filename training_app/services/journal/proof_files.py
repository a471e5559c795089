"""The proof of one entry as a file, made to be checked on any machine: with a public key, and nothing of the journal.

It holds the leaf, its path to the root and, where the tree was signed, the signed checkpoint.  Of what the entry
records it holds the digest; the content itself only where it is nobody's data, for else the salt would have to go too.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.oversight import Checkpoint, JournalEntry, JournalPayload
from training_app.rules.canonical import canonical, digest
from training_app.rules.signed_note import CheckpointText, NoteFault, opened, parse_checkpoint
from training_app.services.journal.proofs import InclusionProof, prove

FORMAT, FORMAT_VERSION = "training-app-journal-proof", 1
MOST_BYTES = 1_000_000
_MEMBERS = {"format", "format_version", "proof", "checkpoint", "content"}
_HASH = re.compile(r"[0-9a-f]{64}")
_OF_PROOF = {"leaf": dict, "index": int, "size": int, "root": str, "path": list}


class ProofFault(TrainingError):
    """A file is not the proof of an entry, or does not prove it; the text says why."""


def proof_file(session: Session, entry_id: int, *, leaves: int | None = None) -> str:
    """Return the proof of an entry as a file: in the tree of the last checkpoint that holds it, else as last sealed.

    :param leaves: in the tree as it was when it had so many, which is the one that a checkpoint kept elsewhere signs.
    :raises NoSuchEntry: if there is no such entry.
    :raises NotYetSealed: if it has no leaf yet.
    :raises NotInTree: if the tree of so many leaves does not hold it, or there is no such tree.
    :raises ProofFault: if the proof does not hold, because the journal was changed.
    """
    proof = prove(session, entry_id, size=leaves)
    of_its_tree = Checkpoint.size > proof.index if leaves is None else Checkpoint.size == leaves
    signed = session.scalars(select(Checkpoint).where(of_its_tree).order_by(Checkpoint.id.desc()).limit(1)).first()
    if signed is not None and signed.size != proof.size:
        proof = prove(session, entry_id, size=signed.size)
    if not proof.holds:
        raise ProofFault("The proof does not hold: the journal was changed. Run: training-app journal verify")
    content = session.scalar(
        select(JournalPayload.payload)
        .join(JournalEntry, JournalEntry.id == JournalPayload.entry_id)
        .where(JournalEntry.id == entry_id, JournalEntry.subject_id.is_(None))
    )
    return canonical(
        {
            "format": FORMAT,
            "format_version": FORMAT_VERSION,
            "proof": asdict(proof),
            "checkpoint": signed.note if signed else None,
            "content": content,
        }
    )


def check_proof_file(text: str, key: Ed25519PublicKey, *, kept: Iterable[str] = ()) -> InclusionProof:
    """Return the proof in a file, if a tree head that *key* signed holds its entry.

    :param kept: notes of checkpoints that were kept elsewhere; given some, the file's own does not count, and each that
        counts as many leaves as the proof must have its root.
    :raises ProofFault: if it is no such file, or does not prove the entry.
    """
    stated = _stated(text)
    proof = _proof(stated["proof"])
    notes = [*kept] or [stated["checkpoint"]]
    if notes == [None]:
        raise ProofFault("The file holds no signed checkpoint: give one that counts as many leaves as the proof.")
    heads = [_head(note, key) for note in notes]
    of_its_size = [head for head in heads if head.size == proof.size]
    if not of_its_size:
        sizes = ", ".join(str(head.size) for head in heads)
        raise ProofFault(
            f"The proof is for a tree of {proof.size} leaves, and the checkpoint counts {sizes}. "
            "Have the proof made for so many leaves."
        )
    if any(head.root.hex() != proof.root for head in of_its_size):
        raise ProofFault(f"The tree of {proof.size} leaves that was signed has another root than the proof.")
    if not proof.holds:
        raise ProofFault("The path does not lead from the leaf to the root: the entry does not stand in that tree.")
    if stated["content"] is not None and digest(stated["content"]) != proof.leaf.get("payload"):
        raise ProofFault("The content is not what the leaf has the digest of.")
    return proof


def _head(note: object, key: Ed25519PublicKey) -> CheckpointText:
    try:
        return parse_checkpoint(opened(str(note), key=key))
    except NoteFault as fault:
        raise ProofFault(f"The checkpoint cannot be used: {fault}") from None


def _stated(text: str) -> dict[str, Any]:
    try:
        stated = json.loads(text)
    except ValueError as error:
        raise ProofFault(f"The file is not JSON: {error}") from None
    if not isinstance(stated, dict) or stated.get("format") != FORMAT:
        raise ProofFault(f"The file is not the proof of an entry: its format is not {FORMAT}.")
    if stated.get("format_version") != FORMAT_VERSION:
        raise ProofFault(f"The file is of another version than {FORMAT_VERSION}, which is not understood here.")
    if set(stated) != _MEMBERS or not isinstance(stated["proof"], dict) or set(stated["proof"]) != set(_OF_PROOF):
        raise ProofFault("The file has other members than the proof of an entry has.")
    return stated


def _proof(stated: dict[str, Any]) -> InclusionProof:
    if not all(type(stated[name]) is kind for name, kind in _OF_PROOF.items()):
        raise ProofFault("A member of the proof is of another kind than it must be.")
    if not all(isinstance(node, str) and _HASH.fullmatch(node) for node in (stated["root"], *stated["path"])):
        raise ProofFault("A hash of the proof is not 32 bytes in hexadecimal.")
    return InclusionProof(**stated | {"path": tuple(stated["path"])})
