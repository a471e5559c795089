"""The journal: an entry for every fact, sealed into a Merkle tree; proofs, checkpoints and audits of it.

`entries` are written as facts are flushed (`at_once`: many, without a flush), `sealing` numbers them and signs heads,
`proofs` are to hand out, `audit` checks everything (`tree_audit` the part that needs no payload), `exporting` makes and
checks a file for elsewhere.
"""

from training_app.services.journal.at_once import AtOnce, append
from training_app.services.journal.audit import verify
from training_app.services.journal.entries import (
    JournalledSession,
    PersonIsErased,
    UnjournalledFact,
    erase,
    fact_kinds,
    wrote_entries,
)
from training_app.services.journal.exporting import export, verify_export
from training_app.services.journal.kept import KeptCheckpoint, hold_against
from training_app.services.journal.proof_files import ProofFault, check_proof_file, proof_file
from training_app.services.journal.proofs import (
    ConsistencyProof,
    InclusionProof,
    NoSuchEntry,
    NoSuchTree,
    NotInTree,
    NotYetSealed,
    consistency,
    prove,
)
from training_app.services.journal.sealing import NothingSealed, checkpoint, head, head_holding, seal
from training_app.services.journal.tree_audit import Report

__all__ = [
    "AtOnce",
    "ConsistencyProof",
    "InclusionProof",
    "JournalledSession",
    "KeptCheckpoint",
    "NoSuchEntry",
    "NoSuchTree",
    "NotInTree",
    "NotYetSealed",
    "NothingSealed",
    "PersonIsErased",
    "ProofFault",
    "Report",
    "UnjournalledFact",
    "append",
    "check_proof_file",
    "checkpoint",
    "consistency",
    "erase",
    "export",
    "fact_kinds",
    "head",
    "head_holding",
    "hold_against",
    "proof_file",
    "prove",
    "seal",
    "verify",
    "verify_export",
    "wrote_entries",
]
