"""A checkpoint that was kept elsewhere, held against the journal of today."""

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy.orm import Session

from training_app.rules.signed_note import CheckpointText, NoteFault, opened, parse_checkpoint
from training_app.services.journal.proofs import ConsistencyProof, consistency
from training_app.services.journal.sealing import head


@dataclass(frozen=True, slots=True)
class KeptCheckpoint:
    """What a checkpoint states, and whether the journal of today only added to what it signs.

    *fault* says why the note itself cannot be trusted: then nothing else is known.
    """

    fault: str | None
    stated: CheckpointText | None
    size: int
    """Leaves in the journal of today."""
    proof: ConsistencyProof | None
    """From the tree of so many leaves to that of today; ``None`` where the journal has fewer than were signed."""

    @property
    def only_added(self) -> bool:
        """Whether the beginning of the journal of today is the tree that was signed, and the rest was added to it."""
        return (
            self.stated is not None
            and self.proof is not None
            and self.proof.first_root == self.stated.root.hex()
            and self.proof.holds
        )

    @property
    def added(self) -> int:
        """How many leaves were added since."""
        return self.size - self.stated.size if self.stated else 0


def hold_against(session: Session, note: str, key: Ed25519PublicKey) -> KeptCheckpoint:
    """Return what comes of holding the journal against *note*, from the hashes of its leaves.

    That the entries are as their leaves hash them, `verify` finds.

    :param key: of the key that signs the checkpoints of this journal.
    """
    newest = head(session)
    size = newest.size if newest else 0
    try:
        stated = parse_checkpoint(opened(note, key=key))
    except NoteFault as fault:
        return KeptCheckpoint(str(fault), None, size, None)
    enough = newest is not None and stated.size <= size
    return KeptCheckpoint(None, stated, size, consistency(session, stated.size, size) if enough else None)
